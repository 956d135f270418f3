/** Lambda, by invocation or by a queue that names session.json files: is a session what it is claimed to be? → an answer, kept. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { openSessions } from '../lib/aws/appstream-sessions.ts';
import { readEnvironment } from '../lib/aws/environment.ts';
import { S3Store } from '../lib/aws/s3-store.ts';
import { instrument } from '../lib/aws/telemetry.ts';
import { verifyClaims, verifyUploads } from '../lib/aws/verify-sessions.ts';
import { isObject } from '../lib/ingest/json-value.ts';
import type { SessionCheck } from '../schemas/session-check.ts';

const {
  APPSTREAM_AUDIT_BUCKET: bucket,
  APPSTREAM_AUDIT_SWEEPS: sweeps,
  APPSTREAM_AUDIT_ACCOUNT: account,
  APPSTREAM_AUDIT_SESSION_CHECK_QUEUE_ARN: queueArn,
  APPSTREAM_AUDIT_MAX_RECEIVES: maxReceives,
  AWS_REGION: region,
} = readEnvironment([
  'APPSTREAM_AUDIT_BUCKET',
  'APPSTREAM_AUDIT_SWEEPS',
  'APPSTREAM_AUDIT_ACCOUNT',
  'APPSTREAM_AUDIT_SESSION_CHECK_QUEUE_ARN',
  'APPSTREAM_AUDIT_MAX_RECEIVES',
  'AWS_REGION',
]);
// where nothing is swept, the fleets are those of the stack's own place
const targets = sweeps.length > 0 ? sweeps : [{ account, region }];
const ingestion = { store: new S3Store(), bucket, now: Date.now };

export const handler = instrument<unknown, SessionCheck | SQSBatchResponse>('session_check', (event, telemetry, remainingMs, requestId) => {
  const context = { ingestion, targets, telemetry, remainingMs, open: openSessions, maxReceives };
  return isBatch(event) ? verifyUploads(event, context) : verifyClaims(event, requestId, context);
});

/** Messages of the function's own queue; whatever else somebody invokes it with is a claim, and read as one. */
function isBatch(event: unknown): event is SQSEvent {
  if (!isObject(event) || !Array.isArray(event['Records'])) return false;
  return event['Records'].every((each) => isObject(each) && each['eventSource'] === 'aws:sqs' && each['eventSourceARN'] === queueArn);
}
