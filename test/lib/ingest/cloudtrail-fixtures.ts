/** Small CloudTrail records and a reader run for the tests of ingestion. */
import { readEvent, whyMalformed } from '../../../lib/ingest/cloudtrail-event.ts';
import { readCloudTrail } from '../../../lib/ingest/cloudtrail-reader.ts';
import { DEFAULT_LIMITS, type ReadLimits, type ReadOutcome, type RowSink } from '../../../lib/ingest/reader.ts';
import type { EventRow } from '../../../schemas/events-table.ts';
import { type Appended, noRows } from './read-text.ts';

export type Json = Record<string, unknown>;

/** A GetObject by a fleet role through an endpoint; members of `over` replace those of the same name. */
export function s3Record(over: Json = {}): Json {
  return {
    eventVersion: '1.09',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLE:i-0aaa',
      arn: 'arn:aws:sts::111122223333:assumed-role/FleetRole/i-0aaa',
      accountId: '111122223333',
      accessKeyId: 'ASIAEXAMPLE',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          arn: 'arn:aws:iam::111122223333:role/teams/FleetRole',
          accountId: '111122223333',
          userName: 'FleetRole',
        },
        attributes: { mfaAuthenticated: 'false' },
      },
    },
    eventTime: '2026-03-02T10:15:30Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '10.0.1.25',
    userAgent: '[aws-cli/2]',
    requestParameters: { bucketName: 'analytics', Host: 'analytics.s3.eu-west-1.amazonaws.com', key: 'a/b.csv' },
    responseElements: null,
    additionalEventData: { bytesTransferredIn: 0, bytesTransferredOut: 1376.0 },
    requestID: 'REQ1',
    eventID: 'event-1',
    readOnly: true,
    resources: [
      { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::analytics/a/b.csv' },
      { accountId: '444455556666', type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::analytics' },
    ],
    eventType: 'AwsApiCall',
    managementEvent: false,
    recipientAccountId: '111122223333',
    vpcEndpointId: 'vpce-0123',
    vpcEndpointAccountId: '111122223333',
    eventCategory: 'Data',
    tlsDetails: { tlsVersion: 'TLSv1.3' },
    ...over,
  };
}

/** The row of a record, after the way through JSON that every record has behind it. */
export function eventOf(over: Json = {}): EventRow {
  const record = JSON.parse(JSON.stringify(s3Record(over))) as Json;
  const reason = whyMalformed(record);
  if (reason !== null) throw new Error(reason);
  return readEvent(record, { sha256: 'ab', sourceFile: '/x.json', sourceIndex: 3, ingestedAtMs: 5 });
}

export interface Reading extends ReadOutcome {
  readonly rows: Appended;
}

export interface ReadOptions {
  readonly location?: string;
  readonly limits?: Partial<ReadLimits>;
  /** Sizes of the chunks, used in turn; one chunk when there are none. */
  readonly chunkSizes?: readonly number[];
  /** Thrown behind the last chunk. */
  readonly error?: Error;
}

/** Reads a document as `readCloudTrail` would read it from a file. */
export async function read(document: string | Uint8Array, options: ReadOptions = {}): Promise<Reading> {
  const rows = noRows();
  const sink: RowSink = {
    append(table, dt, row) {
      (rows[table] as { dt: string; row: unknown }[]).push({ dt, row });
    },
  };
  const context = {
    location: options.location ?? '/logs/file.json',
    modifiedMs: 0,
    ingestedAtMs: 1_772_500_000_000,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  };
  const bytes = typeof document === 'string' ? Buffer.from(document, 'utf8') : document;
  return { ...(await readCloudTrail(chunks(bytes, options), context, sink)), rows };
}

async function* chunks(bytes: Uint8Array, { chunkSizes = [], error }: ReadOptions): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let n = 0; at < bytes.length; n++) {
    const size = Math.max(1, chunkSizes[n % chunkSizes.length] ?? bytes.length);
    // a copy: what the reader keeps of a chunk must not depend on its neighbours
    yield Uint8Array.from(bytes.subarray(at, at + size));
    at += size;
  }
  if (error) throw error;
}

export function ids(reading: Reading): string[] {
  return reading.rows.events.map(({ row }) => row.event_id);
}
