import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Services } from '../../cli/services.ts';
import { CONTESTED_DAYS, TIME_CLOSED_DAYS, UNREAD_INPUTS } from '../../lib/answer/run-evidence.ts';
import type { CorrelationSummary } from '../../lib/engine/correlation.ts';
import type { QueryResult } from '../../lib/lake/ports.ts';
import { loadConfiguration } from '../../lib/local/configuration-file.ts';
import type { IngestSummary } from '../../lib/local/ingest.ts';
import type { RunRow } from '../../schemas/answer-tables.ts';
import { defaultConfiguration } from '../../schemas/configuration.ts';
import { resultOf } from '../helpers/answers.ts';
import { cli, fakeLake, NO_ROWS, NOW } from './fake-io.ts';

const INGESTED: IngestSummary = {
  inputs: { found: 3, ingested: 3, partial: 0, rejected: 0, skipped: 0, stillRejected: 0, failed: 0, passedOver: 0 },
  records: { read: 1200, kept: 1199, malformed: 1, notRecords: 0 },
  passedOver: {},
  rows: { events: 1199, logons: 0 },
  problems: [],
  durationMs: 1234,
};

const RUN: RunRow = {
  run_id: 'r1',
  started_at_ms: NOW,
  finished_at_ms: NOW,
  as_of_ms: NOW,
  from_dt: '2026-03-01',
  to_dt: '2026-03-02',
  days: 2,
  engine: 'e',
  tool_version: 'v',
  configuration_hash: 'h',
  rules_version: 'r',
  status: 'published',
  events_kept: 10,
  duplicates: 1,
  conflicting_copies: 1,
  superseded: 1,
  account_copies: 1,
  out_of_scope: 2,
  in_scope: 5,
  attributed: 1,
  ambiguous: 1,
  pending: 1,
  unattributed: 1,
  not_joinable: 1,
  session_rows: 9,
  sessions: 4,
  session_rows_joined: 2,
  session_rows_replaced: 1,
  sessions_contradicting: 2,
  changes: 4,
  new_findings: 0,
  duration_ms: 20,
};

const CORRELATED: CorrelationSummary = {
  run: RUN,
  days: ['2026-03-01', '2026-03-02'],
  reasons: [{ verdict: 'attributed', reason: 'in_session', count: 1 }],
  newFindings: [],
  findingsBySeverity: { high: 1, medium: 3 },
};

/** @param evidence what the lake says of its evidence */
function stages(
  ingested: IngestSummary = INGESTED,
  correlated: CorrelationSummary = CORRELATED,
  evidence: (sql: string) => QueryResult = () => NO_ROWS,
) {
  const lake = fakeLake(evidence);
  const calls: { sources?: unknown; correlate?: Record<string, unknown>; configuration?: unknown; requests: unknown[] } = { requests: [] };
  const services: Partial<Services> = {
    openLake: lake.openLake,
    listSources: async (sources) => {
      calls.sources = sources;
      return { objects: [], passedOver: {}, problems: [] };
    },
    ingest: async (_lake, _sources, options) => {
      options.onProgress?.({ inputsTotal: 4, inputsDone: 2, bytesTotal: 100, bytesDone: 50, records: 7 });
      return ingested;
    },
    correlate: async (_lake, configuration, options) => {
      calls.configuration = configuration;
      calls.correlate = { ...options };
      options.onStage?.('verdicts');
      return correlated;
    },
    loadConfiguration: async (request) => {
      calls.requests.push(request);
      return { configuration: defaultConfiguration, hash: 'h' };
    },
  };
  return { services, calls, lake };
}

