import { describe, expect, test } from '@jest/globals';
import { AUTHENTICATION_TYPES, type ListedSession, type SessionSource, takeSweep } from '../../../lib/cloud/session-sweep.ts';
import { DEFAULT_LIMITS } from '../../../lib/ingest/reader.ts';
import { readSnapshots } from '../../../lib/ingest/snapshot-reader.ts';
import type { SessionRow } from '../../../schemas/sessions-table.ts';
import type { SnapshotRow } from '../../../schemas/snapshots-table.ts';

const PLACE = { account: '111122223333', region: 'eu-west-1' };
const TIME_MS = Date.parse('2026-03-02T10:05:00.250Z');

const session = (id: string, type = 'SAML') => ({
  Id: id,
  UserId: `${id}@example.com`,
  StackName: 'analytics-stack',
  FleetName: 'analytics',
  State: 'ACTIVE',
  ConnectionState: 'CONNECTED',
  StartTime: new Date('2026-03-02T09:00:00Z'),
  AuthenticationType: type,
  NetworkAccessConfiguration: { EniPrivateIpAddress: '10.0.1.25', EniId: 'eni-1' },
});

/** An API with these pages for `stack/fleet/type`; an error is thrown after the pages before it. */
function source(answers: Readonly<Record<string, readonly (readonly ListedSession[] | Error)[]>>, asked: string[] = []): SessionSource {
  const pairs = [...new Set(Object.keys(answers).map((key) => key.split('/').slice(0, 2).join('/')))];
  return {
    async *fleetsOfStacks() {
      for (const pair of pairs) {
        const [stack = '', fleet = ''] = pair.split('/');
        yield { stack, fleet };
      }
    },
    async *sessions({ stack, fleet }, type) {
      asked.push(`${stack}/${fleet}/${type}`);
      for (const page of answers[`${stack}/${fleet}/${type}`] ?? []) {
        if (page instanceof Error) throw page;
        yield page;
      }
    },
  };
}

const take = (from: SessionSource, isLate = () => false) => takeSweep(from, PLACE, TIME_MS, (error) => (error as Error).message, isLate);

/** What the reader of snapshots makes of it. */
async function read(text: string) {
  const sessions: SessionRow[] = [];
  const snapshots: SnapshotRow[] = [];
  async function* bytes() {
    yield Buffer.from(text);
  }
  const context = { location: 's3://b/k', modifiedMs: 0, ingestedAtMs: 0, limits: DEFAULT_LIMITS };
  const outcome = await readSnapshots(bytes(), context, {
    append: (table, _dt, row) => {
      if (table === 'sessions') sessions.push(row as SessionRow);
      if (table === 'snapshots') snapshots.push(row as SnapshotRow);
    },
  });
  return { outcome, sessions, snapshots };
}

describe('a sweep', () => {
  test('asks for every stack, fleet and way to sign in, and reads as one complete sweep of its beginning', async () => {
    const asked: string[] = [];
    const sweep = await take(
      source({ 's1/f1/SAML': [[session('a'), session('b')], [session('c')]], 's2/f2/API': [[session('d', 'API')]] }, asked),
    );
    expect(asked).toEqual(['s1/f1', 's2/f2'].flatMap((pair) => AUTHENTICATION_TYPES.map((type) => `${pair}/${type}`)));
    expect(sweep).toMatchObject({ complete: true, sessions: 4, problems: [] });
    const { outcome, sessions, snapshots } = await read(sweep.text);
    expect(outcome).toMatchObject({ problem: null, malformed: 0, content: 'sweeps' });
    expect(sessions.map((row) => [row.session_id, row.observed_at_ms, row.session_start_ms])).toEqual(
      ['a', 'b', 'c', 'd'].map((id) => [id, TIME_MS, Date.parse('2026-03-02T09:00:00Z')]),
    );
    expect(snapshots.map((row) => [row.sweep_time_ms, row.complete, row.fleets])).toEqual([
      [TIME_MS, null, ['f1']],
      [TIME_MS, null, ['f1']],
      [TIME_MS, null, ['f2']],
      [TIME_MS, true, ['f1', 'f2']],
    ]);
  });

  test('of a place without stacks is complete, and says so', async () => {
    const sweep = await take(source({}));
    expect((await read(sweep.text)).snapshots).toMatchObject([{ complete: true, sessions_seen: 0, fleets: [] }]);
  });

  test('has a session once that was on two pages', async () => {
    const sweep = await take(source({ 's/f/SAML': [[session('a')], [session('a'), session('b')]], 's/f/AWS_AD': [[session('b')]] }));
    expect((await read(sweep.text)).sessions.map((row) => row.session_id)).toEqual(['a', 'b']);
  });

  test.each([
    [
      'a question',
      source({ 's/f/API': [[session('a', 'API')], new Error('busy')], 's/f/SAML': [[session('b')]] }),
      2,
      /stack s, fleet f, API: busy/,
    ],
    [
      'the list of fleets',
      {
        ...source({}),
        async *fleetsOfStacks() {
          yield { stack: 's', fleet: 'f' };
          throw new Error('denied');
        },
      },
      0,
      /stacks and fleets: denied/,
    ],
  ])('that fails at %s goes on with the rest, and is incomplete', async (_, from, seen, problem) => {
    const sweep = await take(from);
    expect(sweep).toMatchObject({ complete: false, sessions: seen, problems: [expect.stringMatching(problem)] });
    const { snapshots, sessions } = await read(sweep.text);
    expect(snapshots.at(-1)).toMatchObject({ complete: false });
    expect(sessions).toHaveLength(seen);
  });

  test('that runs out of time ends, incomplete', async () => {
    const asked: string[] = [];
    let left = 5;
    const sweep = await take(source({ 's1/f/SAML': [], 's2/f/SAML': [] }, asked), () => left-- === 0);
    expect(asked).toHaveLength(5);
    expect(sweep.complete).toBe(false);
    expect(sweep.problems).toEqual([expect.stringMatching(/^out of time after 5 of 8 questions; /)]);
  });

  test('names no user in its problems', async () => {
    const sweep = await take(source({ 's/f/SAML': [[session('alice')], new Error('busy')] }));
    expect(sweep.problems.join()).not.toContain('alice');
  });
});
