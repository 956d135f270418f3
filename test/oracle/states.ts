/** Which records stand for an event (docs/verdicts.md, Records that are not events of their own). */
import type { EventRow } from '../../schemas/events-table.ts';
import { compareText, distinct } from './evidence-base.ts';

export type RecordState = 'stands' | 'duplicate' | 'superseded' | 'account_copy';

export interface StatedRecord {
  readonly record: EventRow;
  readonly state: RecordState;
  /** All copies of the record, itself included. */
  readonly copies: readonly EventRow[];
  /** True for a duplicate whose bytes differ from the copy that stands. */
  readonly conflicting: boolean;
}

/** The state of every record, in the order given. Decided in this order: duplicate, superseded, copy of another account. */
export function stateRecords(records: readonly EventRow[]): StatedRecord[] {
  const notDuplicate = records.filter((record) => copiesOf(record, records)[0] === record);
  const notSuperseded = notDuplicate.filter((record) => !isSuperseded(record, notDuplicate));
  return records.map((record) => {
    const copies = copiesOf(record, records);
    const stated = { record, copies, conflicting: false };
    const [stays] = copies as [EventRow];
    if (stays !== record) return { ...stated, state: 'duplicate', conflicting: stays.record_sha256 !== record.record_sha256 };
    if (isSuperseded(record, notDuplicate)) return { ...stated, state: 'superseded' };
    return { ...stated, state: isAccountCopy(record, notSuperseded) ? 'account_copy' : 'stands' };
  });
}

/** Same id and same event time; the first stays: the lowest hash, then the lowest source file, then the lowest place in it. */
function copiesOf(record: EventRow, records: readonly EventRow[]): EventRow[] {
  return records
    .filter((other) => other.event_id === record.event_id && other.event_time_ms === record.event_time_ms)
    .sort(
      (a, b) =>
        compareText(a.record_sha256, b.record_sha256) || compareText(a.source_file, b.source_file) || a.source_index - b.source_index,
    );
}

/** Another record corrects it, whichever was read first, on whatever day. */
function isSuperseded(record: EventRow, records: readonly EventRow[]): boolean {
  return records.some((other) => corrects(other, record) || correctsLater(other, record));
}

/** Of several corrections of one event the latest stands. */
function correctsLater(later: EventRow, earlier: EventRow): boolean {
  return later.event_time_ms > earlier.event_time_ms && areRivals(later, earlier);
}

/** True of two records that claim to correct the same event and are of the same call. */
export function areRivals(a: EventRow, b: EventRow): boolean {
  const [left, right] = [a.corrects_request_id, b.corrects_request_id];
  return (
    a.event_id !== b.event_id &&
    a.corrects_event_id !== null &&
    a.corrects_event_id === b.corrects_event_id &&
    isOfOneCall(a, b) &&
    (left === null || right === null || left === right)
  );
}

function isOfOneCall(a: EventRow, b: EventRow): boolean {
  return (
    a.recipient_account_id === b.recipient_account_id &&
    a.account_id === b.account_id &&
    a.event_source === b.event_source &&
    a.event_name === b.event_name &&
    a.bucket === b.bucket &&
    a.object_key === b.object_key
  );
}

/** True when a record names an event in its `addendum` and is of the same call; any other that claims so is an event of its own. */
function corrects(correction: EventRow, original: EventRow): boolean {
  const requestId = correction.corrects_request_id;
  return (
    correction.corrects_event_id === original.event_id &&
    correction.event_id !== original.event_id &&
    isOfOneCall(correction, original) &&
    (requestId === null || original.request_id === null || requestId === original.request_id) &&
    (correction.event_time_ms > original.event_time_ms ||
      (correction.event_time_ms === original.event_time_ms && original.corrects_event_id !== correction.event_id))
  );
}

/** Same call, shared id and time, other recipient: the caller's account's copy stays, else that of the lowest recipient. */
function isAccountCopy(record: EventRow, records: readonly EventRow[]): boolean {
  if (record.shared_event_id === null || record.recipient_account_id === null) return false;
  const copies = records.filter(
    (other) =>
      other.shared_event_id === record.shared_event_id &&
      other.event_time_ms === record.event_time_ms &&
      other.event_source === record.event_source &&
      other.event_name === record.event_name &&
      other.bucket === record.bucket &&
      other.object_key === record.object_key,
  );
  const callers = copies.map((copy) => copy.account_id);
  const recipients = distinct(copies.flatMap((copy) => (copy.recipient_account_id === null ? [] : [copy.recipient_account_id])));
  const stays = recipients.find((recipient) => callers.includes(recipient)) ?? recipients[0];
  return record.recipient_account_id !== stays;
}
