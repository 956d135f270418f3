/**
 * Table definitions as AWS Glue tables (landing files, written by ingest) and as Athena's Iceberg DDL (answers, written by
 * the correlation). Pure: the deployment, the correlation and the tests take the same text from here.
 */
import { stageTables } from '../../schemas/stage-tables.ts';
import type { ColumnType, Table } from '../../schemas/table.ts';
import { attributionChanges, attributions, dayCounts, findingChanges, findings, folderTables, runs } from '../../schemas/tables.ts';

/** Tables over Parquet files in the central bucket, by `dt`; of the ledger tables, `dt` is the UTC day on which the input was claimed. */
export const glueLandingTables: readonly Table[] = folderTables;
/** Tables that only the correlation writes. */
export const icebergTables: readonly Table[] = [
  attributions,
  attributionChanges,
  findings,
  findingChanges,
  runs,
  dayCounts,
  ...stageTables,
];

/**
 * The days that Athena looks for, both inclusive: S3 data events and AppStream 2.0 are of 2016. What claims to be of another
 * day is kept in the bucket, and not seen by Athena.
 */
export const FIRST_DT = '2016-01-01';
const PROJECTED_DAYS = `${FIRST_DT},NOW+2DAYS`;

/** Glue allows 255 characters of a column's comment. */
const LONGEST_COMMENT = 255;

const ATHENA_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'string',
  bigint: 'bigint',
  boolean: 'boolean',
  timestamp: 'timestamp',
  'text[]': 'array<string>',
};

/** Types of the query language, which are not those of the DDL. */
export const QUERY_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'varchar',
  bigint: 'bigint',
  boolean: 'boolean',
  timestamp: 'timestamp(3)',
  'text[]': 'array(varchar)',
};

export interface GlueColumn {
  readonly Name: string;
  readonly Type: string;
  readonly Comment?: string;
}

/** The `TableInput` of Glue's API and of CloudFormation. @typeParam L what a location is: text, or an intrinsic function */
export interface GlueTable<L> {
  readonly Name: string;
  readonly Description: string;
  readonly TableType: 'EXTERNAL_TABLE';
  readonly Parameters: Readonly<Record<string, string | L>>;
  readonly PartitionKeys: readonly GlueColumn[];
  readonly StorageDescriptor: {
    readonly Columns: readonly GlueColumn[];
    readonly Location: L;
    readonly InputFormat: string;
    readonly OutputFormat: string;
    readonly SerdeInfo: { readonly SerializationLibrary: string; readonly Parameters: Readonly<Record<string, string>> };
  };
}

/**
 * A landing table over `<table>/dt=YYYY-MM-DD/`, its days projected: no partition is ever added.
 * @param locate makes a location of a path below the central bucket; the path of the template holds `${dt}` as it stands
 */
export function glueTable<L>(table: Table, locate: (path: string) => L): GlueTable<L> {
  return parquetTable(table.name, table.doc, glueColumns(table), locate(`${table.name}/`), {
    keys: [{ Name: 'dt', Type: 'string', Comment: `UTC day of ${table.dt ?? 'the claim of the input'}, YYYY-MM-DD.` }],
    parameters: {
      'projection.dt.type': 'date',
      'projection.dt.format': 'yyyy-MM-dd',
      'projection.dt.range': PROJECTED_DAYS,
      'projection.dt.interval': '1',
      'projection.dt.interval.unit': 'DAYS',
      'storage.location.template': locate(`${table.name}/dt=\${dt}/`),
    },
  });
}

/**
 * Lists that a run writes for itself, below `work/<name>/<list>/`: the event files it reads, and the inputs that are new to
 * it. A question has to name its `list`: then nothing else is looked at.
 */
export const RUN_LISTS = {
  run_files: [
    ['path', 'string', 'Location of an event file.'],
    ['number', 'bigint', 'Its number in the run.'],
  ],
  run_inputs: [['batch_id', 'string', 'An input that was put into the lake since the last run.']],
} as const;

export type RunListName = keyof typeof RUN_LISTS;

/** The Glue table of a kind of list. */
export function glueListTable<L>(name: RunListName, locate: (path: string) => L): GlueTable<L> {
  const columns = RUN_LISTS[name].map(([column, type, doc]) => ({ Name: column, Type: type, Comment: doc }));
  return parquetTable(name, 'A list that a correlation run makes for itself.', columns, locate(`work/${name}/`), {
    keys: [{ Name: 'list', Type: 'string', Comment: 'Run, and part of it.' }],
    parameters: { 'projection.list.type': 'injected', 'storage.location.template': locate(`work/${name}/\${list}/`) },
  });
}

/** Every Glue table of the deployment. */
export function glueTables<L>(locate: (path: string) => L): GlueTable<L>[] {
  return [...glueLandingTables.map((table) => glueTable(table, locate)), ...RUN_LIST_NAMES.map((name) => glueListTable(name, locate))];
}

const RUN_LIST_NAMES = Object.keys(RUN_LISTS) as RunListName[];

interface Partitioning<L> {
  readonly keys: readonly GlueColumn[];
  readonly parameters: Readonly<Record<string, string | L>>;
}

function parquetTable<L>(name: string, doc: string, columns: readonly GlueColumn[], location: L, by: Partitioning<L>): GlueTable<L> {
  return {
    Name: name,
    Description: doc,
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', classification: 'parquet', 'projection.enabled': 'true', ...by.parameters },
    PartitionKeys: by.keys,
    StorageDescriptor: {
      Columns: columns,
      Location: location,
      InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
      SerdeInfo: {
        SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
        Parameters: { 'serialization.format': '1' },
      },
    },
  };
}

function glueColumns(table: Table): GlueColumn[] {
  return Object.entries(table.columns).map(([name, column]) => ({
    Name: name,
    Type: ATHENA_TYPES[column.type],
    Comment: column.doc.length > LONGEST_COMMENT ? `${column.doc.slice(0, LONGEST_COMMENT - 1)}…` : column.doc,
  }));
}

/** Name and type of every column of an answer table in the words of Athena's DDL, `dt` last where the table has one. */
export function icebergColumns(table: Table): [name: string, type: string][] {
  const columns = Object.entries(table.columns).map(([name, column]): [string, string] => [name, ATHENA_TYPES[column.type]]);
  return table.dt === undefined ? columns : [...columns, ['dt', 'string']];
}

/**
 * The DDL that makes an answer table when it is not there. `attributions` is partitioned by day, so that a run writes only
 * the days it settles.
 * @param database name of the database, `[a-z0-9_]+`
 * @param location `s3://bucket/answers/<table>/`
 */
export function icebergDdl(table: Table, database: string, location: string): string {
  const columns = icebergColumns(table).map(([name, type]) => `\`${name}\` ${type}`);
  const partitions = table.name === attributions.name ? ' PARTITIONED BY (`dt`)' : '';
  return (
    `CREATE TABLE IF NOT EXISTS \`${database}\`.\`${table.name}\` (${columns.join(', ')})${partitions} LOCATION '${location}' ` +
    `TBLPROPERTIES ('table_type'='ICEBERG', 'format'='parquet', 'write_compression'='zstd')`
  );
}

/** The DDL that gives an answer table the columns it lacks; null when it has them all. Columns are only ever added. */
export function icebergUpgrade(table: Table, database: string, present: ReadonlySet<string>): string | null {
  const missing = icebergColumns(table).filter(([name]) => !present.has(name));
  if (missing.length === 0) return null;
  return `ALTER TABLE \`${database}\`.\`${table.name}\` ADD COLUMNS (${missing.map(([name, type]) => `\`${name}\` ${type}`).join(', ')})`;
}
