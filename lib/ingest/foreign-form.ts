/**
 * Forms that do not carry the record, or cannot be unpacked here: refused by their own name, with the command that gives the right
 * thing. An outcome that says only "no CloudTrail" would send a reader looking for a fault that is none.
 */
import type { InputKind } from './reader.ts';

/** Bytes of the head that are looked at. */
export const FOREIGN_HEAD_BYTES = 4096;

const SYNC_TRAIL = 'aws s3 sync s3://TRAIL-BUCKET/AWSLogs/ trail/';
const SYNC_REPORTS = 'aws s3 sync s3://appstream-logs-REGION-ACCOUNT-ID/ reports/';

/** The command that fetches inputs of a kind as they were written. */
const FETCH: Readonly<Record<InputKind, string>> = {
  cloudtrail: SYNC_TRAIL,
  usage_report: SYNC_REPORTS,
  snapshot: 'aws appstream describe-sessions --stack-name STACK --fleet-name FLEET --output json',
  session_check: 'appstream-audit verify-session',
  flow_log: 'aws s3 sync s3://FLOW-LOG-BUCKET/AWSLogs/ flows/',
};

type Form = readonly [matches: (head: Buffer, text: string) => boolean, name: string, remedy: (kind: InputKind) => string];

const begins =
  (...bytes: number[]) =>
  (head: Buffer) =>
    head.length >= bytes.length && bytes.every((byte, at) => head[at] === byte);
const reads = (pattern: RegExp) => (_: Buffer, text: string) => pattern.test(text);
const unpackWith = (command: string) => () => `run "${command} FILE" and give what comes out`;
const fetchAgain = (kind: InputKind) => `give the files as they were written: ${FETCH[kind]}`;

/** Packed in a way that is not undone here, or something else altogether, whatever it was given as. */
const ANY_KIND: readonly Form[] = [
  [begins(0x42, 0x5a, 0x68), 'packed with bzip2', unpackWith('bunzip2')],
  [begins(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00), 'packed with xz', unpackWith('unxz')],
  [begins(0x04, 0x22, 0x4d, 0x18), 'packed with lz4', unpackWith('unlz4')],
  [begins(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), 'a 7z archive', unpackWith('7z x')],
  [begins(0x52, 0x61, 0x72, 0x21), 'a RAR archive', unpackWith('unrar x')],
  [begins(0xd0, 0xcf, 0x11, 0xe0), 'an old Excel workbook (xls) or another Office file', () => `save it as "CSV UTF-8 (comma delimited)"`],
  [begins(0x25, 0x50, 0x44, 0x46), 'a PDF', fetchAgain],
  [begins(0x4f, 0x62, 0x6a, 0x01), 'an Avro file', fetchAgain],
  [begins(0x4f, 0x52, 0x43), 'an ORC file', fetchAgain],
  [reads(/^-----BEGIN PGP MESSAGE-----/), 'encrypted with PGP', unpackWith('gpg --decrypt')],
  [reads(/^age-encryption\.org\//), 'encrypted with age', unpackWith('age --decrypt')],
  [reads(/^\s*<(?:!doctype|html)/i), 'a web page, perhaps of a sign-in', fetchAgain],
  [reads(/^\s*<\?xml[^>]*>\s*<Error>/), 'an error that S3 answered', fetchAgain],
];

const OTHER_LOGS: readonly Form[] = [
  [
    reads(/^[0-9a-f]{3,64} \S+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] /),
    'an S3 server access log, which has neither session nor event id',
    () => `switch on data events of the bucket in a trail and give that: ${SYNC_TRAIL}`,
  ],
  [reads(/^(?:https?|h2|grpcs|wss?) \d{4}-\d\d-\d\dT\S+Z app\//), 'a log of a load balancer', fetchAgain],
];

const CLOUDTRAIL: readonly Form[] = [
  [
    begins(0x50, 0x41, 0x52, 0x31),
    'a Parquet file, such as Security Lake (OCSF) or a lake query writes: it holds columns, not the record',
    fetchAgain,
  ],
  [
    reads(/^(?:"?Event name"?,"?Event time"?|"?Event ID"?,"?Event time"?)/i),
    'the event history that the CloudTrail console saves as CSV: it lacks addresses, keys and data events',
    fetchAgain,
  ],
  [
    reads(/^EVENTS\t/),
    'what lookup-events writes as text, which lacks the record',
    () => 'run "aws cloudtrail lookup-events --output json"; it has no data events: for these give the trail',
  ],
  [
    reads(/^"?@timestamp"?,.*@message/),
    'a result of CloudWatch Logs Insights, which ends at 10,000 rows and does not say so',
    () => 'run "aws logs filter-log-events --log-group-name GROUP --output json", or export the log group to S3',
  ],
  [
    reads(/^"?useridentity"?\t|^\{"?eventversion"?:/),
    'rows of an Athena table in lower-case columns, which lose parts of the record',
    fetchAgain,
  ],
];

const FLOW_LOG: readonly Form[] = [];

/** Why an input of a kind is not read; null for what its reader may look at. The text ends with the remedy. */
export function foreignForm(kind: InputKind, head: Buffer): string | null {
  const text = head.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '');
  const own = kind === 'cloudtrail' ? CLOUDTRAIL : FLOW_LOG;
  const found = [...ANY_KIND, ...OTHER_LOGS, ...own].find(([matches]) => matches(head, text));
  if (found !== undefined) return `is ${found[1]}; ${found[2](kind)}`;
  if (kind !== 'flow_log' && begins(0x50, 0x41, 0x52, 0x31)(head)) return `is a Parquet file; ${fetchAgain(kind)}`;
  return null;
}

/** Why a workbook is not read. */
export const WORKBOOK =
  'is an Excel workbook (xlsx); open it and save it as "CSV UTF-8 (comma delimited)", or give the file as AWS wrote it';
