/**
 * The choices of which a generated world is made: small numbers only, so that a failing world shrinks to a short story.
 * Times hang on one another (a session begins so long after another ended, an event so long after a session began), which
 * makes ties, gaps of a second and the last second of grace common.
 */
import fc from 'fast-check';

/** Distances in milliseconds between two things that may touch. */
const GAPS = [
  0, 0, 0, 1, -60_000, -300_000, 500, 999, 1000, -1000, -1, 59_000, 60_000, 61_000, 120_000, 299_000, 300_000, 300_999, 301_000, 600_000,
];

/** Lengths of sessions in milliseconds. */
const LENGTHS = [0, 1000, 60_000, 300_000, 600_000, 1_200_000, 1_200_000, 3_000_000, 30_000_000, 8 * 86_400_000];

const HOUR = 3_600_000;
const some = <T>(...values: T[]) => fc.constantFrom(...values);
/** True in `n` of ten. */
const inTen = (n: number) => fc.integer({ min: 0, max: 9 }).map((value) => value < n);
const index = fc.nat({ max: 59 });

export const sessionRecipe = fc.record({
  user: some(0, 0, 0, 1, 1, 1, 2, 3, 4),
  account: some(0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
  region: some(0, 0, 0, 0, 0, 0, 1),
  address: some(0, 0, 0, 0, 1, 1, 2, 3),
  /** The instance of its address, one of its own, one that several addresses share, or none known. */
  instance: some<'own' | 'alone' | 'shared' | 'none'>('own', 'own', 'own', 'alone', 'alone', 'shared', 'none'),
  ipv6: inTen(2),
  fleet: some(0, 0, 1),
  /** Begins so long after the end of the session before it in the list, on whatever address; null: at the beginning of the evening. */
  after: fc.option(some(...GAPS), { freq: 2 }),
  length: some(...LENGTHS),
  /** Milliseconds past the second of start and end, when the report has any. */
  fraction: some(0, 0, 0, 1, 500, 999),
  hasFraction: inTen(3),
  connected: inTen(9),
  multi: some<boolean | null>(false, false, false, true, true, null),
  /** The report may leave the flag and the instance to the snapshots. */
  oldReport: inTen(2),
  /** Reported, seen by sweeps, or both. */
  known: some<'report' | 'sweeps' | 'both'>('report', 'report', 'report', 'both', 'sweeps', 'sweeps'),
  /** Which sweeps list it besides what its times say. */
  missedBySweeps: some(0, 0, 0, 1, 2, 4, 7),
  listedTooLong: inTen(1),
  expiredAfterEnd: inTen(4),
  connectedInSweeps: some<'yes' | 'no' | 'later'>('yes', 'yes', 'yes', 'no', 'later'),
  /** A later day's report has it too, with an end so much later. */
  reportedAgain: fc.option(some(-60_000, 0, 60_000, 300_000), { freq: 1 }),
  /** The second issue of its report drops it, or ends it so much earlier. */
  reissue: some<'drop' | 'shorten' | 'keep'>('keep', 'keep', 'drop', 'shorten'),
});

export const eventRecipe = fc.record({
  /** The session it is about (modulo their number), and when: before or after its start or its end, or in the middle. */
  session: index,
  edge: some<'start' | 'end' | 'middle' | 'evening'>('start', 'end', 'end', 'end', 'middle', 'middle', 'middle', 'evening'),
  gap: some(...GAPS),
  shiftDays: some(...Array<number>(16).fill(0), 1, -1, 7),
  precision: some<'s' | 'ms'>('s', 's', 'ms'),
  /** The session's address, that of another session, or something else. */
  from: some<'own' | 'ipv6' | 'other' | 'unknown' | 'outside' | 'public' | 'nat' | 'public6' | 'none' | 'list' | 'internal' | 'service'>(
    ...Array<'own'>(26).fill('own'),
    'ipv6',
    'ipv6',
    'other',
    'unknown',
    'outside',
    'public',
    'nat',
    'nat',
    'nat',
    'nat',
    'public6',
    'none',
    'list',
    'internal',
    'service',
  ),
  other: index,
  caller: some<'fleet' | 'service' | 'photon' | 'maintenance' | 'admin' | 'iam'>(
    ...Array<'fleet'>(10).fill('fleet'),
    'service',
    'service',
    'photon',
    'maintenance',
    'admin',
    'iam',
  ),
  /** The role session name: the instance of the session, that of another one, or no instance. */
  roleSession: some<'own' | 'other' | 'none'>('none', 'none', 'own', 'own', 'own', 'other', 'other'),
  /** Whose home folder: the session's user, another one, nobody known. */
  key: some<'own' | 'other' | 'unknown' | 'none'>('own', 'own', 'other', 'unknown', 'none'),
  inHomeFolder: inTen(2),
  accessKey: some<number | null>(null, null, 0, 1, 2),
  endpoint: some(...Array<number>(9).fill(0), 1, 2, 3),
  endpointAccount: some<'none' | 'own' | 'other'>('none', 'none', 'none', 'none', 'none', 'none', 'own', 'own', 'other'),
  account: some<'own' | 'other' | 'none'>(...Array<'own'>(9).fill('own'), 'other', 'none'),
  bucket: some<'data' | 'logs' | 'website' | 'null'>('data', 'data', 'data', 'logs', 'website', 'null'),
  source: some<'s3' | 's3express' | 'sts'>('s3', 's3', 's3', 's3', 's3express', 'sts'),
  write: inTen(4),
});

/** What else the trail holds of an event: a copy, a copy with other bytes, a copy of another account, a correction, its id again. */
export const copyRecipe = fc.record({
  event: index,
  kind: some<'same' | 'differs' | 'recipient' | 'correction' | 'sameId'>('same', 'differs', 'recipient', 'correction', 'sameId'),
  shiftDays: some(0, 0, 1, -1),
});

export const logonRecipe = fc.record({
  session: index,
  kind: some<'saml' | 'streaming_url' | 'console'>('saml', 'saml', 'streaming_url', 'streaming_url', 'console'),
  beforeMs: some(-1000, 0, 0, 1000, 59_000, 60_000, 61_000, 3_600_000, 12 * HOUR, 12 * HOUR + 1000),
  otherUser: inTen(1),
  success: inTen(8),
  role: some(0, 0, 0, 1),
  validSeconds: some<number | null>(null, 60, 60, 3600, 604_800),
  otherFleet: inTen(2),
});

/** Sweeps of one account and region. */
export const sweepsRecipe = fc.record({
  account: some(0, 0, 0, 1),
  region: some(0, 0, 0, 0, 1),
  startMs: some(0, 0, 150_500, 1_200_000),
  /** Distance to the next sweep, milliseconds. */
  gaps: fc.array(some(300_000, 300_000, 600_000, 600_000, 899_000, 900_000, 901_000, 1_800_000), {
    minLength: 1,
    maxLength: 12,
    size: 'max',
  }),
  /** Sweeps (modulo their number) that failed somewhere. */
  failed: fc.array(index, { maxLength: 2 }),
  /** A sweep of two pages, the first of which does not say whether it completes it. */
  twoPages: inTen(3),
});

/** Reports of one account and region beyond those that sessions need. */
export const reportsRecipe = fc.record({
  account: some(0, 0, 0, 1),
  region: some(0, 0, 0, 0, 1),
  /** Days around the evening, from two days before, that have a report even without sessions. */
  emptyDays: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 10, size: 'max' }),
  /** Day (of the same count) whose report could not be read in whole, and how it ended. */
  damagedDay: fc.integer({ min: 0, max: 9 }),
  damage: some<'none' | 'partial' | 'rejected'>('none', 'none', 'none', 'partial', 'rejected'),
  /** Day whose report was issued twice. */
  reissuedDay: fc.integer({ min: 0, max: 9 }),
  reissue: some<'no' | 'later' | 'sameTime' | 'empty' | 'partial' | 'rejected'>(
    'no',
    'no',
    'later',
    'sameTime',
    'empty',
    'partial',
    'rejected',
  ),
  /** Reports of applications, which close nothing. */
  applications: inTen(3),
});

