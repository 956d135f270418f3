/** Killed, interrupted or out of space at any moment: nothing torn is ever read, and the next run completes the work. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openLake } from '../../lib/engine/lake.ts';
import { type Ended, ensureBuilt, PROGRAM, run } from '../cli/build.ts';
import { removeFolder, temporaryFolder } from '../helpers/input-files.ts';
import { readCorrelated } from '../helpers/lake-of-world.ts';

const folder = temporaryFolder('crash');
const logs = join(folder, 'demo', 'logs');
const AS_OF = '2026-03-10T00:00:00Z';
const settle = (lake: string) => ['--lake', join(folder, lake), '--config', join(logs, 'configuration.yaml'), '--as-of', AS_OF];
const sources = ['--cloudtrail', join(logs, 'cloudtrail'), '--usage-reports', join(logs, 'usage-reports')];

/** What an undisturbed run says, and how long it took, milliseconds. */
let expected: unknown;
let tookMs: number;

beforeAll(async () => {
  ensureBuilt();
  expect((await run(['demo', '--dir', join(folder, 'demo'), '--events', '3000', '--quiet'])).code).toBe(0);
  const started = performance.now();
  expect((await run(['run', ...settle('undisturbed'), ...sources])).code).toBe(0);
  tookMs = performance.now() - started;
  expected = await answersOf('undisturbed');
}, 120_000);
afterAll(() => removeFolder(folder));

/** Rows and counts; where the logs were is the same for every lake. */
async function answersOf(name: string): Promise<unknown> {
  const lake = await openLake(join(folder, name), { mode: 'read', command: 'test' });
  try {
    const { rows, days } = await readCorrelated(lake);
    return { rows, days: days.slice(-2), events: await lake.database.count('SELECT count(*) FROM events') };
  } finally {
    await lake.close();
  }
}

/** Runs the program and sends it a signal after a while; what it said is given back all the same. */
function runAndSignal(argv: readonly string[], signal: NodeJS.Signals, delayMs: number): Promise<Ended> {
  return run(argv, { during: (child) => setTimeout(() => child.kill(signal), delayMs).unref() });
}

/** Rows of `attributions` that a reader sees now; 0 when there is no lake yet. */
async function visible(name: string): Promise<number> {
  const { code, out } = await run(['query', '--lake', join(folder, name), '--sql', 'SELECT count(*) AS n FROM attributions']);
  return code === 0 ? (JSON.parse(out) as { n: number }).n : 0;
}

function unlisted(name: string): string[] {
  const found = readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' });
  return found.filter((path) => path.endsWith('.tmp') || path.endsWith('.csv'));
}

/** Numbers between 0 and 1, the same in every run of the test. */
function chances(seed: number, count: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  });
}

describe('a run that is killed', () => {
  test('at moments of its way, again and again, loses nothing and doubles nothing', async () => {
    const whole = (expected as { rows: unknown[] }).rows.length;
    for (const chance of [...chances(7, 3), 0.95]) {
      await runAndSignal(['run', ...settle('killed'), ...sources], 'SIGKILL', tookMs * chance);
      // all of it or nothing of it, at any time
      expect([0, whole]).toContain(await visible('killed'));
    }
    const { code, err } = await run(['run', ...settle('killed'), ...sources, '--quiet']);
    expect([code, err]).toEqual([0, '']);
    expect(await answersOf('killed')).toEqual(expected);
    expect(unlisted('killed')).toEqual([]);
  }, 180_000);
});

describe('a run that is interrupted', () => {
  test('says so, ends with 130, and the next run completes the work', async () => {
    let sent = false;
    const { code, err } = await run(['run', ...settle('interrupted'), ...sources], {
      during: (child) =>
        // the window is printed before anything is read
        child.stderr?.on('data', (text) => {
          if (!sent && String(text).includes('window:')) setTimeout(() => child.kill('SIGINT'), 400);
          sent ||= String(text).includes('window:');
        }),
    });
    expect([code, err]).toEqual([130, expect.stringContaining('interrupted: what was finished stays, the next run completes the work')]);
    expect(await visible('interrupted')).toBe(0);
    expect((await run(['run', ...settle('interrupted'), ...sources])).code).toBe(0);
    expect(await answersOf('interrupted')).toEqual(expected);
  }, 60_000);
});

describe('a full disk', () => {
  /** No file may grow beyond so many blocks: what a full disk is to the program, for any user and on any file system. */
  function runLimited(blocks: number, argv: readonly string[]): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const { NODE_OPTIONS: _, ...env } = process.env;
      const child = spawn('sh', ['-c', `ulimit -f ${blocks}; exec "$0" "$@"`, process.execPath, PROGRAM, ...argv], { env });
      let [out, err] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
      child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
      child.on('error', reject).on('close', (code) => resolve({ code, out, err }));
    });
  }

  test('while reading inputs is named with the file and the remedy, and the next run completes the work', async () => {
    const { code, err } = await runLimited(2000, ['run', ...settle('full-1'), ...sources]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /error: no space is left to write .*\.csv \(.*\); free space and run the same command again: what was committed stays/,
    );
    expect((await run(['run', ...settle('full-1'), ...sources])).code).toBe(0);
    expect(await answersOf('full-1')).toEqual(expected);
  }, 60_000);

  test('while publishing publishes nothing, says so, and the next run completes the work', async () => {
    expect((await run(['ingest', '--lake', join(folder, 'full-2'), ...sources])).code).toBe(0);
    const { code, err } = await runLimited(300, ['correlate', ...settle('full-2')]);
    expect(code).toBe(1);
    expect(err).toMatch(/error: the engine could not write: .*; free space and run the same command again/);
    expect(await visible('full-2')).toBe(0);
    expect(unlisted('full-2')).toEqual([]);
    expect((await run(['correlate', ...settle('full-2')])).code).toBe(0);
    expect(await answersOf('full-2')).toEqual(expected);
  }, 60_000);
});
