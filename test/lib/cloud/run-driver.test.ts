/** Whatever happens to a run, it is published once and whole, or not at all. The engine here only counts and answers. */
import { describe, expect, test } from '@jest/globals';
import { isPassing } from '../../../lib/cloud/run-driver.ts';
import type { RunEffects, StatementStatus } from '../../../lib/cloud/run-ports.ts';
import type { RunRequest, RunState, Watermark } from '../../../lib/cloud/run-state.ts';
import { type StateStore, type StepAnswer, takeStep } from '../../../lib/cloud/run-step.ts';
import { SESSION_BOOKS } from '../../../lib/correlate/run-totals.ts';
import { NOW, testContext } from './run-fixture.ts';

const OPTIONS = { staleMs: 1_800_000, budgetMs: 150 };
const DAY_COUNTS = [
  'duplicates',
  'conflicting_copies',
  'superseded',
  'account_copies',
  'out_of_scope',
  'ambiguous',
  'pending',
  'unattributed',
  'not_joinable',
  'not_final',
];

class Killed extends Error {}

/** A world with one day of four events, of which the answers are known. */
class World implements RunEffects, StateStore {
  clock = NOW;
  /** Executions by token: the same token is the same execution. */
  readonly executions = new Map<string, { id: string; sql: string }>();
  readonly metrics: [string, number][] = [];
  stored: { text: string; tag: string } | null = null;
  watermark: Watermark | null = null;
  /** Whether the last run settled its day for good. */
  settled = false;
  /** Calls left until the process is killed. */
  lives = Number.POSITIVE_INFINITY;
  calls = 0;
  keptRows = 4;
  /** Report rows read: one is a session. */
  reportRows = 1;
  /** What a statement comes to; by default it succeeds. */
  fate: (sql: string, execution: number) => StatementStatus | 'refused' = () => ({ state: 'succeeded', scannedBytes: 10 });
  private chances = 0;

  private call(): void {
    this.calls++;
    if (--this.lives < 0) throw new Killed();
  }

  nowMs(): number {
    this.clock += 10;
    return this.clock;
  }
  chance(): string {
    return String(++this.chances).padStart(8, '0');
  }
  async start(sql: string, token: string) {
    this.call();
    if (this.fate(sql, -1) === 'refused') return { refusal: 'later' as const, reason: 'TooManyRequestsException' };
    const known = this.executions.get(token) ?? { id: `e${this.executions.size}`, sql };
    this.executions.set(token, known);
    // killed after the engine took it: nobody wrote down that it did
    this.call();
    return { executionId: known.id };
  }
  async check(ids: readonly string[]) {
    this.call();
    return new Map(
      ids.map((id): [string, StatementStatus] => {
        const found = [...this.executions.values()].find((each) => each.id === id);
        const fate = this.fate(found?.sql ?? '', Number(id.slice(1)));
        return [id, fate === 'refused' ? { state: 'running', scannedBytes: 0 } : fate];
      }),
    );
  }
  async rows(id: string) {
    this.call();
    const sql = [...this.executions.values()].find((each) => each.id === id)?.sql ?? '';
    if (/AS start_ms/.test(sql)) return [{ start_ms: '1772409600000', first_ms: '1772410000000', last_ms: '1772420000000' }];
    if (this.settled && /FROM "db"."day_counts"/.test(sql)) {
      const hashes = { configuration_hash: 'configuration', rules_version: 'rules' };
      return [{ dt: '2026-03-02', as_of_ms: String(NOW), not_final: '0', pending: '0', ...hashes }];
    }
    if (/AS session_rows,/.test(sql)) {
      const none = Object.fromEntries(SESSION_BOOKS.map((name) => [name, '0']));
      return [{ ...none, sessions: '1', session_rows: String(this.reportRows) }];
    }
    if (/AS events_kept/.test(sql)) {
      const zero = Object.fromEntries(DAY_COUNTS.map((name) => [name, '0']));
      const four = Object.fromEntries(
        ['events_kept', 'in_scope', 'attributed', 'answered', 'merged', 'differing'].map((name) => [name, '4']),
      );
      return [{ dt: '2026-03-02', ...zero, ...four, changes: '1' }];
    }
    if (/count\(\*\) AS n FROM "db"."findings"/.test(sql)) return [{ n: '2' }];
    return [];
  }
  async listDays(table: string) {
    this.call();
    return table === 'events' ? ['2026-03-02'] : [];
  }
  async countEvents() {
    this.call();
    return new Map([['2026-03-02', 4]]);
  }
  async listEventFiles(dts: readonly string[]) {
    this.call();
    return dts.includes('2026-03-02') ? [{ location: 's3://lake/events/a', dt: '2026-03-02', rows: this.keptRows }] : [];
  }
  async listNewInputs() {
    this.call();
    return [];
  }
  async putRunFiles() {
    this.call();
  }
  async putRunInputs() {
    this.call();
  }
  async readWatermark() {
    this.call();
    return this.watermark;
  }
  async writeWatermark(watermark: Watermark) {
    this.call();
    this.watermark = watermark;
  }
  metric(name: string, value: number): void {
    this.metrics.push([name, value]);
  }
  log(): void {}

