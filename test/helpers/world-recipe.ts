/**
 * The choices of which a generated world is made: small numbers only, so that a failing world shrinks to a short story.
 * Times hang on one another (a session begins so long after another ended, an event so long after a session began), which
 * makes ties, gaps of a second and the last second of grace common.
 */
import fc from 'fast-check';
import { GAPS, index, inTen, type Made, seldom, some } from './world-choices.ts';
import { copyRecipe, eventRecipe, logonRecipe } from './world-event-recipe.ts';
import { failedRecipe, freeFileRecipe, reportsRecipe } from './world-report-recipe.ts';

/** Lengths of sessions in milliseconds. */
const LENGTHS = [0, 1000, 60_000, 300_000, 600_000, 1_200_000, 1_200_000, 3_000_000, 30_000_000, 8 * 86_400_000];

export const sessionRecipe = fc.record({
  user: some(0, 0, 0, 1, 1, 1, 2, 3, 4),
  account: some(0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
  region: some(0, 0, 0, 0, 0, 0, 1),
  /** Its id is that of a session before it (modulo their number): of the same user or another, of this account or the other. */
  idOf: some<number | null>(...Array<null>(24).fill(null), 0, 1, 2, 3),
  address: some(0, 0, 0, 0, 1, 1, 2, 3),
  /** On two network interfaces, each a row of the report; or on none that is known. */
  interfaces: some<'one' | 'two' | 'none'>(...Array<'one'>(16).fill('one'), 'two', 'two', 'none'),
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
  /** Later issues of its report drop it, end it earlier or later, or give it to another user. */
  reissue: some<'drop' | 'shorten' | 'lengthen' | 'edit' | 'keep'>('keep', 'keep', 'keep', 'drop', 'shorten', 'lengthen', 'edit'),
  /** What its row contradicts; a row that contradicts its place is in the report of another account or region. */
  contradiction: some<string | null>(
    ...Array<null>(50).fill(null),
    'account',
    'region',
    'region user_arn',
    'user_arn',
    'authentication_type_user_id',
  ),
  /** What sweeps say otherwise than reports of where it is. */
  sweptElsewhere: some<'address' | 'instance' | null>(...Array<null>(12).fill(null), 'address', 'instance'),
  /** Its row could not be read. */
  setAside: fc.nat({ max: 39 }).map((value) => value === 0),
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

const IDENTITY_RULES = [
  { name: 'id-bob', user: 'bob' },
  { name: 'ID-*', user: '*' },
  { name: '*@corp.example', user: '*' },
  { name: 'deploy-*', user: 'Carol' },
];

export const settingsRecipe = fc.record({
  graceSeconds: some(300, 300, 300, 60, 0),
  longestSessionHours: some(1, 1, 24, 120),
  lookbackDays: some(7, 7, 1),
  logonHours: some(12, 12, 1),
  fleetRoles: some<string[]>([], [], ['FleetRole'], ['arn:aws:iam::111122223333:role/FleetRole']),
  fleetCidrs: some<string[]>([], [], [], ['10.0.1.0/29'], ['10.0.1.0/29', '2001:db8::/64']),
  natAddresses: some<string[]>([], ['203.0.113.50'], ['203.0.113.50']),
  endpoints: some<'any' | 'ours' | 'accounts' | 'several' | 'fleets' | 'regions'>(
    ...Array<'any'>(6).fill('any'),
    'ours',
    'accounts',
    'several',
    'fleets',
    'regions',
  ),
  identityUsers: some<{ name: string; user: string }[]>([], IDENTITY_RULES, IDENTITY_RULES),
  sharedPrincipals: some<string[]>([], ['SharedRole', 'ci'], ['arn:aws:iam::111122223333:role/SharedRole']),
  sourceIdentityRoles: some<string[]>([], ['SourceRole'], ['arn:aws:iam::111122223333:role/SourceRole']),
  policyAccounts: some<string[]>([], [], ['999988887777']),
  buckets: some<string[]>(['*'], ['*'], ['da*', '*logs*', 'appstream2-*']),
  excludeBuckets: some<string[]>([], ['logs-*']),
  /** Reports of days that are not over at `as_of` are there nevertheless. */
  earlyReports: inTen(4),
  logonRoles: some<string[]>([], ['AppStreamUsers'], ['arn:aws:iam::111122223333:role/AppStreamUsers']),
  /** Hours after the beginning of the evening. */
  asOfHours: some(1, 3, 12, 25, 25, 25 - 1 / 3600, 36, 49, 49, 49 - 1 / 3600, 73, 73, 240, 480, 480, 480, 480),
});

export const worldRecipe = fc.record({
  settings: settingsRecipe,
  sessions: fc.array(sessionRecipe, { minLength: 2, maxLength: 14, size: 'max' }),
  /** All sessions share instances, as on a multi-session fleet. */
  multiSession: inTen(2),
  events: fc.array(eventRecipe, { minLength: 10, maxLength: 40, size: 'max' }),
  copies: fc.array(copyRecipe, { maxLength: 6, size: 'max' }),
  logons: fc.array(logonRecipe, { maxLength: 8, size: 'max' }),
  sweeps: fc.array(sweepsRecipe, { maxLength: 3, size: 'max' }),
  reports: fc.array(reportsRecipe, { maxLength: 3, size: 'max' }),
  freeFiles: seldom(freeFileRecipe),
  failed: seldom(failedRecipe),
});

export type SessionRecipe = Made<typeof sessionRecipe>;
export type SweepsRecipe = Made<typeof sweepsRecipe>;
export type SettingsRecipe = Made<typeof settingsRecipe>;
export type WorldRecipe = Made<typeof worldRecipe>;
