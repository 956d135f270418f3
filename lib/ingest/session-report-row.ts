/** One row of a sessions report (F§1.2) as a row of `sessions`. */
import type { SessionRow } from '../../schemas/sessions-table.ts';
import { canonicalAddress } from '../address.ts';
import { formatDt, parseStart } from '../time.ts';
import { sha256Hex } from './digest.ts';
import type { InputContext } from './reader.ts';
import type { ReportLocation } from './report-location.ts';
import { parseReportTime } from './report-time.ts';
import { contradictionOf } from './session-contradiction.ts';
import { whyOutOfRange } from './time-range.ts';
import { readAuthenticationType, userFold, userHash, userKey } from './user-identity.ts';

/** Without one of these a row cannot say who was where, when. The other columns came and went over the years. */
export const REQUIRED_COLUMNS = [
  'user_session_id',
  'aws_account_id',
  'region',
  'session_start_time',
  'session_end_time',
  'user_id',
  'authentication_type',
  'eni_private_ip_address',
  'connected_at_least_once',
] as const;

/** The value of a column in this row, exactly as written; undefined when the report does not have the column. */
export type Cells = (column: string) => string | undefined;

/** Why a row was set aside. Never holds a value of the row. */
export interface Rejection {
  readonly reason: string;
}

/**
 * Reads one row. `is_multisession` must be a yes or a no (or empty) because a verdict rests on it, like
 * `connected_at_least_once`; a setting or number that cannot be read is null, because losing the session over it would
 * cost more than not knowing it.
 * @param fields all fields of the row, in the order of the file
 * @param line the line of the file on which the row begins
 */
export function readSessionRow(
  cells: Cells,
  fields: readonly string[],
  line: number,
  place: ReportLocation,
  context: InputContext,
): SessionRow | Rejection {
  const text = (column: string) => cells(column)?.trim() || null;
  const written = (column: string) => (ABSENT.test(text(column) ?? '-') ? null : (cells(column) ?? null));
  const list = (column: string) => (cells(column) ?? '').split(/[;,\s]+/).filter((each) => each !== '');

  const sessionId = text('user_session_id');
  if (!sessionId) return { reason: 'user_session_id is empty' };
  const accountId = text('aws_account_id') ?? place.accountId;
  if (!accountId) return { reason: 'aws_account_id is empty, and the location names no account' };
  if (!/^\d{12}$/.test(accountId))
    return { reason: 'aws_account_id is not 12 digits; spreadsheets cut leading zeros: use the file as AWS wrote it' };
  const region = text('region') ?? place.region;
  if (!region) return { reason: 'region is empty, and the location names none' };
  const userId = cells('user_id') ?? '';
  if (userId.trim() === '') return { reason: 'user_id is empty' };
  const authentication = readAuthenticationType(cells('authentication_type') ?? '');
  if (authentication === '') return { reason: 'authentication_type is empty' };
  const startText = cells('session_start_time') ?? '';
  const start = parseReportTime(startText, 'session_start_time');
  if ('reason' in start) return start;
  const end = parseReportTime(cells('session_end_time') ?? '', 'session_end_time');
  if ('reason' in end) return end;
  const impossible =
    whyOutOfRange(start.ms, 'session_start_time', context.limits) ?? whyOutOfRange(end.ms, 'session_end_time', context.limits);
  if (impossible !== null) return { reason: impossible };
  if (end.ms < start.ms) return { reason: 'session_end_time is before session_start_time' };
  // a session that ends in the leap second that it starts in has no later start
  const startMs = end.ms > start.ms ? (parseStart(startText)?.ms ?? start.ms) : start.ms;
  const connected = readBoolean(cells('connected_at_least_once'));
  if (typeof connected !== 'boolean') return { reason: 'connected_at_least_once is neither true nor false' };
  const isMultisession = readBoolean(cells('is_multisession'));
  if (isMultisession === undefined) return { reason: 'is_multisession is neither true nor false' };

  // a session that nobody connected to may have none; one that cannot be read would leave its user out of who was there
  const addresses = list('eni_private_ip_address')
    .filter((each) => !ABSENT.test(each))
    .map(canonicalAddress);
  if (addresses.includes(null)) return { reason: 'eni_private_ip_address is not an IP address' };

  const setting = (column: string) => readBoolean(cells(column)) ?? null;
  return {
    session_id: sessionId,
    origin: 'report',
    account_id: accountId,
    region,
    user_id: userId,
    authentication_type: authentication,
    user_key: userKey(accountId, authentication, userId),
    user_hash: userHash(userId),
    user_arn: text('user_arn'),
    user_fold: userFold(userId),
    contradiction: contradictionOf(
      {
        userId,
        accountId,
        region,
        userArn: written('user_arn'),
        authenticationTypeUserId: written('authentication_type_user_id'),
      },
      place,
    ),
    fleet_name: text('fleet_name'),
    stack_name: text('stack_name'),
    instance_type: text('instance_type'),
    instance_id: text('instance_id'),
    eni_id: null,
    private_addresses: distinct(addresses),
    session_start_ms: startMs,
    session_end_ms: end.ms,
    end_precision: end.hasFraction ? 'ms' : 's',
    connected,
    is_multisession: isMultisession,
    client_addresses: distinct(list('client_ip_addresses').map((each) => canonicalAddress(each) ?? each)),
    clipboard_from_device: setting('user_settings_clipboard_copy_from_local_device'),
    clipboard_to_device: setting('user_settings_clipboard_copy_to_local_device'),
    file_upload: setting('user_settings_file_upload'),
    file_download: setting('user_settings_file_download'),
    printing: setting('user_settings_printing_to_local_device'),
    google_drive: setting('google_drive_enabled'),
    one_drive: setting('one_drive_enabled'),
    max_session_seconds: readSeconds(text('max_session_duration')),
    session_type: text('session_type'),
    state: null,
    observed_at_ms: null,
    report_day: place.reportDay ?? formatDt(end.ms),
    source_modified_ms: context.modifiedMs,
    record_sha256: sha256Hex(JSON.stringify(fields)),
    source_file: context.location,
    source_index: line,
    ingested_at_ms: context.ingestedAtMs,
  };
}

/** Ways of saying that there is none; AWS documents no such value, so those that programs usually write. */
const ABSENT = /^(?:-|n\/a|null|none)$/i;

/** `true`/`false`, `Y`/`N`, `ENABLED`/`DISABLED`, in any case. @returns null when empty or absent, undefined when it is none of them. */
function readBoolean(cell: string | undefined): boolean | null | undefined {
  switch ((cell ?? '').trim().toUpperCase()) {
    case '':
      return null;
    case 'TRUE':
    case 'Y':
    case 'ENABLED':
      return true;
    case 'FALSE':
    case 'N':
    case 'DISABLED':
      return false;
    default:
      return undefined;
  }
}

function readSeconds(text: string | null): number | null {
  return text !== null && /^\d{1,9}(\.0+)?$/.test(text) ? Number(text) : null;
}

function distinct(texts: readonly (string | null)[]): string[] {
  return [...new Set(texts)].filter((text) => text !== null);
}