  async load() {
    return this.stored === null ? null : { state: JSON.parse(this.stored.text) as RunState, tag: this.stored.tag };
  }
  async save(state: RunState, tag: string | null) {
    if ((this.stored?.tag ?? null) !== tag) return null;
    this.call();
    this.stored = { text: JSON.stringify(state), tag: String(Number(tag ?? '0') + 1) };
    return this.stored.tag;
  }

  /** Texts that ran, without the names of their run. */
  ran(): string[] {
    return [...this.executions.values()].map(({ sql }) => sql);
  }
  state(): RunState {
    return JSON.parse(this.stored?.text ?? 'null') as RunState;
  }
}

async function step(world: World, request: RunRequest): Promise<StepAnswer> {
  return takeStep(request, testContext(), world, world, OPTIONS);
}

/** Steps until the end, at most so many; whoever is killed is started anew. */
async function untilEnd(world: World, request: RunRequest = { requestId: 'mine' }): Promise<StepAnswer> {
  for (let calls = 0; calls < 400; calls++) {
    try {
      const answer = await step(world, request);
      if (answer.status !== 'running') return answer;
      world.clock += answer.waitSeconds * 1000;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      world.lives = Number.POSITIVE_INFINITY;
    }
  }
  throw new Error('the run does not end');
}

const writes = (world: World) => world.ran().filter((sql) => sql.startsWith('MERGE'));
const targetOf = (sql: string) => /MERGE INTO "db"\."(\w+)"/.exec(sql)?.[1];

describe('a run', () => {
  test('publishes changes, rows, counts and findings, and its own row last', async () => {
    const world = new World();
    const answer = await untilEnd(world);
    expect(answer).toMatchObject({ status: 'published', more: false, reports: [{ name: 'findings' }, { name: 'changes' }] });
    expect([...new Set(writes(world).map(targetOf))]).toEqual([
      ...[
        'attribution_changes',
        'attributions',
        'day_counts',
        'finding_changes',
        'findings',
        'report_issues',
        'report_days',
        'resolved_sessions',
        'runs',
      ],
    ]);
    expect(writes(world).at(-1)).toMatch(/CAST\(CAST\(4 AS bigint\) AS bigint\) AS in_scope/);
    expect(writes(world).at(-1)).toMatch(/CAST\(CAST\(1 AS bigint\) AS bigint\) AS session_rows,/);
    expect(world.watermark).toMatchObject({ startedAtMs: expect.any(Number), maintainedAtMs: expect.any(Number) });
    expect(world.metrics).toEqual([
      ['BrokenIdentities', 0],
      ['RunPublished', 1],
      ['PendingRows', 0],
    ]);
    const created = world.ran().flatMap((sql) => /CREATE TABLE "db"\."(w_\w+)"/.exec(sql)?.[1] ?? []);
    const dropped = world.ran().flatMap((sql) => /DROP TABLE IF EXISTS `db`\.`(w_\w+)`/.exec(sql)?.[1] ?? []);
    expect(created.length).toBeGreaterThan(25);
    expect(dropped.sort()).toEqual(created.sort());
  });

  test('killed at any call and started anew, starts each statement once and comes to the same', async () => {
    const whole = new World();
    await untilEnd(whole);
    for (let lives = 0; lives < whole.calls; lives += 7) {
      const world = new World();
      world.lives = lives;
      const answer = await untilEnd(world);
      expect(answer.status).toBe('published');
      // killed before anything was written down, the run begins under another name: compare what does not depend on it
      const plain = (texts: string[]) =>
        texts
          .map((sql) => sql.replace(/2026\d{4}T\d{9}Z.\d{8}|w_2026\d{4}t\w+?z_\d{8}|\d{13}|TIMESTAMP '[^']*'|CAST\(\d+ AS bigint\)/g, '…'))
          .sort();
      expect(plain(world.ran())).toEqual(plain(whole.ran()));
    }
  });

  test('whose counts do not add up publishes nothing and says which', async () => {
    const world = new World();
    world.keptRows = 5;
    const answer = await untilEnd(world);
    expect(answer).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/counts of 2026-03-02 do not add up: rows of the listed files = kept, but 5 is not 4/),
    });
    expect(writes(world)).toEqual([]);
    expect(world.metrics).toEqual([
      ['BrokenIdentities', 1],
      ['RunFailed', 1],
    ]);
    expect(world.watermark).toBeNull();
  });

  test('whose report rows do not add up publishes nothing and says so', async () => {
    const world = new World();
    world.reportRows = 2;
    expect(await untilEnd(world)).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/report rows do not add up.*2 is not 1/),
    });
    expect(writes(world)).toEqual([]);
    expect(world.metrics).toEqual([
      ['BrokenIdentities', 1],
      ['RunFailed', 1],
    ]);
  });

  test('without a day to settle checks the report rows and publishes what questions read', async () => {
    const world = new World();
    await untilEnd(world);
    const before = writes(world).length;
    world.settled = true;
    expect(await untilEnd(world, { requestId: 'next' })).toMatchObject({ status: 'published' });
    const targets = writes(world).slice(before).map(targetOf);
    expect([...new Set(targets)]).toEqual(['finding_changes', 'findings', 'report_issues', 'report_days', 'resolved_sessions', 'runs']);
  });

  test('is a no to what makes no sense', async () => {
    await expect(step(new World(), { requestId: 'a', from: '2026-03-02' })).rejects.toThrow(/needs both from and to/);
    await expect(step(new World(), { requestId: 'a', from: '2026-02-30', to: '2026-03-02' })).rejects.toThrow(/is no day/);
    await expect(step(new World(), { requestId: 'a', asOf: 'yesterday' })).rejects.toThrow(/not a time/);
  });
});

