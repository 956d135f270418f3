/** A question: what it may reach, and how its process ends. What it holds in memory and how it is stopped: `test/heavy`. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { services } from '../../cli/services.ts';
import { ingestInto, logText, removeFolder, someRecords, temporaryFolder, withLake, writeInput } from '../helpers/input-files.ts';
import { ensureBuilt, PROGRAM, run } from './build.ts';
import { cli } from './fake-io.ts';

const folder = temporaryFolder('query-process');
/** What a shell, a pattern and SQL would take for something else. */
const lake = join(folder, "o'dd [lake] * ü#%20,{a}");

beforeAll(async () => {
  ensureBuilt();
  const path = writeInput(folder, 'logs/a.json', logText(...someRecords('a', 3)));
  await withLake(lake, (opened) => ingestInto(opened, { cloudtrail: [path] }));
  writeFileSync(join(folder, 'secret.csv'), 'a\nb\n');
}, 120_000);
afterAll(() => removeFolder(folder));

const ask = (sql: string, ...argv: string[]) => run(['query', '--lake', lake, '--sql', sql, ...argv]);

describe('a question', () => {
  test('reads a lake in a folder with an odd name, also one that is named from where the process is', async () => {
    expect(await ask('SELECT count(*) AS n FROM events')).toEqual({ code: 0, out: '{"n":3}\n', err: '' });
    mkdirSync(join(lake, 'below'));
    const relative = await run(['query', '--lake', '..', '--sql', 'SELECT count(*) AS n FROM events'], { cwd: join(lake, 'below') });
    expect(relative).toEqual({ code: 0, out: '{"n":3}\n', err: '' });
  });

  test.each([
    ["SELECT * FROM read_csv('SECRET')", 'a question reads the lake and nothing else'],
    ["SELECT * FROM 'SECRET'", 'a question reads the lake and nothing else'],
    ["SELECT * FROM glob('/etc/*')", 'a question reads the lake and nothing else'],
    ["SELECT content FROM read_text('LAKE/../secret.csv')", 'a question reads the lake and nothing else'],
    ["COPY events TO 'SECRET.copy'", 'a question reads the lake and nothing else'],
    ["COPY events TO 'LAKE/copy.csv'", 'is not one SELECT statement'],
    ["ATTACH 'SECRET.duckdb'", 'is not one SELECT statement'],
    ['SET enable_external_access = true', 'is not one SELECT statement'],
    ['SELECT 1; SELECT 2', 'is not one SELECT statement'],
    ['SELEC 1', 'wrong: Parser Error: syntax error at or near "SELEC"'],
    ['SELECT nothing FROM events', 'wrong: Binder Error: Referenced column "nothing" not found'],
    ['SELECT * FROM nowhere', 'wrong: Catalog Error: Table with name nowhere does not exist'],
    ['SELECT CAST(event_id AS INTEGER) FROM events', 'wrong: Conversion Error'],
    ['', '--sql holds no SQL'],
  ])('that cannot be asked ends with 2: %s', async (sql, reason) => {
    const text = sql.replace('SECRET', join(folder, 'secret.csv').replaceAll("'", "''")).replace('LAKE', lake.replaceAll("'", "''"));
    const { code, out, err } = await cli(['query', '--lake', lake, '--sql', text], { services });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(reason);
  });

  test('that cannot be asked ends its process with 2', async () => {
    const { code, out, err } = await ask('SELEC 1');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('syntax error at or near "SELEC"');
  });

  test('ends with 1 and one line when the disk behind its output is full', () => {
    const argv = [PROGRAM, 'query', '--lake', lake, '--sql', 'SELECT event_id FROM events'];
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', stdio: ['ignore', full, 'pipe'] });
    closeSync(full);
    expect([status, stderr]).toEqual([1, 'error: standard output cannot be written (ENOSPC); make room, or write elsewhere\n']);
  });

  test('writes what is nested as JSON', async () => {
    const { out } = await ask("SELECT {'t': TIMESTAMP '2026-03-02 10:00:00', 'm': MAP {'k': [1.5, NULL]}} AS v, 'NaN'::DOUBLE AS x");
    expect(JSON.parse(out)).toEqual({ v: { t: '2026-03-02T10:00:00Z', m: { k: [1.5, null] } }, x: 'NaN' });
  });

  test('that fails when half of it is written does not end with 0', async () => {
    const { code, out, err } = await ask(
      "SELECT CASE WHEN range = 399999 THEN error('told') ELSE repeat('a', 99) END AS v FROM range(400000)",
    );
    expect(code).toBe(1);
    expect(out).toMatch(/^\{"v":"a+"\}\n/);
    expect(err).toContain('told');
  }, 60_000);
});
