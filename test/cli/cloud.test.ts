import { describe, expect, test } from '@jest/globals';
import type { CloudServices } from '../../cli/services.ts';
import type { NewAcceptance } from '../../lib/answer/acceptance.ts';
import type { BackfillOptions } from '../../lib/aws/backfill.ts';
import type { CorrelationState } from '../../lib/aws/cloud-correlation.ts';
import { resolveSettings } from '../../lib/aws/cloud-settings.ts';
import type { SourcePrefix } from '../../lib/cloud/source-listing.ts';
import { QueryError } from '../../lib/errors.ts';
import type { QueryResult } from '../../lib/lake/ports.ts';
import { cli, fakeLake, NO_ROWS, ROWS } from './fake-io.ts';

const ENV = {
  APPSTREAM_AUDIT_BUCKET: 'lake-bucket',
  APPSTREAM_AUDIT_WORKGROUP: 'group',
  APPSTREAM_AUDIT_STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111122223333:stateMachine:x',
  APPSTREAM_AUDIT_CLOUDTRAIL_QUEUE_URL: 'https://sqs/trails',
  APPSTREAM_AUDIT_REPORT_QUEUE_URL: 'https://sqs/reports',
  APPSTREAM_AUDIT_FLOW_LOG_QUEUE_URL: 'https://sqs/flow-logs',
  APPSTREAM_AUDIT_SESSION_CHECK_QUEUE_URL: 'https://sqs/session-checks',
};
const PUBLISHED: CorrelationState = {
  run: null,
  outcomes: [{ requestId: 'cli-1', runId: 'run-1', status: 'published', reports: [] }],
};

/** Of trails, reports, flow logs and session checks. */
const QUEUES = 4;

interface Fakes {
  readonly answer?: QueryResult | ((sql: string) => QueryResult);
  /** Messages waiting, look by look; the last one stays. */
  readonly waiting?: readonly number[];
  readonly deadLetters?: number;
  readonly state?: CorrelationState;
  readonly execution?: { readonly status: string; readonly cause: string | null };
}

/** A deployment that only remembers what it was asked for. */
function deployment({ answer = ROWS, waiting = [0], deadLetters = 0, state = PUBLISHED, execution }: Fakes = {}) {
  const lake = fakeLake(answer);
  const opened: unknown[] = [];
  const started: unknown[] = [];
  const sent: { source: SourcePrefix; options: BackfillOptions }[] = [];
  const accepted: NewAcceptance[] = [];
  let looks = 0;
  const services: CloudServices = {
    resolveSettings: (names, given, environment) =>
      resolveSettings(names, given, environment, async (stack) => ({
        LogBucketName: `bucket-of-${stack}`,
        WorkgroupName: 'w',
        DatabaseName: 'd',
      })),
    openCloudLake: ((settings: unknown) => {
      opened.push(settings);
      return {
        directory: 's3://lake-bucket/',
        query: lakeQuery,
        stream: lakeStream,
        close: async () => undefined,
        listedFiles: async () => NO_ROWS,
      };
    }) as unknown as CloudServices['openCloudLake'],
    queueState: async (name) => {
      const visible = waiting[Math.min(Math.floor(looks++ / QUEUES), waiting.length - 1)] ?? 0;
      return { name, visible, inFlight: 0, delayed: 0, deadLetters: name === 'cloudtrail' ? deadLetters : 0, deadLetterQueueUrl: null };
    },
    cloudCorrelation: () => ({
      start: async (request) => {
        started.push(request);
        return { requestId: 'cli-1', executionArn: 'arn:e' };
      },
      describe: async () => execution ?? { status: 'SUCCEEDED', cause: null },
      running: async () => [],
      state: async () => state,
    }),
    cloudAcceptance: () => ({
      callerArn: async () => 'arn:aws:sts::111122223333:assumed-role/Responder/ada',
      keep: async (given) => {
        accepted.push(...given);
      },
    }),
    isMistakeInAthenaSql: (error): error is QueryError => error instanceof QueryError && /line \d/.test(error.message),
    openBackfill: () => ({
      source: async (source, _days, options) => {
        sent.push({ source, options });
        return { ...source, listed: 3, known: 1, sent: 2 };
      },
      deployedSources: async (name) => [{ kind: 'cloudtrail', bucket: `of-${name}`, prefix: '' }],
    }),
    sourcesIn: () => [{ kind: 'usage_report', bucket: 'reports', prefix: 'p/' }],
  };
  const opening = lake.openLake('x', { mode: 'read', command: 'x' });
  const lakeQuery = async (...given: Parameters<Awaited<typeof opening>['query']>) => (await opening).query(...given);
  const lakeStream = async (...given: Parameters<Awaited<typeof opening>['stream']>) => (await opening).stream(...given);
  const run = (argv: readonly string[], env: Record<string, string> = ENV) => cli(argv, { env, services: { cloud: async () => services } });
  return { run, opened, started, sent, accepted, asked: lake.asked, looks: () => looks / QUEUES };
}

