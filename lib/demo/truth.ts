/** What really happened: one row for each event, and what the evidence allows to be said of it. */
import type { DemoSession, SessionIndex } from './sessions.ts';
import { quote } from './text.ts';

/** How docs/verdicts.md judges an event once all reports are in. */
export type ExpectedVerdict = 'attributed' | 'ambiguous' | 'unattributed' | 'not_joinable';

/** `copy`: the bucket owner's copy of a call from another account. `corrected`: superseded by a correction. */
export type DemoKind =
  | 'fleet'
  | 'home_folder'
  | 'thief'
  | 'stolen_credentials'
  | 'nobody'
  | 'admin'
  | 'service'
  | 'noise'
  | 'management'
  | 'sign_in'
  | 'console'
  | 'copy'
  | 'corrected';

export interface TruthRow {
  readonly event_id: string;
  /** `eventTime` of the record, UTC. */
  readonly event_time: string;
  readonly kind: DemoKind;
  /** The user of the session it was made in; null when it was made in none, though its own credentials may name a person. */
  readonly user_id: string | null;
  readonly session_id: string | null;
  /** Null: the event is not in scope, or is no event of its own (a copy, a corrected record). */
  readonly expected_verdict: ExpectedVerdict | null;
}

export function truthLine(row: TruthRow): string {
  const text = (value: string | null) => (value === null ? 'null' : quote(value));
  return (
    `{"event_id":"${row.event_id}","event_time":"${row.event_time}","kind":"${row.kind}","user_id":${text(row.user_id)},` +
    `"session_id":${text(row.session_id)},"expected_verdict":${text(row.expected_verdict)}}\n`
  );
}

const GRACE_MS = 300_000;

/**
 * What can be said of an event from a session's address: on a shared instance nobody can be named while somebody else is,
 * or was until five minutes ago, on it.
 */
export function expectedBySession(index: SessionIndex, session: DemoSession, t: number, precise: boolean): ExpectedVerdict {
  if (session.fleet.endpoint === null) return session.roleSession === session.instanceId ? 'attributed' : 'not_joinable';
  if (!session.multisession) return 'attributed';
  // a record of the second is compared with bounds cut to the second
  const cut = (ms: number) => (precise ? ms : Math.floor(ms / 1000) * 1000);
  for (const other of index.together(session)) {
    const candidate = other.connected && other.user !== session.user;
    if (candidate && cut(other.start) <= cut(t) && cut(t) <= cut(other.end) + GRACE_MS) return 'ambiguous';
  }
  return 'attributed';
}
