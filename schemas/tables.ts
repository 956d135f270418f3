/** Every table of the lake, in the order of the work. */
import { attributionChanges, findingChanges, findings, runs } from './answer-tables.ts';
import { applications } from './applications-table.ts';
import { attributions } from './attributions-table.ts';
import { eventParameters } from './event-parameters-table.ts';
import { events } from './events-table.ts';
import { flows } from './flows-table.ts';
import { digests, logChecks } from './integrity-tables.ts';
import { acceptances, dayCounts, days, evidenceMarks, failedInputs, files, inputs, rejectedRecords } from './ledger-tables.ts';
import { logons } from './logons-table.ts';
import { sessionChecks } from './session-checks-table.ts';
import { sessions } from './sessions-table.ts';
import { snapshots } from './snapshots-table.ts';
import type { Table } from './table.ts';

/** Raised whenever a column is added; a lake of an older version is upgraded when it is opened, a newer one refused. */
export const SCHEMA_VERSION = 3;

export const landingTables = [events, eventParameters, logons, sessions, applications, snapshots, sessionChecks, flows] as const;
export const answerTables = [attributions, attributionChanges, findings, findingChanges, runs] as const;
/** Tables that are Parquet by day; all others live in `audit.duckdb`. */
export const parquetTables = [...landingTables, attributions] as const;
export const ledgerTables = [
  inputs,
  rejectedRecords,
  failedInputs,
  acceptances,
  files,
  days,
  dayCounts,
  evidenceMarks,
  digests,
  logChecks,
] as const;
/** Tables that are folders of Parquet in the central bucket, `<name>/dt=…/`: written by ingest, never rewritten. */
export const folderTables = [
  ...landingTables,
  inputs,
  rejectedRecords,
  failedInputs,
  acceptances,
  evidenceMarks,
  digests,
  logChecks,
] as const;
export const databaseTables = [attributionChanges, findings, findingChanges, runs, ...ledgerTables] as const;
export const allTables: readonly Table[] = [...landingTables, ...answerTables, ...ledgerTables];

export type LandingTableName = (typeof landingTables)[number]['name'];

/** @throws RangeError when there is no such table: names come from code, never from users. */
export function tableNamed(name: string): Table {
  const table = allTables.find((each) => each.name === name);
  if (!table) throw new RangeError(`no table is named ${name}`);
  return table;
}

export {
  acceptances,
  applications,
  attributionChanges,
  attributions,
  dayCounts,
  days,
  digests,
  eventParameters,
  events,
  evidenceMarks,
  failedInputs,
  files,
  findingChanges,
  findings,
  flows,
  inputs,
  logChecks,
  logons,
  rejectedRecords,
  runs,
  sessionChecks,
  sessions,
  snapshots,
};