describe('ingest', () => {
  test('passes on every source, makes the lake and says what it read', async () => {
    const { services, calls, lake } = stages();
    const ran = await cli(
      ['ingest', '--lake', 'l', '--cloudtrail', 'a', 's3://b/p', '--usage-reports', 'c', '--snapshots', 'd', '--output', 'table'],
      { services },
    );
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(calls.sources).toEqual({ cloudtrail: ['a', 's3://b/p'], usageReports: ['c'], snapshots: ['d'], flowLogs: [] });
    expect(lake.opened[0]?.options).toMatchObject({ mode: 'write', create: true, command: 'ingest' });
    expect(ran.out).toContain('records  1,200 read = 1,199 kept + 1 malformed + 0 not records');
  });

  test('writes JSON in a pipe', async () => {
    const { services } = stages();
    expect(JSON.parse((await cli(['ingest', '--lake', 'l', '--cloudtrail', 'a'], { services })).out)).toEqual(INGESTED);
  });

  test.each(['rejected', 'partial', 'failed', 'stillRejected'] as const)(
    'ends with 4 when an input is %s, and names it',
    async (status) => {
      const { services } = stages({
        ...INGESTED,
        inputs: { ...INGESTED.inputs, [status]: 1 },
        problems: [{ location: '/x\u001b.gz', status: 'rejected', reason: 'cut off' }],
      });
      const { code, err } = await cli(['ingest', '--lake', 'l', '--cloudtrail', 'a'], { services });
      expect(code).toBe(4);
      expect(err).toBe('warning: rejected: /x\\x1b.gz: cut off\n');
    },
  );

  test('names an input that changed also with --quiet, which hides other remarks, and ends with 0', async () => {
    const { services } = stages({
      ...INGESTED,
      problems: [
        { location: '/x.csv', status: 'changed', reason: '/x.csv changed' },
        { location: '/y', status: 'empty', reason: 'no file below /y' },
      ],
    });
    const { code, err } = await cli(['ingest', '--lake', 'l', '--cloudtrail', 'a', '--quiet'], { services });
    expect([code, err]).toEqual([0, 'warning: changed: /x.csv changed\n']);
  });

  test('needs something to read and a lake, and has no CSV form; nothing is opened before that is known', async () => {
    for (const argv of [
      ['--lake', 'l'],
      ['--cloudtrail', 'a'],
      ['--lake', 'l', '--cloudtrail', 'a', '--output', 'csv'],
    ]) {
      const { services, lake } = stages();
      expect((await cli(['ingest', ...argv], { services })).code).toBe(2);
      expect(lake.opened).toEqual([]);
    }
  });

  test('draws a bar on a terminal, none in a pipe or with --quiet', async () => {
    const { services } = stages();
    const drawn = await cli(['ingest', '--lake', 'l', '--cloudtrail', 'a'], { services, tty: true });
    expect(drawn.err).toContain('ingest [============            ]  50 % 2/4 inputs, 50 B, 7 records');
    expect(drawn.err.endsWith('\r\u001b[2K')).toBe(true);
    expect((await cli(['ingest', '--lake', 'l', '--cloudtrail', 'a'], { services })).err).toBe('');
    expect((await cli(['ingest', '--lake', 'l', '--cloudtrail', 'a', '--quiet'], { services, tty: true })).err).toBe('');
    expect((await cli(['ingest', '--lake', 'l', '--cloudtrail', 'a'], { services, tty: true, env: { TERM: 'dumb' } })).err).toBe('');
  });
});

