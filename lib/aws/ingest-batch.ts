/** A batch of messages from a queue: every object that they name is ingested; what failed, and only that, comes again. */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { ByteBudget } from '../cloud/byte-budget.ts';
import { type IngestContext, type IngestResult, ingestObject } from '../cloud/ingest-object.ts';
import { type NoticedObject, readNotice } from '../cloud/notice.ts';
import type { InputKind } from '../ingest/reader.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * Stored bytes that are worked on at once. A log of CloudTrail's largest size (50 MB, about 7 MB as stored) takes some
 * 200 MB of memory; two of them are not to meet.
 */
const AT_ONCE_BYTES = 8 * 1024 * 1024;
/** What an object of unknown size is taken for. */
const UNKNOWN_BYTES = 2 * 1024 * 1024;
/** What even the smallest object takes, buffers and all. */
const LEAST_BYTES = 512 * 1024;

/** @returns the messages to be delivered again; Lambda is told of nothing else */
export async function ingestBatch(
  kind: InputKind,
  event: SQSEvent,
  ingestion: IngestContext,
  telemetry: Telemetry,
): Promise<SQSBatchResponse> {
  const budget = new ByteBudget(AT_ONCE_BYTES);
  const ingestOne = (object: NoticedObject) =>
    budget.spend(Math.max(object.sizeBytes ?? UNKNOWN_BYTES, LEAST_BYTES), async () => {
      report(kind, await ingestObject(kind, object, ingestion), telemetry);
    });
  const takeMessage = async (record: SQSRecord) => {
    try {
      // one message may name several: all are tried, and what was done is known when it comes again
      const ends = await Promise.allSettled(readNotice(record.body).map(ingestOne));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    } catch (error) {
      telemetry.failure(error, { messageId: record.messageId, receiveCount: record.attributes?.ApproximateReceiveCount });
      throw error;
    }
  };
  // a batch of which everything failed is told like any other: an error of the function would hide which messages they were
  return processPartialResponse(event, takeMessage, new BatchProcessor(EventType.SQS), { throwOnFullBatchFailure: false });
}

/** Logs what became of an object, and counts it. */
export function report(kind: InputKind, result: IngestResult, telemetry: Telemetry): void {
  const { outcome, location, inputId, records, rows, reason } = result;
  const details = { kind, outcome, location, inputId, records, rows, ...(reason === null ? {} : { reason }) };
  if (outcome === 'partial' || outcome === 'rejected') telemetry.warn('input', details);
  else telemetry.info('input', details);
  if (outcome === 'known' || outcome === 'passed_over') return;
  telemetry.count('InputsIngested', 1);
  if (outcome === 'rejected') telemetry.count('InputsRejected', 1);
  if (outcome === 'partial') telemetry.count('InputsPartial', 1);
  if (records.malformed > 0) telemetry.count('RecordsMalformed', records.malformed);
}
