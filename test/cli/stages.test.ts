import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Services } from '../../cli/services.ts';
import type { CorrelationSummary } from '../../lib/engine/correlation.ts';
import { loadConfiguration } from '../../lib/local/configuration-file.ts';
import type { IngestSummary } from '../../lib/local/ingest.ts';
import type { RunRow } from '../../schemas/answer-tables.ts';
import { defaultConfiguration } from '../../schemas/configuration.ts';
import { cli, fakeLake, NOW, ROWS } from './fake-io.ts';

const INGESTED: IngestSummary = {
  inputs: { found: 3, ingested: 3, partial: 0, rejected: 0, skipped: 0, stillRejected: 0, failed: 0 },
  records: { read: 1200, kept: 1199, malformed: 1, notRecords: 0 },
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

function stages(ingested: IngestSummary = INGESTED, correlated: CorrelationSummary = CORRELATED) {
  const lake = fakeLake(ROWS);
  const calls: { sources?: unknown; correlate?: Record<string, unknown>; configuration?: unknown; requests: unknown[] } = { requests: [] };
  const services: Partial<Services> = {
    openLake: lake.openLake,
    ingest: async (_lake, sources, options) => {
      calls.sources = sources;
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
    const { out } = await cli(['correlate', '--lake', 'l', '--output', 'table'], { services });
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
    expect(JSON.parse(out)).toEqual({ ingest: INGESTED, correlate: CORRELATED });
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
