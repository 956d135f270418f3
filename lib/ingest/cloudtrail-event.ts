/**
 * One CloudTrail record → one row of `events`. Written by hand for speed: it runs once per record. It never throws; what
 * has the wrong type is absent.
 */
import type { EventRow } from '../../schemas/events-table.ts';
import { readSourceAddress, type SourceAddress } from '../address.ts';
import { DAY_MS, formatDt, LATEST_MS, type ParsedTime, parseTime } from '../time.ts';
import { actionOf, categoryOf, isReadName, isS3Source, multipartStepOf } from './event-nature.ts';
import { callerAccountOf, roleSessionOf } from './event-principal.ts';
import { objectKeyOf, readResources } from './event-resources.ts';
import { readHomeFolderKey } from './home-folder-key.ts';
import { booleanOf, countOf, type JsonObject, objectOf, textOf } from './json-value.ts';
import { DEFAULT_LIMITS, type ReadLimits } from './reader.ts';
import { accessPointOf, bucketName, readCopySource, readS3Request } from './s3-request.ts';
import { EARLIEST_TIME_MS, whyOutOfRange } from './time-range.ts';

/** Where a record lies and what was seen of it there. */
export interface RecordOrigin {
  /** Lower-case hex SHA-256 of the bytes of the record. */
  readonly sha256: string;
  readonly sourceFile: string;
  /** Place in the input, from 0. */
  readonly sourceIndex: number;
  readonly ingestedAtMs: number;
}

/** Calls that carry the bytes of an object: they last as long as the network takes. */
const TRANSFERS = new Set([
  ...['GetObject', 'PutObject', 'PostObject', 'UploadPart', 'UploadPartCopy', 'CopyObject', 'CompleteMultipartUpload'],
  ...['SelectObjectContent', 'RestoreObject', 'GetObjectTorrent', 'WriteGetObjectResponse'],
]);

/** How long before its completion a call may have begun, milliseconds, inclusive. */
const LONGEST_TRANSFER_MS = 3_600_000;
const LONGEST_CALL_MS = 900_000;

/** Why a record cannot be a row of `events`; null when it can. The reason carries no content. */
export function whyMalformed(record: JsonObject, limits: Pick<ReadLimits, 'latestTimeMs'> = DEFAULT_LIMITS): string | null {
  if (textOf(record['eventID']) === null) return 'no eventID';
  const time = timeTextOf(record);
  if (time === null) return 'no eventTime';
  const parsed = readTime(time);
  if (parsed === null) return 'impossible eventTime';
  if (textOf(record['eventSource']) === null) return 'no eventSource';
  if (textOf(record['eventName']) === null) return 'no eventName';
  return whyOutOfRange(parsed.ms, 'eventTime', limits);
}

