/** `accept`: what it takes, what it refuses, and what it keeps, in a lake with a ledger made by hand. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Services } from '../../cli/services.ts';
import { keepAcceptances } from '../../lib/engine/acceptance.ts';
import { inputRow } from '../helpers/rows.ts';
import { report, Scenario } from '../helpers/scenario.ts';
import { cli, type Ran } from './fake-io.ts';

const PARTIAL = '/in/111122223333/eu-west-1/daily-session-report-2026-03-02.csv';
const REJECTED = '/in/other/daily-session-report-2026-03-03.csv';
const FAILED = 's3://bucket/reports/daily-session-report-2026-03-04.csv';
const WHOLE = '/in/111122223333/eu-west-1/daily-session-report-2026-03-05.csv';
const ODD = 's3://bucket/a:7';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await Scenario.begin([]);
  const inputs = [
    report('2026-03-02', { status: 'partial', reason: '2 rows were set aside', version: 'v1', malformed: 2 }),
    inputRow({
      location: REJECTED,
      status: 'rejected',
      reason: 'no header',
      version: 'v2',
      content: 'unknown',
      account_id: null,
      region: null,
      report_day: '2026-03-03',
    }),
    report('2026-03-05'),
    inputRow({ location: '/in/trail.json', kind: 'cloudtrail', content: 'records', status: 'partial' }),
    inputRow({ location: '/in/daily-app-report.csv', content: 'applications_report', status: 'partial' }),
    inputRow({ location: ODD, status: 'rejected', reason: 'no header', version: 'v3', report_day: null }),
  ];
  await scenario.commit({ inputs });
  const { database } = scenario.lake;
  await database.run(`INSERT INTO rejected_records VALUES ('${PARTIAL}', 'v1', 3, 0, 'no end'), ('${PARTIAL}', 'v1', 9, 0, 'no start'),
    ('${PARTIAL}', 'v1', 9, 1, 'no user')`);
  await database.run(
    `INSERT INTO failed_inputs VALUES ('${FAILED}', 'usage_report', 'access denied', NULL, NULL, '2026-03-04', epoch_ms(0), 0)`,
  );
  await database.run('DELETE FROM evidence_marks');
});
afterEach(() => scenario.end());

/** Runs with the lake of the scenario in the place of the one that is named. */
function accept(...argv: string[]): Promise<Ran> {
  const { lake } = scenario;
  const lent = { directory: lake.directory, database: lake.database, query: lake.query.bind(lake), close: async () => undefined };
  const services: Partial<Services> = {
    openLake: (async () => lent) as unknown as Services['openLake'],
    keepAcceptances: (_, given) => keepAcceptances(lake, given),
    operatorName: async () => 'ada@desk',
  };
  return cli(['accept', ...argv], { services, env: { APPSTREAM_AUDIT_LAKE: '/lake' } });
}

const kept = async () =>
  (
    await scenario.lake.query(
      'SELECT location, version, source_index, reason, accepted_by, accepted_at FROM acceptances ORDER BY location, source_index',
    )
  ).rows;
const marks = async () =>
  (await scenario.lake.query('SELECT kind, account_id, region, report_day, from_ms, event_id FROM evidence_marks ORDER BY report_day'))
    .rows;