describe('cloud query', () => {
  test('asks with parameters and writes as the local command does', async () => {
    const { run, asked, opened } = deployment();
    const ran = await run(['cloud', 'query', 'deletes', '--param', 'from=-7d', '--output', 'csv']);

    expect([ran.code, ran.out]).toEqual([0, "user_id,n\nada,3\n'=grace,1\n"]);
    expect(asked[0]?.values).toMatchObject({ from: '2026-03-03' });
    expect(opened).toEqual([{ bucket: 'lake-bucket', database: 'appstream_audit', workgroup: 'group' }]);
  });

  test('without a name lists the questions, with no deployment', async () => {
    const ran = await cli(['cloud', 'query', '--output', 'json']);
    expect(JSON.parse(ran.out)).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'user-day' })]));
    expect(ran.err).toContain('appstream-audit cloud query NAME --param');
  });

  test('takes flags over a stack over the environment', async () => {
    const { run, opened } = deployment();
    await run(['cloud', 'query', 'deletes', '--stack', 's', '--database', 'mine']);
    expect(opened).toEqual([{ bucket: 'bucket-of-s', database: 'mine', workgroup: 'w' }]);
  });

  test('asks the stack that the environment names for what nobody else says', async () => {
    const { run, opened } = deployment();
    await run(['cloud', 'query', 'deletes', '--bucket', 'b'], { APPSTREAM_AUDIT_STACK: 's' });
    expect(opened).toEqual([{ bucket: 'b', database: 'd', workgroup: 'w' }]);
  });

  test('says what is missing when nobody says where the deployment is', async () => {
    const { run } = deployment();
    const ran = await run(['cloud', 'query', 'deletes'], {});
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('nothing says where the deployment is: --bucket, --workgroup; give --stack NAME');
  });

  test('takes wrong SQL of one’s own for wrong usage, and a failure for a failure', async () => {
    const failing = (message: string) =>
      deployment({
        answer: () => {
          throw new QueryError(message);
        },
      });
    const wrong = await failing('COLUMN_NOT_FOUND: line 1:8: nope').run(['cloud', 'query', '--sql', 'SELECT nope']);
    expect([wrong.code, wrong.err.split('\n')[0]]).toEqual([2, 'error: the SQL of --sql is wrong: COLUMN_NOT_FOUND: line 1:8: nope']);
    expect((await failing('INTERNAL_ERROR').run(['cloud', 'query', '--sql', 'SELECT 1'])).code).toBe(1);
  });
});

