/** A generated world as a lake, and what the real correlation makes of it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitBatch } from '../../lib/engine/batch-commit.ts';
import { correlate } from '../../lib/engine/correlation.ts';
import { type Lake, openLake } from '../../lib/engine/lake.ts';
import { StagingSink } from '../../lib/local/staging-sink.ts';
import { sqlLiteral } from '../../lib/sql-template.ts';
import type { FindingRow } from '../../schemas/answer-tables.ts';
import type { AttributionRow } from '../../schemas/attributions-table.ts';
import { attributions } from '../../schemas/attributions-table.ts';
import { acceptances, type DayCountsRow, evidenceMarks, failedInputs } from '../../schemas/ledger-tables.ts';
import { type Row, storedColumns, type Table } from '../../schemas/table.ts';
import { appendWorld, type World } from './world.ts';

export interface Correlated {
  /** Without the run, by event time and id. */
  readonly rows: Omit<AttributionRow, 'run_id'>[];
  readonly days: Omit<DayCountsRow, 'run_id' | 'not_final'>[];
  /** Those that stand, by rule and subject. */
  readonly findings: Pick<FindingRow, 'rule_id' | 'subject' | 'severity' | 'user_id' | 'summary'>[];
}

/** Commits all rows and inputs of a world as one batch, with what could not be read and what was accepted of it. */
export async function commitWorld(lake: Lake, world: World): Promise<void> {
  const folder = lake.path('.staging', 'world');
  mkdirSync(folder, { recursive: true });
  const sink = new StagingSink(folder);
  appendWorld(world, sink);
  for (const input of world.inputs) sink.notes.noteInput(input);
  await commitBatch(lake, { ...sink.finish(), inputs: world.inputs, rejected: world.rejected, failed: [] }, folder);
  await writeUnread(lake, world);
  await lake.refreshViews();
}

/** Ledger rows of inputs that could not be opened and of acceptances, each with the mark that makes a run look at its days. */
async function writeUnread(lake: Lake, world: World): Promise<void> {
  for (const row of world.failed) await insert(lake, failedInputs, row);
  for (const row of world.acceptances) await insert(lake, acceptances, row);
  const unread = world.failed.map(({ account_id, region, report_day }) => ({ account_id, region, report_day }));
  const anything = { account_id: null, region: null, report_day: null };
  for (const [n, place] of [...unread, ...world.acceptances.map(() => anything)].entries()) {
    const mark = { batch_id: `unread-${n}`, kind: 'unread', ...place, from_ms: null, to_ms: null, event_id: null };
    await insert(lake, evidenceMarks, mark);
  }
}

async function insert<T extends Table>(lake: Lake, table: T, row: Row<T>): Promise<void> {
  const values = row as Readonly<Record<string, string | number | null>>;
  const columns = Object.entries(table.columns).map(([name, { type }]) => {
    return [name, type === 'timestamp' ? `epoch_ms(${sqlLiteral(values[`${name}_ms`] ?? null)})` : sqlLiteral(values[name] ?? null)];
  });
  const [names, literals] = [columns.map(([name]) => name), columns.map(([, literal]) => literal)];
  await lake.database.run(`INSERT INTO ${table.name} (${names.join(', ')}) VALUES (${literals.join(', ')})`);
}

/**
 * Runs the correlation over a world in a lake of its own; verdicts only.
 * @param chunkEvents how many events of several days are judged in one go, at most; with 1 each day is a chunk
 */
export async function correlateWorld(world: World, chunkEvents?: number, rules: readonly string[] = []): Promise<Correlated> {
  const directory = mkdtempSync(join(tmpdir(), 'world-'));
  const lake = await openLake(directory, { mode: 'write', create: true, command: 'test', threads: 1 });
  try {
    await commitWorld(lake, world);
    const { asOfMs } = world;
    const chunks = chunkEvents === undefined ? {} : { chunkEvents };
    await correlate(lake, world.configuration, { asOfMs, nowMs: asOfMs, toolVersion: 'test', rules, ...chunks });
    return await readCorrelated(lake);
  } finally {
    await lake.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Commits the inputs of a world in parts, with a run of verdicts only after each, the last one at the world's own time.
 * @param partOf the part of an input, a failure or an acceptance, from 0, by its place in the world's lists, one after the other
 * @param hoursBefore how long before the world's time the run after each earlier part counts from
 */
export async function correlateInParts(
  world: World,
  partOf: (place: number) => number,
  hoursBefore: readonly number[],
  rules: readonly string[] = [],
): Promise<Correlated> {
  const directory = mkdtempSync(join(tmpdir(), 'world-'));
  const lake = await openLake(directory, { mode: 'write', create: true, command: 'test', threads: 1 });
  try {
    for (const [part, hours] of [...hoursBefore, 0].entries()) {
      const rows = partOfWorld(world, (place) => partOf(place) === part);
      if (rows.inputs.length + rows.failed.length + rows.acceptances.length > 0) await commitWorld(lake, rows);
      const asOfMs = world.asOfMs - hours * 3_600_000;
      await correlate(lake, world.configuration, { asOfMs, nowMs: asOfMs, toolVersion: 'test', rules });
    }
    return await readCorrelated(lake);
  } finally {
    await lake.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The inputs of a part with their rows; what could not be opened and what was accepted as they come. */
function partOfWorld(world: World, isIn: (place: number) => boolean): World {
  const inputs = world.inputs.filter((_, place) => isIn(place));
  const failed = world.failed.filter((_, place) => isIn(world.inputs.length + place));
  const acceptancesOfPart = world.acceptances.filter((_, place) => isIn(world.inputs.length + world.failed.length + place));
  const from = <T extends { readonly source_file: string; readonly ingested_at_ms: number }>(rows: readonly T[]) =>
    rows.filter((row) => inputs.some((input) => input.location === row.source_file && input.ingested_at_ms === row.ingested_at_ms));
  return {
    ...world,
    events: from(world.events),
    logons: from(world.logons),
    sessions: from(world.sessions),
    snapshots: from(world.snapshots),
    inputs,
    rejected: world.rejected.filter((row) => inputs.some((input) => input.location === row.location && input.version === row.version)),
    failed,
    acceptances: acceptancesOfPart,
  };
}

/** The answers as they are published now. */
export async function readCorrelated(lake: Lake): Promise<Correlated> {
  const columns = storedColumns(attributions).filter((name) => name !== 'run_id');
  const counts =
    'dt, events_kept, duplicates, conflicting_copies, superseded, account_copies, out_of_scope, in_scope, attributed, ambiguous, pending, unattributed, not_joinable';
  return {
    rows: await lake.database.rows(`SELECT ${columns.join(', ')} FROM attributions ORDER BY event_time_ms, event_id`),
    days: await lake.database.rows(`SELECT ${counts} FROM day_counts ORDER BY dt`),
    findings: await lake.database.rows(
      `SELECT rule_id, subject, severity, user_id, summary FROM findings WHERE coalesce(state, 'open') = 'open' ORDER BY rule_id, subject, dt`,
    ),
  };
}
