import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { count } from '../../lib/answer/number-text.ts';
import { widthOf } from '../../lib/answer/shortened-text.ts';
import { QueryError } from '../../lib/errors.ts';
import { cli, fakeLake, NO_ROWS, NOW, ROWS } from './fake-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'appstream-audit-query-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function query(
  argv: readonly string[],
  answer = ROWS,
  options: { tty?: boolean; columns?: number; env?: Record<string, string> } = {},
) {
  const lake = fakeLake(answer);
  const ran = await cli(['query', '--lake', 'x', ...argv], { ...options, services: { openLake: lake.openLake } });
  return { ...ran, asked: lake.asked, opened: lake.opened };
}

describe('query', () => {
  test('without a name lists the questions, with no lake', async () => {
    const { code, out } = await cli(['query', '--output', 'json']);
    expect(code).toBe(0);
    const questions = JSON.parse(out) as { name: string; question: string; parameters: string }[];
    expect(questions.find((each) => each.name === 'object-history')).toMatchObject({ parameters: 'bucket key [from] [to]' });
  });

  test('describes a question with its parameters and its SQL', async () => {
    const { code, out, err } = await cli(['query', 'user-day', '--describe']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/day +date +the UTC day \(must be given\)/);
    expect(out).toContain('FROM attributions');
  });

  test('asks with the values given and the defaults', async () => {
    const { asked, code } = await query(['object-history', '--param', 'bucket=b', '--param', 'key=a=b.txt', '--param', 'from=-7d']);
    expect(code).toBe(0);
    expect(asked[0]?.values).toEqual({ bucket: 'b', key: 'a=b.txt', from: '2026-03-03', to: '9999-12-31' });
  });

  test.each([
    [['object-history', '--param', 'key=k'], 'object-history needs bucket (bucket name)'],
    [['object-history', '--param', 'bucket=b', '--param', 'key=k', '--param', 'kee=k'], 'no parameter kee; did you mean key?'],
    [
      ['deletes', '--param', 'from=2026-03-03', '--param', 'to=2026-03-01'],
      'the window of deletes is empty: from 2026-03-03 is after to 2026-03-01',
    ],
    [['findings-open', '--param', 'severity=hgh'], 'severity "hgh" is none of low, medium, high, critical; did you mean high?'],
    [['object-histroy'], 'there is no question object-histroy; did you mean object-history?'],
    [['deletes', '--sql', 'SELECT 1'], 'give one of a name, --sql and --file'],
    [['--file', '/nowhere/q.sql'], 'the SQL file /nowhere/q.sql cannot be read'],
    [['deletes', '--param', 'bucket'], '--param "bucket" is not NAME=VALUE'],
    [['--sql', ''], '--sql holds no SQL; give one SELECT, or the name of a question'],
    [['--sql', ' ;\n; '], '--sql holds no SQL'],
    [['--sql', '-- SELECT 1\n/* SELECT\n2 */'], '--sql holds no SQL'],
    [['--file', '/dev/null'], 'null holds no SQL'],
  ])('refuses %j with 2 before the lake is opened', async (argv, reason) => {
    const { code, out, err, opened } = await query(argv);
    expect([code, out, opened.length]).toEqual([2, '', 0]);
    expect(err).toContain(reason);
    expect(err).toContain('usage: appstream-audit query');
  });

  test('runs SQL from the flag and from a file, with typed parameters where the text declares them', async () => {
    const flag = await query(['--sql', 'SELECT :a', '--param', 'a=1']);
    expect(flag.asked).toEqual([{ sql: 'SELECT :a', values: { a: '1' } }]);
    const file = join(folder, 'q.sql');
    writeFileSync(file, '-- param t time: from\nSELECT :t');
    const read = await query(['--file', file, '--param', 't=-1d']);
    expect(read.asked[0]?.values).toEqual({ t: NOW - 86_400_000 });
  });

  test('takes a file with a byte order mark, and comments around the statement', async () => {
    const file = join(folder, 'bom.sql');
    writeFileSync(file, '\ufeff-- what\nSELECT 1 -- one\n');
    expect((await query(['--file', file])).asked[0]?.sql).toBe('-- what\nSELECT 1 -- one\n');
  });

  test('takes what the engine calls a mistake in own SQL for wrong usage, and in a ready question for a failure', async () => {
    const failing = (message: string) => ({
      openLake: fakeLake(() => {
        throw new QueryError(message);
      }).openLake,
    });
    const ask = (argv: string[], message: string) => cli(['query', '--lake', 'x', ...argv], { services: failing(message) });
    const own = await ask(['--sql', 'SELECT x'], 'Binder Error: column "x" is unknown');
    expect([own.code, own.out]).toEqual([2, '']);
    expect(own.err).toContain('error: the SQL of --sql is wrong: Binder Error: column "x" is unknown\nusage: ');
    const outside = await ask(['--sql', 'SELECT x'], 'Permission Error: Cannot access file "/etc/passwd"');
    expect(outside.err).toContain('; a question reads the lake and nothing else');
    expect((await ask(['deletes'], 'Binder Error: column "x" is unknown')).code).toBe(1);
    expect((await ask(['--sql', 'SELECT x'], 'IO Error: cannot read the file')).code).toBe(1);
  });

  test('writes a table on a terminal and NDJSON in a pipe', async () => {
    expect((await query(['deletes'], ROWS, { tty: true, env: { NO_COLOR: '1' } })).out).toBe('user_id  n\nada      3\n=grace   1\n');
    expect((await query(['deletes'])).out).toBe('{"user_id":"ada","n":3}\n{"user_id":"=grace","n":1}\n');
  });

  test('colours the heading on a terminal only, and not with NO_COLOR or --no-color', async () => {
    expect((await query(['deletes'], ROWS, { tty: true })).out).toContain('\u001b[1m');
    expect((await query(['deletes', '--no-color'], ROWS, { tty: true })).out).not.toContain('\u001b');
    expect((await query(['deletes', '--output', 'table'])).out).not.toContain('\u001b');
  });

  test('neutralises formulas in CSV', async () => {
    expect((await query(['deletes', '--output', 'csv'])).out).toBe("user_id,n\nada,3\n'=grace,1\n");
  });

  test('writes valid JSON when there is nothing', async () => {
    expect((await query(['deletes', '--output', 'json'], NO_ROWS)).out).toBe('[]\n');
  });

  test('gives the columns that are asked for, in their order, in any format', async () => {
    expect((await query(['deletes', '--columns', 'n, user_id'])).out).toBe('{"n":3,"user_id":"ada"}\n{"n":1,"user_id":"=grace"}\n');
    expect((await query(['deletes', '--columns', 'n', '--output', 'csv'])).out).toBe('n\n3\n1\n');
  });

  test.each([
    ['verdict', 'the answer has no column verdict; it has user_id, n'],
    ['usr_id', 'the answer has no column usr_id; did you mean user_id?'],
    ['n,', 'Column names separated by commas are wanted.'],
  ])('refuses --columns %s with 2', async (columns, reason) => {
    const { code, err } = await query(['deletes', '--columns', columns]);
    expect(code).toBe(2);
    expect(err).toContain(reason);
  });

  test('fits a table to the terminal, names what is not shown, and shows it with --wide or as blocks', async () => {
    const names = ['event_time', 'event_name', 'object_key', 'reason', 'event_id'];
    const columns = names.map((name) => ({ name, type: 'VARCHAR' }));
    const row = ['2026-03-02T02:58:03Z', 'PutObject', 'projects/vega/from-nowhere.bin', 'unknown_address', 'e'.repeat(36)];
    const answer = { columns, rows: [row] };
    const narrow = await query(['unattributed-writes'], answer, { tty: true, columns: 70 });
    for (const line of narrow.out.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(70);
    expect(narrow.err).toContain('1 row; not shown: event_id (--wide shows all columns)');
    expect((await query(['unattributed-writes', '--wide'], answer, { tty: true, columns: 70 })).out).toContain('e'.repeat(36));
    expect((await query(['unattributed-writes', '--blocks'], answer, { tty: true, columns: 70 })).out).toContain('  event_id    eeee');
  });

  test('says "no rows" on stderr for an empty table', async () => {
    const { err } = await query(['deletes', '--output', 'table'], NO_ROWS);
    expect(err).toBe('no rows\n');
  });

  test('shows fifty rows in a table and says of how many; --limit 0 shows all', async () => {
    const many = { columns: ROWS.columns, rows: Array.from({ length: 1001 }, (_, n) => ['u', n]) };
    const cut = await query(['deletes', '--output', 'table'], many);
    expect(cut.out.split('\n')).toHaveLength(52);
    expect(cut.err).toContain('50 of 1,001 rows (--limit 0 shows all rows)');
    expect((await query(['deletes', '--output', 'table', '--limit', '0'], many)).out.split('\n')).toHaveLength(1003);
    expect((await query(['deletes', '--output', 'ndjson'], many)).out.split('\n')).toHaveLength(1002);
    expect((await query(['deletes', '--limit', '1'])).out).toBe('{"user_id":"ada","n":3}\n');
  });

  test.each([
    [499, true],
    [500, true],
    [501, true],
    [1000, true],
    [1001, false],
    [1002, false],
  ])('with --limit %d of 1001 rows knows whether there are more: %s', async (limit, more) => {
    const many = { columns: ROWS.columns, rows: Array.from({ length: 1001 }, (_, n) => ['u', n]) };
    const { out, err } = await query(['deletes', '--output', 'csv', '--limit', String(limit)], many);
    expect(out.trimEnd().split('\n')).toHaveLength(Math.min(limit, 1001) + 1);
    expect(err).toBe(more ? `${count(limit)} of 1,001 rows (--limit 0 shows all rows)\n` : '');
  });
});

describe('who and whois', () => {
  const ask = async (argv: readonly string[], answer = ROWS) => {
    const lake = fakeLake(answer);
    return { ...(await cli([...argv, '--lake', 'x'], { services: { openLake: lake.openLake } })), asked: lake.asked };
  };

  test('ask for the touches of an object around a time', async () => {
    const { asked, code } = await ask(['who', 's3://data/a b/c.csv', '--at', '2026-03-02T10:00:00Z', '--within', '15m']);
    expect(code).toBe(0);
    expect(asked[0]?.values).toEqual({
      bucket: 'data',
      key: 'a b/c.csv',
      from: Date.UTC(2026, 2, 2, 9, 45),
      to: Date.UTC(2026, 2, 2, 10, 15),
    });
  });

  test('ask for the sessions on an address at a time', async () => {
    const { asked } = await ask(['whois', '10.0.1.25', '--at', '2026-03-02T10:00:00Z']);
    const at = Date.UTC(2026, 2, 2, 10);
    expect(asked[0]?.values).toEqual({ address: '10.0.1.25', from: at, to: at });
  });

  test('say that what they were asked for is nowhere in the lake', async () => {
    const { err, code } = await ask(['whois', '10.0.1.26', '--output', 'table'], NO_ROWS);
    expect(code).toBe(0);
    expect(err).toBe('no rows\nwarning: the address "10.0.1.26" is nowhere in this lake\n');
  });

  test.each([
    [['who', 'data/key'], '"data/key" is no object; write it as s3://bucket/key'],
    [['who', 's3://data/key', '--within', 'soon'], '--within "soon" is no span of time'],
    [['whois', '10.0.1.25', '--at', 'noon'], '--at "noon" is not a time'],
  ])('refuse %j with 2', async (argv, reason) => {
    const { code, err } = await ask(argv);
    expect(code).toBe(2);
    expect(err).toContain(reason);
  });
});