describe('a statement', () => {
  const failing = (pattern: RegExp, reason: string, times: number) => {
    const failed = new Set<number>();
    return (sql: string, execution: number): StatementStatus => {
      if (execution < 0 || !pattern.test(sql) || (failed.size >= times && !failed.has(execution)))
        return { state: 'succeeded', scannedBytes: 0 };
      failed.add(execution);
      return { state: 'failed', reason, scannedBytes: 0 };
    };
  };

  test('that met another writer is tried again', async () => {
    const world = new World();
    world.fate = failing(/^MERGE INTO "db"."attributions"/, 'ICEBERG_COMMIT_ERROR: Failed to commit', 2);
    expect(await untilEnd(world)).toMatchObject({ status: 'published' });
    expect(writes(world).filter((sql) => targetOf(sql) === 'attributions')).toHaveLength(3);
  });

  test('that makes a table makes another at the next try, and readers read that one', async () => {
    const world = new World();
    world.fate = failing(/^CREATE TABLE "db"."w_\w+_0_calls"/, 'GENERIC_INTERNAL_ERROR: gone', 1);
    expect(await untilEnd(world)).toMatchObject({ status: 'published' });
    const calls = world.ran().filter((sql) => /^CREATE TABLE "db"."w_\w+_0_calls(_t1)?"/.test(sql));
    expect(calls).toHaveLength(2);
    expect(world.ran().some((sql) => /SELECT \* FROM "db"."w_\w+_0_calls_t1"/.test(sql))).toBe(true);
    expect(world.ran().some((sql) => /SELECT \* FROM "db"."w_\w+_0_calls"/.test(sql))).toBe(false);
  });

  test('that can never succeed ends a run before anybody sees of it', async () => {
    const world = new World();
    world.fate = failing(/^CREATE TABLE "db"."w_\w+_0_verdicts"/, 'SYNTAX_ERROR: line 1', 1);
    expect(await untilEnd(world)).toMatchObject({ status: 'failed', message: expect.stringMatching(/verdicts failed: SYNTAX_ERROR/) });
    expect(writes(world)).toEqual([]);
    // the next one begins afresh
    expect(await untilEnd(world, { requestId: 'next' })).toMatchObject({ status: 'published', more: false });
  });

  test('that cannot succeed while the run publishes leaves it for the next to finish, under its own id', async () => {
    const world = new World();
    world.fate = failing(/^MERGE INTO "db"."day_counts"/, 'AccessDenied', 1);
    const failed = await untilEnd(world);
    expect(failed).toMatchObject({ status: 'failed', message: expect.stringMatching(/AccessDenied/) });
    const next = await untilEnd(world, { requestId: 'next' });
    expect(next).toMatchObject({ status: 'published', runId: failed.runId, more: true });
    const own = await untilEnd(world, { requestId: 'next' });
    expect(own).toMatchObject({ status: 'published', more: false });
    expect(own.runId).not.toBe(failed.runId);
    expect(
      writes(world)
        .map(targetOf)
        .filter((name) => name === 'runs'),
    ).toHaveLength(2);
  });

  test('of reports, maintenance or clearing up that fails harms nothing', async () => {
    const world = new World();
    world.fate = (sql) =>
      /^(OPTIMIZE|VACUUM|DROP|WITH spoken AS)/.test(sql)
        ? { state: 'failed', reason: 'no', scannedBytes: 0 }
        : { state: 'succeeded', scannedBytes: 0 };
    const answer = await untilEnd(world);
    expect(answer).toMatchObject({
      status: 'published',
      reports: [
        { name: 'findings', executionId: null },
        { name: 'changes', executionId: expect.any(String) },
      ],
    });
  });

  test('that the engine will not take now is offered again', async () => {
    const world = new World();
    let offers = 0;
    world.fate = (sql, execution) =>
      execution < 0 && /^MERGE INTO "db"."runs"/.test(sql) && ++offers <= 3 ? 'refused' : { state: 'succeeded', scannedBytes: 0 };
    expect(await untilEnd(world)).toMatchObject({ status: 'published' });
    expect(offers).toBe(4);
  });

  test('may succeed at another try only for reasons that pass', () => {
    expect(isPassing({ state: 'failed', reason: 'ICEBERG_COMMIT_ERROR: x' })).toBe(true);
    expect(isPassing({ state: 'failed', reason: 'TABLE_ALREADY_EXISTS: x' })).toBe(true);
    expect(isPassing({ state: 'failed', reason: 'SYNTAX_ERROR: x' })).toBe(false);
    expect(isPassing({ state: 'failed', reason: 'x', retryable: true })).toBe(true);
    expect(isPassing({ state: 'cancelled', reason: 'Bytes scanned limit was exceeded', retryable: true })).toBe(false);
  });
});

