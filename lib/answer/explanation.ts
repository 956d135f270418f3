/** Why an event has the verdict it has: the questions that are asked of the lake, and what they add up to. */
import { AuditError } from '../errors.ts';
import type { LakeReader } from '../lake/ports.ts';
import { DAY_MS } from '../time.ts';
import {
  ADDRESS_SESSIONS,
  ATTRIBUTIONS,
  CANDIDATE_SESSIONS,
  CHANGES,
  DAY_STATE,
  EVENT_COPIES,
  INPUT_OF_FILE,
  INSTANCE_SESSIONS,
  KEY_USERS,
  LOGON,
  OTHER_COPIES,
  RUN,
  SIGHTINGS,
  SIGN_INS,
  SUPERSEDING,
} from './explanation-queries.ts';
import { decidingRow, type ReasonText } from './reasons.ts';
import { type AnswerRecord, ask, numberOf, textOf, textsOf } from './records.ts';

/** How far around the event other sessions of the address are shown, milliseconds. */
const NEARBY_MS = 3_600_000;

/** How long before an event sign-ins are looked for, milliseconds: a streaming URL is valid for at most seven days (F§4). */
const SIGN_IN_MS = 8 * DAY_MS;

export interface ExplainedSession {
  readonly session: AnswerRecord;
  /** True when the verdict lists it; at most ten are stored, so sessions that contain the time count as well. */
  readonly candidate: boolean;
  /** Where it lies to the time of the event: `contains`, `ended before`, `began after`. */
  readonly relation: 'contains' | 'ended before' | 'began after';
  /** Milliseconds between the session's nearer bound and the event; 0 when it contains it. */
  readonly distanceMs: number;
  /** Report rows and snapshot pages it is known from: origin, file, line, time. */
  readonly sources: readonly AnswerRecord[];
  /** The user's last successful sign-in before the session began; null when none is in the lake. */
  readonly signIn: AnswerRecord | null;
}

export interface ExplainedVerdict {
  readonly attribution: AnswerRecord;
  readonly decided: ReasonText | null;
  readonly sessions: readonly ExplainedSession[];
  /** Users whose hash the key carries. */
  readonly keyUsers: readonly AnswerRecord[];
  readonly logon: AnswerRecord | null;
  readonly changes: readonly AnswerRecord[];
  readonly run: AnswerRecord | null;
}

export interface Explanation {
  readonly eventId: string;
  /** Every copy of the record in the lake; the one that was judged first. */
  readonly copies: readonly AnswerRecord[];
  /** The log file of the first copy, as it was ingested. */
  readonly input: AnswerRecord | null;
  /** One per event time: the same id with another time is another event. */
  readonly verdicts: readonly ExplainedVerdict[];
  /** Why there is no verdict; null when there is one. */
  readonly noVerdict: string | null;
}

/**
 * Explains one event.
 * @throws AuditError when the lake has no event of that id
 */
export async function explainEvent(lake: LakeReader, eventId: string): Promise<Explanation> {
  const attributions = await ask(lake, ATTRIBUTIONS, { event_id: eventId });
  const found = await ask(lake, EVENT_COPIES, { event_id: eventId });
  if (found.length === 0 && attributions.length === 0) {
    throw new AuditError(`no event ${eventId} is in this lake`, {
      remedy: 'check the id and --lake; status says which days are there, query rejected-inputs what could not be read',
    });
  }
  const judged = attributions.map((each) => textOf(each, 'record_sha256'));
  const copies = [...found].sort((a, b) => rank(judged, a) - rank(judged, b));
  const first = copies[0];
  const input = first ? ((await ask(lake, INPUT_OF_FILE, { location: textOf(first, 'source_file') }))[0] ?? null) : null;
  const verdicts: ExplainedVerdict[] = [];
  for (const attribution of attributions) {
    const event = copies.find((copy) => copy['event_time_ms'] === attribution['event_time_ms']) ?? null;
    verdicts.push(await explainVerdict(lake, attribution, event));
  }
  const noVerdict = attributions.length > 0 || !first ? null : await whyNoVerdict(lake, eventId, first);
  return { eventId, copies, input, verdicts, noVerdict };
}

function rank(judged: readonly (string | null)[], copy: AnswerRecord): number {
  return judged.includes(textOf(copy, 'record_sha256')) ? 0 : 1;
}

async function explainVerdict(lake: LakeReader, attribution: AnswerRecord, event: AnswerRecord | null): Promise<ExplainedVerdict> {
  const id = { event_id: textOf(attribution, 'event_id'), event_time_ms: numberOf(attribution, 'event_time_ms') };
  const hash = event ? textOf(event, 'key_user_hash') : null;
  const keyUsers = event && hash !== null ? await ask(lake, KEY_USERS, keyOf(event, hash)) : [];
  const logonId = textOf(attribution, 'logon_event_id');
  return {
    attribution,
    decided: decidingRow({
      verdict: String(attribution['verdict']),
      reason: String(attribution['reason']),
      corroborated: attribution['corroborated'] === true,
      candidateCount: numberOf(attribution, 'candidate_count'),
      keyNamesUser: hash !== null && textOf(attribution, 'principal_role') === 'AmazonAppStreamServiceAccess',
    }),
    sessions: await explainSessions(lake, attribution, event),
    keyUsers,
    logon: logonId === null ? null : ((await ask(lake, LOGON, { event_id: logonId }))[0] ?? null),
    changes: await ask(lake, CHANGES, id),
    run: (await ask(lake, RUN, { run_id: textOf(attribution, 'run_id') }))[0] ?? null,
  };
}

