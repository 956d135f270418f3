import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { services } from '../../cli/services.ts';
import { parseReadyQuery, resolveParameters } from '../../lib/answer/ready-query.ts';
import { widthOf } from '../../lib/answer/shortened-text.ts';
import type { DemoManifest } from '../../lib/demo/manifest.ts';
import { type Lake, openLake } from '../../lib/engine/lake.ts';
import { packageRoot } from '../../lib/local/package-root.ts';
import { listSqlFiles, readSqlFile } from '../../lib/local/sql-files.ts';
import { ensureBuilt, PROGRAM, run } from './build.ts';
import { DEMO_FINDINGS, WITHOUT_DEMO } from './demo-findings.ts';
import { cli } from './fake-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'appstream-audit-e2e-'));
const demo = join(folder, 'demo');
const lake = join(demo, 'lake');
const SCREEN_FOLDER = join(packageRoot(), 'test/golden/screens');
const logs = join(demo, 'logs');
const configuration = join(logs, 'configuration.yaml');
let shown: Awaited<ReturnType<typeof run>>;
let manifest: DemoManifest;

beforeAll(async () => {
  ensureBuilt();
  // what an earlier demo left is replaced
  mkdirSync(lake, { recursive: true });
  writeFileSync(join(demo, '.appstream-audit-demo'), '');
  writeFileSync(join(lake, 'left-over'), '');
  shown = await run(['demo', '--dir', demo, '--events', '3000', '--quiet', '--verbose']);
  manifest = JSON.parse(readFileSync(join(logs, 'manifest.json'), 'utf8')) as DemoManifest;
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function story(): NonNullable<DemoManifest['story']> {
  if (!manifest.story) throw new Error('the demo has no story');
  return manifest.story;
}

/** In this process, on the real engine. */
const ask = (argv: readonly string[]) => cli([...argv, '--lake', lake], { services });

describe('the demo', () => {
  test('ends with the answers and with 0, and says nothing on stderr when it shall be quiet', () => {
    expect([shown.code, shown.err]).toEqual([0, '']);
    expect(shown.out).toContain('a late usage report arrives');
    expect(shown.out).toMatch(/verdict +pending +attributed/);
    expect(shown.out).toContain(`verdict: attributed to ${story().thief.userId}`);
  });

  test('fits a screen of 80 columns and 24 rows, the thief on it', async () => {
    const ran = await cli(['demo', '--dir', join(folder, 'screen'), '--events', '3000', '--quiet'], { services, tty: true, columns: 80 });
    const rows = ran.out
      .trimEnd()
      .split('\n')
      .reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / 80)), 0);
    expect([ran.code, rows <= 24]).toEqual([0, true]);
    expect(ran.out).toContain(`who read the most?`);
    expect(ran.out).toContain(`${story().thief.userId}: `);
    expect(ran.out).toContain(`all by ${story().thief.userId}`);
    expect(ran.out).toMatch(/[\d,]+ of [\d,]+ actions have a name/);
  }, 120_000);

  test('ends with commands that work as they are shown', async () => {
    const commands = shown.out.slice(shown.out.indexOf('type next')).match(/^ {2}npx appstream-audit .*$/gm) ?? [];
    expect(commands.length).toBeGreaterThanOrEqual(5);
    for (const command of commands) {
      const line = command.trim().replace('npx appstream-audit', `"${process.execPath}" "${PROGRAM}"`);
      const { status, stderr, stdout } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
      expect({ command, status, stderr: status === 0 ? '' : stderr }).toEqual({ command, status: 0, stderr: '' });
      expect(stdout).not.toBe('');
    }
  });

  test('replaces what an earlier demo made in its folder', () => {
    expect(existsSync(join(lake, 'left-over'))).toBe(false);
  });

  test('refuses a folder that is not its own', async () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'thesis.txt'), 'mine');
    const { code, err } = await cli(['demo', '--dir', other], { services });
    expect(code).toBe(2);
    expect(err).toContain('is not empty and was not made by the demo');
    expect(readFileSync(join(other, 'thesis.txt'), 'utf8')).toBe('mine');
  });
});

