/** What the rules find, when, and that they tell it once. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { STANDING_FINDINGS } from '../../../lib/answer/standing-findings.ts';
import type { CorrelationSummary } from '../../../lib/engine/correlation.ts';
import type { Lake } from '../../../lib/engine/lake.ts';
import { UsageError } from '../../../lib/errors.ts';
import { readSqlFile } from '../../../lib/local/sql-files.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';
import { ACCOUNT, inputRow, reportedSession, sha256, utc } from '../../helpers/rows.ts';
import { CLOSED, day, event, report, Scenario } from '../../helpers/scenario.ts';

/** The rules that these tests are about; what each of all rules finds is in the golden folders. */
const RULES = [
  ...['unattributed-write', 'unattributed-read', 'unnamed-write', 'evidence-disagrees', 'missing-evidence', 'event-id-reused'],
  ...['evidence-tampering', 'access-denied-burst', 'bulk-read', 'session-allows-data-exit'],
];

let scenario: Scenario;
let lake: Lake;

beforeEach(async () => {
  scenario = await Scenario.begin(RULES);
  lake = scenario.lake;
});
afterEach(() => scenario.end());

const openFresh = (name: string) => scenario.another(name);
const commit: Scenario['commit'] = (...rows) => scenario.commit(...rows);
const settle: Scenario['settle'] = (...options) => scenario.settle(...options);
const verdicts: Scenario['verdicts'] = (...of) => scenario.verdicts(...of);

/** Callers of these events have no ARN. */
const CALLER = 'AssumedRole';

/** Makes the account one with sessions: nothing of it is on the addresses that the tests ask about. */
const ELSEWHERE = reportedSession({ session_id: 's-0', user_id: 'zoe', private_addresses: ['10.0.9.9'], report_day: '2026-03-01' });

/** A read and a write of alice on 2 March, a write of nobody on 3 March. */
const THREE = {
  events: [
    event(1, '10:30:00'),
    event(2, '10:40:00', { event_name: 'PutObject', action: 'write' }),
    event(3, '2026-03-03T10:30:00', { event_name: 'PutObject', action: 'write' }),
  ],
  sessions: [reportedSession()],
  inputs: [report()],
};

