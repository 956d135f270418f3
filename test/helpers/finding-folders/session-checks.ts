/** Golden folders of `session-id-spoofed`: checks as `verify-session` records them. */
import { createHash } from 'node:crypto';
import type { SeenSession } from '../../../lib/verify/seen-session.ts';
import { checkIdOf, judgeClaims } from '../../../lib/verify/verify-session.ts';
import type { SessionCheck } from '../../../schemas/session-check.ts';
import type { Case } from './records.ts';
import { ACCOUNT, REGION, s3 } from './records.ts';

const BUCKET = `appstream2-36fb080bb8-${REGION}-${ACCOUNT}`;
const homeKey = (user: string) => `user/federated/${createHash('sha256').update(user).digest('hex')}/session.json`;
const at = (time: string) => Date.parse(`2026-03-02T${time}Z`);

const seen = (sessionId: string, userId: string, address: string, state = 'ACTIVE'): SeenSession => ({
  ...{ sessionId, userId, state, addresses: [address], accountId: ACCOUNT, region: REGION },
  ...{ authenticationType: 'SAML', stack: 'analytics-stack', fleet: 'analytics', startMs: at('10:00:00') },
});
const PLACES = [{ accountId: ACCOUNT, region: REGION }];
const ALICE = seen('s-1', 'alice', '10.0.1.25');
const BOB = seen('s-2', 'bob', '10.0.1.66');

interface Claim {
  readonly time?: string;
  readonly session?: string;
  readonly user?: string;
  readonly from?: string;
  /** Whose home folder the file lies in. */
  readonly folder?: string;
  readonly listed?: readonly SeenSession[];
}

/** The check of a session.json, two seconds after it was written. */
function checkOf({ time = '10:30:00', session = 's-1', user = 'alice', from = '10.0.1.66', folder = 'bob', listed = [ALICE, BOB] }: Claim) {
  const claims = {
    sessionId: session,
    userId: user,
    stack: 'analytics-stack',
    fleet: 'analytics',
    authenticationType: null,
    address: null,
  };
  const uploadedAt = `2026-03-02T${time}Z`;
  const upload = { bucket: BUCKET, key: homeKey(folder), etag: time, uploadedAt, sourceAddress: from, uploader: ACCOUNT };
  const search = { sessions: listed, places: PLACES, scope: 'all', questions: 8, complete: true, problems: [] } as const;
  const request = { checkId: checkIdOf(time, folder), origin: 'home-folder', claims, upload, homeFolder: upload } as const;
  return judgeClaims(request, claims, search, at(time) + 2000);
}

/** The check of a claim that somebody asked the function about. */
function askedOf(from: string) {
  const claims = { sessionId: 's-1', userId: 'alice', stack: null, fleet: null, authenticationType: null, address: from };
  const search = { sessions: [ALICE, BOB], places: PLACES, scope: 'all', questions: 8, complete: true, problems: [] } as const;
  const request = { checkId: checkIdOf('asked', from), origin: 'invocation', claims, upload: null, homeFolder: null } as const;
  return judgeClaims(request, claims, search, at('10:30:00'));
}

const lines = (...checks: readonly SessionCheck[]) => checks.map((check) => `${JSON.stringify(check)}\n`).join('');
const READ = [s3('10:30:00', 'GetObject')];
const BOTH = [{}, { id: 's-2', user: 'bob', address: '10.0.1.66' }];
const AS_ALICE = { folder: 'alice', from: '10.0.1.25' };

