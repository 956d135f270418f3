/** What the function `verify-session` does: claims from an invocation or from a session.json → an answer that is kept. */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type SessionCheck, type SessionClaims, sessionClaimsSchema, type Upload } from '../../schemas/session-check.ts';
import type { IngestContext } from '../cloud/ingest-object.ts';
import { ObjectFault } from '../cloud/object-fault.ts';
import type { OpenedObject } from '../cloud/ports.ts';
import { keepCheck, keptCheck } from '../cloud/session-check-store.ts';
import type { SessionSource } from '../cloud/session-sweep.ts';
import { UsageError } from '../errors.ts';
import { locationOf, parseLocation } from '../lake/cloud-layout.ts';
import { addressOf } from '../verify/checks.ts';
import { LARGEST_SESSION_FILE, readSessionFile } from '../verify/session-file.ts';
import { type SearchPlace, searchSessions } from '../verify/session-search.ts';
import { type NoticedUpload, readUploadNotice } from '../verify/upload-notice.ts';
import { type CheckRequest, checkIdOf, judgeClaims, refuseClaim } from '../verify/verify-session.ts';
import type { SweepTarget } from './environment.ts';
import { report } from './ingest-batch.ts';
import { refusing } from './sweep-sessions.ts';
import { describeError, type Telemetry } from './telemetry.ts';

/** What is left for keeping an answer when asking has taken too long, milliseconds. */
const RESERVE_MS = 15_000;

export interface VerifyContext {
  readonly ingestion: IngestContext;
  /** Accounts and regions that are asked. */
  readonly targets: readonly SweepTarget[];
  readonly telemetry: Telemetry;
  readonly remainingMs: () => number;
  readonly open: (target: SweepTarget) => Promise<SessionSource & { close(): void }>;
  /** How often a message of the queue may come before it goes to the dead-letter queue. */
  readonly maxReceives: number;
}

/**
 * Answers an invocation.
 * @param requestId of the invocation: Lambda's own attempts at one invocation are one check
 * @throws UsageError when the claims are not what they should be: names fields, never values
 */
export async function verifyClaims(event: unknown, requestId: string, context: VerifyContext): Promise<SessionCheck> {
  const read = sessionClaimsSchema.safeParse(event);
  if (!read.success) {
    const wrong = read.error.issues.map((issue) =>
      issue.code === 'unrecognized_keys' ? `unknown field ${issue.keys.join(', ')}` : `${issue.path.join('.')} ${issue.message}`,
    );
    throw new UsageError(`the claims cannot be used: ${wrong.join('; ')}`, { remedy: 'see docs/verify-session.md' });
  }
  const { homeFolderKey, authenticationType = null, address = null, ...claimed } = read.data;
  const claims = { ...claimed, authenticationType, address };
  const homeFolder = homeFolderKey === undefined ? null : parseLocation(homeFolderKey);
  const checkId = checkIdOf('invocation', requestId, JSON.stringify(claims), homeFolderKey ?? '');
  return answer({ checkId, origin: 'invocation', claims, upload: null, homeFolder }, claims, context);
}

/**
 * Checks every session.json that the messages name. One whose session is not found while AppStream left a question without
 * an answer is asked about again as long as the queue delivers its message, and kept as undecided only then.
 * @returns the messages to be delivered again
 */
export async function verifyUploads(event: SQSEvent, context: VerifyContext): Promise<SQSBatchResponse> {
  const takeMessage = async (record: SQSRecord) => {
    const isLastTry = Number(record.attributes?.ApproximateReceiveCount ?? context.maxReceives) >= context.maxReceives;
    try {
      for (const upload of readUploadNotice(record.body)) await verifyUpload(upload, isLastTry, context);
    } catch (error) {
      context.telemetry.failure(error, { messageId: record.messageId, receiveCount: record.attributes?.ApproximateReceiveCount });
      throw error;
    }
  };
  return processPartialResponse(event, takeMessage, new BatchProcessor(EventType.SQS), { throwOnFullBatchFailure: false });
}

