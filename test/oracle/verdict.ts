/** The table of §4: first match wins. Everything it looks at has been found before; here only the rows are walked. */
import type { User } from './credentials.ts';
import { userOf } from './credentials.ts';
import { compareText, first, type Session } from './evidence-base.ts';

/** What is known about one event in scope. */
export interface Evidence {
  /** K may be asked for: AppStream itself moved an object whose key carries a user's hash. */
  readonly hasHash: boolean;
  /** The known user of that hash; null when nobody known has it. */
  readonly k: User | null;
  /** Candidates on the address: A is the set of their users. Empty when the address says nothing. */
  readonly candidates: readonly Session[];
  /** Candidates on the instance of the credentials: I is the set of their users. */
  readonly onInstance: readonly Session[];
  /** Possible candidates on the address and on the instance. */
  readonly possible: readonly Session[];
  readonly possibleOnInstance: readonly Session[];
  readonly contains: (session: Session) => boolean;
  /** `fleetRoles` are configured: only then is a role session name AppStream's word, not the caller's. */
  readonly trustsCredentials: boolean;
  readonly natAddress: boolean;
  /** The first reason of row 5 that fits; null when none does. */
  readonly notJoinable: string | null;
  readonly held: boolean;
  /** A session that a report says nobody ever connected to contains t on the address. */
  readonly neverConnectedContains: boolean;
  readonly daysClosed: boolean;
  /** Closed by days, or provisionally by sweeps. */
  readonly closed: boolean;
  /** Sessions that used the access key before (rows 5 and 9 only). */
  readonly keyLeads: readonly Session[];
}

export type VerdictName = 'attributed' | 'ambiguous' | 'pending' | 'unattributed' | 'not_joinable';

export interface Verdict {
  readonly row: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
  readonly verdict: VerdictName;
  readonly reason: string;
  readonly corroborated: boolean;
  readonly final: boolean;
  readonly user: User | null;
  /** The session of that user; null when only a key names the user. */
  readonly session: Session | null;
  readonly listedSessions: readonly Session[];
  readonly listedUsers: readonly User[];
}

export function decide(e: Evidence): Verdict {
  const a = keysOf(e.candidates);
  const i = keysOf(e.onInstance);

  if (e.k !== null && a.includes(e.k.key)) {
    // row 1: the key and the address name the same user
    return named(
      e,
      1,
      'home_folder_key',
      e.k,
      ofUser(e.candidates, e.k.key),
      e.candidates,
      chosen(e, ofUser(e.candidates, e.k.key)) !== null,
    );
  }
  if (e.k !== null && a.length === 0) {
    // row 2: nobody on the address; the key alone names the user
    return named(e, 2, 'home_folder_key', e.k, [], [], false);
  }
  if (e.hasHash && a.length > 0) {
    // row 3: a hash that contradicts A. A known user contradicts at once; an unknown one may still be reported
    if (e.k !== null || e.closed) return unnamed(e, 3, 'ambiguous', 'evidence_disagrees', e.candidates, e.candidates, e.k);
    return pending(e);
  }
  if (e.natAddress && e.trustsCredentials && i.length === 1 && !mayNotBeNamed(e, e.onInstance)) {
    // row 4: behind a NAT gateway only the credentials can tell
    if (othersPossible(e, e.possibleOnInstance, i)) return pending(e);
    // no sweep shows who is behind the gateway's address: only closed days can close it
    if (!e.daysClosed && !isSureWhileOpen(e, e.onInstance)) return pending(e);
    return named(e, 4, 'instance_credentials', userOf(e.onInstance[0] as Session), e.onInstance, e.onInstance, false);
  }
  if (e.notJoinable !== null) {
    // row 5
    return unnamed(e, 5, 'not_joinable', e.notJoinable, [...e.onInstance, ...e.keyLeads], [], null);
  }
  if (a.length === 1) {
    // row 6: one user on the address
    const disagrees = i.length > 0 && !i.includes(a[0] as string);
    if (othersPossible(e, e.possible, a)) return pending(e);
    if (mayNotBeNamed(e, e.candidates)) return unattributed(e, e.candidates);
    if (!e.closed && (disagrees || !isSureWhileOpen(e, e.candidates))) return pending(e);
    if (disagrees) {
      const both = [...e.candidates, ...e.onInstance];
      return unnamed(e, 6, 'ambiguous', 'evidence_disagrees', both, both, null);
    }
    const reason = speaking(e, e.candidates).some(e.contains) ? 'in_session' : 'in_grace';
    const corroborated = e.trustsCredentials && i.length === 1 && i[0] === a[0] && !mayNotBeNamed(e, e.onInstance);
    return named(e, 6, reason, userOf(e.candidates[0] as Session), e.candidates, e.candidates, corroborated);
  }
  if (a.length > 1) {
    // row 7: several users on the address
    if (othersPossible(e, e.possible, a)) return pending(e);
    if (e.trustsCredentials && i.length === 1 && a.includes(i[0] as string) && !mayNotBeNamed(e, e.onInstance)) {
      if (othersPossible(e, e.possibleOnInstance, i)) return pending(e);
      if (!e.closed && !isSureWhileOpen(e, e.onInstance)) return pending(e);
      const user = userOf(e.onInstance[0] as Session);
      const decided = named(e, 7, 'instance_credentials', user, ofUser(e.candidates, user.key), e.candidates, false);
      return { ...decided, final: isFinal(e, [...e.candidates, ...e.onInstance]) };
    }
    if (!e.closed) return pending(e);
    const reason = e.candidates.every((session) => session.multiSession === true) ? 'multi_session' : 'overlapping_sessions';
    return unnamed(e, 7, 'ambiguous', reason, e.candidates, e.candidates, null);
  }
  // row 8: nobody on the address yet; row 9: nobody at all
  if (!e.closed || othersPossible(e, e.possible, a)) return pending(e);
  return unattributed(e, []);
}

