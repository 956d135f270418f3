/** Of which kind a file is, found out from where it lies and how it begins: so that a folder can be given as it is. */
import { readDialect } from './csv-dialect.ts';
import { readHeader } from './flow-log-format.ts';
import type { InputKind } from './reader.ts';
import { REQUIRED_COLUMNS } from './session-report-row.ts';

/** Bytes of the head that are looked at. */
export const KIND_HEAD_BYTES = 16_384;

/** Names that AWS, or this program, gives; the more particular first. */
const PLACES: readonly (readonly [RegExp, InputKind])[] = [
  [/(?:^|\/)daily-(?:session|app)-report-\d{4}-\d{2}-\d{2}[^/]*$/, 'usage_report'],
  [/AWSLogs\/(?:.*\/)?vpcflowlogs\/|aws-service=vpcflowlogs\/|_vpcflowlogs_[^/]*$/, 'flow_log'],
  [/AWSLogs\/(?:[oO]-[a-z0-9]+\/)?\d{12}\/CloudTrail[^/]*\/|\d{12}_CloudTrail[^/]*$/, 'cloudtrail'],
];

/** What only a record of CloudTrail, or something that wraps one, has. */
const CLOUDTRAIL = /\\*"(?:eventVersion|eventSource|eventID|digestStartTime|CloudTrailEvent|eventJson|awsRegion)\\*"/;

/** A page of DescribeSessions. */
const SESSIONS = /"[Ss]essions"\s*:\s*\[/;

/** A record of `verify-session`. */
const SESSION_CHECK = /"checkId"\s*:/;

/**
 * @param location where it lies, with `/`; of a file in an archive the whole of it
 * @param head its first bytes, unpacked
 * @returns null for what is of no kind that is known
 */
export function kindOfContent(location: string, head: Buffer): InputKind | null {
  const placed = PLACES.find(([pattern]) => pattern.test(location.slice(location.lastIndexOf('!/') + 1)));
  if (placed !== undefined) return placed[1];
  if (head.toString('latin1', 0, 4) === 'PAR1') return 'flow_log';
  const text = head.toString('utf8', 0, KIND_HEAD_BYTES).replace(/^\ufeff/, '');
  const [first = '', second = ''] = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  if (isReportHeader(first) || (/^"?sep=/i.test(first) && isReportHeader(second))) return 'usage_report';
  if (isFlowLog(first)) return 'flow_log';
  if (CLOUDTRAIL.test(text)) return 'cloudtrail';
  if (SESSION_CHECK.test(first)) return 'session_check';
  return SESSIONS.test(text) ? 'snapshot' : null;
}

function isReportHeader(line: string): boolean {
  const { separator } = readDialect({ number: 1, text: line, ending: '', flaw: null });
  const names = line.split(separator).map((name) => name.replaceAll('"', '').trim().toLowerCase());
  if (names.includes('application_name') && names.includes('user_session_id')) return true;
  return REQUIRED_COLUMNS.filter((name) => names.includes(name)).length >= 3;
}

/** A header line, or a record of the default format as CloudWatch Logs exports it. */
function isFlowLog(line: string): boolean {
  const values = line.trim().split(/ +/);
  if (values.length < 5) return false;
  return readHeader(values) !== null || /^(?:\S+Z )?2 (?:\d{12}|unknown) eni-/.test(line);
}
