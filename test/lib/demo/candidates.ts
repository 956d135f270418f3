/** Who could have made a record, by its address alone: design §4, every session of the reports against the record. */
import { readSourceAddress } from '../../../lib/address.ts';
import type { TruthRow } from '../../../lib/demo/truth.ts';
import { parseTime } from '../../../lib/time.ts';

export interface AddressedRecord {
  readonly eventID: string;
  readonly eventTime: string;
  readonly recipientAccountId: string;
  readonly sourceIPAddress: string;
  readonly additionalEventData?: { readonly startTime?: number };
}

type Row = Record<string, string>;

/** Epoch milliseconds; NaN when it is no time. */
export function ms(text: string | undefined): number {
  return parseTime(text ?? '')?.ms ?? Number.NaN;
}

/** The rows of the truth that the sessions do not allow, and how many were looked at: fleet events from private addresses. */
export function checkTruth(records: readonly AddressedRecord[], truth: ReadonlyMap<string, TruthRow>, sessions: readonly Row[]) {
  const onAddress = new Map<string, Stay[]>();
  for (const row of sessions) {
    const place = `${row['aws_account_id']}/${row['eni_private_ip_address']}`;
    const list = onAddress.get(place) ?? [];
    list.push(stay(row));
    onAddress.set(place, list);
  }
  const wrong: TruthRow[] = [];
  let checked = 0;
  for (const record of records) {
    const row = truth.get(record.eventID) as TruthRow;
    if (row.kind !== 'fleet' && row.kind !== 'thief' && row.kind !== 'nobody') continue;
    if (readSourceAddress(record.sourceIPAddress).kind !== 'private') continue;
    checked++;
    const users = candidates(record, onAddress.get(`${record.recipientAccountId}/${record.sourceIPAddress}`) ?? []);
    const allowed = users.size === 0 ? 'unattributed' : users.size === 1 ? 'attributed' : 'ambiguous';
    if (row.expected_verdict !== allowed || (users.size > 0 && !users.has(row.user_id as string))) wrong.push(row);
  }
  return { wrong, checked };
}

interface Stay {
  readonly user: string;
  readonly start: number;
  readonly end: number;
  readonly connected: boolean;
  /** Nobody else is on the instance. */
  readonly alone: boolean;
}

function stay(row: Row): Stay {
  return {
    user: row['user_id'] as string,
    start: ms(row['session_start_time']),
    end: ms(row['session_end_time']),
    connected: row['connected_at_least_once'] === 'true',
    alone: row['is_multisession'] === 'false',
  };
}

function candidates(record: AddressedRecord, here: readonly Stay[]): Set<string> {
  const precise = record.additionalEventData?.startTime !== undefined;
  const t = record.additionalEventData?.startTime ?? ms(record.eventTime);
  const cut = (time: number) => (precise ? time : Math.floor(time / 1000) * 1000);
  const users = new Set<string>();
  for (const one of here) {
    if (!one.connected || cut(one.start) > t || t > cut(one.end) + 300_000) continue;
    const newcomer = () => here.some((other) => other !== one && other.alone && other.start >= one.end && cut(other.start) <= t);
    if (t <= cut(one.end) || !newcomer()) users.add(one.user);
  }
  return users;
}
