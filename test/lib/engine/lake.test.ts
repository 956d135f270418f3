/** A lake survives its processes: what was killed is finished or removed, what is foreign or newer is refused, two wait for each other. */
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { correlate } from '../../../lib/engine/correlation.ts';
import { openLake } from '../../../lib/engine/lake.ts';
import { defaultConfiguration } from '../../../schemas/configuration.ts';
import { SCHEMA_VERSION } from '../../../schemas/tables.ts';
import { ensureBuilt, run } from '../../cli/build.ts';
import { ingestInto, logText, removeFolder, someRecords, temporaryFolder, withLake, writeInput } from '../../helpers/input-files.ts';

let folder: string;
const directory = () => join(folder, 'lake');

beforeEach(() => {
  folder = temporaryFolder('lake');
});
afterEach(() => removeFolder(folder));

/** A lake with three events of one day. */
async function makeLake(): Promise<void> {
  const path = writeInput(folder, 'logs/a.json', logText(...someRecords('a', 3)));
  await withLake(directory(), (lake) => ingestInto(lake, { cloudtrail: [path] }));
}

async function parquetOf(): Promise<string> {
  const [name] = readdirSync(join(directory(), 'events', 'dt=2026-03-02'));
  return join(directory(), 'events', 'dt=2026-03-02', name ?? '');
}

const countEvents = (mode: 'read' | 'write') =>
  withLake(directory(), (lake) => lake.database.count('SELECT count(*) FROM events'), { mode, create: false });

describe('opening a lake after a process was killed', () => {
  beforeEach(makeLake);

  test('a file that is listed but still has its unlisted name is renamed by the next writer', async () => {
    const path = await parquetOf();
    renameSync(path, `${path}.tmp`);
    expect(await countEvents('write')).toBe(3);
    expect(existsSync(path)).toBe(true);
  });

  test('a file that is listed but still has its unlisted name is read by a reader that comes first', async () => {
    const path = await parquetOf();
    renameSync(path, `${path}.tmp`);
    expect(await countEvents('read')).toBe(3);
  });

  test('files under unlisted names that no ledger lists are removed, in every table', async () => {
    const orphans = [
      'events/dt=2026-03-02/x.parquet.tmp',
      'sessions/dt=2026-03-01/y.parquet.tmp',
      'attributions/dt=2026-03-02/z.parquet.tmp',
    ];
    for (const orphan of orphans) writeInput(directory(), orphan, 'torn');
    expect(await countEvents('write')).toBe(3);
    expect(orphans.filter((orphan) => existsSync(join(directory(), orphan)))).toEqual([]);
  });

  test('a landing file that no ledger lists is neither read nor removed', async () => {
    const path = writeInput(directory(), 'events/dt=2026-03-02/foreign.parquet', 'not ours');
    expect(await countEvents('write')).toBe(3);
    expect(existsSync(path)).toBe(true);
  });

  test('the staging folder is emptied', async () => {
    writeInput(directory(), '.staging/0/events.2026-03-02.csv', 'half a row');
    expect(await countEvents('write')).toBe(3);
    expect(existsSync(join(directory(), '.staging'))).toBe(false);
  });

  test('what a file manager leaves in the folders disturbs nobody', async () => {
    writeInput(directory(), 'events/.DS_Store', 'x');
    writeInput(directory(), 'events/dt=2026-03-02/.DS_Store', 'x');
    expect(await countEvents('write')).toBe(3);
    expect(await countEvents('read')).toBe(3);
  });

  test('a folder whose name has the letters of a pattern, a quote and a blank holds a lake like any other', async () => {
    const odd = join(folder, "case [1] {a,b} * it's ü");
    const path = writeInput(odd, "o'log.json", logText(...someRecords('odd', 2)));
    await withLake(join(odd, 'lake'), (lake) => ingestInto(lake, { cloudtrail: [path] }));
    const counted = await withLake(join(odd, 'lake'), (lake) => lake.database.count('SELECT count(*) FROM events'), { mode: 'read' });
    expect(counted).toBe(2);
    // a pattern would find the sessions that a run keeps in a lake beside
    writeInput(join(folder, 'a1'), '.staging/resolved-sessions.parquet', 'those of another lake');
    const run = await withLake(join(folder, 'a[1]'), async (lake) => {
      await ingestInto(lake, { cloudtrail: [path] });
      const asOfMs = Date.parse('2026-03-20T00:00:00Z');
      return (await correlate(lake, defaultConfiguration, { asOfMs, nowMs: asOfMs, toolVersion: 'test' })).run;
    });
    expect(run).toMatchObject({ events_kept: 2 });
    await expect(openLake(join(odd, 'what?'), { mode: 'write', create: true, command: 'test' })).rejects.toThrow(/choose a folder without/);
    await expect(openLake(join(odd, 'region=mars', 'lake'), { mode: 'write', create: true, command: 'test' })).rejects.toThrow(
      /name=value/,
    );
  });

  test('a note of a writer that is gone stands in nobody’s way', async () => {
    writeFileSync(join(directory(), '.writer.json'), '{"pid":1,"command":"run","since":"2026-03-02T00:00:00Z"}');
    expect(await countEvents('write')).toBe(3);
    expect(existsSync(join(directory(), '.writer.json'))).toBe(false);
  });
});