describe('correlate', () => {
  test('settles the window that it prints, counted from as_of', async () => {
    const { services, calls } = stages();
    const ran = await cli(['correlate', '--lake', 'l', '--from', '-2d', '--to', '2026-03-09', '--as-of', '2026-03-09T12:00:00Z'], {
      services,
    });
    expect(ran.code).toBe(0);
    expect(ran.err).toBe('window: 2026-03-07 to 2026-03-09 (whole UTC days, both inclusive), as of 2026-03-09T12:00:00Z\n');
    expect(calls.correlate).toMatchObject({ from: '2026-03-07', to: '2026-03-09', asOfMs: Date.UTC(2026, 2, 9, 12), nowMs: NOW });
  });

  test('without a window settles what has news, as of now', async () => {
    const { services, calls } = stages();
    await cli(['correlate', '--lake', 'l'], { services });
    expect(calls.correlate).toMatchObject({ asOfMs: NOW });
    expect(calls.correlate).not.toHaveProperty('from');
  });

  test('with one side open reaches to the end of the lake', async () => {
    const { services, calls } = stages();
    await cli(['correlate', '--lake', 'l', '--from', '2026-03-01'], { services });
    expect(calls.correlate).toMatchObject({ from: '2026-03-01', to: '9999-12-31' });
  });

  test.each([
    ['--from', 'soon'],
    ['--to', '2026-02-30'],
    ['--as-of', 'x'],
  ])('refuses %s %s with 2 before the lake is opened', async (flag, value) => {
    const { services, lake } = stages();
    expect((await cli(['correlate', '--lake', 'l', flag, value], { services })).code).toBe(2);
    expect(lake.opened).toEqual([]);
  });

  test('writes every count as the sum it must be', async () => {
    const { services } = stages();
    const { out } = await cli(['correlate', '--lake', 'l', '--verbose', '--output', 'table'], { services });
    expect(out).toContain('kept      10 = 1 duplicates + 1 superseded + 1 copies of another account + 2 out of scope + 5 in scope');
    expect(out).toContain('in scope  5 = 1 attributed + 1 ambiguous + 1 pending + 1 unattributed + 1 not joinable');
  });

  test.each([
    ['low', 3],
    ['high', 3],
    ['critical', 0],
  ])('with --fail-on %s ends with %i when the worst finding is high', async (severity, code) => {
    const { services } = stages();
    expect((await cli(['correlate', '--lake', 'l', '--fail-on', severity], { services })).code).toBe(code);
  });

  test('counts a new finding on a day that was not settled', async () => {
    const finding = { severity: 'critical', rule_id: 'missing-evidence', summary: 's' } as CorrelationSummary['newFindings'][number];
    const { services } = stages(INGESTED, { ...CORRELATED, findingsBySeverity: {}, newFindings: [finding] });
    expect((await cli(['correlate', '--lake', 'l', '--fail-on', 'high'], { services })).code).toBe(3);
  });

  test('hands flags over the environment to the configuration', async () => {
    const { services, calls } = stages();
    const env = { APPSTREAM_AUDIT_CONFIG: 'from-env.yaml', APPSTREAM_AUDIT_WINDOW_GRACE_SECONDS: '9' };
    await cli(
      [
        'correlate',
        '--lake',
        'l',
        '--bucket',
        'a',
        '--bucket',
        'b*',
        '--grace-seconds',
        '60',
        '--vpc-endpoint',
        'vpce-1',
        '--vpc-endpoint',
        'vpce-2=111122223333',
        '--set',
        'alerts.minimumSeverity=low',
      ],
      { services, env },
    );
    expect(calls.requests).toEqual([
      {
        file: 'from-env.yaml',
        env,
        overrides: {
          'scope.buckets': ['a', 'b*'],
          'window.graceSeconds': 60,
          'scope.vpcEndpoints': [{ id: 'vpce-1' }, { id: 'vpce-2', account: '111122223333' }],
          'alerts.minimumSeverity': 'low',
        },
      },
    ]);
  });
});

describe('validate-config', () => {
  test('prints the effective values of the file, which goes over the environment', async () => {
    const { services, calls } = stages();
    const ran = await cli(['validate-config', 'mine.yaml'], { services, env: { APPSTREAM_AUDIT_CONFIG: 'from-env.yaml' } });
    expect([ran.code, ran.err]).toEqual([0, 'mine.yaml: valid, hash h\n']);
    expect(JSON.parse(ran.out)).toEqual(defaultConfiguration);
    expect(calls.requests).toMatchObject([{ file: 'mine.yaml', overrides: {} }]);
  });

  test('ends with 2 and says everything that is wrong', async () => {
    const ran = await cli(['validate-config', '--set', 'window.graceSecs=1', '--set', 'window.logonHours=x'], {
      services: { loadConfiguration },
    });
    expect([ran.code, ran.out]).toEqual([2, '']);
    expect(ran.err).toContain('window.graceSecs');
    expect(ran.err).toContain('window.logonHours');
  });
});

