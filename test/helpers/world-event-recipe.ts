/** The choices of which the records of a generated world are made. */
import fc from 'fast-check';
import { GAPS, HOUR, index, inTen, type Made, some } from './world-choices.ts';

type Caller =
  | 'fleet'
  | 'service'
  | 'photon'
  | 'maintenance'
  | 'admin'
  | 'iam'
  | 'root'
  | 'shared'
  | 'linked'
  | 'sso'
  | 'center'
  | 'centerRole'
  | 'saml'
  | 'source';

export const eventRecipe = fc.record({
  /** The session it is about (modulo their number), and when: before or after its start or its end, or in the middle. */
  session: index,
  edge: some<'start' | 'end' | 'middle' | 'evening'>('start', 'end', 'end', 'end', 'middle', 'middle', 'middle', 'evening'),
  gap: some(...GAPS),
  shiftDays: some(...Array<number>(16).fill(0), 1, -1, 7),
  precision: some<'s' | 'ms'>('s', 's', 'ms'),
  /** The session's address, that of another session, or something else. */
  from: some<'own' | 'ipv6' | 'other' | 'unknown' | 'outside' | 'public' | 'nat' | 'public6' | 'none' | 'list' | 'internal' | 'service'>(
    ...Array<'own'>(44).fill('own'),
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
  caller: some<Caller>(
    ...Array<'fleet'>(44).fill('fleet'),
    ...Array<'service'>(9).fill('service'),
    'photon',
    'photon',
    'maintenance',
    'admin',
    'admin',
    'iam',
    'iam',
    'root',
    'shared',
    'linked',
    'sso',
    'sso',
    'center',
    'centerRole',
    'saml',
    'saml',
    'source',
    'source',
  ),
  /** Whom credentials name that name somebody: the session's user, another one, nobody known; and how the name is written. */
  person: some<'own' | 'other' | 'unknown'>('own', 'own', 'own', 'other', 'unknown'),
  spelling: some<'plain' | 'upper' | 'mail' | 'id'>('plain', 'plain', 'upper', 'mail', 'id'),
  /** The role session name: the instance of the session, that of another one, or no instance. */
  roleSession: some<'own' | 'other' | 'none'>('none', 'none', 'own', 'own', 'own', 'other', 'other'),
  /** Whose home folder: the session's user, another one, nobody known. */
  key: some<'own' | 'other' | 'unknown' | 'none'>('own', 'own', 'other', 'unknown', 'none'),
  inHomeFolder: inTen(2),
  /** What keeps a key from being evidence, or looks as if it did. */
  spoiled: some<'no' | 'service' | 'appstream' | 'denied' | 'failed' | 'tool' | 'agent'>(
    ...Array<'no'>(12).fill('no'),
    'service',
    'appstream',
    'denied',
    'failed',
    'tool',
    'agent',
  ),
  accessKey: some<number | null>(null, null, 0, 1, 2),
  endpoint: some(...Array<number>(16).fill(0), 1, 1, 2, 3),
  endpointAccount: some<'none' | 'own' | 'other' | 'foreign'>(
    ...Array<'none'>(4).fill('none'),
    ...Array<'own'>(10).fill('own'),
    'other',
    'foreign',
  ),
  account: some<'own' | 'other' | 'foreign' | 'none'>(...Array<'own'>(18).fill('own'), 'other', 'other', 'foreign', 'none'),
  recipient: some<'caller' | 'session'>('caller', 'caller', 'caller', 'session'),
  region: some<'own' | 'other' | 'none'>(...Array<'own'>(12).fill('own'), 'other', 'other', 'none'),
  requestId: inTen(5),
  bucket: some<'data' | 'logs' | 'website' | 'null'>('data', 'data', 'data', 'logs', 'website', 'null'),
  source: some<'s3' | 's3express' | 'sts'>('s3', 's3', 's3', 's3', 's3express', 'sts'),
  write: inTen(4),
});

/**
 * What else the trail holds of an event: a copy, a copy with other bytes, one that says something else, a copy of another
 * account, a correction, two that differ, one that is none, its id again.
 */
export const copyRecipe = fc.record({
  event: index,
  kind: some<'same' | 'differs' | 'contradicts' | 'recipient' | 'correction' | 'rivals' | 'forged' | 'sameId'>(
    'same',
    'differs',
    'contradicts',
    'contradicts',
    'recipient',
    'correction',
    'correction',
    'rivals',
    'rivals',
    'forged',
    'sameId',
  ),
  /** What a copy, a second or a forged correction says otherwise. */
  about: some<'address' | 'caller' | 'time' | 'account' | 'bucket' | 'owner'>('address', 'caller', 'time', 'account', 'bucket', 'owner'),
  session: index,
  shiftDays: some(0, 0, 0, 1, -1),
  requestId: some<'same' | 'other' | 'none'>('same', 'same', 'none', 'none', 'other'),
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
  /** The access key that a SAML sign-in issued. */
  issues: some<number | null>(null, 0, 0, 1),
});

export type EventRecipe = Made<typeof eventRecipe>;
export type CopyRecipe = Made<typeof copyRecipe>;
