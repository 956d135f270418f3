/** What verifies a session, what refuses it, and what leaves it undecided. */
import { describe, expect, test } from '@jest/globals';
import type { SeenSession } from '../../../lib/verify/seen-session.ts';
import type { Search } from '../../../lib/verify/session-search.ts';
import { judgeClaims, refuseClaim } from '../../../lib/verify/verify-session.ts';
import type { SessionClaims, Upload } from '../../../schemas/session-check.ts';
import { sessionCheckSchema } from '../../../schemas/session-check.ts';
import { ALICE, AT, CLAIMS, keyOf, MALLORY, searchOf, UPLOAD } from './evidence.ts';

interface Given {
  readonly claims?: Partial<SessionClaims>;
  readonly upload?: Partial<Upload>;
  readonly sessions?: readonly SeenSession[];
  readonly search?: Partial<Search>;
  readonly atMs?: number;
}

/** A claim that came with an upload. */
function judgeUpload({ claims = {}, upload = {}, sessions = [ALICE, MALLORY], search = {}, atMs = AT }: Given = {}) {
  const whole = { ...UPLOAD, ...upload };
  const claimed = { ...CLAIMS, address: null, ...claims };
  const request = { checkId: 'c'.repeat(32), origin: 'home-folder', claims: claimed, upload: whole, homeFolder: whole } as const;
  const check = judgeClaims(request, claimed, searchOf(sessions, search), atMs);
  expect(sessionCheckSchema.parse(JSON.parse(JSON.stringify(check)))).toEqual(check);
  return check;
}

/** A claim that somebody asks about. */
function judgeAsked(claims: Partial<SessionClaims> = {}, sessions: readonly SeenSession[] = [ALICE, MALLORY]) {
  const claimed = { ...CLAIMS, ...claims };
  const request = { checkId: 'c'.repeat(32), origin: 'command', claims: claimed, upload: null, homeFolder: null } as const;
  return judgeClaims(request, claimed, searchOf(sessions), AT);
}

const decided = ({ verdict, reason }: { verdict: string; reason: string }) => `${verdict} ${reason}`;
const changed = (change: Partial<SeenSession>) => [{ ...ALICE, ...change }, MALLORY];

