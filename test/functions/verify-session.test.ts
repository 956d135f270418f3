/** The check of claimed sessions, against the test double of AppStream's API and S3 in this process. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SQSBatchResponse } from 'aws-lambda';
import type { FauxqsServer } from 'fauxqs';
import type { ObjectStore } from '../../lib/cloud/ports.ts';
import { parseLandingKey } from '../../lib/lake/cloud-layout.ts';
import { type SessionCheck, sessionCheckSchema } from '../../schemas/session-check.ts';
import type { WorldSession } from '../cloud/shims/appstream-world.ts';
import { type AppStreamDouble, liveSession, startAppStream } from '../helpers/appstream-double.ts';
import { batch, lambdaContext, logged, metricsOf, QUEUE_ARN, startWorld } from './function-world.ts';

const HOME = 'appstream2-36fb080bb8-eu-west-1-111122223333';

let server: FauxqsServer;
let appstream: AppStreamDouble;
let store: ObjectStore;
let invoke: (event: unknown, requestId?: string) => Promise<{ answer: SessionCheck | SQSBatchResponse; lines: string[] }>;

beforeAll(async () => {
  server = await startWorld('central', HOME);
  appstream = await startAppStream();
  Object.assign(process.env, {
    APPSTREAM_AUDIT_SWEEPS: '[]',
    APPSTREAM_AUDIT_ACCOUNT: '111122223333',
    APPSTREAM_AUDIT_SESSION_CHECK_QUEUE_ARN: QUEUE_ARN,
    APPSTREAM_AUDIT_MAX_RECEIVES: '3',
  });
  const { S3Store } = await import('../../lib/aws/s3-store.ts');
  store = new S3Store();
  const { handler } = await import('../../functions/verify-session.ts');
  invoke = async (event, requestId = crypto.randomUUID()) => {
    let answer: SessionCheck | SQSBatchResponse | undefined;
    const lines = await logged(async () => {
      answer = await handler(event, { ...lambdaContext('verify-session'), awsRequestId: requestId });
    });
    return { answer: answer as SessionCheck | SQSBatchResponse, lines };
  };
});

afterAll(async () => {
  appstream.close();
  await server.stop();
});

const START = Date.now() - 60_000;
const session = (name: string, n: number, more: Partial<WorldSession> = {}): WorldSession =>
  liveSession({
    Id: `s-${name}`,
    UserId: `${name}@example.com`,
    StartTime: new Date(START).toISOString(),
    NetworkAccessConfiguration: { EniPrivateIpAddress: `10.0.1.${n}`, EniId: `eni-${n}` },
    ...more,
  });
const setSessions = (...sessions: WorldSession[]) =>
  appstream.state.set({
    places: [{ account: '111122223333', region: 'eu-west-1', stacks: [{ name: 's1', fleets: ['f1'] }], sweeps: [sessions] }],
  });

beforeEach(() => {
  appstream.faults.set([]);
  setSessions(session('ann', 1), session('bob', 2));
});

const CLAIMS = { sessionId: 's-ann', userId: 'ann@example.com', stack: 's1', fleet: 'f1', address: '10.0.1.1' };

let files = 0;
const homeKey = (user: string) => `user/federated/${createHash('sha256').update(user).digest('hex')}/${files}/session.json`;

/** Writes a session.json. @returns the message about it, in EventBridge's form */
async function upload(
  content: string,
  { user = 'ann@example.com', address = '10.0.1.1', requester = '111122223333', time = new Date().toISOString() } = {},
) {
  files += 1;
  const key = homeKey(user);
  await store.putNew(HOME, key, content, 'application/json');
  const { source, bytes } = await store.open({ bucket: HOME, key, etag: null, versionId: null });
  await bytes[Symbol.asyncIterator]().return?.();
  const detail = { bucket: { name: HOME }, object: { key, etag: source.etag, size: content.length }, reason: 'PutObject' };
  const message = {
    ...{ version: '0', source: 'aws.s3', 'detail-type': 'Object Created', account: '111122223333', time },
    detail: { ...detail, requester, 'source-ip-address': address },
  };
  return { key, etag: source.etag, body: JSON.stringify(message) };
}

const fileOf = (more: Record<string, unknown> = {}) =>
  JSON.stringify({
    user: 'ann@example.com',
    sessionId: 's-ann',
    stackName: 's1',
    fleetName: 'f1',
    bucketName: 'x',
    prefixName: 'y',
    ...more,
  });

async function keysOf(prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of store.list('central', prefix)) keys.push(...page.map(({ key }) => key));
  return keys;
}