export const SESSION_CHECK_CASES: Readonly<Record<string, Case>> = {
  'other-session': {
    title: "Bob claims Alice's session from his own, twice: told once, and of him",
    records: READ,
    sessions: BOTH,
    checks: lines(checkOf({}), checkOf({ time: '10:31:00' })),
  },
  'other-user': {
    title: "Bob claims Alice's session in his own name",
    records: READ,
    sessions: BOTH,
    checks: lines(checkOf({ user: 'bob' })),
  },
  'no-such-session': {
    title: 'A session that never was, from an address on which nobody was',
    records: READ,
    checks: lines(checkOf({ session: 's-0', user: 'carol', from: '10.0.1.99', folder: 'carol', listed: [ALICE] })),
  },
  'shared-address': {
    title: 'From an address of several users: nobody is named',
    records: READ,
    sessions: [
      {},
      { id: 's-2', user: 'bob', address: '10.0.1.66', multi: true },
      { id: 's-3', user: 'carol', address: '10.0.1.66', multi: true },
    ],
    checks: lines(checkOf({ listed: [ALICE, BOB, seen('s-3', 'carol', '10.0.1.66')] })),
  },
  'shared-instance': {
    title: 'From an instance that may have had others on it: nobody is named, though one alone is known',
    records: READ,
    sessions: [{}, { id: 's-2', user: 'bob', address: '10.0.1.66', multi: true }],
    checks: lines(checkOf({})),
  },
  'evidence-disagrees': {
    title: 'AppStream lists another on the address than the report: nobody is named',
    records: READ,
    sessions: [{}, { id: 's-2', user: 'carol', address: '10.0.1.66' }],
    checks: lines(checkOf({})),
  },
  unreported: {
    title: 'Nothing is reported yet: AppStream alone says who was on the address, and nobody is named',
    records: READ,
    sessions: [],
    checks: lines(checkOf({})),
  },
  unsaid: {
    title: 'The report does not say whether the instance was shared: nobody is named',
    records: READ,
    sessions: [{}, { id: 's-2', user: 'bob', address: '10.0.1.66', multi: null }],
    checks: lines(checkOf({})),
  },
  'not-connected': {
    title: 'The session on the address was never connected to: nobody is named',
    records: READ,
    sessions: [{}, { id: 's-2', user: 'bob', address: '10.0.1.66', connected: false }],
    checks: lines(checkOf({})),
  },
  'just-ended': {
    title: 'The session on the address had ended a minute before: nobody is named',
    records: READ,
    sessions: [{}, { id: 's-2', user: 'bob', address: '10.0.1.66', end: '10:29:00' }],
    checks: lines(checkOf({})),
  },
  open: {
    title: 'A report that could tell of somebody else is not due yet: nobody is named, for a name is never taken back',
    asOf: '2026-03-03T12:00:00Z',
    records: READ,
    sessions: BOTH,
    checks: lines(checkOf({})),
  },
  asked: {
    title: 'The function was asked: in which network the address is, is not known, so nobody is named',
    records: READ,
    sessions: BOTH,
    checks: lines(askedOf('10.0.1.66')),
  },
  'two-addresses': {
    title: 'One file, written from two addresses: told of each',
    records: READ,
    sessions: BOTH,
    checks: lines(checkOf({}), checkOf({ time: '10:31:00', from: '10.0.1.67' })),
  },
  replayed: {
    title: 'Alice shows a session of hers that had long ended',
    records: READ,
    sessions: [{}],
    checks: lines(checkOf({ ...AS_ALICE, time: '14:00:00', listed: [] })),
  },
  'replayed-elsewhere': {
    title: 'A session that had only just ended, shown from another address',
    records: READ,
    sessions: [{}],
    checks: lines(checkOf({ ...AS_ALICE, time: '10:31:00', from: '10.0.1.99', listed: [] })),
  },
  true: {
    title: 'The session is what it is claimed to be',
    records: READ,
    checks: lines(checkOf(AS_ALICE)),
  },
  ended: {
    title: 'The session has only ended',
    records: READ,
    checks: lines(checkOf({ ...AS_ALICE, listed: [seen('s-1', 'alice', '10.0.1.25', 'EXPIRED')] })),
  },
  'not-listed-yet-theirs': {
    title: 'AppStream did not list it, and the report knows it as theirs',
    records: READ,
    checks: lines(checkOf({ ...AS_ALICE, listed: [] })),
  },
  undecided: {
    title: 'By a NAT gateway or from outside: not refused',
    records: READ,
    checks: lines(checkOf({ ...AS_ALICE, from: '203.0.113.9' })),
  },
};
