/** Trino's values and types in Athena's words. */
import type { TrinoColumn, TypeSignature } from './trino-client.ts';

/** Athena's text of a value; null stays null. Nested values are written as Athena does: ambiguous, as there. */
export function athenaText(value: unknown, type: TypeSignature): string | null {
  if (value === null) return null;
  const inner = (at: number) => (type.arguments?.[at]?.value ?? { rawType: 'varchar' }) as TypeSignature;
  const nested = (each: unknown, of: TypeSignature) => athenaText(each, of) ?? 'null';
  switch (type.rawType) {
    case 'array':
      return `[${(value as unknown[]).map((each) => nested(each, inner(0))).join(', ')}]`;
    case 'map':
      return `{${Object.entries(value as object)
        .map(([key, each]) => `${key}=${nested(each, inner(1))}`)
        .join(', ')}}`;
    case 'row':
      return `{${(value as unknown[])
        .map((each, at) => {
          const field = inner(at) as unknown as { fieldName?: { name: string }; typeSignature: TypeSignature };
          return `${field.fieldName?.name ?? `field${at}`}=${nested(each, field.typeSignature)}`;
        })
        .join(', ')}}`;
    case 'varbinary':
      return Buffer.from(String(value), 'base64')
        .toString('hex')
        .replace(/..(?=.)/g, '$& ');
    default:
      return String(value);
  }
}

const PRECISION: Readonly<Record<string, number>> = {
  varchar: 2_147_483_647,
  bigint: 19,
  integer: 10,
  smallint: 5,
  tinyint: 3,
  double: 17,
  real: 17,
  timestamp: 3,
  'timestamp with time zone': 3,
};

/** A column as GetQueryResults describes it. */
export function columnInfo({ name, typeSignature }: TrinoColumn): Record<string, unknown> {
  const type = typeSignature.rawType;
  const number = (at: number) => Number(typeSignature.arguments?.[at]?.value ?? 0);
  return {
    CatalogName: 'hive',
    SchemaName: '',
    TableName: '',
    Name: name,
    Label: name,
    Type: type === 'real' ? 'float' : type,
    Precision: type === 'decimal' ? number(0) : (PRECISION[type] ?? 0),
    Scale: type === 'decimal' ? number(1) : 0,
    Nullable: 'UNKNOWN',
    CaseSensitive: type === 'varchar' || type === 'char',
  };
}

/** A row of the result file of a query: every value in quotes, NULL as nothing. */
export function csvLine(row: readonly (string | null)[]): string {
  return row.map((value) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`)).join(',');
}
