/** Who may have sent a flow: the stages, held against every flow beside every session. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FINDING_STAGES, findingParameters, policyTables } from '../../../lib/correlate/policy-tables.ts';
import { stageTable } from '../../../lib/correlate/stages.ts';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import { prepareSessions, stageText } from '../../../lib/engine/stage-tables.ts';
import { createConfigured } from '../../../lib/engine/temporary-tables.ts';
import { ingest } from '../../../lib/local/ingest.ts';
import { formatTime } from '../../../lib/time.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';
import { flow, flowLog, type ReportedSession, reportsOf } from '../../helpers/finding-folders/records.ts';
import { temporaryFolder, writeInput } from '../../helpers/input-files.ts';

const NOON_MS = Date.parse('2026-03-02T12:00:00Z');
const OPEN_MS = Date.parse('2026-03-03T06:00:00Z');
const CLOSED_MS = Date.parse('2026-03-20T00:00:00Z');
const GRACE_S = 300;
const LAG_S = 60;

/** Seconds from noon, both inclusive. */
interface Stay {
  readonly user: string;
  readonly from: number;
  readonly to: number;
  readonly address: string;
  readonly multi: boolean;
  readonly connected: boolean;
}
interface Sent {
  readonly address: string;
  readonly from: number;
  readonly to: number;
}
interface Whose {
  readonly users: readonly string[];
  readonly sure: string | null;
}

/** Everybody in session, or in grace that no newcomer cut, in some second from a minute before the flow to its end. */
function whose(sent: Sent, stays: readonly Stay[], isClosed: boolean): Whose | null {
  const here = stays.filter((stay) => stay.address === sent.address);
  const reach = (stay: Stay) => {
    const newcomers = here.filter((other) => other !== stay && other.from >= stay.to).map((other) => other.from - 1);
    return Math.max(stay.to, Math.min(stay.to + GRACE_S, ...newcomers));
  };
  const met = here.filter((stay) => stay.connected && stay.from <= sent.to && reach(stay) >= sent.from - LAG_S);
  const users = [...new Set(met.map((stay) => stay.user))].sort();
  if (users.length === 0) return null;
  const contained = met.some((stay) =>
    isClosed ? stay.from <= sent.from && stay.to >= sent.to : !stay.multi && stay.from <= sent.from - LAG_S && stay.to >= sent.to,
  );
  return { users, sure: users.length === 1 && contained ? (users[0] as string) : null };
}

const folder = temporaryFolder('flow-users');
let run = 0;
let lake: Lake;

