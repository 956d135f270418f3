/** The table of docs/verdicts.md: first match wins. Everything it looks at has been found before; here only the rows are walked. */
import { type User, userOf } from './credentials.ts';
import type { Session } from './evidence-base.ts';
import { chosen, isFinal, speaking } from './finality.ts';
import { isPerson } from './person.ts';
import type { Evidence, Verdict, VerdictName, VerdictRow } from './verdict-terms.ts';

export function decide(e: Evidence): Verdict {
  return byKey(e) ?? byOwnCredentials(e) ?? behindNat(e) ?? notJoinable(e) ?? oneUser(e) ?? severalUsers(e) ?? nobody(e);
}

/** Rows 1 to 3. */
function byKey(e: Evidence): Verdict | null {
  const { k } = e;
  if (k !== null && keysOf(e.candidates).includes(k.key)) {
    // row 1: the key and the address name the same user
    const session = chosen(e, ofUser(e.candidates, k.key));
    return named(e, '1', 'home_folder_key', { user: k, session, listed: e.candidates, corroborated: session !== null });
  }
  if (k !== null && e.candidates.length === 0) {
    // row 2: nobody on the address; the key alone names the user
    return named(e, '2', 'home_folder_key', { user: k, session: null, listed: [], corroborated: false });
  }
  if (!e.hasHash || e.candidates.length === 0) return null;
  // row 3: a hash that contradicts A. A known user contradicts at once; an unknown one may still be reported
  return k !== null || e.closed ? disagrees(e, '3', e.candidates, [], k) : pending(e);
}

/** Row S. Of several users of A with the person's id none is chosen here. */
function byOwnCredentials(e: Evidence): Verdict | null {
  if (e.s === null) return null;
  const { person, user } = e.s;
  const usersOfA = keysOf(e.candidates.filter((session) => isPerson(person, { id: session.userId })));
  if (usersOfA.length > 1) return null;
  const [key] = usersOfA;
  if (key !== undefined) {
    const ofS = ofUser(e.candidates, key);
    const session = chosen(e, ofS);
    const more = { user: userOf(ofS[0] as Session), session, listed: e.candidates, corroborated: session !== null };
    return named(e, 'S', 'own_credentials', more);
  }
  if (e.candidates.length > 0) return disagrees(e, 'S', e.candidates, [], user);
  return named(e, 'S', 'own_credentials', { user, session: null, listed: [], corroborated: false });
}

/** Row 4: behind a NAT gateway only the credentials can tell. */
function behindNat(e: Evidence): Verdict | null {
  const i = keysOf(e.onInstance);
  if (!e.natAddress || !e.trustsCredentials || i.length !== 1 || speaking(e, e.onInstance).length === 0) return null;
  if (othersPossible(e, e.possibleOnInstance, i)) return pending(e);
  // no sweep shows who is behind the gateway's address: only closed days can close it
  if (!e.daysClosed && !isSureWhileOpen(e, e.onInstance)) return pending(e);
  const user = userOf(e.onInstance[0] as Session);
  const more = { user, session: chosen(e, e.onInstance), listed: e.onInstance, corroborated: false };
  return named(e, '4', 'instance_credentials', more, true);
}

function notJoinable(e: Evidence): Verdict | null {
  if (e.notJoinable === null) return null;
  if (e.mayBecomeKnown && !e.daysClosed) return pending(e);
  return unnamed(e, '5', 'not_joinable', e.notJoinable, [...e.onInstance, ...e.keyLeads], []);
}

/** Row 6: one user on the address. */
function oneUser(e: Evidence): Verdict | null {
  const a = keysOf(e.candidates);
  const i = keysOf(e.onInstance);
  const [only] = a;
  if (only === undefined || a.length > 1) return null;
  const othersElsewhere = e.elsewhere.filter((session) => session.userKey !== only);
  if (othersPossible(e, e.possible, a)) return pending(e);
  // sessions that no report had name nobody once the days are closed
  if (isUnreported(e) && othersElsewhere.length === 0) return unattributed(e, e.candidates);
  const isContradicted = i.length > 0 && !i.includes(only);
  const isDoubtful = speaking(e, e.candidates).length === 0;
  const isDisputed = isContradicted || isDoubtful || e.ofAnotherFleet || othersElsewhere.length > 0;
  if (!e.closed && (isDisputed || !isSureWhileOpen(e, e.candidates))) return pending(e);
  if (isContradicted) return disagrees(e, '6', [...e.candidates, ...e.onInstance], e.everOnInstance, null);
  if (e.ofAnotherFleet || (isDoubtful && !isUnreported(e))) return disagrees(e, '6', e.candidates, [], null);
  if (othersElsewhere.length > 0) return otherRegion(e, '6');
  const reason = speaking(e, e.candidates).some(e.contains) ? 'in_session' : 'in_grace';
  const isOnInstance = i.length === 1 && i[0] === only && speaking(e, e.onInstance).length > 0;
  const user = userOf(e.candidates[0] as Session);
  const corroborated = e.trustsCredentials && isOnInstance;
  return named(e, '6', reason, { user, session: chosen(e, e.candidates), listed: e.candidates, corroborated });
}

