/** What digests say of log files, beside a verdict and in a status. It never changes a verdict. */
import { type Bold, cell, line } from './explanation-line.ts';
import { count } from './number-text.ts';
import { type AnswerRecord, numberOf } from './records.ts';

/** Accounts and regions shown; the JSON form has all, by day. */
const LISTED = 10;

/** One line; none for a log file that was never checked: the status says that once. */
export function logCheckLines(check: AnswerRecord | null): string[] {
  if (check === null) return [];
  const key = check['key_fingerprint'] === null ? '' : `; key ${cell(check, 'key_fingerprint')} (${cell(check, 'key_source')})`;
  const checked = `; checked ${cell(check, 'checked_at')}`;
  return [line('log file', `${STATES[cell(check, 'state')] ?? cell(check, 'state')}: ${cell(check, 'note')}${key}${checked}`)];
}

const STATES: Readonly<Record<string, string>> = {
  verified: 'verified',
  modified: 'MODIFIED: the verdict rests on a file that is not as CloudTrail wrote it',
  unlisted: 'UNLISTED: no digest vouches for it',
  not_covered: 'not covered by digests',
};

const COUNTS = [
  ['modified', 'MODIFIED'],
  ['missing', 'MISSING'],
  ['unlisted', 'UNLISTED'],
  ['verified', 'verified'],
  ['not_covered', 'not covered'],
  ['not_checked', 'not checked'],
] as const;

/** @param rows counts by account, region and day */
export function integrityStatusText(rows: readonly AnswerRecord[], bold: Bold): string[] {
  if (rows.length === 0) return [];
  const places = new Map<string, Record<string, number>>();
  for (const row of rows) {
    const place = `${cell(row, 'account_id') || 'no account'} ${cell(row, 'region') || 'no region'}`;
    const counts = places.get(place) ?? {};
    for (const [column] of COUNTS) counts[column] = (counts[column] ?? 0) + numberOf(row, column);
    places.set(place, counts);
  }
  const bad = (counts: Record<string, number>) => (counts['modified'] ?? 0) + (counts['missing'] ?? 0) + (counts['unlisted'] ?? 0);
  const ordered = [...places].sort(([, a], [, b]) => bad(b) - bad(a));
  const lines = ordered.slice(0, LISTED).map(([place, counts]) => {
    const told = COUNTS.filter(([column]) => (counts[column] ?? 0) > 0).map(([column, word]) => `${count(counts[column] ?? 0)} ${word}`);
    return `  ${place}: ${told.join(', ')}`;
  });
  if (ordered.length > LISTED) lines.push(`  … ${count(ordered.length - LISTED)} more (--output json lists all)`);
  const unchecked = ordered.some(([, counts]) => (counts['not_checked'] ?? 0) > 0);
  return ['', bold('log files against digests'), ...lines, ...(unchecked ? ['  verify-logs checks those that are not checked'] : [])];
}
