/** `explain` as it is asked of a lake and of a deployment: finds out which event is meant, and shows rows of the table of verdicts. */
import { explainSubject } from '../lib/answer/explain-subject.ts';
import { type Explanation, explainEvent } from '../lib/answer/explanation.ts';
import type { EvidenceWindow } from '../lib/answer/explanation-evidence.ts';
import { reasonsOfRow } from '../lib/answer/reasons.ts';
import { wrapped } from '../lib/answer/shortened-text.ts';
import { UsageError } from '../lib/errors.ts';
import type { LakeReader } from '../lib/lake/ports.ts';
import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** @param subject as it was typed @throws UsageError when it means no event, or several; AuditError when the event is not there */
export async function explain(terminal: Terminal, lake: LakeReader, subject: string, window: EvidenceWindow): Promise<Explanation> {
  const { eventId, remark } = await explainSubject(lake, subject);
  if (remark !== null) terminal.log(remark);
  return explainEvent(lake, eventId, window);
}

/** Shows what a row of the table of verdicts means; no lake is needed. @throws UsageError for a row that is not there */
export async function showRule(terminal: Terminal, row: string): Promise<0> {
  const reasons = reasonsOfRow(row);
  if (reasons.length === 0)
    throw new UsageError(`there is no row ${JSON.stringify(row)} in the table of verdicts`, { remedy: 'give 0 to 9, or S' });
  const width = terminal.form.width ?? 120;
  await terminal.document(reasons, () =>
    reasons.map(({ verdict, reason, sentence }) => wrapped(`${terminal.bold(`${verdict} (${reason})`)}: ${sentence}`, width)).join(''),
  );
  return EXIT.done;
}