describe('cloud status', () => {
  test('says how full the queues are and what the correlation does, beside the lake', async () => {
    const { run } = deployment({ answer: NO_ROWS, waiting: [5] });
    const { code, out } = await run(['cloud', 'status']);

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      lake: 's3://lake-bucket/',
      queues: [
        { name: 'cloudtrail', visible: 5 },
        { name: 'usage_report', visible: 5 },
        { name: 'flow_log', visible: 5 },
        { name: 'session_check', visible: 5 },
      ],
      run: null,
      outcomes: [{ runId: 'run-1', status: 'published' }],
    });
  });

  test('guesses nothing about a configuration that it was not given', async () => {
    const { out } = await deployment({ answer: NO_ROWS }).run(['cloud', 'status']);
    expect((JSON.parse(out) as { hints: string[] }).hints).toEqual(['no event is in the lake: ingest --cloudtrail']);
  });

  test('ends with 1 and a word when a dead-letter queue holds something', async () => {
    const { code, out, err } = await deployment({ answer: NO_ROWS, deadLetters: 2 }).run(['cloud', 'status', '--output', 'table']);
    expect(code).toBe(1);
    expect(out).toContain('2 in the dead-letter queue');
    expect(err).toContain('2 messages are in a dead-letter queue');
  });

  test('waits until nothing was to be seen three times in a row', async () => {
    const { run, looks } = deployment({ answer: NO_ROWS, waiting: [1, 0, 1, 0] });
    expect((await run(['cloud', 'status', '--wait'])).code).toBe(0);
    expect(looks()).toBe(6);
  });

  test('gives up when the time is over, and says what it waited for', async () => {
    const { code, err } = await deployment({ waiting: [7] }).run(['cloud', 'status', '--wait', '--timeout', '1']);
    expect([code, err.split('\n')[0]]).toEqual([1, expect.stringContaining('waited 1 s for quiet: 28 messages, no run')]);
  });
});

describe('cloud correlate', () => {
  test('starts with the window as it was understood, and says what it started', async () => {
    const { run, started } = deployment();
    const ran = await run(['cloud', 'correlate', '--from', '-2d', '--to', '2026-03-09T00:00:00Z', '--as-of', '2026-03-10']);

    expect([ran.code, JSON.parse(ran.out)]).toEqual([0, { requestId: 'cli-1', executionArn: 'arn:e' }]);
    expect(started).toEqual([{ from: '2026-03-08', to: '2026-03-08', asOf: '2026-03-10T00:00:00Z' }]);
    expect(ran.err).toContain('window: 2026-03-08 to 2026-03-08');
  });

  test('without a window settles what has news, as of when it starts; one side open reaches to the end', async () => {
    const { run, started } = deployment();
    await run(['cloud', 'correlate']);
    await run(['cloud', 'correlate', '--from', '2026-03-01']);
    expect(started).toEqual([{}, { from: '2026-03-01', to: '2026-03-12' }]);
  });

  test.each([
    [['--from', '2026-03-02', '--to', '2026-03-01'], 'is empty'],
    [['--as-of', 'soon'], '--as-of "soon" is not a time'],
    [['--fail-on', 'high'], '--fail-on needs --wait'],
    [['--output', 'csv'], 'has no CSV form'],
  ])('refuses %j before anything is started', async (argv, reason) => {
    const { run, started } = deployment();
    const ran = await run(['cloud', 'correlate', ...argv]);
    expect([ran.code, started]).toEqual([2, []]);
    expect(ran.err).toContain(reason);
  });

  test('waits, shows what the run did, and ends with 3 for grave findings', async () => {
    const answer = (sql: string): QueryResult => {
      const table = (names: string[], ...rows: QueryResult['rows'][number][]) => ({
        columns: names.map((name) => ({ name, type: 'VARCHAR' })),
        rows,
      });
      if (/FROM runs/.test(sql)) return table(['run_id', 'days', 'as_of_ms', 'duration_ms'], ['run-1', 1, 0, 5]);
      if (/^SELECT dt FROM day_counts/.test(sql)) return table(['dt'], ['2026-03-02']);
      if (/finding_days/.test(sql)) return table(['severity', 'n'], ['high', 2], ['low', 9]);
      return NO_ROWS;
    };
    const { run } = deployment({ answer });
    const ran = await run(['cloud', 'correlate', '--wait', '--fail-on', 'high']);

    expect([ran.code, JSON.parse(ran.out)]).toEqual([
      3,
      expect.objectContaining({ days: ['2026-03-02'], findingsBySeverity: { high: 2, low: 9 } }),
    ]);
    expect(ran.err).toContain('2 findings are high or worse');
    expect((await run(['cloud', 'correlate', '--wait', '--fail-on', 'critical'])).code).toBe(0);
  });

  test('says why a run failed', async () => {
    const failed: CorrelationState = {
      run: null,
      outcomes: [{ requestId: 'cli-1', runId: 'run-9', status: 'failed', reason: 'counts differ', reports: [] }],
    };
    const ran = await deployment({ state: failed, execution: { status: 'FAILED', cause: 'x' } }).run(['cloud', 'correlate', '--wait']);
    expect([ran.code, ran.err]).toEqual([1, expect.stringContaining('the run run-9 failed: counts differ; ')]);
  });

  test('takes a run whose alerts failed for published, and says so', async () => {
    const answer = (sql: string) => (/FROM runs/.test(sql) ? ROWS : NO_ROWS);
    const ran = await deployment({ answer, execution: { status: 'FAILED', cause: 'SNS' } }).run(['cloud', 'correlate', '--wait']);
    expect([ran.code, ran.err]).toEqual([0, expect.stringContaining('the run was published, but its alerts failed: SNS')]);
  });
});