describe('accept', () => {
  test('keeps who accepted which line of which content, when and why, and marks its day for the next run', async () => {
    const ran = await accept(`${PARTIAL}:9`, '--reason', 'cut by the copy of 3 March', '--output', 'table');
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toBe(
      `accepted\n  ${PARTIAL} line 9 (sha256 v1): cut by the copy of 3 March\n` +
        'next: run correlate (or run): it judges the days again that this kept open\n',
    );
    expect(await kept()).toEqual([[PARTIAL, 'v1', 9, 'cut by the copy of 3 March', 'ada@desk', '2026-03-10T03:00:00Z']]);
    expect(await marks()).toEqual([['unread', '111122223333', 'eu-west-1', '2026-03-02', null, null]]);
  });

  test('takes the end of a location that is the only one with it, and the whole input without a line', async () => {
    expect((await accept('daily-session-report-2026-03-03.csv', '--reason', 'lost')).code).toBe(0);
    expect((await accept('reports/daily-session-report-2026-03-04.csv', '--reason', 'lost')).code).toBe(0);
    expect((await kept()).map((row) => row.slice(0, 3))).toEqual([
      [REJECTED, 'v2', null],
      [FAILED, null, null],
    ]);
    expect(await marks()).toEqual([
      ['unread', null, null, '2026-03-03', null, null],
      ['unread', null, null, '2026-03-04', null, null],
    ]);
  });

  test('takes a location that ends like a line for a location', async () => {
    expect((await accept(ODD, '--reason', 'lost')).code).toBe(0);
    expect((await kept()).map((row) => row.slice(0, 3))).toEqual([[ODD, 'v3', null]]);
  });

  test('says so when it was accepted before, keeps nothing and ends with 0', async () => {
    await accept(PARTIAL, '--reason', 'lost');
    for (const again of [PARTIAL, `${PARTIAL}:3`]) {
      const ran = await accept(again, '--reason', 'another', '--output', 'table');
      expect(ran.code).toBe(0);
      expect(ran.out).toBe(`accepted before\n  ${PARTIAL} (sha256 v1), by ada@desk at 2026-03-10T03:00:00Z: lost\n`);
    }
    expect(await kept()).toHaveLength(1);
    expect(await marks()).toHaveLength(1);
  });

  test('takes the rest of an input of which a line was accepted', async () => {
    await accept(`${PARTIAL}:3`, '--reason', 'lost');
    await accept(PARTIAL, '--reason', 'all of it');
    expect((await kept()).map((row) => row[2]).sort()).toEqual([3, null]);
  });

  test.each([
    ['a line that was read', `${PARTIAL}:4`, 'line 4 of .* was not set aside; set aside are 3, 9'],
    ['a line of what could not be read at all', `${REJECTED}:4`, 'was not set aside; leave the line out'],
    ['an input that was read in whole', WHOLE, 'was read in whole'],
    ['a line of an input that was read in whole', `${WHOLE}:3`, 'was read in whole'],
    ['what is no usage report', 'trail.json', '/in/trail.json is no usage report \\(cloudtrail\\)'],
    ['a report of applications', 'daily-app-report.csv', 'is a report of applications'],
    ['a name with a slip', 'daily-session-report-2026-03-20.csv', 'did you mean .*2026-03-02.csv'],
    ['what is not there', 'nothing.csv', `no input nothing.csv is in this lake; could not be read: .*${REJECTED}`],
    ['half a file name', 'report-2026-03-02.csv', 'no input report-2026-03-02.csv is in this lake'],
  ])('refuses %s', async (_, input, message) => {
    const ran = await accept(input, '--reason', 'lost');
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(new RegExp(message));
    expect(await kept()).toEqual([]);
  });

  test('refuses a name that several inputs have, and names them', async () => {
    await scenario.commit({
      inputs: [inputRow({ location: '/copy/daily-session-report-2026-03-03.csv', status: 'rejected', reason: 'no header' })],
    });
    const ran = await accept('daily-session-report-2026-03-03.csv', '--reason', 'lost');
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/names several inputs: .*\/copy\/.*\/in\/other\//);
  });

  test.each([[[PARTIAL]], [[PARTIAL, '--reason', ' \t']], [['--reason', 'lost']]])('is wrong usage as %j', async (argv) => {
    expect((await accept(...argv)).code).toBe(2);
    expect(await kept()).toEqual([]);
  });

  test('does not let a name drive the terminal', async () => {
    const ran = await accept('\u001b[2Jx', '--reason', 'lost');
    expect(ran.err).toContain('\\x1b[2Jx');
  });

  test('lists what could not be read and is not accepted when nothing is named', async () => {
    await scenario.lake.database.dropTemporary('unread_evidence');
    await scenario.lake.database.run(`CREATE TEMP TABLE unread_evidence AS SELECT * FROM (VALUES
      ('${PARTIAL}', 'v1', 3, 'no end', '111122223333', 'eu-west-1', '2026-03-02', 0, false),
      ('${REJECTED}', 'v2', NULL, 'no header', NULL, NULL, '2026-03-03', 0, true)
    ) v(location, version, source_index, reason, account_id, region, report_day, modified_ms, accepted)`);
    const ran = await accept('--output', 'csv');
    expect(ran.out).toBe(`input,line,reason,account_id,region,day,version\n${PARTIAL},3,no end,111122223333,eu-west-1,2026-03-02,v1\n`);
    expect(ran.err).toContain('accept INPUT:LINE --reason TEXT');
  });
});
