/** Which sessions may speak, which is shown, and when a verdict is final (docs/verdicts.md, Reading a row, Disputed sessions). */
import { compareText, first, type Session } from './evidence-base.ts';

interface Bounds {
  readonly daysClosed: boolean;
  readonly contains: (session: Session) => boolean;
  readonly bearsOn: (session: Session) => boolean;
}

/** A doubtful session never speaks; once the days are closed, neither does one that no report had. */
export function speaking(e: Bounds, sessions: readonly Session[]): readonly Session[] {
  return sessions.filter((session) => !session.doubtful && (session.reported || !e.daysClosed));
}

/** Of those that speak one that contains t before others, then the latest start, the greatest id, the latest end and so on. */
export function chosen(e: Bounds, sessions: readonly Session[]): Session | null {
  const order = (a: Session, b: Session) =>
    Number(e.contains(b)) - Number(e.contains(a)) ||
    b.startMs - a.startMs ||
    compareText(b.id, a.id) ||
    b.endMs - a.endMs ||
    compareText(b.instanceId ?? '', a.instanceId ?? '') ||
    compareText(b.region, a.region) ||
    compareText(b.accountId, a.accountId) ||
    compareText(b.userKey, a.userKey) ||
    compareText(b.fleetName ?? '', a.fleetName ?? '');
  return first(speaking(e, sessions), order) ?? null;
}

/**
 * The days are closed, nothing that decided rests on snapshots alone, and nothing disputed hangs on it.
 * @param lookedAt the sessions of each place that was looked at: the address, the instance
 */
export function isFinal(e: Bounds, deciding: readonly Session[], lookedAt: readonly (readonly Session[])[]): boolean {
  return e.daysClosed && deciding.every((session) => session.reported) && !lookedAt.some((sessions) => hangs(e, sessions));
}

/** A disputed session bears on it, and no sound one of the same user at the same place contains the time. */
function hangs(e: Bounds, sessions: readonly Session[]): boolean {
  const isDisputed = (session: Session) => session.contested || session.doubtful;
  return sessions
    .filter((session) => isDisputed(session) && e.bearsOn(session))
    .some(
      (session) =>
        !sessions.some(
          (other) => other.userKey === session.userKey && other.reported && other.connected && !isDisputed(other) && e.contains(other),
        ),
    );
}
