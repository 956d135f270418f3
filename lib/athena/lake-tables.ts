/**
 * The tables of the lake under the names that questions have for them: what is a view or a table of the ledger on one machine is
 * a CTE here. Pure.
 */
import type { Table } from '../../schemas/table.ts';
import { acceptances, evidenceMarks, failedInputs, inputs, landingTables, rejectedRecords } from '../../schemas/tables.ts';
import { failedInputsSelect } from '../cloud/failed-input.ts';
import { tablesRead } from '../cloud/run-sql.ts';
import { QUESTION_STAGES, stageTable } from '../correlate/stages.ts';
import { sqlLiteral } from '../sql-template.ts';
import { ownCtes } from './select-text.ts';
import { glueLandingTables, icebergColumns, icebergTables, QUERY_TYPES } from './table-ddl.ts';

/** First and last day that a landing table has, both inclusive; null when it has none. */
export type TableSpan = readonly [first: string, last: string] | null;

export interface LakeTables {
  readonly database: string;
  /** Days that a landing table has: unbounded, every projected day would be looked for. */
  spanOf(table: string): Promise<TableSpan>;
  /** Text of a file below `sql/`. */
  readonly sql: (path: string) => string;
  /** Answer tables that are not there yet. */
  readonly absent: ReadonlySet<string>;
}

const LEDGER: readonly Table[] = [inputs, rejectedRecords, failedInputs, acceptances, evidenceMarks];

/** Stages that only the stages read which a run publishes as tables. */
const BUILDING_BLOCKS: ReadonlySet<string> = new Set(['stated-sessions', 'covering-sessions', 'counting-sessions']);

/**
 * The CTEs that a SELECT needs, those that others read first.
 * @param select one SELECT; names that it defines itself are its own
 */
export async function questionCtes(select: string, tables: LakeTables): Promise<string[]> {
  const ctes: string[] = [];
  const own = ownCtes(select);
  const done = new Set<string>();
  const add = async (name: string, way: readonly string[]): Promise<void> => {
    if (done.has(name) || way.includes(name)) return;
    const text = await bindingOf(name, tables);
    if (text === null) return;
    done.add(name);
    for (const read of tablesRead(text)) await add(read, [...way, name]);
    ctes.push(`${name} AS (\n${text}\n)`);
  };
  for (const name of tablesRead(select)) if (!own.has(name)) await add(name, []);
  return ctes;
}

async function bindingOf(name: string, tables: LakeTables): Promise<string | null> {
  const landing = glueLandingTables.find((table) => table.name === name);
  if (landing === failedInputs) {
    const [failed, read] = [boundOf(await tables.spanOf(name)), boundOf(await tables.spanOf(inputs.name))];
    return failedInputsSelect(tables.database, { failed, inputs: read });
  }
  if (landing !== undefined) return landingSelect(landing, tables.database, await tables.spanOf(name));
  const answer = icebergTables.find((table) => table.name === name);
  if (answer !== undefined) return tables.absent.has(name) ? emptyAnswer(answer) : null;
  const stage = QUESTION_STAGES.find((each) => stageTable(each) === name && !BUILDING_BLOCKS.has(each));
  if (stage !== undefined) return tables.sql(`correlate/${stage}.sql`);
  if (name === 'files') return filesSelect(tables);
  return name === 'days' ? DAYS : null;
}

/** The columns of the same table on one machine, and only the days it has. */
function landingSelect(table: Table, database: string, span: TableSpan): string {
  const columns = LEDGER.includes(table) ? Object.keys(table.columns).join(', ') : '*';
  return `SELECT ${columns} FROM "${database}"."${table.name}" WHERE ${boundOf(span)}`;
}

function boundOf(span: TableSpan): string {
  return span === null ? 'false' : `dt BETWEEN ${sqlLiteral(span[0])} AND ${sqlLiteral(span[1])}`;
}

function emptyAnswer(table: Table): string {
  const types = new Map(Object.entries(table.columns).map(([name, column]) => [name, QUERY_TYPES[column.type]]));
  const columns = icebergColumns(table).map(([name]) => `CAST(NULL AS ${types.get(name) ?? 'varchar'}) AS ${name}`);
  return `SELECT ${columns.join(', ')} WHERE false`;
}

/** Rows by file. Sizes are in the listing of the bucket, which SQL does not see; answers are not files of this kind here. */
async function filesSelect({ database, spanOf }: LakeTables): Promise<string> {
  const of: string[] = [];
  for (const { name } of landingTables) {
    // the path is a column of the table itself, which a CTE of all its columns would not have
    const rows = `SELECT "$path" AS location, '${name}' AS table_name, dt FROM "${database}"."${name}"`;
    of.push(`${rows} WHERE ${boundOf(await spanOf(name))}`);
  }
  return `SELECT regexp_replace(location, '^s3://[^/]+/', '') AS path, table_name, dt, count(*) AS row_count, CAST(NULL AS bigint) AS size_bytes,
  regexp_extract(location, '([^/-]+)-[0-9]+[.]parquet$', 1) AS batch_id, CAST(NULL AS bigint) AS schema_version
FROM (\n${of.join('\nUNION ALL\n')}\n) listed
GROUP BY location, table_name, dt`;
}

/** Days by the last run that settled them, and by the inputs that brought them events since. */
const DAYS = `WITH latest AS (
  SELECT dt, started_at_ms, as_of, as_of_ms, not_final, configuration_hash, rules_version FROM (
    SELECT c.dt, r.started_at_ms, r.as_of, r.as_of_ms, c.not_final, r.configuration_hash, r.rules_version,
      row_number() OVER (PARTITION BY c.dt ORDER BY r.started_at_ms DESC, r.run_id DESC) AS place
    FROM day_counts c JOIN runs r ON r.run_id = c.run_id
  ) settled WHERE place = 1
), news AS (
  SELECT m.report_day AS dt, max(i.ingested_at_ms) AS ingested_at_ms
  FROM evidence_marks m JOIN inputs i ON i.batch_id = m.batch_id
  WHERE m.kind = 'events'
  GROUP BY m.report_day
)
SELECT coalesce(n.dt, l.dt) AS dt, CASE WHEN l.dt IS NULL OR n.ingested_at_ms > l.started_at_ms THEN true ELSE false END AS dirty,
  l.as_of AS settled_as_of, l.as_of_ms AS settled_as_of_ms, coalesce(l.not_final, 0) AS open_rows, l.configuration_hash, l.rules_version
FROM news n FULL OUTER JOIN latest l ON l.dt = n.dt`;
