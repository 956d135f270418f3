/** Sessions that may have made an event (docs/verdicts.md, Seconds and milliseconds, Held, Grace, Candidate, Snapshots). */
import type { Configuration } from '../../schemas/configuration.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import type { Session } from './evidence-base.ts';

/** Where a session ran: on an address, or on an instance. The rule of candidates is the same for both. */
export type Place = { readonly address: string } | { readonly instanceId: string };

export function isOn(session: Session, place: Place): boolean {
  return 'address' in place ? session.addresses.includes(place.address) : session.instanceId === place.instanceId;
}

/** Bounds as an event sees them. An event that only knows its second sees whole seconds. */
export function floorFor(event: EventRow, ms: number): number {
  return event.time_precision === 's' ? Math.floor(ms / 1000) * 1000 : ms;
}

function startFor(event: EventRow, session: Session): number {
  return floorFor(event, session.startMs);
}

/** The last instant of the session. An end without a fraction lasts to .999 for an event that knows its millisecond. */
function endFor(event: EventRow, session: Session): number {
  if (event.time_precision === 's') return floorFor(event, session.endMs);
  return session.endPrecision === 's' ? session.endMs + 999 : session.endMs;
}

/** start <= t <= end, both inclusive. */
export function containsTime(event: EventRow, session: Session): boolean {
  return startFor(event, session) <= event.join_time_ms && event.join_time_ms <= endFor(event, session);
}

/** Held: the session, connected or not, met [t - lookback, t]. */
export function heldAt(event: EventRow, session: Session, configuration: Configuration): boolean {
  const lookbackMs = configuration.window.lookbackDays * 86_400_000;
  return startFor(event, session) <= event.join_time_ms && endFor(event, session) >= event.join_time_ms - lookbackMs;
}

/**
 * True when by t another session had begun on the place at or after the end of this one, connected or not. The end is
 * the raw one: that it lasts to .999 is for the session's own events. A newcomer on the same multi-session instance does
 * not cut, because there sessions run beside each other.
 */
function isCut(event: EventRow, session: Session, place: Place, existing: readonly Session[]): boolean {
  return existing.some(
    (newcomer) =>
      newcomer !== session &&
      isOn(newcomer, place) &&
      startFor(event, newcomer) >= floorFor(event, session.endMs) &&
      startFor(event, newcomer) <= event.join_time_ms &&
      !areOnOneMultiSessionInstance(newcomer, session),
  );
}

function areOnOneMultiSessionInstance(a: Session, b: Session): boolean {
  const onOne = a.instanceId !== null && a.instanceId === b.instanceId && a.accountId === b.accountId;
  return onOne && a.instanceIsShared;
}

/** A session known from snapshots only has no end, hence no grace. */
export function candidatesOn(event: EventRow, place: Place, existing: readonly Session[], configuration: Configuration): Session[] {
  const t = event.join_time_ms;
  const graceMs = configuration.window.graceSeconds * 1000;
  return existing.filter((session) => {
    if (!isOn(session, place) || !session.connected) return false;
    if (containsTime(event, session)) return true;
    if (!session.reported) return false;
    const end = endFor(event, session);
    return end < t && t <= end + graceMs && !isCut(event, session, place, existing);
  });
}

/**
 * Possible candidates: a session no report has yet that was seen only unconnected, or that was no longer seen but may
 * still have been there: until the first complete sweep without it, plus grace, cut like grace.
 */
export function possibleOn(event: EventRow, place: Place, existing: readonly Session[], configuration: Configuration): Session[] {
  const t = event.join_time_ms;
  const graceMs = configuration.window.graceSeconds * 1000;
  return existing.filter((session) => {
    if (!isOn(session, place) || session.goneByMs === null) return false;
    if (containsTime(event, session)) return !session.connected;
    return endFor(event, session) < t && t <= session.goneByMs + graceMs && !isCut(event, session, place, existing);
  });
}

/** Within the session or its grace, connected or not, and as if nobody cut it: what it says bears on the verdict. */
export function bearsOn(event: EventRow, session: Session, configuration: Configuration): boolean {
  const graceMs = configuration.window.graceSeconds * 1000;
  return startFor(event, session) <= event.join_time_ms && event.join_time_ms <= endFor(event, session) + graceMs;
}
