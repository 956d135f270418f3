/** Temporary tables of the embedded engine, made of SQL or of literals. */
import type { ConfiguredTable } from '../correlate/stages.ts';
import { sqlLiteral } from '../sql-template.ts';
import type { Lake } from './lake.ts';

const TYPES = { text: 'VARCHAR', boolean: 'BOOLEAN', bigint: 'BIGINT' } as const;

/** A table of the rows of a SELECT, in the place of one of its name. */
export async function createTemporary(lake: Lake, name: string, select: string): Promise<void> {
  await lake.database.run(`CREATE OR REPLACE TEMP TABLE ${name} AS ${select}`);
}

/** A small table made of literals. */
export async function createConfigured(lake: Lake, table: ConfiguredTable): Promise<void> {
  const columns = table.columns.map(([name, type]) => `${name} ${TYPES[type]}`).join(', ');
  await lake.database.run(`CREATE OR REPLACE TEMP TABLE ${table.name} (${columns})`);
  if (table.rows.length === 0) return;
  const rows = table.rows.map((row) => `(${row.map(sqlLiteral).join(', ')})`).join(', ');
  await lake.database.run(`INSERT INTO ${table.name} VALUES ${rows}`);
}
