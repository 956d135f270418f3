/** A sessions report of one row, and what is read of it when a cell is changed. */
import { expect } from '@jest/globals';
import { readUsageReport } from '../../../lib/ingest/usage-report-reader.ts';
import { contextFor, inPieces, readAll } from './read-text.ts';

/** Every column that sessions reports are known to have. */
export const COLUMNS = (
  'user_session_id,aws_account_id,region,session_start_time,session_end_time,session_duration_in_seconds,user_id,user_arn,' +
  'authentication_type,authentication_type_user_id,fleet_name,stack_name,instance_type,eni_private_ip_address,connected_at_least_once,' +
  'client_ip_addresses,google_drive_enabled,one_drive_enabled,home_folders_storage_location,user_settings_clipboard_copy_from_local_device,' +
  'user_settings_clipboard_copy_to_local_device,user_settings_file_upload,user_settings_file_download,user_settings_printing_to_local_device,' +
  'application_settings_enabled,domain_joined,max_session_duration,session_type,stream_view,streaming_experience_settings_protocol,' +
  'instance_id,is_multisession'
).split(',');

/** A row that has all of them. */
export const ROW: Readonly<Record<string, string>> = {
  user_session_id: '0b7d1391-4805-4da6-a498-76f5e6746016',
  aws_account_id: '111122223333',
  region: 'eu-west-1',
  session_start_time: '2026-03-02T08:00:01Z',
  session_end_time: '2026-03-02T16:30:00Z',
  session_duration_in_seconds: '30599',
  user_id: 'Ann@Example.com',
  user_arn: 'arn:aws:appstream:eu-west-1:111122223333:user/federated/ann@example.com',
  authentication_type: 'SAML',
  authentication_type_user_id: 'Ann@Example.com_SAML',
  fleet_name: 'Analytics',
  stack_name: 'AnalyticsStack',
  instance_type: 'stream.standard.large',
  eni_private_ip_address: '10.0.1.25',
  connected_at_least_once: 'true',
  client_ip_addresses: '203.0.113.7;2001:DB8:0::1;203.0.113.7',
  google_drive_enabled: 'false',
  one_drive_enabled: 'TRUE',
  home_folders_storage_location: 'appstream2-36fb080bb8-eu-west-1-111122223333',
  user_settings_clipboard_copy_from_local_device: 'ENABLED',
  user_settings_clipboard_copy_to_local_device: 'DISABLED',
  user_settings_file_upload: 'enabled',
  user_settings_file_download: 'Disabled',
  user_settings_printing_to_local_device: 'N',
  application_settings_enabled: 'true',
  domain_joined: 'Y',
  max_session_duration: '57600',
  session_type: 'ALWAYS_ON',
  stream_view: 'DESKTOP',
  streaming_experience_settings_protocol: 'TCP',
  instance_id: 'i-0123456789abcdef0',
  is_multisession: 'N',
};

/** A place that says account, region and day. */
export const NAMED =
  '/logs/appstream-logs-eu-west-1-111122223333-sik1hnxe/sessions/schedule=DAILY/year=2026/month=03/day=02/daily-session-report-2026-03-02.csv';
/** A place that says nothing. */
export const LOOSE = '/cases/sessions.csv';

/** A report of these rows. */
export function csv(rows: readonly Readonly<Record<string, string>>[], columns: readonly string[] = COLUMNS): string {
  return `${[columns.join(','), ...rows.map((row) => columns.map((name) => row[name] ?? '').join(','))].join('\n')}\n`;
}

/** Reads a report. */
export function read(text: string | Uint8Array, location = NAMED, limits = {}) {
  return readAll(readUsageReport, inPieces(text), contextFor(location, limits));
}

/** The one row that a report of one changed row gives. */
export async function rowWith(changes: Readonly<Record<string, string>>, location = NAMED) {
  const { rows } = await read(csv([{ ...ROW, ...changes }]), location);
  return rows.sessions[0]?.row;
}

/** Why a report of one changed row sets it aside. */
export async function reasonFor(changes: Readonly<Record<string, string>>, location = NAMED) {
  const { outcome, rows } = await read(csv([ROW, { ...ROW, ...changes }]), location);
  expect(rows.sessions).toHaveLength(1);
  expect(outcome.rejected).toHaveLength(1);
  expect(outcome.rejected[0]?.index).toBe(3);
  return outcome.rejected[0]?.reason;
}