/** Row 7: several users on the address, or nobody here and somebody elsewhere. */
function severalUsers(e: Evidence): Verdict | null {
  const a = keysOf(e.candidates);
  const i = keysOf(e.onInstance);
  if (a.length === 0 && e.elsewhere.length > 0) {
    return !e.closed || othersPossible(e, e.possible, a) ? pending(e) : otherRegion(e, '7');
  }
  if (a.length < 2) return null;
  if (othersPossible(e, e.possible, a)) return pending(e);
  const isDisputed = a.some((key) => ofUser(e.candidates, key).every((session) => session.doubtful || session.contested));
  if (isDisputed || e.candidates.some((session) => session.reused)) {
    return e.closed ? disagrees(e, '7', e.candidates, [], null) : pending(e);
  }
  if (e.trustsCredentials && i.length === 1 && a.includes(i[0] as string) && speaking(e, e.onInstance).length > 0) {
    if (othersPossible(e, e.possibleOnInstance, i)) return pending(e);
    if (!e.closed && !isSureWhileOpen(e, e.onInstance)) return pending(e);
    const user = userOf(e.onInstance[0] as Session);
    const session = chosen(e, ofUser(e.candidates, user.key));
    return named(e, '7', 'instance_credentials', { user, session, listed: e.candidates, corroborated: false }, true);
  }
  if (!e.closed) return pending(e);
  const reason = e.candidates.every((session) => session.multiSession === true) ? 'multi_session' : 'overlapping_sessions';
  return unnamed(e, '7', 'ambiguous', reason, e.candidates, e.candidates);
}

/** Row 8: nobody on the address yet; row 9: nobody at all. */
function nobody(e: Evidence): Verdict {
  if (!e.closed || othersPossible(e, e.possible, [])) return pending(e);
  return unattributed(e, []);
}

/** While days are open, a session that may still have been there blocks a verdict that does not list its user. */
function othersPossible(e: Evidence, possible: readonly Session[], users: readonly string[]): boolean {
  return !e.daysClosed && possible.some((session) => !users.includes(session.userKey));
}

/** The days are closed and no report had any of the candidates. */
function isUnreported(e: Evidence): boolean {
  return e.daysClosed && e.candidates.every((session) => !session.reported);
}

/** While evidence is open, a successor or a co-user may not have been reported yet. An unknown flag does not suffice. */
function isSureWhileOpen(e: Evidence, deciding: readonly Session[]): boolean {
  return speaking(e, deciding).some((session) => e.contains(session) && session.multiSession === false);
}

function named(
  e: Evidence,
  row: VerdictRow,
  reason: string,
  { user, session, listed, corroborated }: Pick<Verdict, 'session' | 'corroborated'> & { user: User; listed: readonly Session[] },
  byInstance = false,
): Verdict {
  const deciding = byInstance ? [...listed, ...e.onInstance] : listed;
  const looksAtAddress = row !== '2' && !(row === 'S' && e.candidates.length === 0);
  const looksAt = [...(looksAtAddress ? [e.here] : []), ...(byInstance ? [e.everOnInstance] : [])];
  return {
    row,
    verdict: 'attributed',
    reason,
    corroborated: corroborated && !e.foreignCredentials,
    final: isFinal(e, deciding, looksAt) && (reason !== 'in_grace' || e.closedBy === 'report'),
    user,
    session,
    listedSessions: listed,
    listedUsers: [user, ...listed.map(userOf)],
  };
}

function unnamed(
  e: Evidence,
  row: VerdictRow,
  verdict: VerdictName,
  reason: string,
  listed: readonly Session[],
  deciding: readonly Session[],
  more: { readonly alsoListed?: readonly User[]; readonly looksAt?: readonly (readonly Session[])[] } = {},
): Verdict {
  return {
    row,
    verdict,
    reason,
    corroborated: false,
    final: isFinal(e, deciding, [...(row === '5' ? [] : [e.here]), ...(more.looksAt ?? [])]),
    user: null,
    session: null,
    listedSessions: listed,
    listedUsers: [...(more.alsoListed ?? []), ...listed.map(userOf)],
  };
}

/** @param instance every session on the instance where the instance disagrees */
function disagrees(e: Evidence, row: VerdictRow, listed: readonly Session[], instance: readonly Session[], also: User | null): Verdict {
  const more = { alsoListed: also ? [also] : [], looksAt: [instance] };
  return unnamed(e, row, 'ambiguous', 'evidence_disagrees', listed, listed, more);
}

function otherRegion(e: Evidence, row: '6' | '7'): Verdict {
  const all = [...e.candidates, ...e.elsewhere];
  return unnamed(e, row, 'ambiguous', 'other_region', all, all, { looksAt: [e.elsewhere] });
}

/** Row 8, with everybody whom anything points to. */
function pending(e: Evidence): Verdict {
  const listed = [...e.candidates, ...e.elsewhere, ...e.onInstance, ...e.possible, ...e.possibleOnInstance];
  const { k, s } = e;
  const isInA = s !== null && e.candidates.some((session) => isPerson(s.person, { id: session.userId }));
  const alsoListed = [...(k ? [k] : []), ...(s && !isInA ? [s.user] : [])];
  const reason = e.timeIsUp ? 'evidence_unread' : 'awaiting_report';
  return { ...unnamed(e, '8', 'pending', reason, listed, listed, { alsoListed }), final: false };
}

/** Row 9. `deciding` are the sessions that would have named somebody, had a report had them. */
function unattributed(e: Evidence, deciding: readonly Session[]): Verdict {
  const unreported = e.candidates.filter((session) => !session.reported);
  const leads = [...e.onInstance, ...e.possible, ...e.possibleOnInstance, ...unreported, ...e.keyLeads];
  const isIdle = e.here.some((session) => session.reported && !session.connected && e.contains(session));
  const reason = e.candidates.length === 0 && isIdle ? 'not_connected' : e.held ? 'outside_session' : 'unknown_address';
  const verdict = unnamed(e, '9', 'unattributed', reason, leads, deciding);
  return { ...verdict, final: verdict.final && !e.somebodySomewhere };
}

function keysOf(sessions: readonly Session[]): string[] {
  return [...new Set(sessions.map((session) => session.userKey))];
}

function ofUser(sessions: readonly Session[], userKey: string): Session[] {
  return sessions.filter((session) => session.userKey === userKey);
}
