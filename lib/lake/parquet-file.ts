/**
 * A Parquet file of one table, written in memory row group by row group: where no engine is at hand. The columns have the
 * types that DuckDB gives them in a lake on one machine, but that times have milliseconds instead of microseconds (Hive's
 * precision): either kind of file can lie beside the other.
 */
import * as zlib from 'node:zlib';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { type ColumnType, storedColumns, type Table } from '../../schemas/table.ts';
import { SCHEMA_VERSION } from '../../schemas/tables.ts';

/** Rows of a row group: enough for dictionaries to pay, few enough to be held in memory with everything else. */
export const ROW_GROUP_ROWS = 50_000;

/** Text of which nearly every value differs: no dictionary helps. */
const UNIQUE = /^(event_id|record_sha256|request_id|upload_id|sha256|version)$/;

type Cell = string | number | boolean | null | readonly string[];
type ColumnValues = (Cell | bigint)[];
type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];
type Compress = (bytes: Uint8Array) => Uint8Array;

/** zstd where the runtime has it (Node 22.15 and later), else snappy, which every reader knows, too. */
const zstdCompress = (zlib as unknown as { zstdCompressSync?: Compress }).zstdCompressSync;

/** A column of a file; all of them may be null. */
export type ParquetColumns = Table['columns'];

export class ParquetFile {
  /** Rows appended. */
  rows = 0;
  /** Rows that wait to be encoded. */
  buffered = 0;
  readonly #columns: ParquetColumns;
  readonly #values: Map<string, ColumnValues>;
  readonly #bytes = new ByteWriter(64 * 1024);
  readonly #writer: ParquetWriter;

  /** @param table its columns in order; `dt` is not among them, it lies in the key */
  constructor(table: Table) {
    this.#columns = table.columns;
    this.#values = new Map(storedColumns(table).map((name) => [name, []]));
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: parquetSchema(table.columns),
      codec: zstdCompress === undefined ? 'SNAPPY' : 'ZSTD',
      ...(zstdCompress === undefined ? {} : { compressors: { ZSTD: zstdCompress } }),
      kvMetadata: [{ key: 'schema_version', value: String(SCHEMA_VERSION) }],
      createdBy: 'appstream-audit',
    });
  }

  /** An empty text is kept as null, as everywhere in a lake. */
  append(row: Readonly<Record<string, unknown>>): void {
    for (const [name, values] of this.#values) {
      const value = row[name] as Cell | undefined;
      values.push(value === undefined || value === '' ? null : value);
    }
    this.rows++;
    this.buffered++;
    if (this.buffered >= ROW_GROUP_ROWS) this.flush();
  }

  /** Encodes what waits as a row group. */
  flush(): void {
    if (this.buffered === 0) return;
    this.#writer.write({ columnData: this.#columnData(), rowGroupSize: this.buffered });
    for (const values of this.#values.values()) values.length = 0;
    this.buffered = 0;
  }

  /** The whole file. Nothing may be appended after it. */
  finish(): Uint8Array {
    this.flush();
    this.#writer.finish();
    return this.#bytes.getBytes();
  }

  #columnData() {
    // a time and its milliseconds are the same numbers: converted once
    const whole = new Map<string, (bigint | null)[]>();
    const integers = (name: string): (bigint | null)[] => {
      let converted = whole.get(name);
      if (converted === undefined) {
        converted = (this.#values.get(name) ?? []).map((value) => (value === null ? null : BigInt(value as number)));
        whole.set(name, converted);
      }
      return converted;
    };
    return Object.entries(this.#columns).map(([name, { type }]) => {
      const data: ColumnValues =
        type === 'timestamp' ? integers(`${name}_ms`) : type === 'bigint' ? integers(name) : (this.#values.get(name) ?? []);
      // bounds of text skip nothing where a file has a row group or two, and comparing texts is a tenth of the work
      const statistics = type === 'bigint' || type === 'timestamp';
      return UNIQUE.test(name) ? { name, data, encoding: 'PLAIN' as const, statistics } : { name, data, statistics };
    });
  }
}

/** The schema of a file, every column optional. */
export function parquetSchema(columns: ParquetColumns): SchemaElement[] {
  const elements = Object.entries(columns).flatMap(([name, { type }]) => ELEMENTS[type].map((element) => ({ name, ...element })));
  return [{ name: 'root', num_children: Object.keys(columns).length }, ...elements];
}

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' } as const;

const ELEMENTS: Readonly<Record<ColumnType, readonly (Partial<SchemaElement> & { name?: string })[]>> = {
  text: [TEXT],
  bigint: [{ type: 'INT64', converted_type: 'INT_64', repetition_type: 'OPTIONAL' }],
  boolean: [{ type: 'BOOLEAN', repetition_type: 'OPTIONAL' }],
  timestamp: [
    {
      type: 'INT64',
      converted_type: 'TIMESTAMP_MILLIS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' },
      repetition_type: 'OPTIONAL',
    },
  ],
  'text[]': [
    { converted_type: 'LIST', repetition_type: 'OPTIONAL', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', ...TEXT },
  ],
};