beforeAll(async () => {
  lake = await openLake(join(folder, 'warm'), { mode: 'write', create: true, command: 'test', threads: 1 });
});
afterAll(async () => {
  await lake.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (second: number) => formatTime(NOON_MS + second * 1000).slice(0, 19);

/** What the stages say of each flow, in order. */
async function judged(
  stays: readonly Stay[],
  sent: readonly Sent[],
  asOfMs: number,
  { firstDt = '2026-03-02', configuration = configurationSchema.parse({}) } = {},
): Promise<(Whose | null)[]> {
  await lake.close();
  const home = join(folder, String(run++));
  lake = await openLake(join(home, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
  const sessions = stays.map(
    ({ user, from, to, ...stay }, n): ReportedSession => ({ id: `s-${n}`, user, start: at(from), end: at(to), ...stay }),
  );
  const reports = [...reportsOf(sessions)].map(([name, text]) => writeInput(home, name, text));
  // the destination says which flow it is
  const flows = sent.map(({ address, from, to }, n) => flow(at(from), { srcaddr: address, seconds: to - from, dstaddr: `203.0.113.${n}` }));
  const log = writeInput(home, 'flows.log', flowLog(flows, false));
  await ingest(lake, { cloudtrail: [], usageReports: reports, snapshots: [], flowLogs: [log] }, { nowMs: CLOSED_MS, threads: 1 });
  const parameters = findingParameters(configuration, asOfMs, firstDt);
  await prepareSessions(lake, { configuration, asOfMs });
  await createConfigured(lake, { name: 'finding_days', columns: [['dt', 'text']], rows: [[firstDt]] });
  for (const table of policyTables(configuration)) await createConfigured(lake, table);
  for (const stage of FINDING_STAGES)
    await lake.database.run(`CREATE OR REPLACE TEMP TABLE ${stageTable(stage)} AS ${stageText(stage, parameters)}`);
  const rows = await lake.database.rows<{ destination: string; list: string; sure: string | null }>(
    'SELECT f.destination_address AS destination, u.user_list AS list, u.sure_user_key AS sure FROM flow_users u JOIN egress_flows f ON f.n = u.n',
  );
  const said = new Map(rows.map((row) => [row.destination, { users: row.list.split(', '), sure: row.sure?.split('/').at(-1) ?? null }]));
  return sent.map((_, n) => said.get(`203.0.113.${n}`) ?? null);
}

const seconds = fc.integer({ min: 0, max: 2000 });
const lasting = (longest: number) =>
  fc.tuple(seconds, fc.integer({ min: 0, max: longest })).map(([from, length]) => ({ from, to: from + length }));
const address = fc.constantFrom('10.0.1.25', '10.0.1.26', '10.0.1.27');
const stay = fc
  .tuple(lasting(900), fc.record({ user: fc.constantFrom('ann', 'bob', 'cid'), address, multi: fc.boolean(), connected: fc.boolean() }))
  .map(([span, who]): Stay => ({ ...span, ...who }));
const sent = fc.tuple(lasting(600), address).map(([span, from]): Sent => ({ ...span, address: from }));

describe('the users of a flow', () => {
  test.each([
    ['open', OPEN_MS],
    ['closed', CLOSED_MS],
  ])(
    'are those that a look at every session gives, with evidence %s',
    async (name, asOfMs) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(stay, { minLength: 8, maxLength: 24 }),
          fc.array(sent, { minLength: 30, maxLength: 90 }),
          async (stays, flows) => {
            expect(await judged(stays, flows, asOfMs)).toEqual(flows.map((each) => whose(each, stays, name === 'closed')));
          },
        ),
        { numRuns: 6, endOnFailure: true },
      );
    },
    120_000,
  );

  test('are told to the second: a minute before the start counts, a second more does not', async () => {
    const stays = [{ user: 'ann', from: 0, to: 100, address: '10.0.1.25', multi: false, connected: true }];
    const ends = 100 + GRACE_S + LAG_S;
    const flows = [ends, ends + 1].map((from) => ({ from, to: from + 10, address: '10.0.1.25' }));
    expect(await judged(stays, flows, CLOSED_MS)).toEqual([{ users: ['ann'], sure: null }, null]);
  });

  const midnight = -12 * 3600;
  const between = (user: string, from: number, to: number) => ({ user, from, to, address: '10.0.1.25', multi: true, connected: true });

  test('are all of them on the day 30 days back, which is asked for whole', async () => {
    const stays = [between('ann', midnight + 8 * 3600, 0), between('bob', -3600, 6 * 3600)];
    const flows = [-1800, -9000].map((from) => ({ from, to: from + 10, address: '10.0.1.25' }));
    const told = await judged(stays, flows, NOON_MS + 30 * 86_400_000 + 3 * 3_600_000, { firstDt: '2026-03-05' });
    expect(told).toEqual(flows.map((each) => whose(each, stays, true)));
  });

  test('are those of the minute before the first day, too, without grace', async () => {
    const stays = [between('dora', midnight - 3600, midnight - 30), between('eve', midnight - 20, midnight + 3600)];
    const configuration = configurationSchema.parse({ window: { graceSeconds: 0 } });
    const asOfMs = NOON_MS + 40 * 86_400_000;
    const told = await judged(stays, [{ from: midnight + 10, to: midnight + 60, address: '10.0.1.25' }], asOfMs, { configuration });
    expect(told).toEqual([{ users: ['dora', 'eve'], sure: null }]);
  });

  test('are known for what comes after the time that the run counts from', async () => {
    const stays = [{ ...between('carl', -3600, 4 * 3600), multi: false }];
    const told = await judged(stays, [{ from: 7200, to: 7260, address: '10.0.1.25' }], NOON_MS);
    expect(told).toEqual([{ users: ['carl'], sure: 'carl' }]);
  });

  test('are named only when a session contains the flow from start to end', async () => {
    const stays = [{ user: 'ann', from: 100, to: 200, address: '10.0.1.25', multi: false, connected: true }];
    const flows = [
      { from: 100, to: 200 },
      { from: 99, to: 110 },
      { from: 190, to: 201 },
    ].map((span) => ({ ...span, address: '10.0.1.25' }));
    const candidate = { users: ['ann'], sure: null };
    expect(await judged(stays, flows, CLOSED_MS)).toEqual([{ users: ['ann'], sure: 'ann' }, candidate, candidate]);
  });
});
