/** The sweep, against the test double of AppStream's API and S3 in this process. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { FauxqsServer } from 'fauxqs';
import type { SweepSummary } from '../../lib/aws/sweep-sessions.ts';
import type { ObjectStore } from '../../lib/cloud/ports.ts';
import { parseLandingKey } from '../../lib/lake/cloud-layout.ts';
import type { World, WorldSession } from '../cloud/shims/appstream-world.ts';
import { type AppStreamDouble, liveSession, startAppStream } from '../helpers/appstream-double.ts';
import { lambdaContext, logged, metricsOf, startWorld } from './function-world.ts';

const PLACES = [
  { account: '111122223333', region: 'eu-west-1' },
  { account: '111122223333', region: 'us-east-1' },
];

let server: FauxqsServer;
let appstream: AppStreamDouble;
let store: ObjectStore;
let sweep: (remainingMs?: number) => Promise<{ summary: SweepSummary; lines: string[] }>;

beforeAll(async () => {
  server = await startWorld('central');
  appstream = await startAppStream();
  process.env['APPSTREAM_AUDIT_SWEEPS'] = JSON.stringify(PLACES);
  const { S3Store } = await import('../../lib/aws/s3-store.ts');
  store = new S3Store();
  const { handler } = await import('../../functions/snapshot-sessions.ts');
  sweep = async (remainingMs) => {
    let summary: SweepSummary | undefined;
    const lines = await logged(async () => {
      summary = await handler({}, lambdaContext('snapshot-sessions', remainingMs));
    });
    return { summary: summary as SweepSummary, lines };
  };
});

afterAll(async () => {
  appstream.close();
  await server.stop();
});

beforeEach(() => appstream.faults.set([]));

const session = (n: number, more: Partial<WorldSession> = {}): WorldSession =>
  liveSession({
    Id: `session-${n}`,
    UserId: `user-${n}@example.com`,
    StartTime: '2026-03-02T10:05:00.123Z',
    NetworkAccessConfiguration: { EniPrivateIpAddress: '10.20.0.7', EniIpv6Addresses: ['2001:db8::7'], EniId: 'eni-1' },
    InstanceId: 'i-1',
    InstanceDrainStatus: 'NOT_APPLICABLE',
    ...more,
  });

/** The first place has this; the second has nothing. */
function world(sessions: readonly WorldSession[], more: Partial<World> = {}): void {
  const stacks = [
    { name: 's1', fleets: ['f1', 'f2'] },
    { name: 's2', fleets: ['f2'] },
    { name: 's3', fleets: [] },
  ];
  appstream.state.set({ places: [{ ...PLACES[0], stacks, sweeps: [sessions] } as never], ...more });
}

async function keysOf(prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of store.list('central', prefix)) keys.push(...page.map(({ key }) => key));
  return keys;
}

const sessionRows = async () => (await keysOf('sessions/')).reduce((sum, key) => sum + (parseLandingKey(key)?.rows ?? 0), 0);

/** What a sweep added below the sessions, and the text it kept of the first place. */
async function added(work: () => Promise<unknown>): Promise<{ rows: number; text: string }> {
  const before = await sessionRows();
  await work();
  const kept = (await keysOf('raw/describe-sessions/111122223333/eu-west-1/')).at(-1) ?? '';
  return { rows: (await sessionRows()) - before, text: (await store.readText('central', kept)) ?? '' };
}

const lastLine = (text: string) => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;

describe('a sweep', () => {
  test('of several pages, fleets and ways to sign in is kept as it came, and ingested', async () => {
    const types = ['API', 'SAML', 'USERPOOL', 'AWS_AD'] as const;
    const many = Array.from({ length: 120 }, (_, n) => session(n, { AuthenticationType: 'SAML' }));
    const others = types.map((type, n) => session(1000 + n, { AuthenticationType: type, StackName: 's2', FleetName: 'f2' }));
    world([...many, ...others], { pageSize: 1 });
    const { rows, text } = await added(async () => {
      const { summary, lines } = await sweep();
      expect(summary).toEqual({ places: 2, complete: 2, sessions: 124, caughtUp: 0 });
      expect(metricsOf(lines, 'InputsIngested')).toMatchObject([{ kind: 'snapshot', value: [1, 1] }]);
      expect(lines.join()).not.toContain('@example.com');
    });
    expect(rows).toBe(124);
    expect(text).toContain('"StartTime":"2026-03-02T10:05:00.123Z"');
    expect(lastLine(text)).toMatchObject({ complete: true, fleets: ['f1', 'f2'], account: '111122223333', region: 'eu-west-1' });
    expect(await keysOf('raw/describe-sessions/111122223333/us-east-1/')).toHaveLength(1);
    expect(await keysOf('control/inputs/central/raw/describe-sessions/')).toHaveLength(2);
  });

  test('waits throttling out', async () => {
    world([session(1)]);
    appstream.faults.set(
      ['DescribeStacks', 'ListAssociatedFleets', 'DescribeSessions'].map((operation) => ({
        operation,
        error: 'ThrottlingException',
        times: 2,
      })),
    );
    expect((await sweep()).summary).toMatchObject({ complete: 2, sessions: 1 });
  });

  test('that is refused a question goes on, is incomplete, says so, and is no failure of the function', async () => {
    world([session(1), session(2, { StackName: 's2', FleetName: 'f2' })]);
    appstream.faults.set([{ operation: 'DescribeSessions', error: 'AccessDeniedException', containing: '"FleetName":"f1"', times: 4 }]);
    const { rows, text } = await added(async () => {
      const { summary, lines } = await sweep();
      expect(summary).toMatchObject({ places: 2, complete: 1, sessions: 1 });
      expect(metricsOf(lines, 'SweepIncomplete')).toEqual([{ service: 'appstream-audit-test', kind: 'snapshot', value: 1 }]);
      expect(lines.join('\n')).toContain('stack s1, fleet f1, API: sessions cannot be listed (AccessDeniedException');
    });
    expect(rows).toBe(1);
    expect(lastLine(text)).toMatchObject({ complete: false });
  });

  test('without time ends before it begins, and is kept as incomplete', async () => {
    world([session(1)]);
    const { text } = await added(async () => expect((await sweep(10_000)).summary).toMatchObject({ complete: 1, sessions: 0 }));
    expect(lastLine(text)).toMatchObject({ complete: false, Sessions: [] });
  });

  test('that had been kept, but not ingested, is ingested by the next one', async () => {
    const key = `raw/describe-sessions/111122223333/eu-west-1/${new Date(Date.now() - 3_600_000).toISOString()}.jsonl`;
    const page = { time: '2026-03-02T10:05:00Z', account: '111122223333', region: 'eu-west-1', fleets: [], Sessions: [], complete: true };
    await store.putNew('central', key, `${JSON.stringify(page)}\n`, 'application/x-ndjson');
    world([]);
    expect((await sweep()).summary).toMatchObject({ caughtUp: 1 });
    expect((await sweep()).summary).toMatchObject({ caughtUp: 0 });
  });
});
