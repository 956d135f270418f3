/** What becomes of findings: closed with a reason, suppressed for a while, and never changed without a trace. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { STANDING_FINDINGS, SUPPRESSED_FINDINGS } from '../../../lib/answer/standing-findings.ts';
import { type Closing, closingOf } from '../../../lib/correlate/found-again.ts';
import type { Lake } from '../../../lib/engine/lake.ts';
import { readSqlFile } from '../../../lib/local/sql-files.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';
import { reportedSession, utc } from '../../helpers/rows.ts';
import { CLOSED, event, report, Scenario } from '../../helpers/scenario.ts';

const RULES = ['unattributed-read', 'unattributed-write'];
const DAY_MS = 86_400_000;

let scenario: Scenario;
let lake: Lake;

beforeEach(async () => {
  scenario = await Scenario.begin(RULES);
  lake = scenario.lake;
});
afterEach(() => scenario.end());

const ELSEWHERE = reportedSession({ session_id: 's-0', user_id: 'zoe', private_addresses: ['10.0.9.9'], report_day: '2026-03-01' });
const commit: Scenario['commit'] = (...rows) => scenario.commit(...rows);
const settle: Scenario['settle'] = (...options) => scenario.settle(...options);
const rows = async (sql: string) => (await lake.query(sql)).rows;
const states = () => rows('SELECT rule_id, state, state_reason FROM findings ORDER BY rule_id');
const changes = () =>
  rows(`SELECT kind, reason, old_state, new_state, old_run_id = (SELECT min(run_id) FROM runs) AS of_the_first,
    old_summary = new_summary AS same, run_id = (SELECT max(run_id) FROM runs) AS by_the_last FROM finding_changes ORDER BY run_id, kind`);
const exceptions = (until: string, subject = '* data 2026-03-02 *') =>
  configurationSchema.parse({ findings: { exceptions: [{ rule: 'unattributed-read', subject, reason: 'a scanner of ours', until }] } });

describe('a finding', () => {
  test('is answered by evidence that came, with the run, and its history says so', async () => {
    await commit({ events: [event(1, '10:30:00')], sessions: [ELSEWHERE] });
    await settle(CLOSED);
    expect(await states()).toEqual([['unattributed-read', 'open', null]]);
    await commit({ sessions: [reportedSession()], inputs: [report()] });

    const second = await settle(CLOSED + 1);

    expect(await states()).toEqual([['unattributed-read', 'answered', 'new_evidence']]);
    expect(await rows('SELECT state_run_id FROM findings')).toEqual([[second.run.run_id]]);
    expect(await changes()).toEqual([['evidence', 'new_evidence', 'open', 'answered', true, true, true]]);
    expect([second.findingsBySeverity, await rows(STANDING_FINDINGS)]).toEqual([{}, []]);
  });

  test('is withdrawn when the settings are others, and holds again with the first ones', async () => {
    await commit({ events: [event(1, '10:30:00')], sessions: [ELSEWHERE] });
    await settle(CLOSED);
    await settle(CLOSED + 1, { configuration: configurationSchema.parse({ scope: { excludeBuckets: ['data'] } }) });
    expect(await states()).toEqual([['unattributed-read', 'withdrawn', 'configuration']]);

    const third = await settle(CLOSED + 2);

    expect(await states()).toEqual([['unattributed-read', 'open', 'configuration']]);
    expect(third.newFindings).toEqual([]);
    expect((await changes()).map((row) => row.slice(0, 4))).toEqual([
      ['evidence', 'configuration', 'open', 'withdrawn'],
      ['evidence', 'configuration', 'withdrawn', 'open'],
    ]);
  });

  test('keeps what it said before more evidence came, and the run that gave each text', async () => {
    await commit({ events: [event(1, '10:30:00')], sessions: [ELSEWHERE] });
    const first = await settle(CLOSED);
    await commit({ events: [event(2, '10:40:00')] });
    const second = await settle(CLOSED + 1);
    await commit({ events: [event(3, '10:50:00')] });
    const third = await settle(CLOSED + 2);

    expect(await rows('SELECT run_id, text_run_id, substr(summary, 1, 15) FROM findings')).toEqual([
      [first.run.run_id, third.run.run_id, '3 reads or list'],
    ]);
    const history = await rows(
      "SELECT run_id, old_run_id, substr(old_summary, 1, 7), substr(new_summary, 1, 7), array_join(old_event_ids, ' ') FROM finding_changes ORDER BY run_id",
    );
    expect(history).toEqual([
      [second.run.run_id, first.run.run_id, '1 read ', '2 reads', 'e-1'],
      [third.run.run_id, second.run.run_id, '2 reads', '3 reads', 'e-1 e-2'],
    ]);
    await settle(CLOSED + 3, { from: '2026-03-02', to: '2026-03-02' });
    expect(await changes()).toHaveLength(2);
  });
});

describe('an exception', () => {
  test('suppresses a finding from its first run on: it is kept and shown as such, and counts for nothing', async () => {
    await commit({ events: [event(1, '10:30:00'), event(2, '2026-03-03T10:30:00')], sessions: [ELSEWHERE] });

    const summary = await settle(CLOSED, { configuration: exceptions('2026-12-31') });

    expect(summary.newFindings.map((found) => [(found as unknown as { dt: string }).dt, found.suppressed_reason])).toEqual([
      ['2026-03-02', 'a scanner of ours'],
      ['2026-03-03', null],
    ]);
    expect(summary.findingsBySeverity).toEqual({ medium: 1 });
    expect((await rows(`SELECT dt FROM (${STANDING_FINDINGS}) s`)).flat()).toEqual(['2026-03-03']);
    expect((await rows(`SELECT dt FROM (${SUPPRESSED_FINDINGS}) s`)).flat()).toEqual(['2026-03-02']);
    const shown = await lake.query(readSqlFile('queries/findings-suppressed.sql'));
    expect(shown.rows.map((row) => row.slice(4, 6))).toEqual([['a scanner of ours', '2026-12-31']]);
    const open = await lake.query(readSqlFile('queries/findings-open.sql'), { severity: 'low', from: '1970-01-01', to: '9999-12-31' });
    expect(open.rows).toHaveLength(1);
  });

  test('holds for findings of days that no run judges again, ends after its last day, and leaves its history', async () => {
    await commit({ events: [event(1, '10:30:00')], sessions: [ELSEWHERE] });
    await settle(CLOSED);
    const until = new Date(CLOSED + DAY_MS).toISOString().slice(0, 10);

    const second = await settle(CLOSED + 1, { configuration: exceptions(until) });
    expect([second.days, (await rows(STANDING_FINDINGS)).length]).toEqual([[], 0]);
    await settle(CLOSED + 2 * DAY_MS - 1, { configuration: exceptions(until) });
    expect(await rows(STANDING_FINDINGS)).toHaveLength(0);
    await settle(CLOSED + 2 * DAY_MS, { configuration: exceptions(until) });

    expect(await rows(STANDING_FINDINGS)).toHaveLength(1);
    expect((await changes()).map((row) => row.slice(0, 4))).toEqual([
      ['exception', 'exception', 'open', 'open'],
      ['exception', 'exception_ended', 'open', 'open'],
    ]);
  });

  test('is of one rule and of the subjects that its pattern fits, whatever stands for itself in LIKE', async () => {
    await commit({
      events: [event(1, '10:30:00', { bucket: 'data_1' }), event(2, '10:30:00', { bucket: 'dataX1' })],
      sessions: [ELSEWHERE],
    });
    await settle(CLOSED, { configuration: exceptions('2026-12-31', '* data_1 *') });
    expect((await rows(`SELECT resource FROM (${SUPPRESSED_FINDINGS}) s`)).flat()).toEqual(['data_1']);
  });
});

test.each<[string, Partial<Record<'configurationHash' | 'rulesVersion', string>>, boolean, Closing]>([
  ['evidence', {}, true, { state: 'answered', reason: 'new_evidence' }],
  ['time', {}, false, { state: 'answered', reason: 'time_passed' }],
  ['other settings, whatever came', { configurationHash: 'd' }, true, { state: 'withdrawn', reason: 'configuration' }],
  ['other rules before other settings', { configurationHash: 'd', rulesVersion: 's' }, true, { state: 'withdrawn', reason: 'rules' }],
])('findings that do not hold any more are closed by %s', (_what, other, hasNews, closing) => {
  const days = [
    { settledAsOfMs: utc('10:00:00'), configurationHash: 'old', rulesVersion: 'old' },
    { settledAsOfMs: utc('11:00:00'), configurationHash: 'c', rulesVersion: 'r' },
    { settledAsOfMs: null, configurationHash: null, rulesVersion: null },
  ];
  expect(closingOf(days, { configurationHash: 'c', rulesVersion: 'r', ...other }, hasNews)).toEqual(closing);
});
