/** A run changes nothing without cause, keeps what it changes, publishes all or nothing. */
import { existsSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { duckdbColumns } from '../../../lib/engine/ddl.ts';
import type { Lake } from '../../../lib/engine/lake.ts';
import { CountsError, InterruptedError } from '../../../lib/errors.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';
import { databaseTables, parquetTables } from '../../../schemas/tables.ts';
import { readCorrelated } from '../../helpers/lake-of-world.ts';
import { reportedSession, utc } from '../../helpers/rows.ts';
import { CLOSED, event, report, Scenario } from '../../helpers/scenario.ts';

/** Where findings matter, too: rules that find something here. Other runs ask none. */
const ASKED = { rules: ['unattributed-write', 'unnamed-write', 'missing-evidence'] };
const OPEN = utc('2026-03-02T12:00:00');

let scenario: Scenario;
let lake: Lake;

beforeEach(async () => {
  scenario = await Scenario.begin([]);
  lake = scenario.lake;
});
afterEach(() => scenario.end());

const openFresh = (name: string) => scenario.another(name);
const commit: Scenario['commit'] = (...rows) => scenario.commit(...rows);
const settle: Scenario['settle'] = (...options) => scenario.settle(...options);
const verdicts: Scenario['verdicts'] = (...of) => scenario.verdicts(...of);

async function changes(): Promise<unknown[][]> {
  const { rows } = await lake.query(
    'SELECT event_id, old_verdict, old_user_id, new_verdict, new_user_id, cause, old_run_id, run_id FROM attribution_changes ORDER BY event_id, run_id',
  );
  return rows.map((row) => [...row]);
}

const answers = async () => ({
  rows: (await lake.query('SELECT * FROM attributions ORDER BY event_id, event_time_ms')).rows,
  changes: (await lake.query('SELECT * FROM attribution_changes ORDER BY ALL')).rows,
  findings: (await lake.query('SELECT * FROM findings ORDER BY ALL')).rows,
});

/** A read and a write of alice on 2 March, a write of nobody on 3 March. */
const THREE = {
  events: [
    event(1, '10:30:00'),
    event(2, '10:40:00', { event_name: 'PutObject', action: 'write' }),
    event(3, '2026-03-03T10:30:00', { event_name: 'PutObject', action: 'write' }),
  ],
  sessions: [reportedSession()],
  inputs: [report()],
};

describe('a run without news', () => {
  beforeEach(() => commit(THREE));

  test('settles no day', async () => {
    const first = await settle(CLOSED, ASKED);
    const second = await settle(CLOSED, ASKED);
    expect([first.days, second.days]).toEqual([['2026-03-02', '2026-03-03'], []]);
    expect([second.run.in_scope, second.run.changes, second.newFindings]).toEqual([0, 0, []]);
  });

  test('changes no row, no run id, no file and no finding when it is asked for the same window', async () => {
    const first = await settle(CLOSED, ASKED);
    const before = await answers();
    const files = readdirSync(lake.path('attributions', 'dt=2026-03-02'));
    const again = await settle(CLOSED, { ...ASKED, from: '2026-03-01', to: '2026-03-31' });
    expect(again.days).toEqual(['2026-03-02', '2026-03-03']);
    expect(again.run.in_scope).toBe(3);
    expect(await answers()).toEqual(before);
    expect(before.rows.length).toBe(3);
    expect(readdirSync(lake.path('attributions', 'dt=2026-03-02'))).toEqual(files);
    expect((await lake.query('SELECT DISTINCT run_id FROM attributions')).rows).toEqual([[first.run.run_id]]);
  });

  test('answers have the columns and types of their definitions', async () => {
    await settle(CLOSED);
    for (const table of [...parquetTables, ...databaseTables]) {
      const { rows } = await lake.query(`SELECT column_name, column_type FROM (DESCRIBE ${table.name}) ORDER BY 1`);
      expect({ table: table.name, columns: rows }).toEqual({ table: table.name, columns: duckdbColumns(table).sort() });
    }
  });

  test('writes a row of its own to runs, so that one can see that it ran', async () => {
    await settle(CLOSED);
    await settle(CLOSED);
    expect(await lake.database.count("SELECT count(*) FROM runs WHERE status = 'published'")).toBe(2);
  });
});

describe('an empty lake', () => {
  test('is correlated to nothing', async () => {
    const { run, days } = await settle(CLOSED);
    expect([run.days, run.from_dt, run.in_scope, days]).toEqual([0, null, 0, []]);
  });
});

describe('a verdict that changes', () => {
  test('late evidence names whom it waited for, and the change keeps old, new and cause', async () => {
    await commit({ events: [event(1, '10:30:00')] });
    const before = await settle(OPEN);
    expect(await verdicts()).toEqual([['e-1', 'pending', 'awaiting_report', null, false]]);
    await commit({ sessions: [reportedSession()], inputs: [report()] });
    const after = await settle(OPEN);
    expect(await verdicts()).toEqual([['e-1', 'attributed', 'in_session', 'alice', false]]);
    expect(await changes()).toEqual([['e-1', 'pending', null, 'attributed', 'alice', 'new_evidence', before.run.run_id, after.run.run_id]]);
    expect(after.run.changes).toBe(1);
  });

  test('time that passes closes the evidence and is the cause', async () => {
    await commit({ events: [event(1, '10:30:00', { source_address: '10.0.1.77' })], sessions: [reportedSession()], inputs: [report()] });
    await settle(OPEN);
    const later = await settle(CLOSED);
    expect(await verdicts()).toEqual([['e-1', 'unattributed', 'unknown_address', null, true]]);
    expect((await changes()).map((row) => row.slice(1, 6))).toEqual([['pending', null, 'unattributed', null, 'time_passed']]);
    expect(later.days).toEqual(['2026-03-02']);
  });

  test('a changed configuration is the cause, on every day', async () => {
    await commit(THREE);
    await settle(CLOSED);
    const configuration = configurationSchema.parse({ scope: { fleetCidrs: ['192.0.2.0/24'] } });
    const { days } = await settle(CLOSED, { configuration });
    expect(days).toEqual(['2026-03-02', '2026-03-03']);
    expect(await settle(CLOSED, { configuration })).toMatchObject({ days: [] });
    const { rows } = await lake.query('SELECT DISTINCT cause FROM attribution_changes');
    expect(rows.length === 0 || String(rows[0]?.[0]) === 'configuration').toBe(true);
  });

  test('a longer grace names who had gone, with the configuration as the cause', async () => {
    await commit({ events: [event(1, '11:08:00')], sessions: [reportedSession()], inputs: [report()] });
    await settle(CLOSED);
    await settle(CLOSED, { configuration: configurationSchema.parse({ window: { graceSeconds: 600 } }) });
    expect((await changes()).map((row) => row.slice(1, 6))).toEqual([['unattributed', null, 'attributed', 'alice', 'configuration']]);
  });

  test('a report issued again that drops a session makes the name one that is not final', async () => {
    await commit({ events: [event(1, '10:30:00')], sessions: [reportedSession()], inputs: [report()] });
    await settle(CLOSED);
    const second = { source_modified_ms: report().modified_ms + 1000, source_file: '/in/second/daily-session-report-2026-03-02.csv' };
    const other = reportedSession({ session_id: 's-2', user_id: 'bob', private_addresses: ['10.0.1.99'], ...second });
    await commit({
      sessions: [other],
      inputs: [report('2026-03-02', { location: second.source_file, modified_ms: second.source_modified_ms })],
    });
    await settle(CLOSED);
    expect((await changes()).map((row) => row.slice(1, 6))).toEqual([['attributed', 'alice', 'attributed', 'alice', 'new_evidence']]);
    expect(await verdicts()).toEqual([['e-1', 'attributed', 'in_session', 'alice', false]]);
  });

  test('an event that leaves the scope is a change to no verdict, and its row is gone', async () => {
    await commit(THREE);
    await commit({
      events: [event(9, '2026-03-02T23:00:00', { bucket: 'logs', source_address: '198.51.100.7', principal_role: 'Admin' })],
    });
    await settle(CLOSED);
    expect(await verdicts()).toHaveLength(4);
    await settle(CLOSED, { configuration: configurationSchema.parse({ scope: { excludeBuckets: ['logs'] } }) });
    expect((await verdicts()).map((row) => row[0])).toEqual(['e-1', 'e-2', 'e-3']);
    expect((await changes()).map((row) => [row[0], row[1], row[3], row[5]])).toEqual([['e-9', 'not_joinable', null, 'left_scope']]);
  });

  test('a day whose every event leaves the scope has no file of attributions any more', async () => {
    await commit({ events: [event(9, '23:00:00', { bucket: 'logs', source_address: '198.51.100.7', principal_role: 'Admin' })] });
    await settle(CLOSED);
    await settle(CLOSED, { configuration: configurationSchema.parse({ scope: { excludeBuckets: ['logs'] } }) });
    expect(await verdicts()).toEqual([]);
    expect(await lake.database.count("SELECT count(*) FROM files WHERE table_name = 'attributions'")).toBe(0);
  });

  test('a correction that comes later takes the place of the event it names', async () => {
    await commit({ events: [event(1, '10:30:00')], sessions: [reportedSession()], inputs: [report()] });
    await settle(CLOSED);
    await commit({ events: [event(2, '10:30:00', { corrects_event_id: 'e-1', source_address: '10.0.1.77' })] });
    const { run } = await settle(CLOSED);
    expect([run.superseded, run.in_scope]).toEqual([1, 1]);
    expect((await verdicts()).map((row) => row[0])).toEqual(['e-2']);
    expect((await changes()).map((row) => [row[0], row[3], row[5]])).toEqual([['e-1', null, 'left_scope']]);
  });
});

describe('the window of a run', () => {
  beforeEach(() => commit(THREE));

  test('settles its days and leaves the others to be settled', async () => {
    const { days } = await settle(CLOSED, { from: '2026-03-03', to: '2026-03-03' });
    expect(days).toEqual(['2026-03-03']);
    expect((await verdicts()).map((row) => row[0])).toEqual(['e-3']);
    expect((await lake.query('SELECT dt, dirty FROM days ORDER BY dt')).rows).toEqual([
      ['2026-03-02', true],
      ['2026-03-03', false],
    ]);
    expect((await settle(CLOSED)).days).toEqual(['2026-03-02']);
  });

  test('a run split by days gives the rows of one run', async () => {
    const whole = await openFresh('whole');
    try {
      await commit(THREE, whole);
      await settle(CLOSED, {}, whole);
      await settle(CLOSED, { from: '2026-03-03', to: '2026-03-03' });
      await settle(CLOSED, { from: '2026-03-02', to: '2026-03-02' });
      expect((await readCorrelated(lake)).rows).toEqual((await readCorrelated(whole)).rows);
    } finally {
      await whole.close();
    }
  });
});

describe('inputs that arrive apart', () => {
  const parts = [
    { events: [event(1, '10:30:00', { access_key_id: 'AK1' }), event(4, '11:02:00')] },
    {
      events: [event(2, '10:45:00', { access_key_id: 'AK1', source_address: '10.0.9.9' }), event(1, '10:30:00', { access_key_id: 'AK1' })],
    },
    { sessions: [reportedSession()], inputs: [report()] },
    {
      sessions: [
        reportedSession({
          session_id: 's-2',
          user_id: 'bob',
          session_start_ms: utc('11:01:00'),
          session_end_ms: utc('2026-03-03T09:00:00'),
        }),
      ],
      inputs: [report('2026-03-03')],
    },
  ];

  async function through(name: string, order: readonly number[], settleBetween: boolean) {
    const one = await openFresh(name);
    try {
      for (const at of order) {
        await commit(parts[at] ?? {}, one);
        if (settleBetween) await settle(CLOSED, {}, one);
      }
      if (!settleBetween) await settle(CLOSED, {}, one);
      return (await readCorrelated(one)).rows;
    } finally {
      await one.close();
    }
  }

  test('give the same rows as all at once, in any order, settled between or not', async () => {
    const together = await openFresh('together');
    let expected: unknown;
    try {
      await commit(
        {
          events: parts.flatMap((part) => part.events ?? []),
          sessions: parts.flatMap((part) => part.sessions ?? []),
          inputs: parts.flatMap((part) => part.inputs ?? []),
        },
        together,
      );
      await settle(CLOSED, {}, together);
      expected = (await readCorrelated(together)).rows;
      expect((await verdicts(together)).map((row) => row.slice(0, 4))).toEqual([
        ['e-1', 'attributed', 'in_session', 'alice'],
        ['e-2', 'unattributed', 'unknown_address', null],
        ['e-4', 'attributed', 'in_session', 'bob'],
      ]);
    } finally {
      await together.close();
    }
    expect(await through('mixed', [1, 3, 0, 2], false)).toEqual(expected);
    expect(await through('forward-settled', [0, 1, 2, 3], true)).toEqual(expected);
    expect(await through('backward-settled', [3, 2, 1, 0], true)).toEqual(expected);
  });
});

describe('a run that fails', () => {
  beforeEach(() => commit(THREE));

  const leftovers = () =>
    existsSync(lake.path('attributions'))
      ? readdirSync(lake.path('attributions'), { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.parquet'))
      : [];

  test('publishes nothing when counts do not add up, names them, and leaves the last answer readable', async () => {
    await settle(CLOSED, ASKED);
    const before = await answers();
    const files = leftovers();
    await lake.database.run("UPDATE files SET row_count = row_count + 1 WHERE table_name = 'events' AND dt = '2026-03-02'");
    const failing = settle(CLOSED, { ...ASKED, configuration: configurationSchema.parse({ window: { graceSeconds: 1 } }) });
    await expect(failing).rejects.toThrow(CountsError);
    await expect(failing).rejects.toThrow(
      /counts of 2026-03-02 do not add up: rows of the listed files = kept, but 3 is not 2; nothing was published/,
    );
    expect(await answers()).toEqual(before);
    expect(await lake.database.count('SELECT count(*) FROM runs')).toBe(1);
    expect(leftovers()).toEqual(files);
  });

  const stages = async (): Promise<string[]> => {
    const seen: string[] = [];
    const other = await openFresh('stages');
    try {
      await commit(THREE, other);
      await settle(CLOSED, { ...ASKED, onStage: (name) => seen.push(name) }, other);
      return seen;
    } finally {
      await other.close();
    }
  };

  test('publishes nothing and leaves nothing behind when it is interrupted, at whatever stage; the next run completes the work', async () => {
    const all = await stages();
    expect(all).toEqual(expect.arrayContaining(['verdicts', 'publish', 'findings']));
    for (const at of [all[0], 'verdicts', 'publish', 'findings']) {
      const controller = new AbortController();
      const stopped = settle(CLOSED, { ...ASKED, signal: controller.signal, onStage: (name) => name === at && controller.abort() });
      await expect(stopped).rejects.toThrow(InterruptedError);
      expect(await verdicts()).toEqual([]);
      expect(await lake.database.count('SELECT count(*) FROM runs')).toBe(0);
      expect(leftovers()).toEqual([]);
    }
    // in the middle of a statement, which then fails in words of the engine
    for (const delay of [5, 40, 120, 200]) {
      const controller = new AbortController();
      const stopped = settle(CLOSED, {
        ...ASKED,
        signal: controller.signal,
        onStage: (n) => n === all[0] && setTimeout(() => controller.abort(), delay),
      });
      await expect(stopped).rejects.toThrow(InterruptedError);
      expect([await verdicts(), leftovers()]).toEqual([[], []]);
    }
    expect((await settle(CLOSED, ASKED)).run.in_scope).toBe(3);
  });
});