describe('findings', () => {
  const rulesOf = (summary: CorrelationSummary) => summary.newFindings.map((finding) => finding.rule_id).sort();
  const write = { event_name: 'PutObject', action: 'write' };

  test('are told once, however often they are found', async () => {
    await commit(THREE);
    const first = await settle(CLOSED);
    expect(rulesOf(first)).toContain('unattributed-write');
    const again = await settle(CLOSED, { from: '2026-03-01', to: '2026-03-31' });
    expect(again.newFindings).toEqual([]);
    const other = await settle(CLOSED, { configuration: configurationSchema.parse({ window: { graceSeconds: 299 } }) });
    expect(other.newFindings).toEqual([]);
    expect(await lake.database.count('SELECT count(*) - count(DISTINCT finding_id) FROM findings')).toBe(0);
  });

  test('of rules that a run was not to ask are found by the next run that asks them', async () => {
    await commit(THREE);
    const few = await settle(CLOSED, { rules: ['missing-evidence'] });
    expect([few.run.in_scope, ...new Set(rulesOf(few))]).toEqual([3, 'missing-evidence']);
    const all = await settle(CLOSED);
    expect([all.days, rulesOf(all)]).toEqual([few.days, ['unattributed-write']]);
    await expect(settle(CLOSED, { rules: ['nothing'] })).rejects.toThrow(new UsageError('no findings rule is called nothing'));
  });

  test('an unattributed write is found with its address, its object and its event', async () => {
    await commit(THREE);
    const found = (await settle(CLOSED)).newFindings.filter((finding) => finding.rule_id === 'unattributed-write');
    expect(found).toEqual([
      expect.objectContaining({
        severity: 'high',
        source_address: '10.0.1.25',
        resource: 'data',
        event_ids: ['e-3'],
        dt: '2026-03-03',
      }),
    ]);
    expect(found[0]?.finding_id).toBe(sha256(`unattributed-write\n${CALLER} 10.0.1.25 data 2026-03-03 10`).slice(0, 32));
  });

  test('a write without a name is told when 24 hours have passed, not a millisecond before', async () => {
    const configuration = configurationSchema.parse({ scope: { fleetRoles: ['FleetRole'] } });
    await commit({
      events: [event(1, '10:30:00', { ...write, join_time_ms: utc('10:30:00.250'), time_precision: 'ms' })],
      sessions: [ELSEWHERE],
    });
    const due = utc('2026-03-03T10:30:00.250');
    expect(rulesOf(await settle(due - 1, { configuration }))).toEqual([]);
    expect(rulesOf(await settle(due, { configuration }))).toEqual(['unnamed-write']);
    expect(rulesOf(await settle(due + 1, { configuration }))).toEqual([]);
  });

  test('a write without a name is told a day later although its day was closed early and nothing changed since', async () => {
    const configuration = configurationSchema.parse({ window: { longestSessionHours: 1 } });
    const shared = [
      reportedSession({ is_multisession: true }),
      reportedSession({ session_id: 's-2', user_id: 'bob', is_multisession: true }),
    ];
    await commit({ events: [event(1, '10:30:00', write)], sessions: shared, inputs: [report()] });
    const early = await settle(utc('2026-03-02T20:00:00'), { configuration });
    expect([rulesOf(early), await verdicts()]).toEqual([[], [['e-1', 'ambiguous', 'multi_session', null, true]]]);

    const later = await settle(utc('2026-03-03T10:30:00'), { configuration });

    expect([later.days, rulesOf(later)]).toEqual([[], ['unnamed-write']]);
  });

  test('a report of an active day is overdue three days after the activity, and no more once it is there', async () => {
    const configuration = configurationSchema.parse({ scope: { fleetRoles: ['FleetRole'] } });
    const rows = {
      events: [event(1, '10:30:00'), event(2, '2026-03-03T10:30:00'), event(3, '2026-03-04T10:30:00')],
      sessions: [reportedSession()],
      inputs: [report()],
    };
    await commit(rows);
    const missing = (summary: CorrelationSummary) =>
      summary.newFindings.filter((finding) => finding.rule_id === 'missing-evidence').map((finding) => finding.subject);
    expect(missing(await settle(utc('2026-03-06T10:29:59'), { configuration })).filter((it) => it.startsWith('report'))).toEqual([]);
    expect(missing(await settle(utc('2026-03-06T10:30:00'), { configuration })).filter((it) => it.startsWith('report'))).toEqual([
      `report ${ACCOUNT} eu-west-1 2026-03-03`,
    ]);
    const other = await openFresh('with-report');
    try {
      await commit({ ...rows, inputs: [report(), report('2026-03-03')] }, other);
      const found = missing(await settle(utc('2026-03-06T10:30:00'), { configuration }, other));
      expect(found.filter((it) => it.startsWith('report'))).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test('a burst over midnight is one when its days are settled one by one; what a morning alone looked like stays told', async () => {
    const configuration = configurationSchema.parse({ policy: { deniedBurst: { calls: 4 } } });
    const denied = (n: number, time: string) => event(n, time, { error_code: 'AccessDenied' });
    const evening = [1, 2, 3, 4].map((n) => denied(n, `2026-03-02T23:5${n + 4}:00`));
    const morning = [5, 6, 7, 8].map((n) => denied(n, `2026-03-03T00:0${n - 5}:00`));
    const orders = [
      { days: [evening, morning], told: ['2026-03-02'] },
      // too few on either day
      { days: [evening.slice(2), morning.slice(0, 2)], told: ['2026-03-02'] },
      { days: [morning.slice(0, 2), evening.slice(2)], told: ['2026-03-02'] },
      { days: [morning, evening], told: ['2026-03-03', '2026-03-02'] },
    ];
    for (const [at, { days, told }] of orders.entries()) {
      const into = await openFresh(`order-${at}`);
      const subjects: string[] = [];
      for (const events of days) {
        await commit({ events }, into);
        const from = new Date(events[0]?.event_time_ms ?? 0).toISOString().slice(0, 10);
        const { newFindings } = await settle(CLOSED, { configuration, rules: ['access-denied-burst'], from, to: from }, into);
        subjects.push(...newFindings.map(({ subject }) => subject.slice(-10)));
      }
      expect([at, subjects]).toEqual([at, told]);
    }
  });

  test('a trail that is collected day by day is silent when a whole day after its last event brought nothing', async () => {
    const live = (n: number, time: string) => event(n, time, { ingested_at_ms: utc(time) + 3_600_000 });
    await commit({ events: [live(1, '2026-03-01T10:30:00'), live(2, '10:30:00')] });
    const silent = (summary: CorrelationSummary) =>
      summary.newFindings.filter((finding) => finding.subject.startsWith('trail')).map((finding) => finding.subject);
    expect(silent(await settle(day('2026-03-04') - 1))).toEqual([]);
    expect(silent(await settle(day('2026-03-04')))).toEqual([`trail ${ACCOUNT} 2026-03-02`]);
    expect(silent(await settle(day('2026-03-05')))).toEqual([]);
  });

  test('a trail of which logs of two days were read on one day, or long after, is an extract and not silent', async () => {
    const subjects = (summary: CorrelationSummary) => summary.newFindings.map((finding) => finding.subject);
    const atOnce = { ingested_at_ms: utc('2026-03-02T12:00:00') };
    await commit({ events: [event(1, '2026-03-01T10:30:00', atOnce), event(2, '10:30:00', atOnce)] });
    expect(subjects(await settle(CLOSED)).filter((it) => it.startsWith('trail'))).toEqual([]);
    await commit({ events: [event(3, '2026-03-02T11:30:00', { ingested_at_ms: utc('2026-03-09T12:00:00') })] });
    expect(subjects(await settle(CLOSED)).filter((it) => it.startsWith('trail'))).toEqual([]);
  });

  test('a trail with events before and after a whole day without any was silent on it', async () => {
    await commit({ events: [event(1, '10:30:00'), event(2, '2026-03-05T10:30:00')] });
    const { newFindings } = await settle(CLOSED);
    expect(newFindings.map((finding) => finding.subject).filter((it) => it.startsWith('trail'))).toEqual([`trail ${ACCOUNT} 2026-03-02`]);
  });

  test('evidence that disagrees is found', async () => {
    const key = { principal_role: 'AmazonAppStreamServiceAccess', role_session_name: 'AppStream2.0', key_account_id: ACCOUNT };
    const bob = { key_authentication_type: 'SAML', key_user_hash: sha256('bob') };
    const bobs = reportedSession({ session_id: 's-2', user_id: 'bob', private_addresses: ['10.0.1.99'] });
    await commit({ events: [event(1, '10:30:00', { ...key, ...bob })], sessions: [reportedSession(), bobs], inputs: [report()] });
    const summary = await settle(CLOSED);
    expect(await verdicts()).toEqual([['e-1', 'ambiguous', 'evidence_disagrees', null, true]]);
    expect(rulesOf(summary)).toContain('evidence-disagrees');
    expect(summary.findingsBySeverity['high']).toBe(1);
  });

  test('hold no more once a later report names who it was: they stay written, and count for nothing', async () => {
    await commit({
      events: [event(1, '10:30:00', write), event(2, '10:30:00', { ...write, source_address: '10.0.1.77' })],
      sessions: [ELSEWHERE],
    });
    const first = await settle(CLOSED);
    expect(first.findingsBySeverity['high']).toBe(2);
    await commit({ sessions: [reportedSession()], inputs: [report()] });

    const second = await settle(CLOSED);

    expect([second.newFindings.filter((it) => it.rule_id === 'unattributed-write'), second.findingsBySeverity['high']]).toEqual([[], 1]);
    expect(await lake.database.count("SELECT count(*) FROM findings WHERE rule_id = 'unattributed-write'")).toBe(2);
    const open = await lake.query(readSqlFile('queries/findings-open.sql'), { severity: 'high', from: '1970-01-01', to: '9999-12-31' });
    expect(open.rows.map((row) => row[7])).toEqual(['e-2']);
    const status = await lake.query(`SELECT event_ids FROM (${STANDING_FINDINGS}) standing WHERE rule_id = 'unattributed-write'`);
    expect(status.rows).toEqual([[['e-2']]]);
  });

  test('of reads hold until the last of them in the hour is explained', async () => {
    const elsewhere = { source_address: '10.0.1.77' };
    await commit({ events: [event(1, '10:30:00'), event(2, '10:58:00'), event(3, '10:30:00', elsewhere)], sessions: [ELSEWHERE] });
    const reads = () => lake.query(`SELECT source_address FROM (${STANDING_FINDINGS}) s WHERE rule_id = 'unattributed-read' ORDER BY 1`);
    const open = () => lake.query(readSqlFile('queries/findings-open.sql'), { severity: 'low', from: '1970-01-01', to: '9999-12-31' });
    await settle(CLOSED);
    expect((await reads()).rows).toEqual([['10.0.1.25'], ['10.0.1.77']]);
    // a session over one of the two reads leaves the other
    await commit({ sessions: [reportedSession({ session_end_ms: utc('10:31:00') })], inputs: [report()] });
    await settle(CLOSED);
    expect((await reads()).rows).toEqual([['10.0.1.25'], ['10.0.1.77']]);

    await commit({
      sessions: [reportedSession({ session_id: 's-2', session_start_ms: utc('10:40:00'), report_day: '2026-03-03' })],
      inputs: [report('2026-03-03')],
    });
    await settle(CLOSED);

    expect((await reads()).rows).toEqual([['10.0.1.77']]);
    expect((await open()).rows.filter((row) => row[1] === 'unattributed-read').map((row) => row[5])).toEqual(['10.0.1.77']);
  });

  test('an event id on records of two times is found once, and each of the events is judged and counted for itself', async () => {
    const nobody = { ...write, source_address: '10.0.1.77' };
    await commit({
      events: [event(1, '10:30:00', nobody), event(1, '10:31:00', nobody), event(2, '10:32:00'), event(2, '10:32:00')],
      sessions: [ELSEWHERE],
    });

    const found = (await settle(CLOSED)).newFindings.filter((finding) => finding.rule_id !== 'missing-evidence');

    expect(found.map((finding) => [finding.rule_id, finding.subject])).toEqual(
      expect.arrayContaining([
        ['event-id-reused', 'e-1'],
        ['unattributed-write', `${CALLER} 10.0.1.77 data 2026-03-02 10`],
      ]),
    );
    expect(found.filter((finding) => finding.rule_id === 'event-id-reused').length).toBe(1);
    expect(found.find((finding) => finding.rule_id === 'unattributed-write')?.summary).toMatch(/^2 writes in data /);
  });

  test('a call is told once, though it was delivered twice and to two accounts, and not when a correction superseded it', async () => {
    const call = {
      ...{ event_source: 'cloudtrail.amazonaws.com', event_name: 'StopLogging', event_category: 'Management', action: 'admin' },
      ...{ read_only: false, bucket: null, object_key: null, source_address: '203.0.113.9', principal_role: 'AdminRole' },
    };
    await commit({
      events: [
        event(1, '10:30:00', { ...call, shared_event_id: 'shared-1' }),
        event(1, '10:30:00', { ...call, shared_event_id: 'shared-1' }),
        event(2, '10:30:00', { ...call, shared_event_id: 'shared-1', recipient_account_id: '444455556666' }),
        event(3, '10:31:00', call),
        event(4, '10:31:00', { ...call, corrects_event_id: 'e-3' }),
      ],
    });

    const found = (await settle(CLOSED)).newFindings.filter((finding) => finding.rule_id === 'evidence-tampering');

    expect(found.map((finding) => finding.event_ids)).toEqual([['e-1'], ['e-4']]);
  });

  test('a log of CloudTrail that came again with other bytes is found, and neither a copy nor an export of another name is', async () => {
    const log = { kind: 'cloudtrail', content: 'records', account_id: null, region: null, report_day: null };
    const at = (name: string, version: string) => inputRow({ ...log, location: `/in/${name}`, version, sha256: version });
    const name = '111122223333_CloudTrail_eu-west-1_20260302T1030Z_0123456789abcdef.json.gz';
    await commit({
      events: [event(1, '10:30:00')],
      inputs: [at(name, 'a'), at(name, 'b'), at(`x-${name}`, 'a'), at('export.json', 'a'), at('export.json', 'b'), report()],
    });

    const found = (await settle(CLOSED)).newFindings.filter((finding) => finding.rule_id === 'evidence-tampering');

    expect(found.map((finding) => finding.subject)).toEqual([`log /in/${name}`]);
  });

  test('what is told of hours and days keeps its id when more evidence comes', async () => {
    const read = (n: number, time: string) => event(n, time, { source_address: '10.0.1.77' });
    const configuration = configurationSchema.parse({ policy: { deniedBurst: { calls: 2 }, bulkRead: { objects: 2 } } });
    const denied = (n: number, time: string) => event(n, time, { error_code: 'AccessDenied', object_key: `${n}` });
    const own = (n: number, time: string) => event(n, time, { object_key: `${n}` });
    await commit({
      events: [read(1, '10:30:00'), denied(2, '10:40:00'), denied(3, '10:41:00'), own(4, '10:42:00'), own(5, '10:43:00')],
      sessions: [reportedSession()],
      inputs: [report()],
    });
    const first = await settle(CLOSED, { configuration });
    await commit({ events: [read(6, '10:20:00'), denied(7, '10:10:00'), denied(8, '10:09:00'), own(9, '10:08:00')] });

    const second = await settle(CLOSED, { configuration });

    expect(rulesOf(first)).toEqual(['access-denied-burst', 'bulk-read', 'unattributed-read']);
    expect([second.days.length > 0, second.newFindings]).toEqual([true, []]);
  });

  test('have the name that the evidence gives now: it comes with the report, and goes when a second user does', async () => {
    const foreign = event(1, '10:30:00', { ...write, resource_account_id: '999988887777', bucket: 'elsewhere' });
    const told = async () => {
      const { rows } = await lake.query("SELECT user_id, session_id, summary FROM findings WHERE rule_id = 'copy-to-foreign-account'");
      return rows.map(([user, session, summary]) => [user, session, String(summary).startsWith('alice as ')]);
    };
    const rules = ['copy-to-foreign-account'];
    await commit({ events: [foreign], sessions: [reportedSession({ private_addresses: ['10.0.1.99'] })], inputs: [report()] });
    const first = await settle(CLOSED, { rules });
    expect([rulesOf(first), await told()]).toEqual([rules, [[null, null, false]]]);

    await commit({ sessions: [reportedSession({ session_id: 's-2', report_day: '2026-03-03' })], inputs: [report('2026-03-03')] });
    const named = await settle(CLOSED, { rules });
    expect([named.newFindings, await told()]).toEqual([[], [['alice', 's-2', true]]]);

    await commit({
      sessions: [reportedSession({ session_id: 's-3', user_id: 'bob', report_day: '2026-03-04' })],
      inputs: [report('2026-03-04')],
    });
    const shared = await settle(CLOSED, { rules });
    expect([shared.newFindings, await told()]).toEqual([[], [[null, null, false]]]);
  });

  test('about a user hold no more once an event of theirs is not attributed to that user', async () => {
    const configuration = configurationSchema.parse({ policy: { bulkRead: { objects: 2 } } });
    const rules = ['bulk-read'];
    const own = (n: number) => event(n, `10:4${n}:00`, { object_key: `${n}` });
    const held = async () => {
      const open = await lake.query(readSqlFile('queries/findings-open.sql'), { severity: 'low', from: '1970-01-01', to: '9999-12-31' });
      const standing = await lake.query(`SELECT user_id FROM (${STANDING_FINDINGS}) s`);
      return [open.rows.map((row) => row[4]), standing.rows.map(([user]) => user)];
    };
    await commit({ events: [own(1), own(2), own(3)], sessions: [reportedSession()], inputs: [report()] });
    await settle(CLOSED, { rules, configuration });
    expect(await held()).toEqual([['alice'], ['alice']]);

    const bobs = reportedSession({ session_id: 's-2', user_id: 'bob', report_day: '2026-03-03' });
    await commit({ sessions: [bobs], inputs: [report('2026-03-03')] });
    await settle(CLOSED, { rules, configuration });
    expect(await held()).toEqual([[], []]);
  });

  test('a session is looked at though no event is of its day', async () => {
    const open = reportedSession({
      session_start_ms: utc('2026-03-05T10:00:00'),
      session_end_ms: utc('2026-03-05T11:00:00'),
      file_download: true,
    });
    await commit({ sessions: [open], inputs: [report('2026-03-05')] });

    const found = (await settle(CLOSED)).newFindings;

    expect(found.map(({ rule_id, user_id, session_id }) => [rule_id, user_id, session_id])).toEqual([
      ['session-allows-data-exit', 'alice', 's-1'],
    ]);
  });
});
