/** What an explanation says of the records of an event: how copies differ, and who corrects whom. Pure, over stored rows. */
import type { QueryValue } from '../lake/ports.ts';
import { type AnswerRecord, numberOf, textOf } from './records.ts';

/** A column in which copies of one event differ. */
export interface CopyDifference {
  readonly column: string;
  /** True when a verdict depends on it (docs/verdicts.md, Duplicates). */
  readonly decides: boolean;
  /** The value of each copy, in the order of the copies. */
  readonly values: readonly QueryValue[];
}

/** A record that claims to correct another one. */
export interface ClaimedCorrection {
  readonly eventId: string;
  readonly eventTime: QueryValue;
  readonly reason: string | null;
  /** Why it supersedes nothing; null when it does. */
  readonly refused: string | null;
}

/** Another record that claims to correct the event that a record claims to correct. */
export interface SiblingCorrection {
  readonly eventId: string;
  readonly eventTime: QueryValue;
  /** The later of two corrections counts; of two of one time that differ neither does. */
  readonly is: 'earlier' | 'of the same time' | 'later';
}

/** What a verdict depends on. */
const DECIDING: readonly string[] = [
  'event_time',
  'join_time',
  'event_source',
  'event_name',
  'event_category',
  'account_id',
  'recipient_account_id',
  'region',
  'source_address',
  'vpc_endpoint_id',
  'vpc_endpoint_account_id',
  'principal_type',
  'principal_arn',
  'principal_name',
  'principal_role_arn',
  'role_session_name',
  'access_key_id',
  'invoked_by',
  'source_identity',
  'on_behalf_of_user_id',
  'identity_store_arn',
  'bucket',
  'key_account_id',
  'key_authentication_type',
  'key_user_hash',
];
/** These as well, for calls of AppStream's own role. */
const DECIDING_OF_APPSTREAM: readonly string[] = ['error_code', 'user_agent'];
const APPSTREAM_ROLE = 'AmazonAppStreamServiceAccess';

/** Where and when a copy was read, not what it says; milliseconds stand in the times beside them. */
const PLACE = /^(source_file|source_index|record_sha256|ingested_at|dt)$|_ms$/;

/** The columns in which copies of one event (same id and time) differ, those that decide first. */
export function copyDifferences(copies: readonly AnswerRecord[]): CopyDifference[] {
  const [first, ...others] = copies;
  if (first === undefined || others.length === 0) return [];
  const byAppStream = copies.some((copy) => copy['principal_role'] === APPSTREAM_ROLE);
  const decides = (column: string) => DECIDING.includes(column) || (byAppStream && DECIDING_OF_APPSTREAM.includes(column));
  return Object.keys(first)
    .filter((column) => !PLACE.test(column) && others.some((copy) => plain(copy[column]) !== plain(first[column])))
    .map((column) => ({ column, decides: decides(column), values: copies.map((copy) => copy[column] ?? null) }))
    .sort((a, b) => Number(b.decides) - Number(a.decides));
}

function plain(value: QueryValue | undefined): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner));
}

const SAME: readonly (readonly [column: string, name: string])[] = [
  ['recipient_account_id', 'recipient account'],
  ['account_id', "caller's account"],
  ['event_source', 'service'],
  ['event_name', 'call'],
  ['bucket', 'bucket'],
  ['object_key', 'key'],
];

/** What makes a correction one of another call than a record; null when they are of one call. */
function differsInCall(correction: AnswerRecord, record: AnswerRecord, requestColumn: 'request_id' | 'corrects_request_id'): string | null {
  const other = SAME.filter(([column]) => textOf(correction, column) !== textOf(record, column)).map(([, name]) => name);
  const claimed = textOf(correction, 'corrects_request_id');
  const actual = textOf(record, requestColumn);
  if (claimed !== null && actual !== null && claimed !== actual) other.push('request id');
  return other.length > 0 ? `it is of another ${other.join(', ')}` : null;
}

/** Why a record does not correct an event although it claims to; null when it does (docs/verdicts.md, Corrections). */
export function refusedCorrection(correction: AnswerRecord, event: AnswerRecord): string | null {
  const other = differsInCall(correction, event, 'request_id');
  if (other !== null) return other;
  return numberOf(correction, 'event_time_ms') < numberOf(event, 'event_time_ms') ? 'it is earlier than what it corrects' : null;
}

/** What some records claim of an event. @param claims as `CLAIMED_CORRECTIONS` gives them */
export function claimedCorrections(claims: readonly AnswerRecord[], event: AnswerRecord): ClaimedCorrection[] {
  return claims.map((claim) => ({
    eventId: textOf(claim, 'event_id') ?? '',
    eventTime: claim['event_time'] ?? null,
    reason: textOf(claim, 'correction_reason'),
    refused: refusedCorrection(claim, event),
  }));
}

/** The other corrections of the event that a record claims to correct; those of another call are refused, and left out. */
export function siblingCorrections(claims: readonly AnswerRecord[], record: AnswerRecord): SiblingCorrection[] {
  const own = textOf(record, 'event_id');
  const seen = new Map<string, SiblingCorrection>();
  for (const claim of claims) {
    const eventId = textOf(claim, 'event_id') ?? '';
    if (eventId === own || differsInCall(claim, record, 'corrects_request_id')) continue;
    const after = numberOf(claim, 'event_time_ms') - numberOf(record, 'event_time_ms');
    const is = after === 0 ? 'of the same time' : after > 0 ? 'later' : 'earlier';
    seen.set(`${eventId} ${after}`, { eventId, eventTime: claim['event_time'] ?? null, is });
  }
  return [...seen.values()];
}