describe('an upload', () => {
  test('is verified when session, state, user, place, address, folder, uploader and time agree', () => {
    const check = judgeUpload();
    expect(decided(check)).toBe('verified all_passed');
    expect(check.checks.map((each) => [each.check, each.result])).toEqual(
      ['exists', 'active', 'user', 'authentication', 'stack', 'fleet', 'address', 'alone', 'home-folder', 'uploader', 'time'].map(
        (name) => [name, 'passed'],
      ),
    );
  });

  test.each<[string, Given, string]>([
    ['the session of another user', { claims: { userId: 'bob@example.com' } }, 'refused user_failed'],
    ['a user id in another case', { claims: { userId: 'Alice@example.com' } }, 'refused user_failed'],
    ['the home folder of another user', { upload: { key: keyOf('mallory@example.com') } }, 'refused home_folder_failed'],
    ['the folder of another way to sign in', { upload: { key: keyOf('alice@example.com', 'custom') } }, 'refused home_folder_failed'],
    ['a key of no home folder', { upload: { key: 'session.json' } }, 'refused home_folder_failed'],
    ['the address of another session', { upload: { sourceAddress: '10.0.1.66' } }, 'refused address_failed'],
    ['another account as uploader', { upload: { uploader: '999988887777' } }, 'refused uploader_failed'],
    ['a service as uploader', { upload: { uploader: 's3.amazonaws.com' } }, 'refused uploader_failed'],
    ['no session of that id', { claims: { sessionId: 's-none' } }, 'refused exists_failed'],
    ['an upload before the session began', { upload: { uploadedAt: '2026-03-02T10:29:59Z' } }, 'refused time_failed'],
    ['an upload of tomorrow', { upload: { uploadedAt: '2026-03-03T10:30:00Z' } }, 'refused time_failed'],
    ['another way to sign in', { claims: { authenticationType: 'CUSTOM' } }, 'refused authentication_failed'],
    ['another stack', { claims: { stack: 's2' } }, 'refused stack_failed'],
    ['another fleet', { claims: { fleet: 'f2' } }, 'refused fleet_failed'],
    ['a session that has ended', { sessions: changed({ state: 'EXPIRED' }) }, 'refused active_failed'],
    ['a session that has not begun', { sessions: changed({ state: 'PENDING' }) }, 'refused active_failed'],
  ])('is refused with %s', (_, given, expected) => expect(decided(judgeUpload(given))).toBe(expected));

  test.each<[string, Given, string]>([
    ['questions without an answer', { sessions: [], search: { complete: false, problems: ['p'] } }, 'undecided exists_unknown'],
    [
      'a public address: a NAT gateway looks the same as a stranger',
      { upload: { sourceAddress: '203.0.113.9' } },
      'undecided address_unknown',
    ],
    ['an address of the network by which AppStream manages it', { upload: { sourceAddress: '198.19.7.1' } }, 'undecided address_unknown'],
    ['a link-local address', { upload: { sourceAddress: '169.254.0.9' } }, 'undecided address_unknown'],
    ['an IPv6 address of a session that has none', { upload: { sourceAddress: '2001:db8::1' } }, 'undecided address_unknown'],
    ['no address', { upload: { sourceAddress: null } }, 'undecided address_unknown'],
    ['a session without an address', { sessions: changed({ addresses: [] }) }, 'undecided address_unknown'],
    ['no uploader', { upload: { uploader: null } }, 'undecided uploader_unknown'],
    ['a role of which nothing is known', { upload: { uploader: 'AWS:AROAEXAMPLE:somebody' } }, 'undecided uploader_unknown'],
    [
      'a role session named as AppStream names its own',
      { upload: { uploader: 'AWS:AROAEVIL:AppStream2.0' } },
      'undecided uploader_unknown',
    ],
    ["another user's session on the address", { sessions: [ALICE, { ...MALLORY, addresses: ['10.0.1.25'] }] }, 'undecided alone_unknown'],
    ['somebody on the fleet who could not be asked for', { search: { complete: false, problems: ['p'] } }, 'undecided alone_unknown'],
    [
      'no session, of a home folder in a region that was not asked',
      { claims: { sessionId: 's-none' }, search: { places: [{ accountId: '111122223333', region: 'us-east-1' }] } },
      'undecided exists_unknown',
    ],
    [
      'no session, of a home folder of an account that was not asked',
      { claims: { sessionId: 's-none' }, search: { places: [{ accountId: null, region: 'eu-west-1' }] } },
      'undecided exists_unknown',
    ],
    ['no session, and no time', { claims: { sessionId: 's-none' }, upload: { uploadedAt: null } }, 'undecided exists_unknown'],
    ['the folder of another region', { sessions: changed({ region: 'us-east-1' }) }, 'undecided home_folder_unknown'],
    ['a session of whose account nothing is known', { sessions: changed({ accountId: null }) }, 'undecided home_folder_unknown'],
    ['no time', { upload: { uploadedAt: null } }, 'undecided alone_unknown'],
    ['a session without a start', { sessions: changed({ startMs: null }) }, 'undecided time_unknown'],
    ['a session without a state', { sessions: changed({ state: null }) }, 'undecided active_unknown'],
  ])('is not decided with %s', (_, given, expected) => expect(decided(judgeUpload(given))).toBe(expected));

  test('proves nothing by absence when it is looked at long after: the session may have ended', () => {
    const gone = { sessions: [MALLORY] };
    expect(decided(judgeUpload({ ...gone, atMs: Date.UTC(2026, 2, 2, 10, 35, 0) }))).toBe('refused exists_failed');
    expect(decided(judgeUpload({ ...gone, atMs: Date.UTC(2026, 2, 2, 10, 35, 0, 1) }))).toBe('undecided exists_unknown');
  });

  test('of the second in which the session began is not before it', () => {
    expect(judgeUpload({ upload: { uploadedAt: '2026-03-02T10:30:00Z' } }).verdict).toBe('verified');
  });

  test('leaves out what nobody claimed, and is verified without it', () => {
    const check = judgeUpload({ claims: { stack: null, fleet: null, authenticationType: null } });
    expect(check.verdict).toBe('verified');
    expect(check.checks.filter((each) => !each.essential).map((each) => each.check)).toEqual(['authentication', 'stack', 'fleet']);
  });

  test('counts by the address that S3 saw, whatever the file says', () => {
    expect(decided(judgeUpload({ claims: { address: '10.0.1.25' }, upload: { sourceAddress: '10.0.1.66' } }))).toBe(
      'refused address_failed',
    );
  });

  test("is alone on its address beside the user's own sessions, and not beside one that may have ended since", () => {
    const own = { ...ALICE, sessionId: 's-own' };
    const ended = { ...MALLORY, addresses: ['10.0.1.25'], state: 'EXPIRED' };
    expect(decided(judgeUpload({ sessions: [ALICE, own] }))).toBe('verified all_passed');
    expect(decided(judgeUpload({ sessions: [ALICE, own, ended] }))).toBe('undecided alone_unknown');
    // of a question the address is that of now
    expect(decided(judgeAsked({}, [ALICE, ended]))).toBe('verified all_passed');
  });

  test('is not alone beside somebody of its name who signed in another way', () => {
    const namesake = { ...ALICE, sessionId: 's-api', authenticationType: 'CUSTOM' };
    expect(decided(judgeUpload({ sessions: [ALICE, namesake] }))).toBe('undecided alone_unknown');
  });

  test('long after it was written proves nothing of who else was there', () => {
    expect(decided(judgeUpload({ atMs: Date.UTC(2026, 2, 2, 10, 35, 0) }))).toBe('verified all_passed');
    expect(decided(judgeUpload({ atMs: Date.UTC(2026, 2, 2, 10, 35, 0, 1) }))).toBe('undecided alone_unknown');
  });

  test('says who was on its address', () => {
    const check = judgeUpload({
      upload: { sourceAddress: '10.0.1.66' },
      sessions: [ALICE, MALLORY, { ...MALLORY, state: 'EXPIRED', sessionId: 'x' }],
    });
    expect(check.onAddress).toEqual({ sessionIds: ['s-mallory'], userIds: ['mallory@example.com'] });
  });

  test('accepts either address of a session that has two', () => {
    const sessions = changed({ addresses: ['10.0.1.25', '2001:db8::1'] });
    expect(judgeUpload({ sessions, upload: { sourceAddress: '2001:DB8:0::1' } }).verdict).toBe('verified');
    expect(decided(judgeUpload({ sessions, upload: { sourceAddress: '2001:db8::2' } }))).toBe('refused address_failed');
  });
});

describe('a question', () => {
  test('is verified with the address of the session, and not without', () => {
    expect(decided(judgeAsked())).toBe('verified all_passed');
    expect(decided(judgeAsked({ address: null }))).toBe('undecided address_unknown');
    expect(decided(judgeAsked({ address: '10.0.1.66' }))).toBe('refused address_failed');
  });

  test('names the gravest of several reasons', () => {
    expect(decided(judgeAsked({ userId: 'bob', address: '10.0.1.66' }, changed({ state: 'EXPIRED' })))).toBe('refused user_failed');
  });
});

test('a claim that cannot be read is refused, one that is gone is not decided', () => {
  const request = { checkId: 'c'.repeat(32), origin: 'home-folder', claims: null, upload: UPLOAD, homeFolder: null } as const;
  expect(decided(refuseClaim(request, 'failed', 'not JSON', AT))).toBe('refused claim_failed');
  expect(decided(refuseClaim(request, 'unknown', 'gone', AT))).toBe('undecided claim_unknown');
});