describe('the findings of the demo day', () => {
  let found: { rule_id: string; summary: string }[];
  beforeAll(async () => {
    const sql = 'SELECT rule_id, summary FROM findings ORDER BY rule_id, summary';
    found = JSON.parse((await ask(['query', '--sql', sql, '--limit', '0', '--output', 'json'])).out) as typeof found;
  });

  test('are of every rule but those that are listed as without one, and each is listed here', () => {
    const shownRules = listSqlFiles('findings').filter((rule) => !WITHOUT_DEMO.includes(rule));
    expect([...new Set(found.map(({ rule_id }) => rule_id))]).toEqual(shownRules);
    expect([...Object.keys(DEMO_FINDINGS), ...WITHOUT_DEMO].sort()).toEqual(listSqlFiles('findings'));
  });

  test.each(Object.entries(DEMO_FINDINGS))('%s finds what was put there', (rule, part) => {
    const summaries = found.filter(({ rule_id }) => rule_id === rule).map(({ summary }) => summary);
    expect(summaries).toContainEqual(expect.stringContaining(part));
  });

  test('are told by rule, gravest first, in a page or two', () => {
    const from = shown.out.indexOf('  findings  ');
    const lines = shown.out.slice(from, shown.out.indexOf('  took ', from)).trimEnd().split('\n');
    const severities = lines.flatMap((line) => /^ {12}(critical|high|medium|low) /.exec(line)?.[1] ?? []);
    const ranks = severities.map((severity) => ['critical', 'high', 'medium', 'low'].indexOf(severity));
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    // what waits for the late evidence is told with it
    expect(severities).toHaveLength(Object.keys(DEMO_FINDINGS).length - 1);
    expect(lines.length).toBeLessThan(100);
  });
});

