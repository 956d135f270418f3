/** What the names of digests and log files say (F§5.5). Names are hints: what counts is signed, or hashed. */

/** The place of a digest: all digests of one place, one after the other, are a chain. */
export interface ChainName {
  readonly bucket: string;
  /** What stands before `AWSLogs/`, with its `/`; empty without a prefix. */
  readonly prefix: string;
  readonly organization: string | null;
  readonly accountId: string;
  readonly region: string;
  readonly trail: string;
  readonly homeRegion: string;
  readonly backfill: boolean;
}

const REGION = '[a-z]{2,}(?:-[a-z]+)+-\\d+';

/** Trail names may hold `_`, `.` and `-`: account and region are read from the front, home region and time from behind. */
const DIGEST_KEY = new RegExp(
  `^((?:.*/)?)AWSLogs/(?:([oO]-[a-z0-9]+)/)?(\\d{12})/CloudTrail-Digest/(${REGION})/\\d{4}/\\d{2}/\\d{2}/` +
    `\\3_CloudTrail-Digest_\\4_(.+)_(${REGION})_(\\d{8}T\\d{6}Z)(_backfill)?\\.json(?:\\.gz)?$`,
  's',
);

/** @param key of the digest as it is signed */
export function readDigestKey(bucket: string, key: string): ChainName | null {
  const [, prefix = '', organization = null, accountId, region, trail, homeRegion, , backfill] = DIGEST_KEY.exec(key) ?? [];
  if (accountId === undefined || region === undefined || trail === undefined || homeRegion === undefined) return null;
  return { bucket, prefix, organization, accountId, region, trail, homeRegion, backfill: backfill !== undefined };
}

/** One text a chain; column `chain` of `digests`. */
export function chainText({ bucket, prefix, organization, accountId, region, trail, homeRegion, backfill }: ChainName): string {
  const folder = `${prefix}AWSLogs/${organization === null ? '' : `${organization}/`}${accountId}/CloudTrail-Digest/${region}`;
  return `s3://${bucket}/${folder} ${trail} ${homeRegion}${backfill ? ' backfill' : ''}`;
}

/** What the name of a log file says. */
export interface LogName {
  readonly accountId: string;
  readonly region: string;
  /** Epoch milliseconds: 18 minutes before to 5 after its delivery. */
  readonly deliveredMs: number;
  /** False for what lies beside the logs proper: insights, network activity, aggregates. Whether digests list them is not known. */
  readonly isLog: boolean;
}

const LOG_NAME = new RegExp(`^(\\d{12})_CloudTrail(-[A-Za-z]+)?_(${REGION})_(\\d{4})(\\d\\d)(\\d\\d)T(\\d\\d)(\\d\\d)(\\d\\d)?Z[_.-]`);

/** @param location path or key, with `/` */
export function readLogName(location: string): LogName | null {
  const match = LOG_NAME.exec(baseName(location));
  if (match === null) return null;
  const [, accountId = '', kind, region = ''] = match;
  const [year, month, day, hour, minute] = match.slice(4, 9).map(Number) as [number, number, number, number, number];
  const second = Number(match[9] ?? 0);
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return null;
  const deliveredMs = Date.UTC(year, month - 1, day, hour, minute, second);
  // 30 February is rolled over into March
  if (year < 1970 || new Date(deliveredMs).getUTCDate() !== day) return null;
  return { accountId, region, deliveredMs, isLog: kind === undefined };
}

/** The last part of a path or key, without `.gz`: names of CloudTrail are unique, and unpacked copies keep theirs. */
export function logFileName(location: string): string {
  return location.slice(location.lastIndexOf('/') + 1, location.endsWith('.gz') ? -3 : undefined);
}

function baseName(location: string): string {
  return location.slice(location.lastIndexOf('/') + 1);
}

/**
 * Whether an object lies where it was signed for, as far as its location says: a bucket in full, a path by what it ends in.
 * @param key key as signed
 */
export function isMoved(location: string, bucket: string, key: string): boolean {
  const signed = location.startsWith('s3://') ? `s3://${bucket}/${key}` : `/${key}`;
  return location.startsWith('s3://') ? location !== signed : !location.endsWith(signed);
}
