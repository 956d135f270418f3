/** What `accept` did, as text. */
import type { AcceptanceRow } from '../../schemas/ledger-tables.ts';
import { formatTime } from '../time.ts';
import { printable } from './cell.ts';

export interface Accepted {
  /** Kept by this command. */
  readonly accepted: readonly AcceptanceRow[];
  /** Kept before, so that nothing was to be done. */
  readonly before: readonly AcceptanceRow[];
  /** What to do next; null when nothing is. */
  readonly next: string | null;
}

/** @param bold marks headings */
export function acceptedText({ accepted, before, next }: Accepted, bold: (text: string) => string = (text) => text): string {
  const lines = [
    ...(accepted.length > 0 ? [bold('accepted'), ...accepted.map((each) => `  ${placeOf(each)}: ${printable(each.reason)}`)] : []),
    ...(before.length > 0 ? [bold('accepted before'), ...before.map((each) => `  ${acceptanceText(each)}`)] : []),
    ...(next === null ? [] : [`next: ${next}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Input, line and content. */
export function placeOf({
  location,
  version,
  source_index: line,
}: Omit<AcceptanceRow, 'reason' | 'accepted_by' | 'accepted_at_ms'>): string {
  const where = line === null ? printable(location) : `${printable(location)} line ${line}`;
  return `${where} (${version === null ? 'could not be opened' : `sha256 ${printable(version)}`})`;
}

/** One acceptance: what, who, when, why. */
export function acceptanceText(each: AcceptanceRow): string {
  return `${placeOf(each)}, by ${printable(each.accepted_by)} at ${formatTime(each.accepted_at_ms)}: ${printable(each.reason)}`;
}
