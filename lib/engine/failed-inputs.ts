/** Failed inputs that are not expected any longer although nothing was read at their location. */
import type { FailedInputRow } from '../../schemas/ledger-tables.ts';
import { failureMarks } from '../lake/evidence-notes.ts';
import { batchId } from '../lake/layout.ts';
import { sqlLiteral } from '../sql-template.ts';
import type { Lake } from './lake.ts';

/**
 * Takes failed inputs out of the ledger, and marks once more what each of them may have been of: those that can be read
 * again and hold what is known, and folders that could not be looked into and whose files are found now.
 * @param readable locations that were read without giving anything new
 * @param found locations of all inputs of this ingestion
 */
export async function forgetFailed(lake: Lake, readable: readonly string[], found: readonly string[]): Promise<void> {
  const { database } = lake;
  const failed = await database.rows<FailedInputRow>(
    'SELECT location, kind, reason, account_id, region, report_day, failed_at_ms FROM failed_inputs ORDER BY location',
  );
  if (failed.length === 0) return;
  const readAgain = new Set(readable);
  const listed = new Set(found);
  const isOver = ({ location }: FailedInputRow) =>
    readAgain.has(location) || (!listed.has(location) && found.some((each) => each.startsWith(`${location}/`)));
  const over = failed.filter(isOver);
  if (over.length === 0) return;
  const id = sqlLiteral(batchId(over.map(({ location }) => ({ location, sha256: '' }))));
  const marks = over.flatMap(failureMarks).map((mark) => [mark.kind, mark.account_id, mark.region, mark.report_day].map(sqlLiteral));
  await database.transaction(async () => {
    await database.run(`DELETE FROM failed_inputs WHERE location IN (${over.map(({ location }) => sqlLiteral(location)).join(', ')})`);
    for (const mark of marks) {
      await database.run(`INSERT INTO evidence_marks (batch_id, kind, account_id, region, report_day) VALUES (${id}, ${mark.join(', ')})`);
    }
  });
}