/** The checks that were kept while the work was done, and the rows they became. */
async function kept(work: () => Promise<unknown>): Promise<{ checks: SessionCheck[]; rows: number }> {
  const before = new Set([...(await keysOf('raw/session-checks/')), ...(await keysOf('session_checks/'))]);
  await work();
  const isNew = (key: string) => !before.has(key);
  const records = (await keysOf('raw/session-checks/')).filter(isNew);
  const texts = await Promise.all(records.map((key) => store.readText('central', key)));
  const landed = (await keysOf('session_checks/')).filter(isNew);
  return {
    checks: texts.map((text) => sessionCheckSchema.parse(JSON.parse(text ?? ''))),
    rows: landed.reduce((sum, key) => sum + (parseLandingKey(key)?.rows ?? 0), 0),
  };
}

const outcome = ({ verdict, reason }: SessionCheck) => `${verdict} ${reason}`;

describe('an invocation', () => {
  test('is answered with every check, and kept', async () => {
    const { checks, rows } = await kept(async () => {
      const { answer, lines } = await invoke(CLAIMS);
      expect(answer).toMatchObject({
        verdict: 'verified',
        origin: 'invocation',
        session: { accountId: '111122223333', region: 'eu-west-1' },
      });
      expect(metricsOf(lines, 'SessionsVerified')).toEqual([{ service: 'appstream-audit-test', kind: 'session_check', value: 1 }]);
    });
    expect([checks.map(outcome), rows]).toEqual([['verified all_passed'], 1]);
  });

  test('that Lambda makes again is one check, with the answer of the first', async () => {
    const { checks, rows } = await kept(async () => {
      const first = (await invoke(CLAIMS, 'request-1')).answer as SessionCheck;
      setSessions();
      const { answer, lines } = await invoke(CLAIMS, 'request-1');
      expect(answer).toEqual(first);
      expect(metricsOf(lines, 'SessionsVerified')).toEqual([]);
      expect(((await invoke(CLAIMS, 'request-2')).answer as SessionCheck).checkId).not.toBe(first.checkId);
    });
    expect([checks.map(outcome).sort(), rows]).toEqual([['refused exists_failed', 'verified all_passed'], 2]);
  });

  test("for another user's session is refused, and counted", async () => {
    const { answer, lines } = await invoke({ ...CLAIMS, sessionId: 's-bob' });
    expect(answer).toMatchObject({ verdict: 'refused', reason: 'user_failed', onAddress: { userIds: ['ann@example.com'] } });
    expect(metricsOf(lines, 'SessionsRefused')).toHaveLength(1);
    expect(lines.join('\n')).not.toContain('@example.com');
  });

  test.each([
    ['a field that nobody knows', { ...CLAIMS, sesionId: 'x' }, 'unknown field sesionId'],
    ['no user', { ...CLAIMS, userId: undefined }, 'userId must be a user id'],
    ['a way to sign in that every object knows', { ...CLAIMS, authenticationType: '__proto__' }, 'authenticationType must be one of'],
    ['an address that is none', { ...CLAIMS, address: 'secret' }, 'address must be an IP address'],
    ['nothing', null, 'the claims cannot be used'],
  ])('with %s is an error that says so and quotes nothing', async (_, event, message) => {
    const { checks } = await kept(async () => {
      const failure = await invoke(event).catch((error: Error) => error.message);
      expect(failure).toContain(message);
      expect(failure).not.toContain('secret');
    });
    expect(checks).toEqual([]);
  });

  test.each([
    ['of another queue', 'aws:sqs', `${QUEUE_ARN}2`],
    ['of another service', 'aws:s3', QUEUE_ARN],
  ])('that pretends to be messages %s is an error, and writes nothing', async (_, eventSource, eventSourceARN) => {
    const { body } = await upload(fileOf());
    const event = { Records: batch(body).Records.map((record) => ({ ...record, eventSource, eventSourceARN })) };
    const { checks } = await kept(() => expect(invoke(event)).rejects.toThrow('unknown field Records'));
    expect(checks).toEqual([]);
  });

  test('is not decided while AppStream refuses to answer, and says what it refused', async () => {
    appstream.faults.set([{ operation: 'DescribeStacks', error: 'AccessDeniedException', times: 4 }]);
    const { answer } = await invoke({ ...CLAIMS, sessionId: 's-none' });
    expect(answer).toMatchObject({ verdict: 'undecided', reason: 'exists_unknown', searched: { complete: false } });
  });
});

