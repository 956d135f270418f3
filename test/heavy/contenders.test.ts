/** Every contender on a small set: `check` throws when what it came to is not what the generator put in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Joined } from '../../bench/joined.ts';
import { packageRoot } from '../../lib/local/package-root.ts';
import { ensureBuilt } from '../cli/build.ts';

type Contenders = typeof import('../../bench/contenders.ts');
type Data = typeof import('../../bench/data.ts');
type Processes = typeof import('../../bench/process.ts');
type Join = typeof import('../../bench/joined.ts');

/** The bench as it is built: it starts processes, which need the build. */
async function built<M>(name: string): Promise<M> {
  return (await import(join(packageRoot(), 'dist', 'bench', `${name}.js`))) as M;
}

describe('the contenders of the bench', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'appstream-audit-bench-'));
  let contenders: Contenders;
  let processes: Processes;
  let joinedCount: Joined;
  let set: Awaited<ReturnType<Data['prepareSet']>>;

  beforeAll(async () => {
    ensureBuilt();
    contenders = await built<Contenders>('contenders');
    processes = await built<Processes>('process');
    const data = await built<Data>('data');
    set = await data.prepareSet(scratch, 'small', { events: 3000, sessions: 150, filesize: 0.5 }, () => undefined);
    joinedCount = await (await built<Join>('joined')).joinedRows(set, () => undefined);
  }, 120_000);

  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test('join, count and settle what was made, and tell what they used', async () => {
    for (const contender of [contenders.gunzip(set), contenders.naive(set, scratch, joinedCount), contenders.run(set, scratch)]) {
      contender.prepare?.();

      const measured = await processes.measure(contender.program);

      contender.check(measured.result);
      expect(measured.cpuS).toBeGreaterThan(0);
      expect(measured.peakMb).toBeGreaterThan(10);
    }
    expect(joinedCount.joined).toBeGreaterThan(set.manifest.records / 3);
  });

  test('are refused when they come to something else', () => {
    const naive = contenders.naive(set, scratch, joinedCount);
    const gunzip = contenders.gunzip(set);

    expect(() => naive.check({ ...joinedCount, joined: joinedCount.joined - 1 })).toThrow('rows of the naive join with a session');
    expect(() => gunzip.check({ bytes: 1 })).toThrow(`bytes: 1 found, ${set.manifest.unpackedBytes} expected`);
  });

  test('find a set made once, and make it anew when its options differ', async () => {
    const { prepareSet } = await built<Data>('data');
    const said: string[] = [];
    const say = (text: string) => said.push(text);

    await prepareSet(scratch, 'other', { events: 600, sessions: 20, sweeps: 0, story: false }, say);
    await prepareSet(scratch, 'other', { events: 600, sessions: 20, sweeps: 0, story: false }, say);
    await prepareSet(scratch, 'other', { events: 700, sessions: 20, sweeps: 0, story: false }, say);

    expect(said).toEqual(['making other', 'making other']);
  });

  test('say what went wrong when a process fails', async () => {
    await expect(processes.measure({ script: processes.commandLine(), argv: ['no-such-command'] })).rejects.toThrow('no-such-command');
  });
});
