/**
 * Where things lie in the central bucket. Every key is a function of the input object, so that doing a thing twice names
 * the same key, and a put that succeeds only on an absent key makes the second time do nothing.
 */
import { UsageError } from '../errors.ts';
import { sha256Hex } from '../ingest/digest.ts';

/** S3 allows 1,024 bytes of UTF-8; some are left for what tools append. */
const LONGEST_KEY_BYTES = 1000;

/** The prefixes that the program owns below the central bucket. */
export const CLOUD_PREFIXES = {
  raw: 'raw/',
  claims: 'control/claims/',
  inputs: 'control/inputs/',
  alerts: 'control/alerts/',
  answers: 'answers/',
  work: 'work/',
  athenaResults: 'athena-results/',
} as const;

/** State of the correlation in progress (the lease); written with `If-Match`. */
export const CORRELATION_STATE_KEY = 'control/correlation.json';
/** Instant of the listing of the last published run over everything. */
export const WATERMARK_KEY = 'control/watermark.json';

/** One version of an object in a source bucket. */
export interface SourceObject {
  readonly bucket: string;
  /** As it is, never URL-encoded. */
  readonly key: string;
  /** Without the quotes that HTTP puts around it. */
  readonly etag: string;
}

/** `s3://bucket/key`: the location by which rows name their input. */
export function locationOf(source: Pick<SourceObject, 'bucket' | 'key'>): string {
  return `s3://${source.bucket}/${source.key}`;
}

/** What {@link locationOf} put together; the key may be empty, or a prefix. @throws UsageError when it is not `s3://bucket/key` */
export function parseLocation(location: string): { bucket: string; key: string } {
  const match = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(location);
  if (!match) throw new UsageError(`${location} is not an S3 location`, { remedy: 'write s3://bucket/prefix' });
  return { bucket: match[1] as string, key: match[2] ?? '' };
}

/** 32 hex digits that name one version of one input; `batch_id` of its rows in the cloud. */
export function inputId(source: SourceObject): string {
  return sha256Hex(`${locationOf(source)}\n${source.etag}`).slice(0, 32);
}

/** The unchanged copy of an input. @param contentSha256 SHA-256 of its bytes, lower-case hex */
export function rawKey(source: Pick<SourceObject, 'bucket' | 'key'>, contentSha256: string): string {
  return keyOf(CLOUD_PREFIXES.raw, source, contentSha256);
}

/** Written before anything else of an input: fixes the instant of its ingestion for all who try it. */
export function claimKey(source: SourceObject): string {
  return keyOf(CLOUD_PREFIXES.claims, source, `${fileNameOf(source.etag)}.json`);
}

/** Written after everything else of an input: it is in the lake once this exists. */
export function inputRecordKey(source: SourceObject): string {
  return keyOf(CLOUD_PREFIXES.inputs, source, `${fileNameOf(source.etag)}.json`);
}

/**
 * The prefix below which the records of a source prefix lie, those of over-long keys apart (`isShortened`).
 * @param prefix a prefix of keys in the source bucket; may be empty, need not end with `/`
 */
export function inputRecordPrefix(bucket: string, prefix: string): string {
  return `${CLOUD_PREFIXES.inputs}${bucket}/${prefix}`;
}

/** True when the key of the input's record does not hold the source key: a listing by prefix does not show it. */
export function isShortened(source: SourceObject): boolean {
  return !inputRecordKey(source).startsWith(inputRecordPrefix(source.bucket, source.key));
}

/** `<table>/dt=YYYY-MM-DD/` of a landing table, or of `inputs`, `rejected_records` and `evidence_marks`. */
export function partitionPrefix(table: string, dt: string): string {
  return `${table}/dt=${dt}/`;
}

/** A file of a landing table. Its rows are in its name, so that a listing counts them. */
export function landingKey(table: string, dt: string, id: string, rows: number): string {
  return `${partitionPrefix(table, dt)}${id}-${rows}.parquet`;
}

/** What a landing key says; null when it is not one. */
export interface LandingKey {
  readonly table: string;
  /** UTC date of the partition. */
  readonly dt: string;
  readonly inputId: string;
  readonly rows: number;
}

const LANDING_KEY = /^([a-z_]+)\/dt=(\d{4}-\d{2}-\d{2})\/([0-9a-f]{32})-(\d+)\.parquet$/;

export function parseLandingKey(key: string): LandingKey | null {
  const [, table, dt, id, rows] = LANDING_KEY.exec(key) ?? [];
  if (table === undefined || dt === undefined || id === undefined) return null;
  return { table, dt, inputId: id, rows: Number(rows) };
}

/** Tables of the ledger that the cloud keeps as files. */
export type LedgerFolder = 'inputs' | 'rejected_records' | 'evidence_marks' | 'failed_inputs' | 'acceptances';

/** A file of a table of the ledger. @param dt UTC date on which the input was claimed or failed, or something was accepted */
export function ledgerKey(table: LedgerFolder, dt: string, id: string): string {
  return `${partitionPrefix(table, dt)}${id}.parquet`;
}

/** A sweep of DescribeSessions as it was taken. @param time RFC 3339, UTC */
export function sweepKey(account: string, region: string, time: string): string {
  return `${CLOUD_PREFIXES.raw}describe-sessions/${account}/${region}/${time}.jsonl`;
}

/** The record of a session check. */
export function sessionCheckKey(checkId: string): string {
  return `${CLOUD_PREFIXES.raw}session-checks/${checkId}.jsonl`;
}

/** Exists once the state that the hash names was alerted. */
export function alertKey(hash: string): string {
  return `${CLOUD_PREFIXES.alerts}${hash}.json`;
}

function keyOf(prefix: string, { bucket, key }: Pick<SourceObject, 'bucket' | 'key'>, name: string): string {
  const whole = `${prefix}${bucket}/${key}/${name}`;
  return Buffer.byteLength(whole) <= LONGEST_KEY_BYTES ? whole : `${prefix}${bucket}/${sha256Hex(key)}/${name}`;
}

/** ETags are hex in practice; what is not must not make folders. */
function fileNameOf(etag: string): string {
  return /^[\w-]{1,64}$/.test(etag) ? etag : sha256Hex(etag);
}
