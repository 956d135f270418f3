/** Input files for tests: small logs, reports and sweeps in a folder of their own. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Lake, type LakeOptions, openLake } from '../../lib/engine/lake.ts';
import { type IngestOptions, type IngestSources, type IngestSummary, ingest } from '../../lib/local/ingest.ts';
import { type Json, s3Record } from '../lib/ingest/cloudtrail-fixtures.ts';

/** Last modification of every file that is given no other one. */
export const MODIFIED = '2026-03-03T06:00:00Z';
export const NOW_MS = Date.parse('2026-03-10T00:00:00Z');

/** A folder below the system's temporary one. */
export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `${name}-`));
}

/** Writes one file, making its folders. @returns its path */
export function writeInput(folder: string, name: string, content: string | Uint8Array, modified: string = MODIFIED): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  utimesSync(path, Date.parse(modified) / 1000, Date.parse(modified) / 1000);
  return path;
}

/** A CloudTrail file of these records. */
export function logText(...records: Json[]): string {
  return JSON.stringify({ Records: records });
}

/** `count` GetObject records with the ids `<prefix>-0`, `<prefix>-1` …, a second apart from 10:15:30 on 2 March 2026. */
export function someRecords(prefix: string, count: number): Json[] {
  return Array.from({ length: count }, (_, n) => {
    const eventTime = new Date(Date.parse('2026-03-02T10:15:30Z') + n * 1000).toISOString().replace('.000', '');
    return s3Record({ eventID: `${prefix}-${n}`, eventTime });
  });
}

const REPORT_COLUMNS = [
  'user_session_id',
  'aws_account_id',
  'region',
  'session_start_time',
  'session_end_time',
  'session_duration_in_seconds',
  'user_id',
  'user_arn',
  'authentication_type',
  'authentication_type_user_id',
  'fleet_name',
  'stack_name',
  'instance_type',
  'eni_private_ip_address',
  'connected_at_least_once',
  'client_ip_addresses',
  'google_drive_enabled',
  'one_drive_enabled',
  'home_folders_storage_location',
  'user_settings_clipboard_copy_from_local_device',
  'user_settings_clipboard_copy_to_local_device',
  'user_settings_file_upload',
  'user_settings_file_download',
  'user_settings_printing_to_local_device',
  'application_settings_enabled',
  'domain_joined',
  'max_session_duration',
  'session_type',
  'stream_view',
  'instance_id',
  'is_multisession',
] as const;

type ReportCell = (typeof REPORT_COLUMNS)[number];

/** A sessions report; the session of alice on 10.0.1.25 from 10:00 to 11:00 on 2 March 2026, but for what a row says. */
export function reportText(...rows: Partial<Record<ReportCell, string>>[]): string {
  const lines = rows.map((row) => REPORT_COLUMNS.map((name) => ({ ...SESSION, ...row })[name] ?? '').join(','));
  return `${[REPORT_COLUMNS.join(','), ...lines].join('\n')}\n`;
}

const SESSION: Partial<Record<ReportCell, string>> = {
  user_session_id: 'a11ce000-0000-4000-8000-000000000001',
  aws_account_id: '111122223333',
  region: 'eu-west-1',
  session_start_time: '2026-03-02T10:00:00Z',
  session_end_time: '2026-03-02T11:00:00Z',
  session_duration_in_seconds: '3600',
  user_id: 'alice@example.com',
  authentication_type: 'SAML',
  authentication_type_user_id: 'SAML_alice@example.com',
  fleet_name: 'analytics',
  stack_name: 'analytics-stack',
  instance_type: 'stream.standard.medium',
  eni_private_ip_address: '10.0.1.25',
  connected_at_least_once: 'true',
  client_ip_addresses: '203.0.113.9',
  instance_id: 'i-0aa11bb22cc33dd44',
  is_multisession: 'false',
};

/** A page of a complete sweep that saw alice connected on 10.0.1.25. */
export function sweepText(time = '2026-03-02T10:10:00Z'): string {
  const session = {
    Id: 'a11ce000-0000-4000-8000-000000000001',
    UserId: 'alice@example.com',
    StackName: 'analytics-stack',
    FleetName: 'analytics',
    State: 'ACTIVE',
    ConnectionState: 'CONNECTED',
    StartTime: '2026-03-02T10:00:00Z',
    AuthenticationType: 'SAML',
    NetworkAccessConfiguration: { EniPrivateIpAddress: '10.0.1.25', EniId: 'eni-1' },
  };
  const page = { time, account: '111122223333', region: 'eu-west-1', fleets: ['analytics'], complete: true, Sessions: [session] };
  return `${JSON.stringify(page)}\n`;
}

/** Opens a lake for writing, lends it to `use`, and closes it whatever happens. */
export async function withLake<T>(directory: string, use: (lake: Lake) => Promise<T>, options: Partial<LakeOptions> = {}): Promise<T> {
  const lake = await openLake(directory, { mode: 'write', create: true, command: 'test', threads: 1, ...options });
  try {
    return await use(lake);
  } finally {
    await lake.close();
  }
}

/** Ingests with one thread, at `NOW_MS`. */
export function ingestInto(lake: Lake, sources: Partial<IngestSources>, options: Partial<IngestOptions> = {}): Promise<IngestSummary> {
  const all = { cloudtrail: [], usageReports: [], snapshots: [], flowLogs: [], ...sources };
  return ingest(lake, all, { nowMs: NOW_MS, threads: 1, ...options });
}

/** Removes a folder and everything in it. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