/** While days are open, a session that may still have been there blocks a verdict that does not list its user. */
function othersPossible(e: Evidence, possible: readonly Session[], users: readonly string[]): boolean {
  return !e.daysClosed && possible.some((session) => !users.includes(session.userKey));
}

/** Once the days are closed, sessions that no report had name nobody, neither by their address nor by their instance. */
function mayNotBeNamed(e: Evidence, deciding: readonly Session[]): boolean {
  return e.daysClosed && deciding.every((session) => !session.reported);
}

/** §4 "While evidence is open": a successor or a co-user may not have been reported yet. An unknown flag does not suffice. */
function isSureWhileOpen(e: Evidence, deciding: readonly Session[]): boolean {
  return deciding.some((session) => e.contains(session) && session.multiSession === false);
}

/** `final`: the days are closed and nothing that decided rests on snapshots alone. */
function isFinal(e: Evidence, deciding: readonly Session[]): boolean {
  return e.daysClosed && deciding.every((session) => session.reported);
}

function named(
  e: Evidence,
  row: 1 | 2 | 4 | 6 | 7,
  reason: string,
  user: User,
  ofTheUser: readonly Session[],
  listed: readonly Session[],
  corroborated: boolean,
): Verdict {
  return {
    row,
    verdict: 'attributed',
    reason,
    corroborated,
    final: isFinal(e, listed),
    user,
    session: chosen(e, ofTheUser),
    listedSessions: listed,
    listedUsers: [user, ...listed.map(userOf)],
  };
}

/** Once the days are closed only a reported session speaks. */
function speaking(e: Evidence, sessions: readonly Session[]): readonly Session[] {
  return e.daysClosed ? sessions.filter((session) => session.reported) : sessions;
}

/** Of those that speak one that contains t before others, then the latest start, then the greatest id. */
function chosen(e: Evidence, sessions: readonly Session[]): Session | null {
  const order = (a: Session, b: Session) =>
    Number(e.contains(b)) - Number(e.contains(a)) || b.startMs - a.startMs || compareText(b.id, a.id);
  return first(speaking(e, sessions), order) ?? null;
}

function unnamed(
  e: Evidence,
  row: 3 | 5 | 6 | 7 | 8 | 9,
  verdict: VerdictName,
  reason: string,
  listed: readonly Session[],
  deciding: readonly Session[],
  alsoListed: User | null,
): Verdict {
  return {
    row,
    verdict,
    reason,
    corroborated: false,
    final: isFinal(e, deciding),
    user: null,
    session: null,
    listedSessions: listed,
    listedUsers: [...(alsoListed ? [alsoListed] : []), ...listed.map(userOf)],
  };
}

/** Row 8, with everybody whom anything points to. */
function pending(e: Evidence): Verdict {
  const listed = [...e.candidates, ...e.onInstance, ...e.possible, ...e.possibleOnInstance];
  return unnamed(e, 8, 'pending', 'awaiting_report', listed, listed, e.k);
}

/** Row 9. `deciding` are the sessions that would have named somebody, had a report had them. */
function unattributed(e: Evidence, deciding: readonly Session[]): Verdict {
  const unreported = e.candidates.filter((session) => !session.reported);
  const leads = [...e.onInstance, ...e.possible, ...e.possibleOnInstance, ...unreported, ...e.keyLeads];
  const neverConnected = e.candidates.length === 0 && e.neverConnectedContains;
  const reason = neverConnected ? 'not_connected' : e.held ? 'outside_session' : 'unknown_address';
  return unnamed(e, 9, 'unattributed', reason, leads, deciding, null);
}

function keysOf(sessions: readonly Session[]): string[] {
  return [...new Set(sessions.map((session) => session.userKey))];
}

function ofUser(sessions: readonly Session[], userKey: string): Session[] {
  return sessions.filter((session) => session.userKey === userKey);
}