describe('the ready questions', () => {
  const sample = (): Record<string, string> => ({
    bucket: story().thief.sourceBucket,
    key: story().thief.stolenObjectKey,
    prefix: 'projects/',
    user: story().thief.userId,
    day: '2026-03-02',
    since: '2026-03-01',
    session: story().thief.sessionId,
    address: story().thief.address,
    event_id: story().pending.eventId,
    access_key_id: 'ASIAX',
  });

  test.each(listSqlFiles('queries'))('%s runs on a real lake', async (name) => {
    const { parameters, columns } = parseReadyQuery(name, readSqlFile(`queries/${name}.sql`));
    const needed = parameters
      .filter((each) => each.default === undefined)
      .flatMap((each) => ['--param', `${each.name}=${sample()[each.name]}`]);
    const { code, err, out } = await ask(['query', name, ...needed, '--output', 'json']);
    expect([code, err]).toEqual([0, '']);
    expect(Array.isArray(JSON.parse(out))).toBe(true);
    // what the header calls important is there
    if (columns.length === 0) return;
    const named = await ask(['query', name, ...needed, '--columns', columns.join(','), '--output', 'csv', '--limit', '1']);
    expect([named.err.replace(/^[\d,]+ of .* rows \(.*\n$/, ''), named.out.split('\n')[0]]).toEqual(['', columns.join(',')]);
  });

  const SCREENS = ['findings-open', 'unattributed-writes', 'busiest-readers', 'copies', 'verdict-summary'];
  test.each(SCREENS.flatMap((name) => [80, 120, 200].map((width) => [name, width] as const)))(
    '%s keeps to one line a row on a terminal of %d columns',
    async (name, width) => {
      const argv = ['query', name, '--lake', lake, '--limit', '8', '--no-color'];
      const { out, err } = await cli(argv, { services, tty: true, columns: width });
      const screen = `${out}${err}`;
      for (const line of out.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(width);
      const golden = join(SCREEN_FOLDER, `${name}-${width}.txt`);
      // made anew with SCREENS=write, and then read by eye
      if (process.env['SCREENS'] === 'write') writeFileSync(golden, screen);
      expect(screen).toBe(readFileSync(golden, 'utf8'));
    },
  );

  const rows = async (name: string, given: Record<string, string>): Promise<Record<string, unknown>[]> => {
    const opened = await openLake(lake, { mode: 'read', command: 'test' });
    try {
      const query = parseReadyQuery(name, readSqlFile(`queries/${name}.sql`));
      const { columns, rows: found } = await opened.query(query.sql, resolveParameters(query, given, 0));
      return found.map((row) => Object.fromEntries(columns.map((column, at) => [column.name, row[at]])));
    } finally {
      await opened.close();
    }
  };

  test('find the thief as the busiest reader', async () => {
    expect((await rows('busiest-readers', {}))[0]).toMatchObject({ user_id: story().thief.userId, reads: story().thief.reads });
  });

  test('tell the history of the stolen object, with the copies made from it', async () => {
    const found = await rows('object-history', { bucket: story().thief.sourceBucket, key: story().thief.stolenObjectKey });
    expect(found.map((row) => row['event_id'])).toContain(story().thief.copyEventId);
    expect(found.map((row) => row['event_name'])).toEqual(expect.arrayContaining(['GetObject', 'CopyObject']));
  });

  test('list the writes without a maker', async () => {
    const ids = (await rows('unattributed-writes', {})).map((row) => row['event_id']);
    expect(ids).toEqual(expect.arrayContaining([story().unattributedWriteEventId, story().graceCutEventId, story().notConnectedEventId]));
  });

  test('show what the late report changed', async () => {
    const changed = (await rows('verdict-changes', {})).find((row) => row['event_id'] === story().pending.eventId);
    expect(changed).toMatchObject({
      what_changed: 'verdict',
      old_verdict: 'pending',
      new_verdict: 'attributed',
      new_user_id: story().pending.userId,
    });
  });

  test('show an administrator in a home folder that is not his', async () => {
    const found = (await rows('home-folder-foreign-access', {})).find((row) => row['event_id'] === story().administratorReadEventId);
    // the credentials of an administrator of IAM Identity Center say whose they are
    expect(found).toMatchObject({ owner: story().thief.userId, caller: 'alice.admin' });
  });

  test('put logon, session and events of a session in order', async () => {
    const found = await rows('session-timeline', { session: story().thief.sessionId });
    const what = found.map((row) => String(row['what']));
    expect(what.slice(0, 2)).toEqual(['logon', 'session start']);
    // what was uploaded within the grace comes after the end
    expect(what.slice(what.indexOf('session end') + 1)).toEqual(['attributed: PutObject']);
    const reads = found.filter((row) => row['what'] === 'attributed: GetObject');
    const failed = reads.filter((row) => String(row['detail']).endsWith(' (AccessDenied)'));
    expect(failed.length).toBeGreaterThan(0);
    expect(reads.length - failed.length).toBe(story().thief.reads);
  });

  test('show the two users of a multi-session instance', async () => {
    const ambiguous = (await rows('ambiguous-events', {})).find((row) => row['event_id'] === story().ambiguousEventId);
    expect(ambiguous?.['candidate_count']).toBe(2);
    expect((await rows('shared-addresses', {})).some((row) => row['at_the_same_time'] === true)).toBe(true);
  });
});

describe('explain', () => {
  const text = async (id: string) => (await ask(['explain', id, '--output', 'table'])).out;

  test('names the rule, the session, the report and the log file', async () => {
    const out = await text(story().thief.copyEventId);
    expect(out).toContain('rule:             row 6 of docs/verdicts.md');
    expect(out).toContain(`session ${story().thief.sessionId}`);
    expect(out).toMatch(/report of 2026-03-02: .*daily-session-report-2026-03-02\.csv line \d+/);
    expect(out).toMatch(
      /raw record\n {2}.*\.json\.gz record \d+\n {4}sha256 [0-9a-f]{64}\n {4}gzip -dc .* \| jq .*\n {2}log file sha256: +[0-9a-f]{64}/,
    );
  });

  test('shows what it was before the late report', async () => {
    expect(await text(story().pending.eventId)).toMatch(
      /pending \(awaiting_report\) -> attributed \(\w+\) d\.okafor@night\.example\.net, cause new_evidence/,
    );
  });

  test('lists every candidate of an ambiguous event', async () => {
    expect(await text(story().ambiguousEventId)).toMatch(/sessions that count \(2\)/);
  });

  test('says why a session does not count', async () => {
    expect(await text(story().graceCutEventId)).toMatch(/sessions that the leads point to \(\d\)[\s\S]*ended [\d\w ]+ before/);
  });

  test('explains records that have no verdict', async () => {
    expect(await text(story().correctedEventId)).toContain(`superseded: the correction ${story().correctionEventId}`);
    expect(await text(story().ownerCopyEventId)).toContain(`as ${story().callerCopyEventId}, which has the verdict`);
  });

  test('has a JSON form', async () => {
    const { out } = await ask(['explain', story().thief.copyEventId]);
    expect(JSON.parse(out).verdicts[0].decided.row).toBe('6');
  });

  test('ends with 1 and a hint for an event that is not there', async () => {
    const { code, out, err } = await ask(['explain', 'nope']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('no event nope is in this lake; check the id and --lake');
  });
});

describe('status', () => {
  test('finds that all counts add up', async () => {
    const { code, out } = await ask(['status', '--as-of', '2026-03-05', '--output', 'json']);
    expect(code).toBe(0);
    const status = JSON.parse(out) as { counts: { what: string; holds: boolean }[]; runs: unknown[]; hints: string[] };
    expect(status.counts.length).toBeGreaterThanOrEqual(5);
    expect(status.counts.filter((each) => !each.holds)).toEqual([]);
    expect(status.runs).toHaveLength(2);
    expect(status.hints.join()).toContain('nothing configured names the fleets');
  });

  test('has a text form that knows the configuration', async () => {
    const { out } = await ask(['status', '--config', configuration, '--as-of', '2026-03-05', '--output', 'table']);
    expect(out).toMatch(/events +3,000 rows/);
    expect(out).not.toContain('nothing configured names the fleets');
    expect(out).not.toContain('BROKEN');
  });
});

describe("a lake of one's own", () => {
  test('says 4 for a rejected input, keeps what is beside it, and 3 for findings', async () => {
    const own = join(folder, 'own');
    const bad = join(folder, 'bad');
    mkdirSync(bad);
    writeFileSync(join(bad, 'broken.json.gz'), 'this is no gzip');
    const ingested = await run([
      'ingest',
      '--lake',
      own,
      '--cloudtrail',
      join(logs, 'cloudtrail'),
      bad,
      '--usage-reports',
      join(logs, 'usage-reports'),
      '--quiet',
    ]);
    expect([ingested.code, ingested.err]).toEqual([4, '']);
    expect(JSON.parse(ingested.out)).toMatchObject({ inputs: { rejected: 1 }, records: { kept: expect.any(Number) } });
    const argv = ['correlate', '--lake', own, '--config', configuration, '--as-of', manifest.asOf.first, '--quiet'];
    expect((await run(argv)).code).toBe(0);
    const failing = await run([...argv, '--from', '2026-03-02', '--to', '2026-03-03T00:00:00Z', '--fail-on', 'high']);
    expect(failing.code).toBe(3);
    expect(JSON.parse(failing.out).days).toEqual(['2026-03-02']);
  }, 120_000);

  test('is whole after Ctrl-C and a second try', async () => {
    const own = join(folder, 'interrupted');
    const argv = ['ingest', '--lake', own, '--cloudtrail', join(logs, 'cloudtrail')];
    const interrupted = await run(argv, {
      during: (child) => {
        const timer = setInterval(() => {
          if (!existsSync(join(own, 'audit.duckdb'))) return;
          clearInterval(timer);
          child.kill('SIGINT');
        }, 2);
      },
    });
    expect(interrupted.code).toBe(130);
    expect(interrupted.out).toBe('');
    expect(interrupted.err).toContain('interrupted: what was finished stays, the next run completes the work');
    expect((await run(argv)).code).toBe(0);
    const { out } = await cli(
      [
        'query',
        '--lake',
        own,
        '--sql',
        'SELECT count(*) AS n, count(DISTINCT source_file || CAST(source_index AS varchar)) AS d FROM events',
      ],
      { services },
    );
    expect(JSON.parse(out)).toEqual({ n: 3000, d: 3000 });
  }, 120_000);
});

describe('the streams', () => {
  test('end quietly with 0 when the reader goes away', () => {
    const line = `"${process.execPath}" "${PROGRAM}" query --lake "${lake}" --sql "SELECT * FROM events" | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n')).toEqual([expect.stringMatching(/^\{.*\}$/), '0']);
  });

  test('tell who holds the lake when waiting is over', async () => {
    let held: Lake | undefined;
    try {
      held = await openLake(lake, { mode: 'write', command: 'a test' });
      const { code, out, err } = await run(['query', 'deletes', '--lake', lake, '--wait', '1']);
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain(`in use by a test (process ${process.pid}`);
    } finally {
      await held?.close();
    }
  });

  test('print the same window in every time zone', async () => {
    const argv = ['correlate', '--lake', join(folder, 'none'), '--from', '-2d', '--to', '2026-03-03', '--as-of', '2026-03-04T02:00:00Z'];
    const said = await Promise.all(
      ['UTC', 'America/New_York', 'Asia/Tokyo'].map(async (TZ) => (await run(argv, { env: { TZ } })).err.split('\n')[0]),
    );
    expect(new Set(said)).toEqual(
      new Set(['window: 2026-03-02 to 2026-03-03 (whole UTC days, both inclusive), as of 2026-03-04T02:00:00Z']),
    );
  });
});
