/** A generated world as a lake, and what the real correlation makes of it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitBatch } from '../../lib/engine/batch-commit.ts';
import { correlate } from '../../lib/engine/correlation.ts';
import { type Lake, openLake } from '../../lib/engine/lake.ts';
import { StagingSink } from '../../lib/local/staging-sink.ts';
import type { AttributionRow } from '../../schemas/attributions-table.ts';
import { attributions } from '../../schemas/attributions-table.ts';
import type { DayCountsRow } from '../../schemas/ledger-tables.ts';
import { storedColumns } from '../../schemas/table.ts';
import { appendWorld, type World } from './world.ts';

export interface Correlated {
  /** Without the run, by event time and id. */
  readonly rows: Omit<AttributionRow, 'run_id'>[];
  readonly days: Omit<DayCountsRow, 'run_id' | 'not_final'>[];
}

/** Commits all rows and inputs of a world as one batch. */
export async function commitWorld(lake: Lake, world: World): Promise<void> {
  const folder = lake.path('.staging', 'world');
  mkdirSync(folder, { recursive: true });
  const sink = new StagingSink(folder);
  appendWorld(world, sink);
  for (const input of world.inputs) sink.notes.noteInput(input);
  await commitBatch(lake, { ...sink.finish(), inputs: world.inputs, rejected: [], failed: [] }, folder);
  await lake.refreshViews();
}

/**
 * Runs the correlation over a world in a lake of its own; verdicts only.
 * @param chunkEvents how many events of several days are judged in one go, at most; with 1 each day is a chunk
 */
export async function correlateWorld(world: World, chunkEvents?: number): Promise<Correlated> {
  const directory = mkdtempSync(join(tmpdir(), 'world-'));
  const lake = await openLake(directory, { mode: 'write', create: true, command: 'test', threads: 1 });
  try {
    await commitWorld(lake, world);
    const { asOfMs } = world;
    const chunks = chunkEvents === undefined ? {} : { chunkEvents };
    await correlate(lake, world.configuration, { asOfMs, nowMs: asOfMs, toolVersion: 'test', rules: [], ...chunks });
    return await readCorrelated(lake);
  } finally {
    await lake.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Commits the inputs of a world in parts, with a run of verdicts only after each, the last one at the world's own time.
 * @param partOf the part of an input, from 0, by its place in the world's list
 * @param hoursBefore how long before the world's time the run after each earlier part counts from
 */
export async function correlateInParts(
  world: World,
  partOf: (place: number) => number,
  hoursBefore: readonly number[],
): Promise<Correlated> {
  const directory = mkdtempSync(join(tmpdir(), 'world-'));
  const lake = await openLake(directory, { mode: 'write', create: true, command: 'test', threads: 1 });
  try {
    for (const [part, hours] of [...hoursBefore, 0].entries()) {
      const inputs = world.inputs.filter((_, place) => partOf(place) === part);
      const locations = new Set(inputs.map((input) => input.location));
      const from = <T extends { readonly source_file: string }>(rows: readonly T[]) => rows.filter((row) => locations.has(row.source_file));
      const rows = {
        events: from(world.events),
        logons: from(world.logons),
        sessions: from(world.sessions),
        snapshots: from(world.snapshots),
      };
      if (inputs.length > 0) await commitWorld(lake, { ...world, ...rows, inputs });
      const asOfMs = world.asOfMs - hours * 3_600_000;
      await correlate(lake, world.configuration, { asOfMs, nowMs: asOfMs, toolVersion: 'test', rules: [] });
    }
    return await readCorrelated(lake);
  } finally {
    await lake.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The answers as they are published now. */
export async function readCorrelated(lake: Lake): Promise<Correlated> {
  const columns = storedColumns(attributions).filter((name) => name !== 'run_id');
  const counts =
    'dt, events_kept, duplicates, conflicting_copies, superseded, account_copies, out_of_scope, in_scope, attributed, ambiguous, pending, unattributed, not_joinable';
  return {
    rows: await lake.database.rows(`SELECT ${columns.join(', ')} FROM attributions ORDER BY event_time_ms, event_id`),
    days: await lake.database.rows(`SELECT ${counts} FROM day_counts ORDER BY dt`),
  };
}