/** @param record one for which `whyMalformed` is null */
export function readEvent(record: JsonObject, origin: RecordOrigin): EventRow {
  const identity = objectOf(record['userIdentity']);
  const request = objectOf(record['requestParameters']);
  const extra = objectOf(record['additionalEventData']);
  const addendum = objectOf(record['addendum']);
  const eventSource = record['eventSource'] as string;
  const eventName = record['eventName'] as string;
  const ofS3 = isS3Source(eventSource);

  const time = readTime(timeTextOf(record) as string) as ParsedTime;
  const start = startOf(extra['startTime'], time, ofS3 && TRANSFERS.has(eventName) ? LONGEST_TRANSFER_MS : LONGEST_CALL_MS);
  const copySource = ofS3 ? copySourceOf(request['x-amz-copy-source']) : null;
  const resources = readResources(record['resources']);
  const requested = textOf(request['bucketName']);
  const bucket = ofS3 ? bucketName(requested, resources.bucket) : (requested ?? resources.bucket);
  const source = readCopySource(copySource);
  const s3 = ofS3 ? readS3Request(eventName, request, objectOf(record['responseElements']), extra) : null;
  // other services have a `key`, too: that of DynamoDB is an object; the prefix of a list is no key
  const objectKey = ofS3 ? (textOf(request['key']) ?? keyOfResources(record['resources'], eventName, bucket, copySource)) : null;
  const owner = ofS3 ? readHomeFolderKey(bucket, objectKey) : null;
  const category = categoryOf(
    textOf(record['eventCategory']),
    booleanOf(record['managementEvent']),
    eventSource,
    eventName,
    resources.hasObject,
  );
  const readOnly = booleanOf(record['readOnly']) ?? isReadName(eventName);
  const multipartStep = multipartStepOf(eventSource, eventName);
  const address = cachedAddress(record['sourceIPAddress']);
  const session = roleSessionOf(identity);
  const sessionContext = objectOf(identity['sessionContext']);
  const onBehalfOf = objectOf(identity['onBehalfOf']);
  const inScopeOf = objectOf(identity['inScopeOf']);

  return {
    event_id: record['eventID'] as string,
    event_time_ms: time.ms,
    join_time_ms: start.believedMs ?? time.ms,
    refused_start_ms: start.refusedMs,
    time_precision: start.believedMs !== null || time.hasFraction ? 'ms' : 's',
    event_source: eventSource,
    event_name: eventName,
    event_category: category,
    event_type: textOf(record['eventType']),
    event_version: textOf(record['eventVersion']),
    action: actionOf(eventSource, eventName, readOnly, category),
    read_only: readOnly,
    multipart_step: multipartStep,
    upload_id: multipartStep === null ? null : textOf(request['uploadId']),
    account_id: callerAccountOf(identity),
    recipient_account_id: textOf(record['recipientAccountId']),
    region: textOf(record['awsRegion']),
    source_address: address.text,
    source_address_kind: address.kind,
    source_address_hex: address.hex,
    vpc_endpoint_id: textOf(record['vpcEndpointId']),
    vpc_endpoint_account_id: textOf(record['vpcEndpointAccountId']),
    principal_type: textOf(identity['type']),
    principal_id: textOf(identity['principalId']),
    principal_arn: textOf(identity['arn']),
    principal_name: textOf(identity['userName']),
    principal_role: session.role,
    principal_role_arn: session.roleArn,
    role_session_name: session.sessionName,
    access_key_id: textOf(identity['accessKeyId']),
    source_identity: textOf(sessionContext['sourceIdentity']),
    on_behalf_of_user_id: textOf(onBehalfOf['userId']),
    identity_store_arn: textOf(onBehalfOf['identityStoreArn']),
    credential_id: textOf(identity['credentialId']),
    in_scope_type: textOf(inScopeOf['issuerType']),
    in_scope_resource: textOf(inScopeOf['credentialsIssuedTo']),
    ec2_role_delivery: textOf(sessionContext['ec2RoleDelivery']),
    invoked_by: textOf(identity['invokedBy']),
    bucket,
    object_key: objectKey,
    copy_source: copySource,
    copy_source_bucket: source.bucket,
    copy_source_key: source.key,
    copy_source_version_id: source.versionId,
    access_point: ofS3 ? accessPointOf(requested, record['resources']) : null,
    list_prefix: s3?.list_prefix ?? null,
    version_id: s3?.version_id ?? null,
    delete_effect: s3?.delete_effect ?? null,
    acl: s3?.acl ?? null,
    encryption: s3?.encryption ?? null,
    kms_key_id: s3?.kms_key_id ?? null,
    key_account_id: owner === null ? null : owner.accountId,
    key_authentication_type: owner === null ? null : owner.authenticationType,
    key_user_hash: owner === null ? null : owner.userHash,
    bytes_in: countOf(extra['bytesTransferredIn']),
    bytes_out: countOf(extra['bytesTransferredOut']),
    request_id: textOf(record['requestID']),
    error_code: textOf(record['errorCode']),
    tls_version:
      textOf(objectOf(record['tlsDetails'])['tlsVersion']) ??
      ((textOf(extra['CipherSuite']) ?? textOf(extra['cipherSuite'])) === null ? null : 'unknown'),
    resource_account_id: resources.accountId,
    user_agent: textOf(record['userAgent']),
    shared_event_id: textOf(record['sharedEventID']),
    corrects_event_id: textOf(addendum['originalEventID']),
    corrects_request_id: textOf(addendum['originalRequestID']),
    correction_reason: textOf(addendum['reason']),
    record_sha256: origin.sha256,
    source_file: origin.sourceFile,
    source_index: origin.sourceIndex,
    ingested_at_ms: origin.ingestedAtMs,
  };
}