describe('run', () => {
  const ARGV = ['run', '--lake', 'l', '--cloudtrail', 'a'];

  test('ingests and correlates under one hold of the lake', async () => {
    const { services, lake } = stages();
    const { code, out } = await cli(ARGV, { services });
    expect([code, lake.opened.length, lake.closed()]).toEqual([0, 1, 1]);
    const evidence = { contested: [], unread: { inputs: 0, lines: 0, days: [] }, closedByTime: [] };
    const headline = expect.objectContaining({ whyNobody: 'no event is in the lake: ingest --cloudtrail' });
    expect(JSON.parse(out)).toEqual({ ingest: INGESTED, correlate: { ...CORRELATED, evidence, headline } });
  });

  test('says in a line each what was ingested and settled, then the headline; every count with --verbose', async () => {
    const { services } = stages(INGESTED, CORRELATED);
    const short = (await cli([...ARGV, '--output', 'table'], { services })).out.split('\n');
    expect(short.slice(0, 3)).toEqual([
      'ingested 3 of 3 inputs, 1,199 records, 1 set aside, 1.2 s',
      'settled 2026-03-01 to 2026-03-02: 4 verdicts changed, 0 new findings, 0.0 s',
      '',
    ]);
    expect(short.at(-2)).toBe('next      appstream-audit query findings-open --lake l');
    expect(short.length).toBeLessThan(12);
    expect((await cli([...ARGV, '--output', 'table', '--verbose'], { services })).out).toContain('records  1,200 read = 1,199 kept');
  });

  test('accounts for every input in its line', async () => {
    const inputs = { found: 12, ingested: 3, partial: 1, rejected: 2, skipped: 4, stillRejected: 0, failed: 1, passedOver: 1 };
    const { services } = stages({ ...INGESTED, inputs }, CORRELATED);
    expect((await cli([...ARGV, '--output', 'table'], { services })).out.split('\n')[0]).toBe(
      'ingested 4 of 12 inputs, 4 ingested before, 2 rejected, 1 not read, 1 passed over, 1,199 records, 1 set aside, 1.2 s',
    );
  });

  test('ends with 4 for a rejected input before 3 for a finding', async () => {
    const rejected = { ...INGESTED, inputs: { ...INGESTED.inputs, rejected: 1 } };
    expect((await cli([...ARGV, '--fail-on', 'low'], { services: stages(rejected).services })).code).toBe(4);
    expect((await cli([...ARGV, '--fail-on', 'low'], { services: stages().services })).code).toBe(3);
  });
});

describe('demo', () => {
  test('writes one JSON document where it is asked for', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'appstream-audit-demo-')), 'd');
    const { services, calls } = stages();
    const input = { path: 'p', files: 1 };
    const manifest = {
      asOf: { first: '2026-03-04T09:00:00Z', withLate: '2026-03-04T18:00:00Z' },
      inputs: {
        cloudtrail: input,
        usageReports: input,
        snapshots: { path: 's', files: 0 },
        sessionChecks: { path: 'c', files: 0 },
        flowLogs: { path: 'f', files: 0 },
        late: input,
      },
      configuration: 'configuration.yaml',
      story: null,
    };
    const writeDemo = (async () => manifest) as unknown as Services['writeDemo'];
    const { code, out } = await cli(['demo', '--dir', folder, '--output', 'json'], { services: { ...services, writeDemo } });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ manifest, ingest: INGESTED, late: { correlate: { run: { run_id: 'r1' } } } });
    expect(calls.correlate).toMatchObject({ asOfMs: Date.UTC(2026, 2, 4, 18) });
    rmSync(folder, { recursive: true });
  });
});

