/** Finds out of which kind the files below a folder are, so that a folder can be given as it is. */
import { archiveFormOf } from '../ingest/archive.ts';
import { peek } from '../ingest/byte-stream.ts';
import { KIND_HEAD_BYTES, kindOfContent } from '../ingest/kind-of-content.ts';
import { DEFAULT_LIMITS } from '../ingest/reader.ts';
import { unpack } from '../ingest/unpack.ts';
import type { InputObject } from '../lake/batch.ts';
import { openInput } from './input-source.ts';

/**
 * The input with the kind that its place or its first bytes tell. An archive is opened when it is read: each file in it is then read
 * as what it is. What cannot be opened is a log, so that reading it fails and is told.
 * @returns null for what is of no kind that is known
 */
export async function findKind(object: InputObject): Promise<InputObject | null> {
  const found = (kind: InputObject['kind']) => ({ ...object, kind, isKindFound: true });
  const placed = kindOfContent(object.location, Buffer.alloc(0));
  if (placed !== null) return found(placed);
  try {
    const { head, all } = await peek(unpack(openInput(object.location), DEFAULT_LIMITS, object.location).bytes, KIND_HEAD_BYTES);
    await all[Symbol.asyncIterator]().return?.();
    // nothing says that an empty file was no log: it is to be rejected as one, and not to be passed over
    if (head.length === 0 || archiveFormOf(head) !== null) return found('cloudtrail');
    const kind = kindOfContent(object.location, head);
    return kind === null ? null : found(kind);
  } catch {
    return found('cloudtrail');
  }
}
