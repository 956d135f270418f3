/** Report days that several issues speak for: what one of them says, another one does not, so nobody knows which is right. */
import type { InputProblem } from '../lake/ingest-summary.ts';
import type { LakeReader } from '../lake/ports.ts';
import { formatTime } from '../time.ts';
import { printable } from './cell.ts';
import { count } from './number-text.ts';
import { type AnswerRecord, ask, numberOf, textOf } from './records.ts';
import { CONTESTED_ISSUES } from './status-queries.ts';

/** Issues named of one day. */
const LISTED = 5;

/** Names the report of one account, region and day. */
export function reportKey(accountId: string | null, region: string | null, reportDay: string | null): string {
  return `${accountId} ${region} ${reportDay}`;
}

/**
 * The contested days, the latest first, each under the location of its last issue.
 * @param isWanted chooses by `reportKey`
 */
export async function contestedReports(lake: LakeReader, isWanted: (report: string) => boolean = () => true): Promise<InputProblem[]> {
  const days = new Map<string, AnswerRecord[]>();
  for (const row of await ask(lake, CONTESTED_ISSUES)) {
    const key = reportKey(textOf(row, 'account_id'), textOf(row, 'region'), textOf(row, 'report_day'));
    if (isWanted(key)) days.set(key, [...(days.get(key) ?? []), row]);
  }
  return [...days.values()].map((issues) => ({
    location: textOf(issues.at(-1) as AnswerRecord, 'source_file') ?? '',
    status: 'contested',
    reason: contestedText(issues),
  }));
}

function contestedText(issues: readonly AnswerRecord[]): string {
  const [first] = issues as [AnswerRecord];
  const named = issues.slice(-LISTED).map((issue) => {
    const version = textOf(issue, 'version');
    const of = version === null ? '' : `, sha256 ${printable(version)}`;
    return `${textOf(issue, 'source_file')} (modified ${formatTime(numberOf(issue, 'source_modified_ms'))}${of})`;
  });
  return (
    `the report of ${textOf(first, 'report_day')} in ${textOf(first, 'account_id')} ${textOf(first, 'region')} was rewritten: ` +
    `${count(issues.length)} issues of it count, because none covers the others: ${issues.length > LISTED ? '… ' : ''}${named.join(', ')}; ` +
    'look at finding report-rewritten: it says, user by user, what changed; verdicts that hang on it are not final'
  );
}
