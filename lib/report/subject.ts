/** What a report is about, as it was asked for, and what that means for the questions that it asks. */

import { type AnswerRecord, numberOf, textOf, textsOf } from '../answer/records.ts';
import { nearest } from '../config/near-miss.ts';
import { UsageError } from '../errors.ts';
import type { QueryValue } from '../lake/ports.ts';
import { formatTime } from '../time.ts';

/** Kinds of subjects; `lake` is everything in the window. */
export const SUBJECT_KINDS = ['lake', 'user', 'session', 'finding', 'bucket', 'event'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** What was asked for on the command line. */
export interface SubjectRequest {
  readonly user?: string;
  readonly session?: string;
  readonly finding?: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly event?: string;
}

/** A subject that is in the lake. */
export interface Subject {
  readonly kind: SubjectKind;
  /** Its id as the lake has it; empty for `lake`. */
  readonly id: string;
  /** Key of an object; empty when the subject is no object. */
  readonly key: string;
  /** How its rows were chosen, a sentence for the reader. */
  readonly chosen: string;
  /** Values of the parameters of `subject-events.sql`, except the window. */
  readonly filter: Readonly<Record<string, QueryValue>>;
}

/** Asks one file of `sql/report/`. */
export type AskFile = (name: string, values: Readonly<Record<string, QueryValue>>) => Promise<AnswerRecord[]>;

/** How long before and after an event that has no session its address is looked at, milliseconds. */
const AROUND_MS = 3_600_000;

const NOTHING = {
  has_subject: true,
  user_id: '',
  session_id: '',
  bucket: '',
  object_key: '',
  event_ids: [''],
  address: '',
  address_from_ms: 0,
  address_to_ms: 0,
} as const;

/**
 * Which one subject was asked for.
 * @throws UsageError when several were given, or a key without its bucket
 */
export function requestedKind(request: SubjectRequest): SubjectKind {
  const given = SUBJECT_KINDS.filter((kind) => kind !== 'lake' && request[kind] !== undefined);
  if (given.length > 1)
    throw new UsageError(`a report is about one thing, and ${given.map((kind) => `--${kind}`).join(' and ')} were given`, {
      remedy: 'make a report for each',
    });
  if (request.key !== undefined && request.bucket === undefined)
    throw new UsageError('--key needs --bucket', { remedy: 'give the bucket that the object is in' });
  const [kind = 'lake'] = given;
  if (kind !== 'lake' && request[kind] === '') throw new UsageError(`--${kind} is empty`);
  return kind;
}

/**
 * Finds the subject in the lake.
 * @throws UsageError when it is not there, naming the nearest that is
 */
export async function resolveSubject(request: SubjectRequest, ask: AskFile): Promise<Subject> {
  const kind = requestedKind(request);
  const id = kind === 'lake' ? '' : String(request[kind]);
  switch (kind) {
    case 'lake':
      return {
        kind,
        id,
        key: '',
        chosen: 'Every event in scope of the window.',
        filter: { ...NOTHING, has_subject: false },
      };
    case 'user':
      return userSubject(id, ask);
    case 'session':
      return sessionSubject(id, ask);
    case 'finding':
      return findingSubject(id, ask);
    case 'bucket':
      return bucketSubject(id, request.key ?? '', ask);
    case 'event':
      return eventSubject(id, ask);
  }
}

async function userSubject(id: string, ask: AskFile): Promise<Subject> {
  const known = (await ask('resolve-user', { user_id: id })).map((row) => String(row['user_id']));
  if (!known.includes(id)) {
    const near = known[0] ?? (await nearestName('user', id, ask));
    throw new UsageError(`no user ${JSON.stringify(id)} is in this lake`, {
      remedy: near === null ? 'query bytes-by-user lists those that are' : `did you mean ${near}?`,
    });
  }
  return {
    kind: 'user',
    id,
    key: '',
    chosen:
      'Events that name this user, events of which the user is a candidate, events whose credentials name the user, and events on ' +
      'objects in the home folder of the user.',
    filter: { ...NOTHING, user_id: id },
  };
}

async function sessionSubject(id: string, ask: AskFile): Promise<Subject> {
  const found = await ask('resolve-session', { session_id: id });
  if (found.length === 0)
    throw new UsageError(`no session ${JSON.stringify(id)} is in this lake`, {
      remedy: 'query sessions-of-user lists the sessions of a user',
    });
  return {
    kind: 'session',
    id,
    key: '',
    chosen: 'Events that name this session, and events of which it is a candidate.',
    filter: { ...NOTHING, session_id: id },
  };
}

async function findingSubject(id: string, ask: AskFile): Promise<Subject> {
  const found = one(await ask('resolve-finding', { finding_id: id }), 'finding', 'finding_id', id, 'query findings-open lists them');
  const session = textOf(found, 'session_id') ?? '';
  const user = session === '' ? (textOf(found, 'user_id') ?? '') : '';
  return {
    kind: 'finding',
    id: String(found['finding_id']),
    key: '',
    chosen:
      `The events that the finding rests on${session === '' ? '' : ', and everything its session did'}` +
      `${user === '' ? '' : ', and everything of its user'}.`,
    filter: { ...NOTHING, event_ids: ['', ...textsOf(found, 'event_ids')], session_id: session, user_id: user },
  };
}

async function bucketSubject(bucket: string, key: string, ask: AskFile): Promise<Subject> {
  const found = await ask('resolve-object', { bucket, object_key: key });
  if (found.length === 0) {
    const near = await nearestName('bucket', bucket, ask);
    throw new UsageError(`no event on the bucket ${JSON.stringify(bucket)} is in this lake`, {
      remedy: near === null ? 'query bucket-activity lists the buckets' : `did you mean ${near}?`,
    });
  }
  if (key !== '' && found.every((row) => numberOf(row, 'matching') === 0))
    throw new UsageError(`no event on the object ${JSON.stringify(key)} of ${bucket} is in this lake`, {
      remedy: 'keys are compared as CloudTrail writes them; query prefix-history lists those below a prefix',
    });
  const what = key === '' ? 'bucket' : 'object';
  return {
    kind: 'bucket',
    id: bucket,
    key,
    chosen: `Events on this ${what}, and copies from it.`,
    filter: { ...NOTHING, bucket, object_key: key },
  };
}

async function eventSubject(id: string, ask: AskFile): Promise<Subject> {
  const rows = await ask('resolve-event', { event_id: id });
  const event = one(rows, 'event', 'event_id', id, 'explain says why an event has no verdict');
  const session = textOf(event, 'session_id') ?? '';
  const address = textOf(event, 'source_address') ?? '';
  const at = numberOf(event, 'event_time_ms');
  const isPlace = session === '' && address !== '' && ['private', 'public', 'ipv6'].includes(String(event['source_address_kind']));
  const around = isPlace
    ? `, and what came from its address ${address} within an hour of it (${formatTime(at - AROUND_MS)} to ${formatTime(at + AROUND_MS)})`
    : session === ''
      ? ''
      : ', and everything its session did';
  return {
    kind: 'event',
    id: String(event['event_id']),
    key: '',
    chosen: `The event${around}.`,
    filter: {
      ...NOTHING,
      event_ids: ['', String(event['event_id'])],
      session_id: session,
      ...(isPlace ? { address, address_from_ms: at - AROUND_MS, address_to_ms: at + AROUND_MS } : {}),
    },
  };
}

/** The one row with an id, or with an id that begins so. @throws UsageError when there is none, or several */
function one(rows: readonly AnswerRecord[], what: string, column: string, id: string, remedy: string): AnswerRecord {
  const ids = [...new Set(rows.map((row) => String(row[column])))];
  const [found] = rows;
  if (found === undefined) throw new UsageError(`no ${what} ${JSON.stringify(id)} is in this lake`, { remedy });
  if (ids.length > 1 && !ids.includes(id))
    throw new UsageError(`several ${what}s begin with ${id}`, { remedy: `give more of one of ${ids.join(', ')}` });
  return rows.find((row) => row[column] === id) ?? found;
}

async function nearestName(kind: string, name: string, ask: AskFile): Promise<string | null> {
  const names = (await ask('known-names', {})).filter((row) => row['kind'] === kind).map((row) => String(row['name']));
  return nearest(name, names) ?? names.find((each) => each.toLowerCase().includes(name.toLowerCase())) ?? null;
}
