/** Which records stand for an event: duplicates, superseded events and copies of another account (§4 "Duplicates", §6). */
import type { EventRow } from '../../schemas/events-table.ts';
import { compareText, distinct, first } from './evidence-base.ts';

export type RecordState = 'stands' | 'duplicate' | 'superseded' | 'account_copy';

export interface StatedRecord {
  readonly record: EventRow;
  readonly state: RecordState;
  /** True for a duplicate whose bytes differ from the copy that stands. */
  readonly conflicting: boolean;
}

/** The state of every record, in the order given. Decided in this order: duplicate, superseded, copy of another account. */
export function stateRecords(records: readonly EventRow[]): StatedRecord[] {
  const notDuplicate = records.filter((record) => copyThatStays(record, records) === record);
  const notSuperseded = notDuplicate.filter((record) => !isSuperseded(record, records));
  return records.map((record) => {
    const stays = copyThatStays(record, records);
    if (stays !== record) return { record, state: 'duplicate', conflicting: stays.record_sha256 !== record.record_sha256 };
    if (isSuperseded(record, records)) return { record, state: 'superseded', conflicting: false };
    if (isAccountCopy(record, notSuperseded)) return { record, state: 'account_copy', conflicting: false };
    return { record, state: 'stands', conflicting: false };
  });
}

/** Same id and same event time: the lowest hash stays, then the lowest source file, then the lowest place in it. */
function copyThatStays(record: EventRow, records: readonly EventRow[]): EventRow {
  const copies = records.filter((other) => other.event_id === record.event_id && other.event_time_ms === record.event_time_ms);
  const byHash = (a: EventRow, b: EventRow) =>
    compareText(a.record_sha256, b.record_sha256) || compareText(a.source_file, b.source_file) || a.source_index - b.source_index;
  return first(copies, byHash) ?? record;
}

/** Another record names it in its `addendum`, whichever came first, on whatever day. */
function isSuperseded(record: EventRow, records: readonly EventRow[]): boolean {
  return records.some((other) => other.corrects_event_id === record.event_id && other.event_id !== record.event_id);
}

/** Same shared id and time, other recipient: the caller's account's copy stays, else that of the lowest recipient. */
function isAccountCopy(record: EventRow, records: readonly EventRow[]): boolean {
  if (record.shared_event_id === null || record.recipient_account_id === null) return false;
  const copies = records.filter(
    (other) => other.shared_event_id === record.shared_event_id && other.event_time_ms === record.event_time_ms,
  );
  const callers = copies.map((copy) => copy.account_id);
  const recipients = distinct(copies.flatMap((copy) => (copy.recipient_account_id === null ? [] : [copy.recipient_account_id])));
  const stays = recipients.find((recipient) => callers.includes(recipient)) ?? recipients[0];
  return record.recipient_account_id !== stays;
}
