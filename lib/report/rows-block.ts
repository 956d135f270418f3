/** The data of a report: its rows and what their details need, packed for the page. */
import { createHash } from 'node:crypto';
import { constants, gzipSync } from 'node:zlib';
import { reasonText } from '../answer/reasons.ts';
import { type AnswerRecord, textOf } from '../answer/records.ts';
import type { ReportModel } from './report-model.ts';
import { type CellValue, packRows, type ReportBlock, reasonKey } from './rows-codec.ts';

/** Columns of a row, in the order in which they are kept. */
export const ROW_COLUMNS = [
  'event_time_ms',
  'action',
  'event_name',
  'event_source',
  'bucket',
  'object_key',
  'copy_source',
  'bytes_out',
  'bytes_in',
  'error_code',
  'verdict',
  'reason',
  'verdict_row',
  'final',
  'closed_by',
  'corroborated',
  'user_id',
  'session_id',
  'candidate_user_ids',
  'candidate_count',
  'source_address',
  'principal_arn',
  'access_key_id',
  'vpc_endpoint_id',
  'region',
  'source_file',
  'source_index',
  'record_sha256',
  'event_id',
] as const;

const SESSION_COLUMNS = [
  'session_id',
  'user_id',
  'session_start_ms',
  'session_end_ms',
  'fleet_name',
  'stack_name',
  'instance_id',
  'private_addresses',
  'client_addresses',
  'connected',
  'origin',
  'logon_ms',
  'logon_address',
] as const;

/** So many rows, those that matter most, have the hash of their record: it does not pack, and explain says it of every event. */
const HASHED_ROWS = 1500;

export interface PackedBlock {
  /** gzip in base64. */
  readonly base64: string;
  /** Lower-case hex SHA-256 of the unpacked bytes. */
  readonly sha256: string;
  readonly rows: number;
}

/** Packs the rows of a report. */
export function packBlock(model: ReportModel, rows: readonly AnswerRecord[]): PackedBlock {
  const json = Buffer.from(JSON.stringify(blockOf(model, rows)), 'utf8');
  const packed = gzipSync(json, { level: constants.Z_BEST_COMPRESSION });
  // the byte that says which system packed it: the same report shall be the same bytes everywhere
  packed[9] = 255;
  return { base64: packed.toString('base64'), sha256: createHash('sha256').update(json).digest('hex'), rows: rows.length };
}

/** What the page's script gets. */
export function blockOf(model: ReportModel, rows: readonly AnswerRecord[]): ReportBlock {
  return {
    rows: packRows(ROW_COLUMNS, withHashes(rows).map(cells), ['event_time_ms']),
    sessions: packRows(SESSION_COLUMNS, model.sessions.map(cells)),
    findings: model.findings.flatMap((finding) => {
      const ids = Array.isArray(finding['event_ids']) ? finding['event_ids'] : [];
      return ids.map((id) => [String(id), String(finding['rule_id']), String(finding['severity'])] as const);
    }),
    reasons: reasonsOf(rows),
    people: model.people.map((row) => textOf(row, 'user_id') ?? ''),
    zone: model.zone,
    total: model.events.total,
  };
}

function withHashes(rows: readonly AnswerRecord[]): readonly AnswerRecord[] {
  if (rows.length <= HASHED_ROWS) return rows;
  const hashed = new Set([...rows].sort((a, b) => Number(a['priority']) - Number(b['priority'])).slice(0, HASHED_ROWS));
  return rows.map((row) => (hashed.has(row) ? row : { ...row, record_sha256: null }));
}

function reasonsOf(rows: readonly AnswerRecord[]): Record<string, string> {
  const reasons: Record<string, string> = {};
  for (const row of rows) {
    const [decided, verdict, reason] = [textOf(row, 'verdict_row'), String(row['verdict']), String(row['reason'])];
    const key = reasonKey(decided, verdict, reason);
    reasons[key] ??= reasonText(decided, verdict, reason)?.sentence ?? '';
  }
  return Object.fromEntries(Object.entries(reasons).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A row with nothing but plain values: whole numbers beyond 2^53 become text. */
function cells(row: AnswerRecord): Record<string, CellValue> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]): [string, CellValue] => {
      if (Array.isArray(value)) return [name, value.map(String)];
      if (typeof value === 'bigint') return [name, value.toString()];
      return [name, typeof value === 'object' ? null : value];
    }),
  );
}
