/** What a made-up set of logs is to be like. Every option has a default; equal options give equal bytes. */
import { UsageError } from '../errors.ts';
import { DAY_MS, dtStart } from '../time.ts';

/**
 * `plain`: a believable mix. The others are the worst cases of the join: `one-address` has 90 % of the fleet's events on one
 * address; `shared` has 50 sessions on each address at a time; `one-address-sessions` has all sessions on one address, one
 * after the other.
 */
export type DemoSkew = 'plain' | 'one-address' | 'shared' | 'one-address-sessions';

export interface DemoOptions {
  /** Any whole number of 32 bits (default 1). */
  readonly seed?: number;
  /** First UTC day, `YYYY-MM-DD` (default 2026-03-02, a Monday). */
  readonly day?: string;
  /** Days with events (default 1). */
  readonly days?: number;
  /** CloudTrail records, duplicates included (default 20,000). Never fewer than the story and the sign-ins need. */
  readonly events?: number;
  /** Sessions besides those of the story (default 220; from 100,000 events on one for every 20 events). */
  readonly sessions?: number;
  /** Private addresses in use (default: so that each has a few sessions a day). */
  readonly addresses?: number;
  /** Fleets (default 5: four in one account, one in another; 1 … 20). */
  readonly fleets?: number;
  /** Megabytes that a CloudTrail file unpacks to; null: a file every five minutes, as CloudTrail does (default null below 100,000 events, else 20). */
  readonly filesize?: number | null;
  /** Default `plain`. */
  readonly skew?: DemoSkew;
  /** Whether the thief, the corrections and the other told events are in it (default: in `plain`). */
  readonly story?: boolean;
  /** Whether the truth is made too (default: up to 200,000 events). */
  readonly truth?: boolean;
  /** DescribeSessions sweeps of each account, five minutes apart from 10:00 of the first day (default 13). */
  readonly sweeps?: number;
}

/** The options with every default filled in. */
export interface ResolvedDemoOptions {
  readonly seed: number;
  readonly day: string;
  readonly days: number;
  readonly events: number;
  readonly sessions: number;
  readonly addresses: number;
  readonly fleets: number;
  readonly filesize: number | null;
  readonly skew: DemoSkew;
  readonly story: boolean;
  readonly truth: boolean;
  readonly sweeps: number;
}

export const DEMO_SKEWS: readonly DemoSkew[] = ['plain', 'one-address', 'shared', 'one-address-sessions'];

/** More do not fit into the /16 of a fleet. */
const MOST_ADDRESSES = 50_000;
/** From here on a set is for measuring: bigger files, sessions in proportion. */
const SCALE_EVENTS = 100_000;
const TRUTH_EVENTS = 200_000;

/** @throws UsageError when an option is outside its range */
export function resolveDemoOptions(options: DemoOptions = {}): ResolvedDemoOptions {
  const skew = options.skew ?? 'plain';
  if (!DEMO_SKEWS.includes(skew)) throw new UsageError(`unknown skew ${skew}`, { remedy: `use one of ${DEMO_SKEWS.join(', ')}` });
  const day = options.day ?? '2026-03-02';
  if (Number.isNaN(dtStart(day))) throw new UsageError(`${day} is no day`, { remedy: 'write it as YYYY-MM-DD' });
  const events = whole('events', options.events ?? 20_000, 0, 100_000_000);
  const days = whole('days', options.days ?? (skew === 'one-address-sessions' ? 10 : 1), 1, 366);
  const usual = events >= SCALE_EVENTS ? Math.round(events / 20) : 220;
  const sessions = whole(
    'sessions',
    options.sessions ?? (skew === 'one-address-sessions' ? Math.max(usual, 100_000) : usual),
    0,
    5_000_000,
  );
  // an address is free again within a session's length: about ten a day in a big set, three or four in a small one
  const perAddress = (sessions > 2000 ? 10 : 3.5) * days;
  const enough = Math.min(MOST_ADDRESSES, Math.max(5, Math.round(sessions / perAddress)));
  const addresses = skew === 'one-address-sessions' ? 1 : whole('addresses', options.addresses ?? enough, 1, MOST_ADDRESSES);
  const filesize = options.filesize === undefined ? (events >= SCALE_EVENTS ? 20 : null) : options.filesize;
  if (filesize !== null && !(filesize > 0 && filesize <= 200)) {
    throw new UsageError(`filesize ${filesize} is out of range`, { remedy: 'use 0.01 to 200 megabytes' });
  }
  const fleets = whole('fleets', options.fleets ?? 5, 1, 20);
  const story = options.story ?? (skew === 'plain' && fleets >= 5);
  if (story && (skew !== 'plain' || fleets < 5)) {
    throw new UsageError('the story needs a plain set of five fleets', {
      remedy: 'leave the story out, or ask for skew plain and 5 fleets',
    });
  }
  return {
    seed: whole('seed', options.seed ?? 1, -2147483648, 4294967295),
    day,
    days,
    events,
    sessions,
    addresses,
    fleets,
    filesize,
    skew,
    story,
    truth: options.truth ?? events <= TRUTH_EVENTS,
    sweeps: whole('sweeps', options.sweeps ?? 13, 0, 288),
  };
}

/** First instant of the set and the first after it, epoch milliseconds. */
export function demoWindow(options: ResolvedDemoOptions): { readonly start: number; readonly end: number } {
  const start = dtStart(options.day);
  return { start, end: start + options.days * DAY_MS };
}

function whole(name: string, value: number, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new UsageError(`${name} ${value} is out of range`, { remedy: `use a whole number from ${low} to ${high}` });
}
