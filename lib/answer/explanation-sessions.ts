/** The sessions of an explanation: which ones bear on the event, where each lies to it, and what each is known from. */
import type { LakeReader } from '../lake/ports.ts';
import { DAY_MS } from '../time.ts';
import { ADDRESS_SESSIONS, CANDIDATE_SESSIONS, INPUT_CONTENTS, INSTANCE_SESSIONS, SIGHTINGS, SIGN_INS } from './explanation-queries.ts';
import { type AnswerRecord, ask, numberOf, textOf, textsOf } from './records.ts';

/** How far around the event other sessions of the address are shown, milliseconds. */
const NEARBY_MS = 3_600_000;

/** How long before an event sign-ins are looked for, milliseconds: a streaming URL is valid for at most seven days (F§4). */
const SIGN_IN_MS = 8 * DAY_MS;

/** A report row or a snapshot page that a session is known from. */
export interface SessionSource {
  /** Origin, file, line, times. */
  readonly row: AnswerRecord;
  /** SHA-256 of the content it was read from; null when the ledger does not have it. */
  readonly version: string | null;
  /** The last content that was read at the same location since; null when there is none. */
  readonly laterContent: AnswerRecord | null;
}

export interface ExplainedSession {
  readonly session: AnswerRecord;
  /**
   * True when the verdict lists its id and it is the session of that id on the event's address or instance; at most ten are
   * stored, so sessions that contain the time count as well.
   */
  readonly candidate: boolean;
  /** Where it lies to the time of the event: `contains`, `ended before`, `began after`. */
  readonly relation: 'contains' | 'ended before' | 'began after';
  /** Milliseconds between the session's nearer bound and the event; 0 when it contains it. */
  readonly distanceMs: number;
  readonly sources: readonly SessionSource[];
  /** The user's last successful sign-in before the session began; null when none is in the lake. */
  readonly signIn: AnswerRecord | null;
}

/** The sessions the verdict lists, and all others of the address or the instance within an hour. */
export async function explainSessions(
  lake: LakeReader,
  attribution: AnswerRecord,
  event: AnswerRecord | null,
): Promise<ExplainedSession[]> {
  const listed = textsOf(attribution, 'candidate_session_ids');
  const t = numberOf(attribution, 'join_time_ms');
  const account_id = textOf(attribution, 'network_account_id') ?? '';
  const around = { account_id, from_ms: t - NEARBY_MS, to_ms: t + NEARBY_MS };
  const address = textOf(attribution, 'source_address');
  const instance = event ? textOf(event, 'role_session_name') : null;
  // an id alone names no session: several may have it
  const found = new Map<number, AnswerRecord>();
  const add = (rows: readonly AnswerRecord[]) => {
    for (const row of rows) found.set(numberOf(row, 'session_no'), row);
  };
  if (listed.length > 0) add(await ask(lake, CANDIDATE_SESSIONS, { session_ids: listed, account_id }));
  if (address !== null) add(await ask(lake, ADDRESS_SESSIONS, { ...around, address }));
  if (instance !== null) add(await ask(lake, INSTANCE_SESSIONS, { ...around, instance_id: instance }));
  if (found.size === 0) return [];
  const sessions = [...found.values()];
  const sources = await sourcesOf(lake, sessions);
  const users = [...new Set(sessions.map((session) => String(session['user_id'])))];
  const signIns = await ask(lake, SIGN_INS, { user_ids: users, from_ms: t - SIGN_IN_MS, to_ms: t + NEARBY_MS });
  const isThere = (session: AnswerRecord) =>
    (address !== null && textsOf(session, 'private_addresses').includes(address)) ||
    (instance !== null && textOf(session, 'instance_id') === instance);
  const isListed = (session: AnswerRecord) => {
    if (!listed.includes(String(session['session_id']))) return false;
    const ofId = sessions.filter((each) => each['session_id'] === session['session_id']);
    return isThere(session) || !ofId.some(isThere);
  };
  return sessions
    .map((session) => {
      const place = placeInTime(session, t);
      const overflows = listed.length >= 10 && place.relation === 'contains' && session['connected'] === true;
      return {
        session,
        candidate: isListed(session) || overflows,
        ...place,
        sources: sources.filter(({ row }) => isOf(row, session)),
        signIn: lastSignIn(session, signIns),
      };
    })
    .sort(
      (a, b) =>
        Number(b.candidate) - Number(a.candidate) || numberOf(a.session, 'session_start_ms') - numberOf(b.session, 'session_start_ms'),
    );
}

async function sourcesOf(lake: LakeReader, sessions: readonly AnswerRecord[]): Promise<SessionSource[]> {
  const rows = await ask(lake, SIGHTINGS, { session_ids: [...new Set(sessions.map((session) => String(session['session_id'])))] });
  const locations = [...new Set(rows.map((row) => String(row['source_file'])))];
  const contents = locations.length === 0 ? [] : await ask(lake, INPUT_CONTENTS, { locations });
  return rows.map((row) => {
    const there = contents.filter((each) => each['location'] === row['source_file']);
    const at = there.findIndex((each) =>
      ['ingested_at_ms', 'modified_ms'].every((column, n) => each[column] === row[n === 0 ? 'ingested_at_ms' : 'source_modified_ms']),
    );
    const own = there[at] ?? there.find((each) => each['ingested_at_ms'] === row['ingested_at_ms']) ?? null;
    const later = own === null ? null : (there.findLast((each) => isLater(each, own)) ?? null);
    return { row, version: own === null ? null : textOf(own, 'version'), laterContent: later };
  });
}

function isLater(content: AnswerRecord, than: AnswerRecord): boolean {
  return content['version'] !== than['version'] && numberOf(content, 'ingested_at_ms') >= numberOf(than, 'ingested_at_ms');
}

/** A sighting is of the session whose user it names; where several sessions share id and user, of the one that says the same. */
function isOf(row: AnswerRecord, session: AnswerRecord): boolean {
  const isSame = (columns: readonly string[]) => columns.every((column) => (row[column] ?? null) === (session[column] ?? null));
  if (!isSame(['session_id', 'account_id', 'region', 'user_id'])) return false;
  if (session['contradicting'] !== true || row['origin'] !== 'report') return true;
  return isSame(['session_start_ms', 'session_end_ms', 'instance_id']);
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