describe('backfill', () => {
  test('sends the days of every source, and says of each what was there', async () => {
    const { run, sent } = deployment();
    const ran = await run(['backfill', '--from', '-7d', '--output', 'table'], { ...ENV, APPSTREAM_AUDIT_SOURCES: '[]' });

    expect(ran.code).toBe(0);
    expect(ran.out).toContain('s3://reports/p/: 3 objects, 1 in the lake, 2 sent');
    expect(ran.err).toContain('days: 2026-03-03 to 2026-03-10');
    expect(sent[0]?.options).toMatchObject({ dryRun: false, again: false });
  });

  test('asks the deployed function for the sources when the environment has none', async () => {
    const { run, sent } = deployment();
    await run(['backfill', '--from', '2026-03-01', '--dry-run', '--again'], { ...ENV, APPSTREAM_AUDIT_RECONCILE_FUNCTION: 'f' });
    expect(sent).toMatchObject([{ source: { bucket: 'of-f' }, options: { dryRun: true, again: true } }]);
  });

  test('takes sources from flags', async () => {
    const { run, sent } = deployment();
    await run(['backfill', '--from', '2026-03-01', '--source', 'cloudtrail=s3://a/AWSLogs/', '--source', 'usage-report=s3://b']);
    expect(sent.map(({ source }) => source)).toEqual([
      { kind: 'cloudtrail', bucket: 'a', prefix: 'AWSLogs/' },
      { kind: 'usage_report', bucket: 'b', prefix: '' },
    ]);
  });

  test.each([
    [['--from', '2026-03-01', '--source', 's3://a/'], '--source "s3://a/" names no source; write cloudtrail=s3://bucket/prefix'],
    [['--from', '2026-03-02', '--to', '2026-03-01'], 'is empty'],
    [[], "required option '--from <when>' not specified"],
  ])('refuses %j before anything is sent', async (argv, reason) => {
    const { run, sent } = deployment();
    const ran = await run(['backfill', ...argv]);
    expect([ran.code, sent]).toEqual([2, []]);
    expect(ran.err).toContain(reason);
  });
});

describe('cloud accept', () => {
  const columns = ['location', 'version', 'source_index', 'reason', 'account_id', 'region', 'report_day', 'seen_at_ms'];
  const UNREADABLE: QueryResult = {
    columns: columns.map((name) => ({ name, type: 'VARCHAR' })),
    rows: [['s3://reports/a.csv', 'v1', 9, 'no end', '111122223333', 'eu-west-1', '2026-03-02', 0]],
  };
  const answer = (sql: string) => (sql.includes('failed_inputs') ? UNREADABLE : NO_ROWS);

  test('keeps what is named with the ARN of the caller', async () => {
    const { run, accepted } = deployment({ answer });
    const ran = await run(['cloud', 'accept', 'a.csv:9', '--reason', 'lost', '--output', 'table']);
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toContain('accepted\n  s3://reports/a.csv line 9 (sha256 v1): lost\nnext: cloud correlate');
    expect(accepted.map(({ acceptance }) => acceptance)).toEqual([
      expect.objectContaining({ source_index: 9, accepted_by: 'arn:aws:sts::111122223333:assumed-role/Responder/ada' }),
    ]);
  });

  test('keeps nothing without a reason', async () => {
    const { run, accepted } = deployment({ answer });
    expect((await run(['cloud', 'accept', 'a.csv:9'])).code).toBe(2);
    expect(accepted).toEqual([]);
  });
});
