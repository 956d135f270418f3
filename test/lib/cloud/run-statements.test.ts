/** Every statement of a run reads only what is there, and keeps to what Athena takes; that Trino can read it: test/heavy. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { listLake, planSteps, touchedStep } from '../../../lib/cloud/run-plan.ts';
import type { RunEffects } from '../../../lib/cloud/run-ports.ts';
import { reportSelects } from '../../../lib/cloud/run-reports.ts';
import { createTableAs, literalSelect, tablesRead, withBindings } from '../../../lib/cloud/run-sql.ts';
import { chunkBindings, INLINED } from '../../../lib/cloud/run-stages.ts';
import { FINDING_STAGES, policyTables } from '../../../lib/correlate/policy-tables.ts';
import { configuredTables, EVENT_STAGES, stageTable } from '../../../lib/correlate/stages.ts';
import { packageRoot } from '../../../lib/local/package-root.ts';
import { readSqlFile } from '../../../lib/local/sql-files.ts';
import { stageTables } from '../../../schemas/stage-tables.ts';
import { allTables, folderTables } from '../../../schemas/tables.ts';
import { chunk, context, findingSteps, judgedTables, recordSteps, STEPS, sessionTables, stages, state, textOf } from './run-steps.ts';

describe('the statements of a run', () => {
  const FINDING_STEPS = [
    ...findingSteps(['2026-03-02']).map((step) => ['findings of a day', step] as const),
    ...findingSteps([]).map((step) => ['findings of nothing', step] as const),
    ...recordSteps().map((step) => ['record', step] as const),
  ];

  test.each([...STEPS, ...FINDING_STEPS].map(([phase, step]) => [phase, step.id, step] as const))(
    '%s %s reads nothing that is not there',
    (_phase, _id, step) => {
      const text = textOf(step);
      const ctes = [...text.matchAll(/\b([a-z_]+)\s+AS\s*\(/gi)].map((match) => String(match[1]).toLowerCase());
      const tables = [...allTables, ...stageTables].map((table) => table.name);
      expect(tablesRead(text).filter((name) => ![...ctes, ...tables, 'w_table'].includes(name) && name !== 'unnest')).toEqual([]);
    },
  );

  test('read a table of folders on its days alone: else Athena looks for every day that it projects', () => {
    const folders = new Set(folderTables.map(({ name }) => name as string));
    const texts = [...STEPS.map(([, step]) => textOf(step)), ...findingSteps(['2026-03-02']).map(textOf)];
    for (const text of texts) {
      const unbounded = [...text.matchAll(/SELECT \* FROM "db"\."(\w+)"(?! WHERE (?:dt BETWEEN '|dt IN \(|false))/g)];
      expect(unbounded.map(([, name]) => name).filter((name) => folders.has(String(name)))).toEqual([]);
      // by its bare name, where nothing stands for it
      const ctes = new Set([...text.matchAll(/\b([a-z_]+)\s+AS\s*\(/gi)].map((match) => match[1]));
      expect(tablesRead(text).filter((name) => folders.has(name) && !ctes.has(name))).toEqual([]);
    }
  });

  test('know the days of every table of folders', async () => {
    const effects = { readWatermark: async () => null, listDays: async () => ['2015-12-31', '2026-03-01', '2026-03-02'] };
    const { spans } = await listLake(state, '2016-01-01', effects as unknown as RunEffects);
    expect(spans).toEqual(Object.fromEntries(folderTables.map(({ name }) => [name, ['2026-03-01', '2026-03-02']])));
  });

  test('have in them what one stage alone reads, and no rule', () => {
    const readers = (list: readonly string[], table: string) =>
      list.filter((stage) => tablesRead(readSqlFile(`correlate/${stage}.sql`)).includes(table));
    const rules = readdirSync(join(packageRoot(), 'sql/findings')).map((file) => tablesRead(readSqlFile(`findings/${file}`)));
    for (const table of INLINED) {
      for (const list of [[...EVENT_STAGES, 'attributions'], FINDING_STAGES])
        expect({ table, readers: readers(list, table).length }).toEqual({ table, readers: list.map(stageTable).includes(table) ? 1 : 0 });
      expect(rules.filter((read) => read.includes(table))).toEqual([]);
    }
  });

  test('wait for what they read', () => {
    const waits = (id: string) => STEPS.find(([, step]) => step.id === id)?.[1].after;
    expect(waits('stated_sessions')).toEqual([]);
    expect(waits('report_issues')).toEqual(['covering_sessions']);
    expect(waits('resolved_sessions')).toEqual(['stated_sessions', 'report_issues', 'sweeps', 'counting_sessions']);
    expect(waits('books')?.toSorted()).toEqual(['counting_sessions', 'report_issues', 'resolved_sessions', 'stated_sessions']);
    expect(waits('unique_events')).toEqual(['repeated_events']);
    expect(waits('presences')).toEqual(['session_places', 'arrivals']);
    expect(waits('counts')).toEqual(['delta']);
  });

  test('stand in an order in which each can be started after those before it', () => {
    const judged = STEPS.filter(([phase]) => phase === 'judge').map(([, step]) => step);
    for (const [at, step] of judged.entries()) {
      const before = new Set(judged.slice(0, at).map(({ id }) => id));
      expect(step.after.filter((id) => !before.has(id))).toEqual([]);
    }
  });

  test('look at published rows only on the days that are looked at', () => {
    const text = findingSteps(['2026-03-02']).map(textOf).join();
    expect(text).toMatch(/finding_attributions AS \(\s*SELECT \* FROM "db"\."attributions" WHERE dt IN \('2026-03-02'\)/);
    // absence is asked of all of them
    expect(text).toMatch(/FROM attributions a\s+WHERE a\.fleet_side/);
  });

  test('of ten years of days are no longer than Athena takes', () => {
    const days = Array.from({ length: 3650 }, (_, at) => new Date(Date.UTC(2016, 0, 1 + at)).toISOString().slice(0, 10));
    const long = findingSteps(days).map(textOf);
    const { listing } = state;
    if (listing === undefined) throw new Error('the fixture has a listing');
    const touched = touchedStep({ ...state, listing: { ...listing, days, newInputDays: days.slice(0, 30) } }, context).sql('');
    for (const text of [...long, touched]) expect(Buffer.byteLength(text)).toBeLessThan(262_144);
  });

  test('are as many as docs/cost.md says, for a day and for nothing', () => {
    // columns of the answers, publishing (changes, rows, counts), new findings, the run, reports; what drops tables reads nothing
    const always = 1 + 1 + recordSteps().length + reportSelects('db', 'run').length;
    const day = always + STEPS.length + 3 + findingSteps(['2026-03-02']).length;
    const shared = STEPS.filter(([phase]) => phase === 'sessions').length;
    const nothing = always + planSteps(state, context).length + shared + findingSteps([]).length;
    const page = readFileSync(join(packageRoot(), 'docs/cost.md'), 'utf8');
    expect([...page.matchAll(/\b(\d+) statements/g)].map(([, count]) => Number(count))).toEqual([day, day, nothing]);
  });

  test('that are longer than Athena takes are refused here', () => {
    expect(() => createTableAs('db', 'w', `SELECT '${'x'.repeat(262_144)}' AS a`)).toThrow(/longer than the 262144 that Athena takes/);
  });
});

describe('names', () => {
  test('of the SQL files own CTEs hide none that a run binds', () => {
    const always = [...allTables, ...configuredTables(context.configuration), ...policyTables(context.configuration)].map(
      ({ name }) => name,
    );
    const bound: Record<string, ReadonlySet<string>> = {
      correlate: new Set([...always, ...chunkBindings(stages, chunk, judgedTables).keys(), 'new_marks', 'known_days']),
      // the rules come after the last chunk: they read what was made for the whole run
      findings: new Set([...always, ...sessionTables.keys(), ...FINDING_STAGES.map(stageTable), 'finding_days']),
    };
    for (const folder of ['correlate', 'findings']) {
      for (const file of readdirSync(join(packageRoot(), 'sql', folder))) {
        const sql = readSqlFile(`${folder}/${file}`);
        const ctes = [...sql.matchAll(/(?:\bWITH|,)\s+([a-z_]+)\s+AS\s*\(/gi)].map((match) => String(match[1]));
        expect({ file, hidden: ctes.filter((name) => bound[folder]?.has(name)) }).toEqual({ file, hidden: [] });
      }
    }
  });

  test('are read from FROM and JOIN alone', () => {
    expect(
      tablesRead("SELECT a.calls, 'from x' FROM events e -- from y\nLEFT JOIN sessions s ON true CROSS JOIN UNNEST(a) AS t(b)"),
    ).toEqual(['events', 'sessions']);
  });

  test('are bound once, those that others read before them', () => {
    const text = withBindings(
      'SELECT * FROM a JOIN b ON true',
      new Map([
        ['a', 'SELECT * FROM b'],
        ['b', 'SELECT 1 AS x'],
        ['c', 'SELECT 2 AS y'],
      ]),
    );
    expect(text).toBe(
      'WITH b AS (\nSELECT 1 AS x\n), a AS (\nSELECT * FROM b\n)\nSELECT * FROM (\nSELECT * FROM a JOIN b ON true\n) AS answer',
    );
  });

  test('that read each other in a circle are refused', () => {
    expect(() =>
      withBindings(
        'SELECT * FROM a',
        new Map([
          ['a', 'SELECT * FROM b'],
          ['b', 'SELECT * FROM a'],
        ]),
      ),
    ).toThrow(/in a circle/);
  });

  test('of configuration keep quotes, nulls and the type of an empty table', () => {
    const columns = [
      ['role', 'text'],
      ['number', 'bigint'],
    ] as const;
    expect(
      literalSelect({
        name: 'r',
        columns,
        rows: [
          ["o'neil", 1],
          [null, 2],
        ],
      }),
    ).toBe("SELECT * FROM (VALUES (CAST('o''neil' AS varchar), CAST(1 AS bigint)), (NULL, 2)) AS literal(role, number)");
    expect(literalSelect({ name: 'r', columns, rows: [] })).toBe(
      'SELECT CAST(NULL AS varchar) AS role, CAST(NULL AS bigint) AS number WHERE false',
    );
  });
});
