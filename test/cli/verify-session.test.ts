/** `verify-session`, against the test double of AppStream's API over HTTP. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { services } from '../../cli/services.ts';
import type { SessionCheck } from '../../schemas/session-check.ts';
import type { WorldSession } from '../cloud/shims/appstream-world.ts';
import { type AppStreamDouble, liveSession, startAppStream } from '../helpers/appstream-double.ts';
import { cli } from './fake-io.ts';

let appstream: AppStreamDouble;
let folder: string;

beforeAll(async () => {
  appstream = await startAppStream();
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  folder = mkdtempSync(join(tmpdir(), 'verify-session-'));
});

afterAll(() => {
  appstream.close();
  rmSync(folder, { recursive: true, force: true });
});

const session = (n: number, more: Partial<WorldSession> = {}): WorldSession =>
  liveSession({
    Id: `session-${n}`,
    UserId: `user-${n}@example.com`,
    StartTime: '2026-03-10T02:05:00.123Z',
    NetworkAccessConfiguration: { EniPrivateIpAddress: `10.0.1.${n}`, EniId: `eni-${n}` },
    ...more,
  });

beforeEach(() => {
  appstream.faults.set([]);
  const stacks = [
    { name: 's1', fleets: ['f1'] },
    { name: 's2', fleets: ['f2'] },
  ];
  // more than a page holds: the session is on the second
  const many = Array.from({ length: 60 }, (_, n) => session(n + 1));
  const other = session(99, { StackName: 's2', FleetName: 'f2', AuthenticationType: 'API' });
  appstream.state.set({ places: [{ account: '111122223333', region: 'eu-west-1', stacks, sweeps: [[...many, other]] }] });
});

const ask = (flags: Record<string, string>, ...more: string[]) => {
  const given = { 'session-id': 'session-57', 'user-id': 'user-57@example.com', stack: 's1', fleet: 'f1', region: 'eu-west-1', ...flags };
  return cli(['verify-session', ...Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]), ...more], { services });
};
const answerOf = ({ out }: { out: string }) => JSON.parse(out) as SessionCheck;

describe('verify-session', () => {
  test('finds a session on a later page, and verifies it with its address', async () => {
    const ran = await ask({ address: '10.0.1.57', 'authentication-type': 'saml' });
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(answerOf(ran)).toMatchObject({
      verdict: 'verified',
      origin: 'command',
      session: { userId: 'user-57@example.com', startTime: '2026-03-10T02:05:00.123Z', addresses: ['10.0.1.57'] },
      searched: { scope: 'claimed', questions: 4, complete: true },
    });
  });

  test('decides nothing without an address, and ends with 4', async () => {
    const ran = await ask({});
    expect([ran.code, answerOf(ran).reason]).toEqual([4, 'address_unknown']);
  });

  test("refuses another user's session with 3, and finds it wherever it is", async () => {
    const ran = await ask({ 'session-id': 'session-99', address: '10.0.1.57' });
    expect(ran.code).toBe(3);
    expect(answerOf(ran)).toMatchObject({
      verdict: 'refused',
      reason: 'user_failed',
      session: { userId: 'user-99@example.com', stack: 's2', fleet: 'f2', authenticationType: 'CUSTOM' },
      onAddress: { sessionIds: ['session-57'], userIds: ['user-57@example.com'] },
      searched: { scope: 'all', questions: 8, complete: true },
    });
  });

  test('refuses a session that nobody has, of a stack that does not exist', async () => {
    const ran = await ask({ 'session-id': 'none', stack: 'other', address: '10.0.1.57' });
    expect([ran.code, answerOf(ran).reason, answerOf(ran).searched.complete]).toEqual([3, 'exists_failed', true]);
  });

  test('decides nothing when AppStream does not answer everything', async () => {
    appstream.faults.set([{ operation: 'DescribeSessions', error: 'AccessDeniedException', containing: '"FleetName":"f2"', times: 4 }]);
    const ran = await ask({ 'session-id': 'none', address: '10.0.1.57' });
    expect([ran.code, answerOf(ran).reason]).toEqual([4, 'exists_unknown']);
    expect(answerOf(ran).searched.problems[0]).toContain('stack s2, fleet f2, API: sessions cannot be listed (AccessDeniedException');
  });

  test('holds the key of a home folder against the user', async () => {
    const bucket = 's3://appstream2-36fb080bb8-eu-west-1-111122223333';
    const ran = await ask({ address: '10.0.1.57', 'home-folder-key': `${bucket}/user/federated/${'0'.repeat(64)}/a.txt` });
    expect([ran.code, answerOf(ran).reason]).toEqual([3, 'home_folder_failed']);
  });

  test('says every check to a person', async () => {
    const ran = await ask({ address: '10.0.1.58' }, '--output', 'table');
    expect(ran.out).toContain('refused (address_failed)\n  claimed: session session-57 of user-57@example.com\n');
    expect(ran.out).toMatch(/^ {2}FAILED {3}address +expected one of 10\.0\.1\.57; found 10\.0\.1\.58$/m);
    expect(ran.out).toMatch(/^ {2}passed {3}exists +expected a session session-57; found stack s1, fleet f1$/m);
    expect(ran.out).toContain('on that address: session-58 of user-58@example.com');
  });

  test('keeps the check in a lake, once', async () => {
    const lake = join(folder, 'lake');
    const ran = await ask({ address: '10.0.1.58', lake });
    expect([ran.code, ran.err]).toEqual([3, '']);
    await ask({ address: '10.0.1.58', lake });
    const asked = await cli(
      [
        'query',
        '--lake',
        lake,
        '--output',
        'json',
        '--sql',
        "SELECT check_id, verdict, reason, dt, array_to_string(failed, ',') AS failed FROM session_checks",
      ],
      { services },
    );
    const { checkId } = answerOf(ran);
    expect(JSON.parse(asked.out)).toEqual([
      { check_id: checkId, verdict: 'refused', reason: 'address_failed', dt: '2026-03-10', failed: 'address' },
    ]);
    expect(existsSync(join(lake, 'raw', 'session-checks', `${checkId}.jsonl`))).toBe(true);
  });

  test.each<[string, Record<string, string>, string]>([
    ['an address that is none', { address: '10.0.1' }, '--address must be an IP address'],
    ['an unknown way to sign in', { 'authentication-type': 'LDAP' }, '--authentication-type must be one of api'],
    ['a session id that cannot be one', { 'session-id': 'a b' }, '--session-id must be a session id'],
    ['a key without a bucket', { 'home-folder-key': 'user/x' }, '--home-folder-key must be an object such as'],
    ['an account that is none', { account: '12' }, '--account must be 12 digits'],
    ['no region', { region: '' }, 'no region is named'],
  ])('ends with 2 for %s, before anything is asked', async (_, flags, message) => {
    const ran = await ask(flags);
    expect([ran.code, ran.out]).toEqual([2, '']);
    expect(ran.err).toContain(message);
  });
});
