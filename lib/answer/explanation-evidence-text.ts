/** What is wrong with the evidence of an event, as text: differing copies, refused corrections, unread and contested reports. */

import { formatTime } from '../time.ts';
import { cellText, printable } from './cell.ts';
import type { DayEvidence } from './explanation-evidence.ts';
import { type Bold, cell, line } from './explanation-line.ts';
import type { ClaimedCorrection, CopyDifference, SiblingCorrection } from './explanation-record.ts';
import type { AnswerRecord } from './records.ts';

/** Entries shown of anything that can be long; the JSON form has all. */
const LISTED = 10;

/** The copies side by side, column by column. */
export function differenceLines(differences: readonly CopyDifference[], bold: Bold): string[] {
  if (differences.length === 0) return [];
  const deciding = differences.filter((each) => each.decides).length;
  const title =
    deciding > 0 ? `copies that differ in what a verdict depends on (${deciding})` : 'copies that differ in what no verdict depends on';
  return [
    '',
    bold(title),
    ...shortened(
      differences.map(({ column, decides, values }) => {
        const sides = values.slice(0, LISTED).map((value) => cellText(value) || '(none)');
        return `  ${column}${decides || deciding === 0 ? '' : ' (decides nothing)'}: ${sides.join(' | ')}`;
      }),
    ),
  ];
}

export function correctionLines(
  corrections: readonly ClaimedCorrection[],
  claim: ClaimedCorrection | null,
  siblings: readonly SiblingCorrection[],
): string[] {
  const said = (each: ClaimedCorrection) => (each.reason === null ? '' : `, reason ${printable(each.reason)}`);
  const refused = corrections.filter((each) => each.refused !== null);
  return [
    ...(claim === null
      ? []
      : [
          line(
            'claims to correct',
            `${printable(claim.eventId)}${said(claim)}${claim.refused === null ? '' : `; refused: ${claim.refused}`}`,
          ),
        ]),
    ...siblings.map((each) => line('also corrected by', `${printable(each.eventId)} at ${cellText(each.eventTime)}, ${each.is}`)),
    ...refused.map((each) => line('refused', `${printable(each.eventId)} claims to correct this event${said(each)}: ${each.refused}`)),
  ];
}

/** Evidence of the event's days that could not be read, was accepted as unreadable, or is contested. */
export function evidenceLines({ fromDay, toDay, unread, contested }: DayEvidence, bold: Bold): string[] {
  const open = unread.filter(({ unread: of }) => of['accepted'] !== true);
  const accepted = unread.filter(({ unread: of }) => of['accepted'] === true);
  const days = `${fromDay} to ${toDay}`;
  const lines: string[] = [];
  if (open.length > 0) {
    const texts = open.map(({ unread: of }) => `  ${unreadPlace(of)}: ${cell(of, 'reason')}`);
    lines.push('', bold(`could not be read, of ${days} (${open.length})`), ...shortened(texts));
  }
  if (accepted.length > 0) {
    const texts = accepted.map(({ unread: of, acceptance: a }) => {
      if (a === null) return `  ${unreadPlace(of)}: who accepted it is not in the ledger`;
      const content = a.version === null ? 'could not be opened' : `sha256 ${printable(a.version)}`;
      return `  ${unreadPlace(of)} (${content}), by ${printable(a.accepted_by)} at ${formatTime(a.accepted_at_ms)}: ${printable(a.reason)}`;
    });
    lines.push('', bold(`accepted as never readable, of ${days} (${accepted.length})`), ...shortened(texts));
  }
  if (contested.length > 0) {
    const texts = contested.map(
      (each) =>
        `  ${cell(each, 'report_day')} ${cell(each, 'account_id')} ${cell(each, 'region')}: ${cell(each, 'source_file')}, ` +
        `sha256 ${cell(each, 'version') || 'not in the ledger'}, modified ${formatTime(Number(each['source_modified_ms']))}` +
        `${each['counts'] === true ? '' : ', replaced'}`,
    );
    lines.push('', bold(`report days that several issues speak for, of ${days}`), ...shortened(texts));
  }
  return lines;
}

/** Day, input and line. */
function unreadPlace(of: AnswerRecord): string {
  const where = `${cell(of, 'location')}${of['source_index'] === null ? '' : ` line ${cell(of, 'source_index')}`}`;
  return `${cell(of, 'report_day') || 'any day'}: ${where}`;
}

function shortened(lines: readonly string[]): string[] {
  const more = lines.length - LISTED;
  return more > 0 ? [...lines.slice(0, LISTED), `  … ${more} more (--output json lists all)`] : [...lines];
}