describe('a second request', () => {
  test('waits for the first, then runs', async () => {
    const world = new World();
    await step(world, { requestId: 'first' });
    const state = world.state();
    if (state.phase === 'ended') throw new Error('the first run is meant to be under way');
    expect(await step(world, { requestId: 'second' })).toMatchObject({ status: 'running', waitSeconds: 30, runId: state.runId });
    expect(await untilEnd(world, { requestId: 'first' })).toMatchObject({ status: 'published', runId: state.runId });
    expect(await untilEnd(world, { requestId: 'second' })).toMatchObject({ status: 'published', more: false });
  });

  test('takes over from a driver that has gone, and finishes its run first', async () => {
    const world = new World();
    world.lives = 60;
    await expect(untilKilled(world, { requestId: 'gone' })).rejects.toThrow(Killed);
    world.lives = Number.POSITIVE_INFINITY;
    const { runId } = world.state();
    world.clock += OPTIONS.staleMs + 1;
    expect(await untilEnd(world, { requestId: 'heir' })).toMatchObject({ status: 'published', runId, more: true });
    expect(await untilEnd(world, { requestId: 'heir' })).toMatchObject({ status: 'published', more: false });
    // who was thought gone comes back, and learns what became of his run
    expect(await step(world, { requestId: 'gone' })).toMatchObject({ status: 'published', runId, more: false });
  });

  test('does not finish a run whose tables may be gone', async () => {
    const world = new World();
    world.lives = 60;
    await expect(untilKilled(world, { requestId: 'gone' })).rejects.toThrow(Killed);
    world.lives = Number.POSITIVE_INFINITY;
    const { runId } = world.state();
    world.clock += 6 * 86_400_000;
    const answer = await untilEnd(world, { requestId: 'heir' });
    expect(answer).toMatchObject({ status: 'published', more: false });
    expect(answer.runId).not.toBe(runId);
    expect(world.metrics).toContainEqual(['RunFailed', 1]);
  });

  test('at the same instant changes nothing: one of the two writes', async () => {
    const world = new World();
    const answers = await Promise.all([step(world, { requestId: 'a' }), step(world, { requestId: 'b' })]);
    expect(new Set(answers.map(({ runId }) => runId)).size).toBe(2);
    expect(answers.some((answer) => answer.status === 'running' && answer.waitSeconds === 5)).toBe(true);
    const { runId } = world.state();
    expect([...world.ran()].join()).not.toMatch(new RegExp(answers.map((answer) => answer.runId).filter((id) => id !== runId)[0] ?? '-'));
  });
});

async function untilKilled(world: World, request: RunRequest): Promise<never> {
  for (;;) {
    const answer = await step(world, request);
    if (answer.status !== 'running') throw new Error('the run ended before it was killed');
  }
}
