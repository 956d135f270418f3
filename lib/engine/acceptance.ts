/** Keeps what somebody accepted in the ledger of a lake on one machine. */
import { storedColumns, type Table } from '../../schemas/table.ts';
import { acceptances, evidenceMarks } from '../../schemas/tables.ts';
import type { NewAcceptance } from '../answer/acceptance.ts';
import type { QueryValue } from '../lake/ports.ts';
import { sqlLiteral } from '../sql-template.ts';
import type { Lake } from './lake.ts';

/** Adds acceptances and their marks, all or none. @param lake opened for writing */
export async function keepAcceptances(lake: Lake, given: readonly NewAcceptance[]): Promise<void> {
  await lake.database.transaction(async () => {
    for (const { acceptance, mark } of given) {
      await insertRow(lake, acceptances, acceptance);
      await insertRow(lake, evidenceMarks, mark);
    }
  });
}

async function insertRow(lake: Lake, table: Table, row: Readonly<Record<string, QueryValue>>): Promise<void> {
  const stored = storedColumns(table);
  const names = Object.keys(table.columns);
  const values = names.map((name) =>
    stored.includes(name) ? sqlLiteral(row[name] ?? null) : `epoch_ms(${sqlLiteral(row[`${name}_ms`] ?? null)})`,
  );
  await lake.database.run(`INSERT INTO ${table.name} (${names.join(', ')}) VALUES (${values.join(', ')})`);
}
