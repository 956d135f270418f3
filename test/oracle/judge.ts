/** One event in scope: what is known of it, and what the table makes of it. */
import { addDays, formatDt } from '../../lib/time.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import { bearsOn, candidatesOn, containsTime, isOn, possibleOn } from './candidates.ts';
import { distinctCopies } from './conflicts.ts';
import { instanceOfCredentials, isHomeFolderTraffic, isOfAnotherFleet, type User, userOf, userOfKey } from './credentials.ts';
import { areDaysClosed, closedBy, isSwept, isTimeUp } from './evidence.ts';
import { compareText, distinct, first, type Known, type Session } from './evidence-base.ts';
import { isAddressIn, isElsewhere, isForeign, isWithoutNetwork, mayBecomeKnown, sessionsFor } from './network.ts';
import { foreignCredentials, isPerson, personOf, userOfPerson } from './person.ts';
import { addressOf, isHeld, sessionsHere } from './scope.ts';
import { areRivals, type StatedRecord } from './states.ts';
import { decide } from './verdict.ts';
import type { Evidence, Verdict } from './verdict-terms.ts';

/** A verdict, and how the day of its event was closed. */
export interface Judged {
  readonly verdict: Verdict;
  readonly closedBy: string | null;
}

type Told = Pick<StatedRecord, 'record' | 'copies'>;

/** The copies of an event, and the other corrections of what it corrects, that differ: one where none do. */
export function differingRecords({ record, copies }: Told, standing: readonly EventRow[]): EventRow[] {
  const rivals = standing.filter((other) => other.event_time_ms === record.event_time_ms && areRivals(other, record));
  return distinctCopies([...copies, ...rivals]);
}

/** @param standing every record that stands for an event */
export function judge({ record, copies }: Told, standing: readonly EventRow[], known: Known): Judged {
  const evidence = evidenceOf(record, standing, known);
  const differing = differingRecords({ record, copies }, standing);
  const verdict = differing.length > 1 ? disputedRecord(differing, evidence.daysClosed, known) : decide(evidence);
  return { verdict, closedBy: evidence.closedBy };
}

/** Row 0: no report can mend a record. */
function disputedRecord(copies: readonly EventRow[], daysClosed: boolean, known: Known): Verdict {
  const listedSessions = copies.flatMap((copy) => [...candidatesByAddress(copy, known), ...candidatesByInstance(copy, known)]);
  const persons = copies.flatMap((copy): User[] => {
    const person = personOf(copy, known);
    if (person === null) return [];
    const met = candidatesByAddress(copy, known)
      .map(userOf)
      .filter((user) => isPerson(person, user));
    const [user] = met;
    return [user !== undefined && distinct(met.map(({ key }) => key)).length === 1 ? user : userOfPerson(person, copy, known)];
  });
  return {
    row: '0',
    verdict: 'ambiguous',
    reason: 'evidence_disagrees',
    corroborated: false,
    final: daysClosed,
    user: null,
    session: null,
    listedSessions,
    listedUsers: [...listedSessions.map(userOf), ...persons],
  };
}

