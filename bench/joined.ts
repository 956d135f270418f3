/** What the naive join must come to: counted plainly from the files, with neither engine nor reader of ours. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { type DataSet, filesBelow, logFiles, reportFolders } from './data.ts';

export interface Joined {
  /** Rows of events LEFT JOIN sessions: one for each event without a session, one for each pair of the others. */
  readonly written: number;
  /** Pairs of an S3 event and a session of its address that contains it, bounds inclusive. */
  readonly joined: number;
}

/** Ends of the sessions of an address, epoch milliseconds, each list sorted. */
interface Bounds {
  readonly starts: number[];
  readonly ends: number[];
}

/** Counts once; later calls find the count beside the set. */
export async function joinedRows(set: DataSet, say: (text: string) => void): Promise<Joined> {
  const path = join(set.directory, 'joined.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Joined;
  say(`counting what the naive join of ${set.name} must come to`);
  const counted = await countJoined(set);
  writeFileSync(path, JSON.stringify(counted));
  return counted;
}

async function countJoined(set: DataSet): Promise<Joined> {
  const sessions = await readBounds(set);
  let written = 0;
  let joined = 0;
  for (const path of await logFiles(set.directory)) {
    const { Records } = JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as { Records?: Record<string, string>[] };
    for (const record of Records ?? []) {
      const held = record['eventSource'] === 's3.amazonaws.com' ? sessions.get(record['sourceIPAddress'] ?? '') : undefined;
      const pairs = held === undefined ? 0 : containing(held, Date.parse(record['eventTime'] ?? ''));
      joined += pairs;
      written += Math.max(1, pairs);
    }
  }
  return { written, joined };
}

async function readBounds(set: DataSet): Promise<Map<string, Bounds>> {
  const sessions = new Map<string, Bounds>();
  for (const folder of reportFolders(set)) {
    for (const path of (await filesBelow(folder, '.csv')).filter((name) => name.includes('session-report'))) {
      for (const row of parse(readFileSync(path), { columns: true }) as Record<string, string>[]) {
        const address = row['eni_private_ip_address'] ?? '';
        const bounds = sessions.get(address) ?? { starts: [], ends: [] };
        bounds.starts.push(Date.parse(row['session_start_time'] ?? ''));
        bounds.ends.push(Date.parse(row['session_end_time'] ?? ''));
        sessions.set(address, bounds);
      }
    }
  }
  for (const { starts, ends } of sessions.values()) for (const list of [starts, ends]) list.sort((a, b) => a - b);
  return sessions;
}

/** Sessions that have begun at `t`, without those that ended before it. */
function containing({ starts, ends }: Bounds, t: number): number {
  return below(starts, t + 1) - below(ends, t);
}

/** How many of a sorted list are less than `limit`. */
export function below(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Number.POSITIVE_INFINITY) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