function keyOf(event: AnswerRecord, hash: string): Record<string, string> {
  return {
    account_id: textOf(event, 'key_account_id') ?? '',
    authentication_type: textOf(event, 'key_authentication_type') ?? '',
    user_hash: hash,
  };
}

/** The sessions the verdict lists, and all others of the address or the instance within an hour. */
async function explainSessions(lake: LakeReader, attribution: AnswerRecord, event: AnswerRecord | null): Promise<ExplainedSession[]> {
  const listed = textsOf(attribution, 'candidate_session_ids');
  const t = numberOf(attribution, 'join_time_ms');
  const around = { account_id: textOf(attribution, 'network_account_id') ?? '', from_ms: t - NEARBY_MS, to_ms: t + NEARBY_MS };
  const address = textOf(attribution, 'source_address');
  const instance = event ? textOf(event, 'role_session_name') : null;
  const found = new Map<string, AnswerRecord>();
  const add = (rows: readonly AnswerRecord[]) => {
    for (const row of rows) found.set(String(row['session_id']), row);
  };
  if (listed.length > 0) add(await ask(lake, CANDIDATE_SESSIONS, { session_ids: listed }));
  if (address !== null) add(await ask(lake, ADDRESS_SESSIONS, { ...around, address }));
  if (instance !== null) add(await ask(lake, INSTANCE_SESSIONS, { ...around, instance_id: instance }));
  if (found.size === 0) return [];
  const sightings = await ask(lake, SIGHTINGS, { session_ids: [...found.keys()] });
  const users = [...new Set([...found.values()].map((session) => String(session['user_id'])))];
  const signIns = await ask(lake, SIGN_INS, { user_ids: users, from_ms: t - SIGN_IN_MS, to_ms: t + NEARBY_MS });
  const overflowing = listed.length >= 10;
  return [...found.values()]
    .map((session) => {
      const id = String(session['session_id']);
      const place = placeInTime(session, t);
      const candidate = listed.includes(id) || (overflowing && place.relation === 'contains' && session['connected'] === true);
      return {
        session,
        candidate,
        ...place,
        sources: sightings.filter((each) => each['session_id'] === id),
        signIn: lastSignIn(session, signIns),
      };
    })
    .sort(
      (a, b) =>
        Number(b.candidate) - Number(a.candidate) || numberOf(a.session, 'session_start_ms') - numberOf(b.session, 'session_start_ms'),
    );
}

function lastSignIn(session: AnswerRecord, signIns: readonly AnswerRecord[]): AnswerRecord | null {
  const ofUser = (each: AnswerRecord) =>
    ['account_id', 'user_id', 'authentication_type'].every((column) => each[column] === session[column]) &&
    numberOf(each, 'logon_time_ms') <= numberOf(session, 'session_start_ms');
  return signIns.find(ofUser) ?? null;
}

/** An end without a fraction lasts to .999 of its second; the exact rules for seconds are in `docs/verdicts.md`. */
function placeInTime(session: AnswerRecord, t: number): Pick<ExplainedSession, 'relation' | 'distanceMs'> {
  const start = numberOf(session, 'session_start_ms');
  const end = numberOf(session, session['session_end_ms'] === null ? 'session_start_ms' : 'session_end_ms');
  const last = session['end_precision'] === 's' ? end + 999 : end;
  if (start - (start % 1000) > t) return { relation: 'began after', distanceMs: start - t };
  if (last < t) return { relation: 'ended before', distanceMs: t - last };
  return { relation: 'contains', distanceMs: 0 };
}

/** Events without a row in `attributions`: superseded, a copy of another account's, not settled yet, or out of scope. */
async function whyNoVerdict(lake: LakeReader, eventId: string, event: AnswerRecord): Promise<string> {
  const correction = (await ask(lake, SUPERSEDING, { event_id: eventId }))[0];
  if (correction) return `superseded: the correction ${correction['event_id']} replaces this event; explain that one`;
  const shared = textOf(event, 'shared_event_id');
  if (shared !== null) {
    const others = await ask(lake, OTHER_COPIES, {
      shared_event_id: shared,
      event_time_ms: numberOf(event, 'event_time_ms'),
      event_id: eventId,
    });
    const kept = others.find((each) => each['verdict'] !== null);
    if (kept)
      return `copy: the same call was delivered to account ${kept['recipient_account_id']} as ${kept['event_id']}, which has the verdict`;
  }
  const dt = String(event['dt']);
  const day = (await ask(lake, DAY_STATE, { dt }))[0];
  if (!day || day['settled_as_of_ms'] === null) return `not settled: no run has looked at ${dt} yet; run correlate`;
  if (day['dirty'] === true) return `not settled: ${dt} has news since its last run; run correlate`;
  return 'out of scope: it is no S3 data event on a bucket in scope and nothing about it is fleet-side (docs/verdicts.md, Scope)';
}