describe('what is no lake of ours', () => {
  async function database(...statements: string[]): Promise<void> {
    mkdirSync(directory(), { recursive: true });
    const instance = await DuckDBInstance.create(join(directory(), 'audit.duckdb'));
    const connection = await instance.connect();
    for (const statement of statements) await connection.run(statement);
    connection.closeSync();
    instance.closeSync();
  }

  test.each(['read', 'write'] as const)('a lake of a newer version is refused and left alone (%s)', async (mode) => {
    await makeLake();
    await database(`UPDATE lake_info SET value = '${SCHEMA_VERSION + 1}' WHERE name = 'schema_version'`, 'DROP TABLE findings');
    const path = await parquetOf();
    renameSync(path, `${path}.tmp`);
    await expect(countEvents(mode)).rejects.toThrow(
      `the lake has schema version ${SCHEMA_VERSION + 1}, this program knows ${SCHEMA_VERSION}; use a newer appstream-audit`,
    );
    expect(existsSync(`${path}.tmp`)).toBe(true);
  });

  test.each(['read', 'write'] as const)('a database that is no lake is refused and left alone (%s)', async (mode) => {
    await database('CREATE TABLE accounts (id BIGINT)');
    await expect(openLake(directory(), { mode, create: mode === 'write', command: 'test' })).rejects.toThrow(
      /audit\.duckdb is not a lake of this program; check --lake/,
    );
    await database('SELECT 1 FROM accounts');
    expect(readdirSync(directory())).toEqual(['audit.duckdb']);
  });

  test('a damaged database is refused with the remedy', async () => {
    writeInput(directory(), 'audit.duckdb', 'x'.repeat(5000));
    await expect(openLake(directory(), { mode: 'write', command: 'test' })).rejects.toThrow(
      /cannot open .*audit\.duckdb: .*; if it was damaged, move it away and ingest again/,
    );
  });

  test('a folder without a lake is not made into one by a reader', async () => {
    await expect(openLake(directory(), { mode: 'read', command: 'test' })).rejects.toThrow(
      /there is no lake at .*; run ingest first, or check --lake/,
    );
    expect(existsSync(directory())).toBe(false);
  });

  test('a folder that cannot be made is named', async () => {
    const file = writeInput(folder, 'file', 'x');
    await expect(openLake(join(file, 'lake'), { mode: 'write', create: true, command: 'test' })).rejects.toThrow(
      /cannot make the lake folder .*file\/lake: .*; choose a folder you may write/,
    );
  });

  test('a lake that lacks a table is refused for reading and completed by a writer', async () => {
    await makeLake();
    await database('DROP TABLE findings');
    await expect(countEvents('read')).rejects.toThrow('the lake lacks the table findings; run ingest once: it upgrades the lake');
    expect(await countEvents('write')).toBe(3);
    expect(await countEvents('read')).toBe(3);
  });
});

describe('two processes on one lake', () => {
  beforeAll(ensureBuilt);
  beforeEach(makeLake);
  const query = (wait: number) => ['query', '--lake', directory(), '--sql', 'SELECT count(*) AS n FROM events', '--wait', String(wait)];

  test('a reader beside a writer waits, then names the command and the process that hold the lake, and fails', async () => {
    const { code, out, err } = await withLake(directory(), () => run(query(1)), { command: 'ingest' });
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`the lake is in use by ingest (process ${process.pid}, since `);
    expect(err).toContain('waiting up to 1 s');
    expect(err).toMatch(/error: the lake .* is in use by ingest \(process \d+, since .*\); wait for it, or give --wait a longer time/);
  });

  test('a reader beside a writer is answered as soon as the writer is done', async () => {
    let answer: ReturnType<typeof run> | undefined;
    const waiting = new Promise<void>((resolve) => {
      void withLake(directory(), async () => {
        answer = run(query(30), {
          during: (child) => child.stderr?.on('data', (text) => String(text).includes('waiting up to') && resolve()),
        });
        await waiting;
      });
    });
    await waiting;
    const { code, out } = (await answer) ?? { code: null, out: '' };
    expect([code, out.trim()]).toEqual([0, '{"n":3}']);
  });

  test('a writer beside a reader waits, then names the process', async () => {
    const path = writeInput(folder, 'logs/b.json', logText(...someRecords('b', 1)));
    const argv = ['ingest', '--lake', directory(), '--cloudtrail', path, '--wait', '1'];
    const { code, err } = await withLake(directory(), () => run(argv), { mode: 'read', create: false });
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`error: the lake .* is in use by process ${process.pid}; wait for it`));
  });

  test('two readers do not wait for each other', async () => {
    const { code, out } = await withLake(directory(), () => run(query(0)), { mode: 'read', create: false });
    expect([code, out.trim()]).toEqual([0, '{"n":3}']);
  });
});