function evidenceOf(event: EventRow, standing: readonly EventRow[], known: Known): Evidence {
  const { configuration } = known;
  const existing = sessionsFor(event, known);
  const here = isForeign(event, known) ? [] : sessionsHere(event, known);
  const instanceId = instanceOfCredentials(event, known);
  const onIt = instanceId === null ? [] : existing.filter((session) => isOn(session, { instanceId }));
  const address = addressOf(event);
  const candidates = candidatesByAddress(event, known);
  const possible = address === null ? [] : possibleOn(event, { address }, here, configuration);
  const daysClosed = areDaysClosed(event, known);
  // of a network that is not known to be ours no sweep tells
  const saysNothing = isForeign(event, known) || isWithoutNetwork(event, known);
  const swept = !saysNothing && isSwept(event, candidates, possible, known);
  const hasHash = isHomeFolderTraffic(event, known);
  const person = personOf(event, known);
  const contains = (session: Session) => containsTime(event, session);
  return {
    hasHash,
    k: hasHash ? userOfKey(event, known) : null,
    s: person === null ? null : { person, user: userOfPerson(person, event, known) },
    foreignCredentials: foreignCredentials(event, known) !== null,
    ofAnotherFleet: isOfAnotherFleet(event, known),
    candidates,
    elsewhere: sessionsElsewhere(event, known),
    onInstance: candidatesByInstance(event, known),
    possible,
    possibleOnInstance: instanceId === null ? [] : possibleOn(event, { instanceId }, onIt, configuration),
    here,
    everOnInstance: onIt,
    contains,
    bearsOn: (session) => bearsOn(event, session, configuration),
    trustsCredentials: configuration.scope.fleetRoles.length > 0,
    natAddress: isPublic(event) && isAddressIn(event, configuration.scope.natAddresses),
    notJoinable: notJoinable(event, known),
    mayBecomeKnown: saysNothing && mayBecomeKnown(event, known),
    held: isHeld(event, known),
    somebodySomewhere: existing.some((session) => session.addresses.length === 0 && session.connected && contains(session)),
    daysClosed,
    closed: daysClosed || swept,
    closedBy: closedBy(event, daysClosed, swept, known),
    timeIsUp: isTimeUp(event, known),
    keyLeads: leadsOfAccessKey(event, standing, known),
  };
}

/** Candidates on the event's address; none when the event is foreign, because the address then says nothing. */
function candidatesByAddress(event: EventRow, known: Known): Session[] {
  const address = addressOf(event);
  if (address === null || isForeign(event, known)) return [];
  return candidatesOn(event, { address }, sessionsHere(event, known), known.configuration);
}

/** Candidates on the instance that the role session name names; instances know no regions. */
function candidatesByInstance(event: EventRow, known: Known): Session[] {
  const instanceId = instanceOfCredentials(event, known);
  return instanceId === null ? [] : candidatesOn(event, { instanceId }, sessionsFor(event, known), known.configuration);
}

/** Connected sessions on the address, in another region, that contain the time. */
function sessionsElsewhere(event: EventRow, known: Known): Session[] {
  const address = addressOf(event);
  if (address === null || isForeign(event, known)) return [];
  return sessionsFor(event, known).filter(
    (session) =>
      isOn(session, { address }) && isElsewhere(event, session, known.configuration) && session.connected && containsTime(event, session),
  );
}

function isPublic(event: EventRow): boolean {
  return event.source_address_kind === 'public' || event.source_address_kind === 'ipv6';
}

/** The first reason of row 5 that fits, in the order of the table. */
function notJoinable(event: EventRow, known: Known): string | null {
  const { fleetCidrs } = known.configuration.scope;
  if (event.source_address_kind === 'none') return 'no_address';
  if (event.source_address_kind === 'internal') return 'aws_internal';
  if (event.source_address_kind === 'service') return 'aws_service';
  if (isForeign(event, known)) return 'foreign_endpoint';
  if (isWithoutNetwork(event, known)) return 'no_endpoint';
  if (isHeld(event, known) || isAddressIn(event, fleetCidrs)) return null;
  if (isPublic(event)) return 'public_address';
  return fleetCidrs.length > 0 && sessionsElsewhere(event, known).length === 0 ? 'outside_fleet' : null;
}

/** Candidates of the first event of this access key, today or yesterday, that was made from a session's address. */
function leadsOfAccessKey(event: EventRow, standing: readonly EventRow[], known: Known): readonly Session[] {
  if (event.access_key_id === null) return [];
  const today = formatDt(event.event_time_ms);
  const days = [today, addDays(today, -1)];
  const uses = standing.filter(
    (other) =>
      other.access_key_id === event.access_key_id &&
      days.includes(formatDt(other.event_time_ms)) &&
      candidatesByAddress(other, known).length > 0,
  );
  const firstUse = first(
    uses,
    (a, b) => a.join_time_ms - b.join_time_ms || compareText(a.event_id, b.event_id) || a.event_time_ms - b.event_time_ms,
  );
  return firstUse && firstUse.join_time_ms <= event.join_time_ms ? candidatesByAddress(firstUse, known) : [];
}
