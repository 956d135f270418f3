/**
 * Usage reports that do not count any more although they say more. The report modified last speaks for its account, region and
 * day, whole; a copy that was cut or filtered on its way would take sessions away without a word.
 */
import type { InputProblem } from '../lake/ingest-summary.ts';
import type { LakeReader } from '../lake/ports.ts';
import { formatTime } from '../time.ts';
import { count } from './ingest-text.ts';
import { type AnswerRecord, ask, numberOf, textOf } from './records.ts';
import { REPLACED_REPORTS } from './status-queries.ts';

/** Names the report of one account, region and day. */
export function reportKey(accountId: string | null, region: string | null, reportDay: string | null): string {
  return `${accountId} ${region} ${reportDay}`;
}

/**
 * The replaced reports that have sessions which the report in their place lacks, the latest day first.
 * @param isWanted chooses by `reportKey`
 */
export async function replacedReports(lake: LakeReader, isWanted: (report: string) => boolean = () => true): Promise<InputProblem[]> {
  const rows = await ask(lake, REPLACED_REPORTS);
  return rows
    .filter((row) => isWanted(reportKey(textOf(row, 'account_id'), textOf(row, 'region'), textOf(row, 'report_day'))))
    .map((row) => ({ location: textOf(row, 'source_file') ?? '', status: 'replaced', reason: replacedText(row) }));
}

function replacedText(row: AnswerRecord): string {
  const n = numberOf(row, 'sessions');
  const winner = textOf(row, 'winner_file') ?? '';
  const file = textOf(row, 'source_file') ?? '';
  return (
    `${file} (modified ${formatTime(numberOf(row, 'source_modified_ms'))}) has ${count(n)} ${n === 1 ? 'session' : 'sessions'} of ` +
    `${textOf(row, 'report_day')} in ${textOf(row, 'account_id')} ${textOf(row, 'region')} that ` +
    `${winner === file ? 'its later version' : winner} (modified ${formatTime(numberOf(row, 'winner_modified_ms'))}) lacks, which replaces it; ` +
    'query replaced-reports lists them; if the wrong one counts, ingest a fresh copy of the right one from another path'
  );
}