describe('evidence that does not hold', () => {
  const place = { account_id: '111122223333', region: 'eu-west-1' };
  const answers = new Map([
    [
      CONTESTED_DAYS,
      [
        { ...place, report_day: '2026-03-02', issues: 2 },
        { ...place, report_day: '2026-03-01', issues: 3 },
      ],
    ],
    [
      UNREAD_INPUTS,
      [
        { location: '/a.csv', report_day: '2026-03-02', lines: 2 },
        { location: '/b.csv', report_day: null, lines: 0 },
      ],
    ],
    [TIME_CLOSED_DAYS, [{ dt: '2026-03-01', network_account_id: '111122223333', n: 1200 }]],
  ]);
  const evidence = (sql: string) => resultOf(answers.get(sql) ?? []);
  const REMARKS = [
    '2 report days rewritten: 2026-03-02 111122223333 eu-west-1 (2 issues), 2026-03-01 111122223333 eu-west-1 (3 issues); ' +
      'finding report-rewritten says what changed',
    '2 reports (2 lines) could not be read and keep open: 2026-03-02, any day; ' +
      'repair and ingest again, or accept INPUT[:LINE] --reason TEXT (accept lists them)',
    'closed without a report although fleets were active: 2026-03-01 111122223333 (1,200 events); find out why no report came',
  ];

  test('is told on stderr, with --quiet, too, and in the answer', async () => {
    const { services } = stages(INGESTED, CORRELATED, evidence);
    const ran = await cli(['correlate', '--lake', 'l', '--quiet', '--verbose', '--output', 'table'], { services });
    expect(ran.code).toBe(0);
    expect(ran.err).toBe(REMARKS.map((each) => `warning: ${each}\n`).join(''));
    const [contested, unread, byTime] = REMARKS;
    expect(ran.out).toContain(
      `  reports   report rows: 9 = 4 sessions + 2 joined + 1 replaced + 2 contradicting\n` +
        `  contested ${contested}\n  unread    ${unread}\n  by time   ${byTime}\n`,
    );
  });

  test('stands in the JSON form', async () => {
    const { services } = stages(INGESTED, CORRELATED, evidence);
    const { out } = await cli(['run', '--lake', 'l', '--cloudtrail', 'a', '--quiet'], { services });
    expect(JSON.parse(out).correlate.evidence).toEqual({
      contested: [
        { accountId: '111122223333', region: 'eu-west-1', reportDay: '2026-03-02', issues: 2 },
        { accountId: '111122223333', region: 'eu-west-1', reportDay: '2026-03-01', issues: 3 },
      ],
      unread: { inputs: 2, lines: 2, days: ['2026-03-02', null] },
      closedByTime: [{ dt: '2026-03-01', accountId: '111122223333', events: 1200 }],
    });
  });

  test('is told of unread inputs even when no day is settled, and then of no day', async () => {
    const { services, lake } = stages(INGESTED, { ...CORRELATED, run: { ...RUN, days: 0 }, days: [] }, evidence);
    const ran = await cli(['correlate', '--lake', 'l', '--quiet', '--verbose', '--output', 'table'], { services });
    expect(ran.err).toBe(`warning: ${REMARKS[1]}\n`);
    expect(ran.out).toContain(`  unread    ${REMARKS[1]}\n`);
    expect(lake.asked.map(({ sql }) => sql)).toContain(UNREAD_INPUTS);
    expect(lake.asked.map(({ sql }) => sql)).not.toContain(CONTESTED_DAYS);
    expect(lake.asked.map(({ sql }) => sql)).not.toContain(TIME_CLOSED_DAYS);
  });

  test('is asked of the report days that the settled days depend on', async () => {
    const { services, lake } = stages(INGESTED, CORRELATED, evidence);
    await cli(['correlate', '--lake', 'l'], { services });
    expect(lake.asked.find(({ sql }) => sql === CONTESTED_DAYS)?.values).toEqual({ from_day: '2026-02-28', to_day: '2026-03-07' });
  });

  test('is told by ingest with --quiet, too, where a report was rewritten', async () => {
    const problems = [
      { location: '/b.csv', status: 'contested', reason: 'the report of 2026-03-02 was rewritten' },
      { location: '/c.csv', status: 'empty', reason: 'no file' },
    ];
    const { services } = stages({ ...INGESTED, problems });
    const ran = await cli(['ingest', '--lake', 'l', '--cloudtrail', 'a', '--quiet'], { services });
    expect(ran.err).toBe('warning: contested: /b.csv: the report of 2026-03-02 was rewritten\n');
  });
});