/**
 * `eventTime`. Logstash, whose exports are a common form of shared logs, moves it to `@timestamp` and adds milliseconds that
 * CloudTrail never had; `@version` tells that it was Logstash.
 */
function timeTextOf(record: JsonObject): string | null {
  const time = textOf(record['eventTime']);
  if (time !== null || record['@version'] === undefined) return time;
  return textOf(record['@timestamp'])?.replace(/\.000Z$/, 'Z') ?? null;
}

/** What a list was asked for is a prefix, even where it is called an object. */
function keyOfResources(resources: unknown, eventName: string, bucket: string | null, copySource: string | null): string | null {
  return eventName.startsWith('List') ? null : objectKeyOf(resources, bucket, copySource);
}

/** A `startTime`, epoch milliseconds: the start of the call, or a time that it cannot have begun at, or neither. */
interface StartTime {
  readonly believedMs: number | null;
  readonly refusedMs: number | null;
}

const NO_START: StartTime = { believedMs: null, refusedMs: null };

/**
 * The start of a call, believed where it is not after the completion and not longer before it than such a call takes. What
 * is no time since S3 began (seconds, microseconds, text) says nothing, and is not told as refused.
 * @param end a completion that knows only its second may have come at any millisecond of it
 * @param longestMs how long such a call may take, milliseconds
 */
function startOf(value: unknown, end: ParsedTime, longestMs: number): StartTime {
  if (value === undefined) return NO_START;
  const ms = countOf(value);
  if (ms === null) return NO_START;
  const latestMs = end.hasFraction ? end.ms : end.ms + 999;
  if (ms <= latestMs && ms >= end.ms - longestMs) return { believedMs: ms, refusedMs: null };
  const isPossible = ms === Number(value) && ms >= EARLIEST_TIME_MS && ms <= LATEST_MS;
  return isPossible ? { believedMs: null, refusedMs: ms } : NO_START;
}

/** The header as it came; where the record lists it, its first text. */
function copySourceOf(value: unknown): string | null {
  return textOf(Array.isArray(value) ? value[0] : value);
}

/** Bounds what the memories below may hold. */
const MEMORY_LIMIT = 10_000;

/** The day read last, and its midnight (NaN when there is no such day): records of one file are of one day, nearly all. */
let lastDay = '1970-01-01T';
let lastMidnight = 0;

/** `parseTime`, quicker for the one form that CloudTrail writes: `2026-09-30T22:56:51Z`. */
function readTime(text: string): ParsedTime | null {
  if (text.length !== 20 || text.charCodeAt(19) !== 0x5a || text.charCodeAt(10) !== 0x54) return parseTime(text);
  if (text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a) return parseTime(text);
  if (!text.startsWith(lastDay)) {
    lastDay = text.slice(0, 11);
    lastMidnight = parseTime(`${lastDay}00:00:00Z`)?.ms ?? Number.NaN;
  }
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  // whatever is unusual (a leap second, no such day, no digits) is for parseTime to judge
  if (!(lastMidnight >= 0 && hour <= 23 && minute <= 59 && second <= 59)) return parseTime(text);
  return { ms: lastMidnight + ((hour * 60 + minute) * 60 + second) * 1000, hasFraction: false };
}

/** NaN when one of the two is no digit. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

const days = new Map<number, string>();

/** The UTC date of an instant, `YYYY-MM-DD`: `formatDt` with a memory. */
export function dtOf(ms: number): string {
  const number = Math.floor(ms / DAY_MS);
  let dt = days.get(number);
  if (dt === undefined) {
    dt = formatDt(ms);
    if (days.size >= MEMORY_LIMIT) days.clear();
    days.set(number, dt);
  }
  return dt;
}

const addresses = new Map<string, SourceAddress>();

function cachedAddress(value: unknown): SourceAddress {
  if (typeof value !== 'string') return readSourceAddress(value);
  let address = addresses.get(value);
  if (address === undefined) {
    address = readSourceAddress(value);
    if (addresses.size >= MEMORY_LIMIT) addresses.clear();
    addresses.set(value, address);
  }
  return address;
}