export const settingsRecipe = fc.record({
  graceSeconds: some(300, 300, 300, 60, 0),
  longestSessionHours: some(1, 1, 24, 120),
  lookbackDays: some(7, 7, 1),
  logonHours: some(12, 12, 1),
  fleetRoles: some<string[]>([], [], ['FleetRole'], ['arn:aws:iam::111122223333:role/FleetRole']),
  fleetCidrs: some<string[]>([], [], [], ['10.0.1.0/29'], ['10.0.1.0/29', '2001:db8::/64']),
  natAddresses: some<string[]>([], ['203.0.113.50'], ['203.0.113.50']),
  endpoints: some<'any' | 'ours' | 'accounts' | 'fleets'>('any', 'any', 'any', 'any', 'ours', 'accounts', 'fleets'),
  buckets: some<string[]>(['*'], ['*'], ['da*', '*logs*', 'appstream2-*']),
  excludeBuckets: some<string[]>([], ['logs-*']),
  /** Reports of days that are not over at `as_of` are there nevertheless. */
  earlyReports: inTen(4),
  logonRoles: some<string[]>([], ['AppStreamUsers'], ['arn:aws:iam::111122223333:role/AppStreamUsers']),
  /** Hours after the beginning of the evening. */
  asOfHours: some(1, 3, 12, 25, 25, 25 - 1 / 3600, 36, 49, 49, 49 - 1 / 3600, 73, 240, 480, 480),
});

export const worldRecipe = fc.record({
  settings: settingsRecipe,
  sessions: fc.array(sessionRecipe, { minLength: 2, maxLength: 14, size: 'max' }),
  /** All sessions share instances, as on a multi-session fleet. */
  multiSession: inTen(2),
  events: fc.array(eventRecipe, { minLength: 6, maxLength: 40, size: 'max' }),
  copies: fc.array(copyRecipe, { maxLength: 6, size: 'max' }),
  logons: fc.array(logonRecipe, { maxLength: 8, size: 'max' }),
  sweeps: fc.array(sweepsRecipe, { maxLength: 3, size: 'max' }),
  reports: fc.array(reportsRecipe, { maxLength: 3, size: 'max' }),
});

type Made<A> = A extends fc.Arbitrary<infer T> ? T : never;
export type SessionRecipe = Made<typeof sessionRecipe>;
export type EventRecipe = Made<typeof eventRecipe>;
export type SweepsRecipe = Made<typeof sweepsRecipe>;
export type ReportsRecipe = Made<typeof reportsRecipe>;
export type SettingsRecipe = Made<typeof settingsRecipe>;
export type WorldRecipe = Made<typeof worldRecipe>;
