/** The log files of a lake as `verify-logs` needs them, and what it found, kept in the ledger. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Table } from '../../schemas/table.ts';
import { digests, logChecks } from '../../schemas/tables.ts';
import { digestRow, logCheckRow } from '../integrity/integrity-rows.ts';
import type { DeliveryWindow, Verification } from '../integrity/verification.ts';
import { explainWriteError } from '../lake/full-disk.ts';
import { STAGING_FOLDER } from '../lake/layout.ts';
import { stagingLine } from '../lake/staging-row.ts';
import { duckdbColumns, stagedSelect } from './ddl.ts';
import type { Lake } from './lake.ts';

/** A CloudTrail input of the lake. */
export interface LakeInput {
  readonly location: string;
  /** SHA-256 of the bytes as stored. */
  readonly version: string;
  readonly isDigest: boolean;
  /** SHA-256 of the unpacked bytes, known since they were verified; null when they have to be read. */
  readonly contentSha256: string | null;
}

/** Every CloudTrail input that was read, and every location that could not be. */
export async function cloudTrailInputs(lake: Lake): Promise<{ readonly inputs: LakeInput[]; readonly failed: string[] }> {
  const rows = await lake.database.rows<{ location: string; version: string; is_digest: boolean; content_sha256: string | null }>(
    `SELECT i.location, i.version, coalesce(i.content = 'digest', false) AS is_digest, c.content_sha256
     FROM inputs i
     LEFT JOIN (SELECT DISTINCT version, content_sha256 FROM log_checks WHERE state = 'verified') c ON c.version = i.version
     WHERE i.kind = 'cloudtrail' ORDER BY i.location, i.version`,
  );
  const failed = await lake.database.rows<{ location: string }>(
    "SELECT location FROM failed_inputs WHERE kind = 'cloudtrail' ORDER BY location",
  );
  return {
    inputs: rows.map((row) => ({
      location: row.location,
      version: row.version,
      isDigest: row.is_digest,
      contentSha256: row.content_sha256,
    })),
    failed: failed.map(({ location }) => location),
  };
}

/**
 * Keeps a verification: all of what is known of digests is replaced, and of log files what the window is about.
 * @param lake opened for writing
 */
export async function keepVerification(
  lake: Lake,
  { digests: found, logs }: Verification,
  window: DeliveryWindow,
  nowMs: number,
): Promise<void> {
  const folder = lake.path(join(STAGING_FOLDER, 'integrity'));
  const staged = [
    stage(
      folder,
      digests,
      found.map((each) => digestRow(each, nowMs)),
    ),
    stage(
      folder,
      logChecks,
      logs.map((each) => logCheckRow(each, nowMs)),
    ),
  ];
  const within = `(delivered_ms IS NULL OR (delivered_ms >= ${window.fromMs} AND delivered_ms < ${window.toMs}))`;
  try {
    await lake.database.transaction(async () => {
      await lake.database.run('DELETE FROM digests');
      await lake.database.run(`DELETE FROM log_checks WHERE ${within}`);
      for (const insert of staged) await lake.database.run(insert);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the statement that inserts the rows */
function stage(folder: string, table: Table, rows: readonly Readonly<Record<string, unknown>>[]): string {
  const file = join(folder, `${table.name}.csv`);
  const line = stagingLine(table);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, rows.map((row) => line(row)).join(''));
  } catch (cause) {
    throw explainWriteError(file, cause);
  }
  const names = duckdbColumns(table).map(([name]) => name);
  return `INSERT INTO ${table.name} (${names.join(', ')}) ${stagedSelect(table, file)}`;
}
