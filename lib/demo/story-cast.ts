/** The sessions of the story: who sat where when. Times are UTC on the first day; a negative hour is the evening before. */
import { type Fleet, fleetAddress, fleets } from './cast.ts';
import { Random } from './random.ts';
import type { DemoSession } from './sessions.ts';

const HOUR_MS = 3_600_000;
/** Addresses from here on are the story's: the crowd of a small set never reaches them. */
const FIRST_ADDRESS = 60_000;

export interface StoryCast {
  readonly nightOwl: DemoSession;
  readonly thief: DemoSession;
  readonly successor: DemoSession;
  readonly before: DemoSession;
  readonly ghost: DemoSession;
  readonly after: DemoSession;
  readonly neverThere: DemoSession;
  readonly first: DemoSession;
  readonly second: DemoSession;
  readonly uploader: DemoSession;
  readonly overnight: DemoSession;
  readonly operator: DemoSession;
  readonly dualStack: DemoSession;
  readonly named: DemoSession;
  readonly unnamed: DemoSession;
  readonly borrowed: DemoSession;
  readonly unannounced: DemoSession;
}

/** @param start midnight of the first day, epoch milliseconds */
export function storyCast(seed: number, start: number): StoryCast {
  const [analytics, trading, contractors, legacy, nightdesk] = fleets(5) as [Fleet, Fleet, Fleet, Fleet, Fleet];
  const session = (
    fleet: Fleet,
    user: string,
    place: number,
    from: number,
    until: number,
    change: Partial<DemoSession> = {},
  ): DemoSession => {
    const random = new Random(seed, 'story-session', user, from);
    const instanceId = `i-0${random.hex(2)}`;
    return {
      index: 0,
      id: random.uuid(),
      fleet,
      user,
      start: start + from,
      end: start + until,
      address: fleetAddress(fleet, FIRST_ADDRESS + place),
      ipv6: null,
      instanceId,
      eniId: `eni-0${random.hex(2)}`,
      connected: true,
      multisession: false,
      client: `198.51.100.${random.between(30, 250)}`,
      roleSession: fleet.namedCredentials === 'none' ? 'AppStream-FleetInstance' : instanceId,
      freeUntil: Number.POSITIVE_INFINITY,
      told: true,
      ...change,
    };
  };
  const at = (hour: number, minute: number, second = 0, ms = 0) => hour * HOUR_MS + minute * 60_000 + second * 1000 + ms;
  const shared = new Random(seed, 'story-shared');
  const sharing = { multisession: true, instanceId: `i-0${shared.hex(2)}`, eniId: `eni-0${shared.hex(2)}` };
  return {
    // one address, four people of two accounts within a day
    nightOwl: session(analytics, 'nina.brandt@example.com', 0, -at(1, 30), at(1, 38, 20, 115)),
    thief: session(analytics, 'm.keller@example.com', 0, at(1, 47, 12, 318), at(3, 26, 40, 771), { client: '198.51.100.99' }),
    successor: session(analytics, 'paul.lang@example.com', 0, at(20, 50), at(23, 10, 0, 250)),
    operator: session(nightdesk, 'd.okafor@night.example.net', 0, at(21, 10, 5), at(27, 5, 40)),
    // two users of one address, and a session between them to which nobody connected
    before: session(analytics, 'tom.brook@example.com', 1, at(13, 10), at(14, 2, 10, 480)),
    ghost: session(analytics, 'sylvie.moreau@example.com', 1, at(14, 3), at(14, 3, 20), { connected: false }),
    after: session(analytics, 'lukas.hardt@example.com', 1, at(14, 9, 30), at(15, 40, 2, 90)),
    neverThere: session(analytics, 'ruth.faber@example.com', 2, at(11, 1), at(11, 20), { connected: false }),
    first: session(contractors, 'ext-2001', 3, at(12, 50, 0, 700), at(15, 10, 4, 20), sharing),
    second: session(contractors, 'ext-2002', 3, at(13, 5, 31, 5), at(14, 40, 9, 900), sharing),
    uploader: session(analytics, 'clara.ritter@example.com', 4, at(16, 0, 3, 60), at(16, 30, 0, 400)),
    overnight: session(trading, 'ACME\\h.stern', 5, at(22, 5, 1, 20), at(25, 20, 33, 610)),
    dualStack: session(analytics, 'ivo.jensen@example.com', 6, at(9, 20, 40, 5), at(11, 30, 15, 15), { ipv6: '2001:db8:20::1f' }),
    named: session(legacy, 'olga.blum@archive.example.org', 7, at(11, 15, 2, 2), at(12, 30, 20, 20)),
    unnamed: session(legacy, 'gerd.pohl@archive.example.org', 8, at(11, 20, 3, 3), at(12, 40, 30, 30), {
      roleSession: 'AppStream-FleetInstance',
    }),
    // somebody has Tom Brook's password while he works
    borrowed: session(analytics, 'tom.brook@example.com', 9, at(13, 30, 20, 200), at(13, 55, 10, 10), { client: '192.0.2.147' }),
    unannounced: session(analytics, 'jan.winter@example.com', 10, at(18, 10, 4, 40), at(18, 45, 30, 300), { unannounced: true }),
  };
}
