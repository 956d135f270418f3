/** An export is whole or not there, and one that was stopped is made again. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { exportLake } from '../../../lib/engine/export.ts';
import type { Lake } from '../../../lib/engine/lake.ts';
import { InterruptedError, UsageError } from '../../../lib/errors.ts';
import { UNFINISHED_EXPORT } from '../../../lib/local/export-folder.ts';
import { allTables } from '../../../schemas/tables.ts';
import { ingestInto, logText, removeFolder, someRecords, temporaryFolder, withLake, writeInput } from '../../helpers/input-files.ts';

let folder: string;
const out = () => join(folder, 'out');

beforeEach(async () => {
  folder = temporaryFolder('export');
  const path = writeInput(folder, 'logs/a.json', logText(...someRecords('a', 3)));
  await withLake(join(folder, 'lake'), (lake) => ingestInto(lake, { cloudtrail: [path] }));
});
afterEach(() => removeFolder(folder));

const onLake = <T>(work: (lake: Lake) => Promise<T>) => withLake(join(folder, 'lake'), work, { mode: 'read', create: false });

/** The lake, but its engine breaks when it gets to this table. */
function breakingAt(lake: Lake, table: string, error: Error): Lake {
  const run = lake.database.run.bind(lake.database);
  lake.database.run = async (sql) => {
    if (sql.startsWith(`COPY ${table} `)) throw error;
    await run(sql);
  };
  return lake;
}

/** Everything in the folder is of a whole export, and can be read. */
async function expectWhole(): Promise<void> {
  // a table without a row has no file by day, hence no folder
  const names = allTables.map((table) => table.name);
  expect(names).toEqual(expect.arrayContaining(readdirSync(out())));
  const events = await onLake((lake) => lake.database.count(`SELECT count(*) FROM read_parquet('${out()}/events/**/*.parquet')`));
  const inputs = await onLake((lake) => lake.database.count(`SELECT count(*) FROM read_parquet('${out()}/inputs/inputs.parquet')`));
  expect([events, inputs]).toEqual([3, 1]);
}

describe('an export', () => {
  test('has every table, by day where it is kept so', async () => {
    const exported = await onLake((lake) => exportLake(lake, out()));
    expect(exported.find((each) => each.table === 'events')).toEqual({ table: 'events', rows: 3, files: 1 });
    expect(readdirSync(join(out(), 'events'))).toEqual(['dt=2026-03-02']);
    await expectWhole();
  });

  test('that fails on its way leaves nothing under a final name, and what failed is told', async () => {
    const failed = onLake((lake) => exportLake(breakingAt(lake, 'runs', new Error('broken')), out()));
    await expect(failed).rejects.toThrow('broken');
    expect(readdirSync(out())).toEqual([]);
  });

  test('that is interrupted leaves nothing, and is completed by the next', async () => {
    const controller = new AbortController();
    const interrupted = onLake(async (lake) => {
      const copied = exportLake(lake, out(), controller.signal);
      controller.abort();
      return copied;
    });
    await expect(interrupted).rejects.toThrow(InterruptedError);
    expect(readdirSync(out())).toEqual([]);
    await onLake((lake) => exportLake(lake, out()));
    await expectWhole();
  });

  test('that was killed while it wrote, or between two renames, is made again', async () => {
    writeInput(out(), `${UNFINISHED_EXPORT}/events/dt=2026-03-02/half.parquet`, 'half');
    writeInput(out(), 'events/dt=2026-01-01/of-before.parquet', 'of another state of the lake');
    await onLake((lake) => exportLake(lake, out()));
    expect(existsSync(join(out(), 'events', 'dt=2026-01-01'))).toBe(false);
    await expectWhole();
  });

  test.each([
    ['a file of somebody else', 'thesis.txt'],
    ['a whole export', 'events/dt=2026-03-02/a.parquet'],
  ])('refuses a folder with %s', async (_, name) => {
    writeInput(out(), name, 'mine');
    await expect(onLake((lake) => exportLake(lake, out()))).rejects.toThrow(/is not empty; name a new folder/);
    expect(existsSync(join(out(), name))).toBe(true);
  });

  test('refuses an unfinished export to which something was added', async () => {
    writeInput(out(), `${UNFINISHED_EXPORT}/half.parquet`, 'half');
    writeInput(out(), 'notes.txt', 'mine');
    await expect(onLake((lake) => exportLake(lake, out()))).rejects.toThrow(UsageError);
    expect(readdirSync(out()).sort()).toEqual([UNFINISHED_EXPORT, 'notes.txt']);
  });

  test('refuses a file, and a folder in the lake', async () => {
    writeFileSync(out(), '');
    await expect(onLake((lake) => exportLake(lake, out()))).rejects.toThrow('is not a folder');
    mkdirSync(join(folder, 'lake', 'mine'));
    await expect(onLake((lake) => exportLake(lake, join(folder, 'lake', 'mine')))).rejects.toThrow('lies in the lake');
  });
});
