/** The handler of a queue that brings inputs of one kind. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { InputKind } from '../ingest/reader.ts';
import { readEnvironment } from './environment.ts';
import { ingestBatch } from './ingest-batch.ts';
import { S3Store } from './s3-store.ts';
import { instrument } from './telemetry.ts';

/** Made once at a function's cold start. @throws ConfigurationError when the environment is not what it should be */
export function queueHandler(kind: InputKind) {
  const { APPSTREAM_AUDIT_BUCKET: bucket } = readEnvironment(['APPSTREAM_AUDIT_BUCKET']);
  const store = new S3Store();
  return instrument<SQSEvent, SQSBatchResponse>(kind, (event, telemetry) =>
    ingestBatch(kind, event, { store, bucket, now: Date.now }, telemetry),
  );
}
