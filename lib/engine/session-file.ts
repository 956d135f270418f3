/** Every session of the lake as a file, while a run lasts. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { STAGING_FOLDER } from '../lake/layout.ts';
import { parquetOptions, quotePath, quotePattern } from './ddl.ts';
import type { Lake } from './lake.ts';

/** Below the lake; what a killed run left there goes when the lake is opened for writing. */
const SESSIONS_FILE = join(STAGING_FOLDER, 'resolved-sessions.parquet');

/**
 * Keeps `resolved_sessions` as a file, by the end of the sessions: with the columns that only rules read they would take the
 * place in memory that a chunk of days is joined in. Of a file each stage reads the columns and the times that it asks for.
 * @param select the rows, as the stage `resolved-sessions` makes them
 * @throws DiskFullError
 */
export async function keepSessions(lake: Lake, select: string): Promise<void> {
  mkdirSync(lake.path(STAGING_FOLDER), { recursive: true });
  const file = lake.path(SESSIONS_FILE);
  await lake.database.run(`COPY (SELECT * FROM (${select}) ORDER BY session_end_ms) TO '${quotePath(file)}' ${parquetOptions(20_480)}`);
  await lake.database.run(`CREATE OR REPLACE TEMP VIEW resolved_sessions AS SELECT * FROM read_parquet('${quotePattern(file)}')`);
}

/** Removes the file: once the views of the lake are its own again. */
export function forgetSessions(lake: Lake): void {
  try {
    rmSync(lake.path(SESSIONS_FILE), { force: true });
  } catch {
    // the next command that writes to the lake does it; what the run said is more important
  }
}
