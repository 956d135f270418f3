/** Lambda, daily: what lies in the source buckets and is not in the lake → the queues. */
import { readEnvironment } from '../lib/aws/environment.ts';
import { type MissingSummary, queueMissing } from '../lib/aws/queue-missing.ts';
import { S3Store } from '../lib/aws/s3-store.ts';
import { SqsQueue } from '../lib/aws/sqs-queue.ts';
import { instrument } from '../lib/aws/telemetry.ts';
import type { InputKind } from '../lib/ingest/reader.ts';

const environment = readEnvironment([
  'APPSTREAM_AUDIT_BUCKET',
  'APPSTREAM_AUDIT_CLOUDTRAIL_QUEUE_URL',
  'APPSTREAM_AUDIT_REPORT_QUEUE_URL',
  'APPSTREAM_AUDIT_FLOW_LOG_QUEUE_URL',
  'APPSTREAM_AUDIT_SOURCES',
]);
const store = new S3Store();
const logs = new SqsQueue(environment.APPSTREAM_AUDIT_CLOUDTRAIL_QUEUE_URL);
const queues: Readonly<Partial<Record<InputKind, SqsQueue>>> = {
  usage_report: new SqsQueue(environment.APPSTREAM_AUDIT_REPORT_QUEUE_URL),
  flow_log: new SqsQueue(environment.APPSTREAM_AUDIT_FLOW_LOG_QUEUE_URL),
};

export const handler = instrument<unknown, MissingSummary>('reconcile', (event, telemetry) =>
  queueMissing(environment.APPSTREAM_AUDIT_SOURCES, event, {
    store,
    bucket: environment.APPSTREAM_AUDIT_BUCKET,
    nowMs: Date.now(),
    queueOf: (kind) => queues[kind] ?? logs,
    telemetry,
  }),
);