describe('a session.json', () => {
  const check = async (...bodies: string[]) => (await invoke(batch(...bodies))).answer as SQSBatchResponse;

  test("in the user's folder, from the session's address, is verified", async () => {
    const { key, etag, body } = await upload(fileOf());
    const { checks, rows } = await kept(async () => expect(await check(body)).toEqual({ batchItemFailures: [] }));
    expect([checks.map(outcome), rows]).toEqual([['verified all_passed'], 1]);
    expect(checks[0]).toMatchObject({
      origin: 'home-folder',
      upload: { bucket: HOME, key, etag, sourceAddress: '10.0.1.1', uploader: '111122223333' },
    });
    expect(JSON.stringify(checks)).not.toContain('prefixName');
  });

  test.each<[string, string, Parameters<typeof upload>[1], string]>([
    ["from another's session", fileOf(), { address: '10.0.1.2' }, 'refused address_failed'],
    ["in another's folder", fileOf(), { user: 'bob@example.com', address: '10.0.1.2' }, 'refused home_folder_failed'],
    ['by another account', fileOf(), { requester: '999988887777' }, 'refused uploader_failed'],
    ['from before the session', fileOf(), { time: new Date(START - 5000).toISOString() }, 'refused time_failed'],
    ['from a public address', fileOf(), { address: '203.0.113.9' }, 'undecided address_unknown'],
    ['that says its own address', fileOf({ address: '10.0.1.1' }), { address: '10.0.1.2' }, 'refused address_failed'],
    ['with a word that every object knows', fileOf({ authenticationType: 'constructor' }), {}, 'refused claim_failed'],
    ['without a session id', JSON.stringify({ user: 'ann@example.com' }), {}, 'refused claim_failed'],
    ['that is no JSON', '{"user": hunter2', {}, 'refused claim_failed'],
    ['that is too long', fileOf({ more: 'x'.repeat(20_000) }), {}, 'refused claim_failed'],
  ])('%s is told from that', async (_, content, how, expected) => {
    const { body } = await upload(content, how);
    const { checks, rows } = await kept(async () => expect(await check(body)).toEqual({ batchItemFailures: [] }));
    expect([checks.map(outcome), rows]).toEqual([[expected], 1]);
    expect(JSON.stringify(checks)).not.toContain('hunter2');
  });

  test('that is told of twice is one check', async () => {
    const { body } = await upload(fileOf());
    const { checks, rows } = await kept(async () => {
      await check(body);
      setSessions();
      await check(body, body);
    });
    expect([checks.map(outcome), rows]).toEqual([['verified all_passed'], 1]);
  });

  test('is known by a notification of S3, too, in which a role proves nothing by the name of its session', async () => {
    const { key, etag } = await upload(fileOf());
    const record = (principalId: string) => ({
      ...{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', eventTime: new Date().toISOString(), userIdentity: { principalId } },
      requestParameters: { sourceIPAddress: '10.0.1.1' },
      s3: { bucket: { name: HOME }, object: { key: encodeURIComponent(key), eTag: etag, size: 1 } },
    });
    const messages = ['AWS:AROAEXAMPLE:PhotonSession', 'AWS:AROAEXAMPLE:mallory'].map((who) => JSON.stringify({ Records: [record(who)] }));
    const { checks } = await kept(() => check(...messages));
    expect(checks.map((each) => `${outcome(each)} ${each.upload?.uploader}`).sort()).toEqual([
      'undecided uploader_unknown AWS:AROAEXAMPLE:PhotonSession',
      'undecided uploader_unknown AWS:AROAEXAMPLE:mallory',
    ]);
  });

  test('that was written again, or removed, is not decided: what it said is not known', async () => {
    const { body, key } = await upload(fileOf());
    const other = body.replace(/"etag":"[0-9a-f]+"/, '"etag":"0123456789abcdef0123456789abcdef"');
    const removed = body.replace(key, homeKey('nobody'));
    const { checks } = await kept(() => check(other, removed));
    expect(checks.map((each) => `${outcome(each)}: ${each.checks[0]?.found}`).sort()).toEqual([
      'undecided claim_unknown: removed since it was written',
      'undecided claim_unknown: written again since, which has a message of its own',
    ]);
  });

  test('whose session is not found while AppStream refuses to answer comes again, and is undecided only the last time', async () => {
    const { body } = await upload(fileOf({ sessionId: 's-none' }));
    const receive = async (count: number) => {
      appstream.faults.set([{ operation: 'DescribeStacks', error: 'AccessDeniedException', times: 9 }]);
      const event = batch(body);
      for (const { attributes } of event.Records) attributes.ApproximateReceiveCount = String(count);
      return (await invoke(event)).answer;
    };
    const { checks } = await kept(async () => {
      for (const count of [1, 2]) expect(await receive(count)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    });
    expect(checks).toEqual([]);
    const last = await kept(async () => expect(await receive(3)).toEqual({ batchItemFailures: [] }));
    expect(last.checks.map(outcome)).toEqual(['undecided exists_unknown']);
  });

  test('whose session is found is answered at once, whatever else does not answer', async () => {
    const { body } = await upload(fileOf(), { address: '10.0.1.2' });
    appstream.faults.set([{ operation: 'DescribeStacks', error: 'AccessDeniedException', times: 9 }]);
    const { checks } = await kept(async () => expect(await check(body)).toEqual({ batchItemFailures: [] }));
    expect(checks.map(outcome)).toEqual(['refused address_failed']);
  });

  test('whose message cannot be understood comes again, and only that', async () => {
    const { body } = await upload(fileOf());
    expect(await check('{}', body)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
  });
});
