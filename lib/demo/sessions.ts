/** The sessions of a demo: lanes of consecutive sessions on each address, so that addresses are used again within minutes. */
import { createHash } from 'node:crypto';
import { DAY_MS } from '../time.ts';
import { activity } from './activity.ts';
import { type Fleet, fleetAddress, fleets, userId } from './cast.ts';
import { demoWindow, type ResolvedDemoOptions } from './options.ts';
import { Random } from './random.ts';

export interface DemoSession {
  /** Place in the list, which is ordered by start. */
  index: number;
  readonly id: string;
  readonly fleet: Fleet;
  user: string;
  /** Inclusive, epoch milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly address: string;
  /** Only dual-stack fleets have one; only sweeps show it. */
  readonly ipv6: string | null;
  readonly instanceId: string;
  readonly eniId: string;
  readonly connected: boolean;
  readonly multisession: boolean;
  /** Device of the user. */
  readonly client: string;
  /** Role session name of the instance's credentials. */
  readonly roleSession: string;
  /** Start of the next session on the address, connected or not; infinite on shared addresses and for the last. */
  freeUntil: number;
  /** True for the sessions of the story: the crowd leaves them alone. */
  readonly told: boolean;
  /** No sign-in led to it, as far as the trail knows; one of the story. */
  readonly unannounced?: true;
}

const HOUR_MS = 3_600_000;

/** Sessions end before this, so that evidence closes within a day. */
const LONGEST_MS = 9.5 * HOUR_MS;

/** All sessions ordered by start. `told` are those of the story; they get an index too. */
export function planSessions(options: ResolvedDemoOptions, told: readonly DemoSession[]): DemoSession[] {
  const cast = skewedFleets(options);
  const weights = cast.map((fleet) => fleet.weight);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const sessions: DemoSession[] = [];
  let given = 0;
  cast.forEach((fleet, index) => {
    const count = index === cast.length - 1 ? options.sessions - given : Math.round((options.sessions * fleet.weight) / total);
    given += count;
    const addresses = Math.max(1, Math.round((options.addresses * fleet.weight) / total / fleet.usersPerInstance));
    for (const session of fleetSessions(options, fleet, Math.max(0, count), addresses)) sessions.push(session);
  });
  sessions.push(...told);
  sessions.sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
  sessions.forEach((session, index) => {
    session.index = index;
  });
  nameUsers(options, sessions);
  markNeighbours(sessions);
  return sessions;
}

/** The worst cases have one fleet, whose instances are shared or not. */
export function skewedFleets(options: ResolvedDemoOptions): readonly Fleet[] {
  const [analytics] = fleets(1) as [Fleet];
  if (options.skew === 'plain') return fleets(options.fleets);
  const usersPerInstance = options.skew === 'shared' ? 50 : 1;
  return [{ ...analytics, usersPerInstance, activity: 'even' }];
}

function fleetSessions(options: ResolvedDemoOptions, fleet: Fleet, count: number, addresses: number): DemoSession[] {
  const lanes = Math.min(count, addresses * fleet.usersPerInstance);
  const sessions: DemoSession[] = [];
  for (let lane = 0; lane < lanes; lane++) {
    const random = new Random(options.seed, 'lane', fleet.name, lane);
    const here = Math.floor(count / lanes) + (lane < count % lanes ? 1 : 0);
    for (const session of laneSessions(options, fleet, lane, here, random)) sessions.push(session);
  }
  return sessions;
}

/** `count` sessions in a row, cut at jittered equal shares of the activity, with a pause before the next. */
function laneSessions(options: ResolvedDemoOptions, fleet: Fleet, lane: number, count: number, random: Random): DemoSession[] {
  const { start: dayStart } = demoWindow(options);
  const curve = activity(fleet.activity);
  const shared = fleet.usersPerInstance > 1;
  const place = Math.floor(lane / fleet.usersPerInstance);
  const machine = new Random(options.seed, 'instance', fleet.name, place);
  const sharedInstance = `i-0${machine.hex(2)}`;
  const sharedEni = `eni-0${machine.hex(2)}`;
  const wholeSeconds = fleet.name === 'nightdesk';
  // the jitter of a skewed set is small: its sessions are short and must not vanish
  const jitter = options.skew === 'plain' ? 0.9 : 0.1;
  let from = dayStart + curve.at(((random.fraction() * jitter) / count) * options.days);
  const sessions: DemoSession[] = [];
  for (let k = 0; k < count; k++) {
    const next = dayStart + curve.at(((k + 1 + random.fraction() * jitter) / count) * options.days);
    const pause = Math.min((25 + random.between(0, 500)) * 1000, Math.floor((next - from) * 0.3));
    const longest = options.skew === 'plain' ? random.between(1_200_000, fleet.activity === 'night' ? LONGEST_MS : 16_000_000) : LONGEST_MS;
    const end = Math.min(next - pause, from + longest);
    const instanceId = shared ? sharedInstance : `i-0${random.hex(2)}`;
    const named = fleet.namedCredentials === 'all' || (fleet.namedCredentials === 'some' && random.chance(0.5));
    sessions.push({
      index: 0,
      id: random.uuid(),
      fleet,
      user: '',
      start: wholeSeconds ? Math.floor(from / 1000) * 1000 : from,
      end: wholeSeconds ? Math.floor(end / 1000) * 1000 : end,
      address: fleetAddress(fleet, place),
      ipv6: null,
      instanceId,
      eniId: shared ? sharedEni : `eni-0${random.hex(2)}`,
      connected: options.skew !== 'plain' || !random.chance(0.03),
      multisession: shared,
      client: `198.51.100.${random.between(30, 250)}`,
      roleSession: named ? instanceId : 'AppStream-FleetInstance',
      freeUntil: Number.POSITIVE_INFINITY,
      told: false,
    });
    from = next;
  }
  return sessions;
}

