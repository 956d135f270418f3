/** The daily usage reports of AppStream (F§1): sessions in 32 columns, and the applications launched. */
import { DAY_MS, formatDt } from '../time.ts';
import { MAIN_ACCOUNT, REGION, SECOND_ACCOUNT } from './cast.ts';
import { Random } from './random.ts';
import type { DemoSession } from './sessions.ts';

const SESSION_COLUMNS =
  'user_session_id,aws_account_id,region,session_start_time,session_end_time,session_duration_in_seconds,user_id,user_arn,' +
  'authentication_type,authentication_type_user_id,fleet_name,stack_name,instance_type,eni_private_ip_address,connected_at_least_once,' +
  'client_ip_addresses,google_drive_enabled,one_drive_enabled,home_folders_storage_location,user_settings_clipboard_copy_from_local_device,' +
  'user_settings_clipboard_copy_to_local_device,user_settings_file_upload,user_settings_file_download,user_settings_printing_to_local_device,' +
  'application_settings_enabled,domain_joined,max_session_duration,session_type,stream_view,streaming_experience_settings_protocol,' +
  'instance_id,is_multisession';

/** The sessions report of one account and day. Its rows are the sessions that ended on that day. */
export function sessionsReport(sessions: readonly DemoSession[]): string {
  const lines = [SESSION_COLUMNS];
  for (const session of sessions) lines.push(sessionRow(session));
  return `${lines.join('\n')}\n`;
}

function sessionRow(session: DemoSession): string {
  const { fleet } = session;
  const allowed = fleet.name === 'contractors' ? 'DISABLED' : 'ENABLED';
  const userArn =
    fleet.authentication === 'USERPOOL'
      ? `arn:aws:appstream:${REGION}:${fleet.account}:user/userpool/${new Random(1, session.user).uuid()}`
      : `arn:aws:appstream:${REGION}:${fleet.account}:user/${fleet.folderMode}/${session.user}`;
  return [
    session.id,
    fleet.account,
    REGION,
    reportTime(session, session.start),
    reportTime(session, session.end),
    String(Math.round((session.end - session.start) / 1000)),
    session.user,
    userArn,
    fleet.authentication,
    `${session.user}_${fleet.authentication}`,
    fleet.name,
    fleet.stack,
    fleet.instanceType,
    session.address,
    String(session.connected),
    session.connected ? session.client : '',
    'false',
    'false',
    fleet.homes,
    allowed,
    'DISABLED',
    allowed,
    // one fleet lets files out: something for the policy to notice
    fleet.name === 'legacy' ? 'ENABLED' : 'DISABLED',
    'DISABLED',
    String(fleet.account === MAIN_ACCOUNT),
    fleet.domainJoined ? 'Y' : 'N',
    '36000',
    session.multisession ? 'ALWAYS_ON' : 'ON_DEMAND',
    'DESKTOP',
    'TCP',
    session.instanceId,
    String(session.multisession),
  ]
    .map(csvField)
    .join(',');
}

/** Two spellings, because no document states one: with milliseconds, and plain seconds. */
function reportTime(session: DemoSession, ms: number): string {
  const text = new Date(ms).toISOString();
  return session.fleet.account === SECOND_ACCOUNT ? text.slice(0, 19).replace('T', ' ') : text;
}

function csvField(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The applications report: one row a launch, without a time. */
export function applicationsReport(seed: number, sessions: readonly DemoSession[]): string {
  const lines = ['user_session_id,application_name'];
  for (const session of sessions) {
    if (!session.connected) continue;
    const random = new Random(seed, 'applications', session.id);
    for (let launch = random.between(1, 3); launch > 0; launch--) lines.push(`${session.id},${random.pick(session.fleet.application)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Where AppStream puts a report. @param day midnight of the day it is about, epoch milliseconds */
export function reportPath(account: string, kind: 'sessions' | 'applications', day: number): string {
  const dt = formatDt(day);
  const [year, month, date] = dt.split('-');
  const name = kind === 'sessions' ? 'daily-session-report' : 'daily-app-report';
  const bucket = `appstream-logs-${REGION}-${account}-${account === MAIN_ACCOUNT ? 'h3kq9w2z' : 'p8x4m1dn'}`;
  return `${bucket}/${kind}/schedule=DAILY/year=${year}/month=${month}/day=${date}/${name}-${dt}.csv`;
}

/** When the report of a day is written: within a day of its end (F§1.1). */
export function reportWritten(day: number, late: boolean): number {
  return day + DAY_MS + (late ? 14 : 5) * 3_600_000 + 720_000;
}
