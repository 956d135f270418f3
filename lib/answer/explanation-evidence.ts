/** What is wrong with the evidence of an event's days: what could not be read, what was accepted as such, what is contested. */
import type { AcceptanceRow } from '../../schemas/ledger-tables.ts';
import type { LakeReader } from '../lake/ports.ts';
import { formatDt } from '../time.ts';
import { ACCEPTED_OF_LOCATIONS, CONTESTED_OF_DAYS, UNREAD_OF_DAYS } from './explanation-queries.ts';
import { type AnswerRecord, ask, numberOf, textOf } from './records.ts';

/** How far around an event reports matter, as configured. */
export interface EvidenceWindow {
  readonly graceSeconds: number;
  readonly longestSessionHours: number;
}

/** Something that could not be read, with the word of whoever accepted it. */
export interface UnreadOfDay {
  readonly unread: AnswerRecord;
  /** Whose word closes it; null while it keeps its day open (`accepted` of `unread` says which). */
  readonly acceptance: AcceptanceRow | null;
}

export interface DayEvidence {
  /** First and last day on which a session that covers the time can be reported, inclusive. */
  readonly fromDay: string;
  readonly toDay: string;
  readonly unread: readonly UnreadOfDay[];
  /** Issues of the days that several issues speak for. */
  readonly contested: readonly AnswerRecord[];
}

/** @param accountId network account; null when it is not one @param t time of the event, epoch milliseconds */
export async function dayEvidence(lake: LakeReader, accountId: string | null, t: number, window: EvidenceWindow): Promise<DayEvidence> {
  const fromDay = formatDt(t - window.graceSeconds * 1000);
  const toDay = formatDt(t + window.longestSessionHours * 3_600_000);
  const days = { from_day: fromDay, to_day: toDay, account_id: accountId ?? '' };
  const unread = await ask(lake, UNREAD_OF_DAYS, days);
  const accepted = unread.filter((each) => each['accepted'] === true).map((each) => String(each['location']));
  const acceptances =
    accepted.length === 0
      ? []
      : ((await ask(lake, ACCEPTED_OF_LOCATIONS, { locations: [...new Set(accepted)] })) as unknown as AcceptanceRow[]);
  return {
    fromDay,
    toDay,
    unread: unread.map((each) => ({
      unread: each,
      acceptance: each['accepted'] === true ? (acceptanceOf(each, acceptances) ?? null) : null,
    })),
    contested: await ask(lake, CONTESTED_OF_DAYS, days),
  };
}

function acceptanceOf(unread: AnswerRecord, acceptances: readonly AcceptanceRow[]): AcceptanceRow | undefined {
  return acceptances.find(
    (each) =>
      each.location === textOf(unread, 'location') &&
      each.version === textOf(unread, 'version') &&
      (each.source_index === null || each.source_index === numberOf(unread, 'source_index')),
  );
}
