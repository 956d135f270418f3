/** Keeps checks: the record first, as it is, then its row. A check that was kept is never made again under its id. */
import { type SessionCheck, sessionCheckSchema } from '../../schemas/session-check.ts';
import { sessionCheckKey } from '../lake/cloud-layout.ts';
import { type IngestContext, type IngestResult, ingestObject } from './ingest-object.ts';
import { ObjectFault } from './object-fault.ts';

/**
 * The check that was kept under an id.
 * @returns null when there is none
 * @throws ObjectFault when it cannot be read
 */
export async function keptCheck(checkId: string, { store, bucket }: IngestContext): Promise<SessionCheck | null> {
  const key = sessionCheckKey(checkId);
  const text = await store.readText(bucket, key);
  if (text === null) return null;
  try {
    return sessionCheckSchema.parse(JSON.parse(text));
  } catch {
    throw new ObjectFault('busy', `s3://${bucket}/${key} is no record of a check`, { remedy: 'see who wrote it' });
  }
}

/**
 * Keeps a check and ingests its record; what another did meanwhile under the same id counts instead.
 * @throws ObjectFault for what may pass: the next attempt goes on where this one stopped
 */
export async function keepCheck(check: SessionCheck, context: IngestContext): Promise<{ check: SessionCheck; ingested: IngestResult }> {
  const { store, bucket } = context;
  const key = sessionCheckKey(check.checkId);
  // a record that could not be read again would be set aside, and the refusal with it
  sessionCheckSchema.parse(check);
  const isNew = await store.putNew(bucket, key, `${JSON.stringify(check)}\n`, 'application/x-ndjson');
  const kept = isNew ? check : ((await keptCheck(check.checkId, context)) ?? check);
  const ingested = await ingestObject('session_check', { bucket, key, etag: null, versionId: null }, context);
  return { check: kept, ingested };
}