/** Gives each session a user of its fleet who is in no other session of it. */
function nameUsers(options: ResolvedDemoOptions, sessions: readonly DemoSession[]): void {
  const crowds = new Map<string, { random: Random; busyUntil: Float64Array }>();
  const sizes = new Map<string, number>();
  for (const { fleet } of sessions) sizes.set(fleet.name, (sizes.get(fleet.name) ?? 0) + 1);
  for (const session of sessions) {
    if (session.told) continue;
    const { name } = session.fleet;
    let crowd = crowds.get(name);
    if (!crowd) {
      const lanes = Math.max(1, options.addresses * session.fleet.usersPerInstance);
      const size = Math.max(12, Math.min(sizes.get(name) as number, lanes * 2, Math.ceil((sizes.get(name) as number) / options.days)));
      crowd = { random: new Random(options.seed, 'users', name), busyUntil: new Float64Array(size) };
      crowds.set(name, crowd);
    }
    const { busyUntil } = crowd;
    let n = crowd.random.between(0, busyUntil.length - 1);
    for (let tried = 0; tried < busyUntil.length && (busyUntil[n] as number) >= session.start; tried++) n = (n + 1) % busyUntil.length;
    busyUntil[n] = session.end;
    session.user = userId(session.fleet, n);
  }
}

/** Notes when the next session of the same account begins on the address. */
function markNeighbours(sessions: readonly DemoSession[]): void {
  const next = new Map<string, number>();
  for (let at = sessions.length - 1; at >= 0; at--) {
    const session = sessions[at] as DemoSession;
    const place = `${session.fleet.account}/${session.address}`;
    if (!session.multisession) session.freeUntil = next.get(place) ?? Number.POSITIVE_INFINITY;
    next.set(place, session.start);
  }
}

const hashes = new Map<string, string>();

/** Lower-case hex SHA-256 of the exact user id, as in home-folder keys (F§2.2). */
export function userHash(user: string): string {
  let hash = hashes.get(user);
  if (hash === undefined) {
    hash = createHash('sha256').update(user, 'utf8').digest('hex');
    hashes.set(user, hash);
  }
  return hash;
}

/** Finds the sessions of an account that were under way at some time of an interval. */
export class SessionIndex {
  private readonly hours = new Map<string, DemoSession[]>();
  private readonly places = new Map<string, DemoSession[]>();

  constructor(sessions: readonly DemoSession[]) {
    for (const session of sessions) {
      if (session.multisession) append(this.places, `${session.fleet.account}/${session.address}`, session);
      for (let hour = Math.floor(session.start / HOUR_MS); hour <= Math.floor(session.end / HOUR_MS); hour++) {
        append(this.hours, `${session.fleet.account}/${hour}`, session);
      }
    }
  }

  /** The sessions that share the address of a multi-session instance with this one, itself included. */
  together(session: DemoSession): readonly DemoSession[] {
    return this.places.get(`${session.fleet.account}/${session.address}`) ?? [];
  }

  /** Sessions with `start <= until` and `end >= from`, each once, ordered by start. */
  during(account: string, from: number, until: number): DemoSession[] {
    const found: DemoSession[] = [];
    const first = Math.floor(from / HOUR_MS);
    for (let hour = first; hour <= Math.floor(until / HOUR_MS); hour++) {
      for (const session of this.hours.get(`${account}/${hour}`) ?? []) {
        // a session over several hours is taken in the first of them that is asked for
        const taken = hour === first || Math.floor(session.start / HOUR_MS) === hour;
        if (taken && session.start <= until && session.end >= from) found.push(session);
      }
    }
    return found;
  }
}

function append(lists: Map<string, DemoSession[]>, key: string, session: DemoSession): void {
  const list = lists.get(key);
  if (list) list.push(session);
  else lists.set(key, [session]);
}

/** The UTC day a session ended: the day of its report. */
export function endDay(session: DemoSession): number {
  return Math.floor(session.end / DAY_MS) * DAY_MS;
}
