/** A question as a process: what it holds in memory, and how it is stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Ended, ensureBuilt, PROGRAM, run } from '../cli/build.ts';
import { removeFolder, temporaryFolder, withLake } from '../helpers/input-files.ts';

const folder = temporaryFolder('query-process');
const lake = join(folder, 'lake');

beforeAll(async () => {
  ensureBuilt();
  await withLake(lake, async () => undefined);
}, 120_000);
afterAll(() => removeFolder(folder));

describe('what a question holds in memory', () => {
  /** A script that is loaded before the program and says at the end how much memory it took, MB. */
  const meter = join(folder, 'meter.cjs');
  beforeAll(() => {
    writeFileSync(
      meter,
      "process.on('exit', () => require('node:fs').writeSync(2, 'peak ' + Math.round(process.resourceUsage().maxRSS / 1024) + '\\\\n'));",
    );
  });
  const peakOf = async (sql: string, ...argv: string[]): Promise<number> => {
    const { code, err } = await run(['query', '--lake', lake, '--sql', sql, ...argv], { env: { NODE_OPTIONS: `--require ${meter}` } });
    expect(code).toBe(0);
    return Number(/peak (\d+)/.exec(err)?.[1]);
  };
  const wide = (rows: number) => `SELECT range AS n, repeat(md5(range::VARCHAR), 8) AS t FROM range(${rows})`;

  test.each([
    ['with a limit', ['--output', 'table']],
    ['without one, in a stream', ['--output', 'ndjson']],
  ])(
    'does not grow with the answer, %s',
    async (_, argv) => {
      const few = await peakOf(wide(10), ...argv);
      // 256 bytes a row: held, they would be 500 MB and more
      expect((await peakOf(wide(1_000_000), ...argv)) - few).toBeLessThan(250);
    },
    60_000,
  );
});

describe('a question that takes long', () => {
  const LONG = 'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3';

  /** The engine looks for an interruption between two pieces of work; this is one piece. */
  const DEAF = "SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))";

  /** Starts a question, waits until it works, and calls `during`. A process that dies of SIGINT has the code 130 in a shell. */
  function stopped(sql: string, during: (child: ChildProcess) => Promise<void>): Promise<Ended & { tookMs: number }> {
    const { NODE_OPTIONS: _, ...env } = process.env;
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [PROGRAM, 'query', '--lake', lake, '--sql', sql], { env });
      let [out, err, signalled] = ['', '', 0];
      child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
      child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
      child.on('error', reject).on('close', (code, signal) => {
        resolve({ code: signal === 'SIGINT' ? 130 : code, out, err, tookMs: performance.now() - signalled });
      });
      setTimeout(() => {
        signalled = performance.now();
        during(child).catch(reject);
      }, 2500);
    });
  }
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  test('is stopped by the first Ctrl-C', async () => {
    const ended = await stopped(LONG, async (child) => void child.kill('SIGINT'));
    expect([ended.code, ended.out]).toEqual([130, '']);
    expect(ended.err).toContain('interrupted');
    expect(ended.tookMs).toBeLessThan(3000);
  }, 20_000);

  test('is ended at once by the second Ctrl-C when the engine does not listen', async () => {
    const ended = await stopped(DEAF, async (child) => {
      child.kill('SIGINT');
      await sleep(700);
      expect(child.exitCode).toBe(null);
      child.kill('SIGINT');
    });
    expect([ended.code, ended.out]).toEqual([130, '']);
    expect(ended.err).toContain('once more to stop at once');
    expect(ended.tookMs).toBeLessThan(2500);
  }, 60_000);

  test('takes a Ctrl-C that comes twice at once, as from npx, for one', async () => {
    const ended = await stopped(LONG, async (child) => {
      child.kill('SIGINT');
      await sleep(20);
      child.kill('SIGINT');
    });
    expect(ended.code).toBe(130);
    expect(ended.err).toContain('interrupted: what was finished stays');
  }, 20_000);
});