async function verifyUpload(noticed: NoticedUpload, isLastTry: boolean, context: VerifyContext): Promise<SessionCheck> {
  const { bucket, key, etag, versionId, uploadedAt, sourceAddress, uploader } = noticed;
  const upload: Upload = { bucket, key, etag, uploadedAt, sourceAddress, uploader };
  // a message that comes again is the same check
  const checkId = checkIdOf(
    'home-folder',
    locationOf(noticed),
    etag ?? '',
    versionId ?? '',
    uploadedAt ?? '',
    sourceAddress ?? '',
    uploader ?? '',
  );
  const request = { checkId, origin: 'home-folder', upload, homeFolder: { bucket, key } } as const;
  const content = await readUpload(noticed, context);
  const nowMs = context.ingestion.now();
  if ('flaw' in content) return keep(refuseClaim({ ...request, claims: null }, content.result, content.flaw, nowMs), context);
  return answer({ ...request, claims: content.claims }, content.claims, context, !isLastTry);
}

type Content = { readonly claims: SessionClaims } | { readonly flaw: string; readonly result: 'failed' | 'unknown' };

/** The claims of the version that was noticed: of another one the message says nothing about who wrote it. */
async function readUpload(noticed: NoticedUpload, { ingestion }: VerifyContext): Promise<Content> {
  let opened: OpenedObject;
  try {
    opened = await ingestion.store.open(noticed);
  } catch (error) {
    if (error instanceof ObjectFault && error.fault === 'absent') return { flaw: 'removed since it was written', result: 'unknown' };
    throw error;
  }
  const reading = opened.bytes[Symbol.asyncIterator]();
  try {
    if (noticed.etag !== null && opened.source.etag !== noticed.etag)
      return { flaw: 'written again since, which has a message of its own', result: 'unknown' };
    const parts: Uint8Array[] = [];
    let length = 0;
    while (length <= LARGEST_SESSION_FILE) {
      const next = await reading.next();
      if (next.done) break;
      parts.push(next.value);
      length += next.value.length;
    }
    const read = readSessionFile(length > LARGEST_SESSION_FILE ? null : Buffer.concat(parts));
    return 'flaw' in read ? { ...read, result: 'failed' } : read;
  } finally {
    await reading.return?.();
  }
}

/** The answer that was kept under the id; else AppStream is asked, once for all who try. */
async function answer(request: CheckRequest, claims: SessionClaims, context: VerifyContext, mayComeAgain = false): Promise<SessionCheck> {
  const { ingestion, remainingMs } = context;
  const kept = await keptCheck(request.checkId, ingestion);
  if (kept !== null) return keep(kept, context);
  const opened: (SessionSource & { close(): void })[] = [];
  try {
    const places: SearchPlace[] = [];
    for (const target of context.targets) {
      const source = await context.open(target).catch(refusing);
      opened.push(source);
      places.push({ accountId: target.account, region: target.region, source });
    }
    const nowMs = ingestion.now();
    const search = await searchSessions(places, claims, addressOf({ claims, upload: request.upload }), {
      describe: describeError,
      isLate: () => remainingMs() < RESERVE_MS,
    });
    const made = judgeClaims(request, claims, search, nowMs);
    // a session that was found is not asked for again: by then it may have ended, and the answer would be a weaker one
    if (mayComeAgain && !search.complete && made.reason === 'exists_unknown')
      throw new ObjectFault('busy', `the session could not be looked for everywhere: ${search.problems[0]}; the message comes again`);
    return await keep(made, context);
  } finally {
    for (const source of opened) source.close();
  }
}

async function keep(made: SessionCheck, { ingestion, telemetry }: VerifyContext): Promise<SessionCheck> {
  const { check, ingested } = await keepCheck(made, ingestion);
  report('session_check', ingested, telemetry);
  const { checkId, origin, verdict, reason } = check;
  const details = { checkId, origin, verdict, reason, problems: check.searched.problems };
  if (verdict === 'verified') telemetry.info('session check', details);
  else telemetry.warn('session check', details);
  if (ingested.outcome !== 'known') telemetry.count(METRICS[verdict], 1);
  return check;
}

const METRICS = { verified: 'SessionsVerified', refused: 'SessionsRefused', undecided: 'SessionsUndecided' } as const;
