/** Archives (zip, tar) as the files in them. An archive is to the readers what a folder is: each file is an input of its own. */
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { extract } from 'tar-stream';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { DamagedInputError, InputError } from '../errors.ts';

/** Bytes that tell a tar: its first header. */
export const ARCHIVE_HEAD_BYTES = 512;

export type ArchiveForm = 'zip' | 'tar';

/** A file in an archive. Its bytes have to be read, or left, before the next one is asked for. */
export interface Member {
  /** Path in the archive, with `/`. */
  readonly name: string;
  /** Last modification, epoch milliseconds; null when the archive does not say, or says it without a time zone. */
  readonly modifiedMs: number | null;
  /** @throws InputError where what is stored cannot be read */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** A zip is read from its end: it has to lie in memory. */
const MOST_ZIP_BYTES = 256 * 1024 * 1024;

/** Archives without a magic word were told by their checksum. Typed apart: the package's own types lack the option. */
const TAR_OPTIONS = { allowUnknownFormat: true, highWaterMark: 65_536 };

const EXTRACT = 'extract it and give the folder that it makes';

/** What the first bytes tell of; null for what is no archive. */
export function archiveFormOf(head: Buffer): ArchiveForm | null {
  const sign = head.length >= 4 ? head.readUInt32LE(0) : 0;
  // a local file, the end of an empty archive, the mark of a split one
  if (sign === 0x04034b50 || sign === 0x06054b50 || sign === 0x08074b50) return 'zip';
  return isTarHeader(head) ? 'tar' : null;
}

/** Old archives have no magic word, but every header has its checksum. */
function isTarHeader(head: Buffer): boolean {
  if (head.length < ARCHIVE_HEAD_BYTES || head[0] === 0) return false;
  const written = /^ *([0-7]+)[ \0]/.exec(head.toString('latin1', 148, 156))?.[1];
  if (written === undefined) return false;
  let sum = 8 * 0x20;
  for (let at = 0; at < ARCHIVE_HEAD_BYTES; at++) if (at < 148 || at >= 156) sum += head[at] as number;
  return Number.parseInt(written, 8) === sum;
}

/**
 * The files of an archive, one after the other; folders and links are none.
 * @param location names the archive in messages
 * @throws InputError when the archive ends early or cannot be read, after the files before that
 */
export function membersOf(form: ArchiveForm, bytes: AsyncIterable<Uint8Array>, location: string): AsyncGenerator<Member> {
  return form === 'zip' ? zipMembers(bytes, location) : tarMembers(bytes, location);
}

async function* tarMembers(bytes: AsyncIterable<Uint8Array>, location: string): AsyncGenerator<Member> {
  const unpacking = extract(TAR_OPTIONS);
  const source = Readable.from(bytes, { objectMode: false });
  source.on('error', (error) => unpacking.destroy(error));
  source.pipe(unpacking);
  try {
    for await (const entry of unpacking) {
      const { name, mtime, type } = entry.header;
      if (type === 'file' || type === 'contiguous-file') {
        const modifiedMs = mtime === undefined || mtime.getTime() <= 0 ? null : mtime.getTime();
        yield { name, modifiedMs, bytes: explained(entry as AsyncIterable<Uint8Array>, location) };
      }
      entry.resume();
    }
  } catch (error) {
    throw explain(error, location);
  } finally {
    source.destroy();
  }
}

async function* explained(bytes: AsyncIterable<Uint8Array>, location: string): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    throw explain(error, location);
  }
}

function explain(error: unknown, location: string): unknown {
  // an error of the system has a code: it is no fault of the archive
  if (error instanceof InputError || typeof (error as NodeJS.ErrnoException).code === 'string') return error;
  const { message } = error as Error;
  if (/unexpected end|premature close|writable stream closed/i.test(message)) {
    return new InputError(`${location} is cut off: the archive ends early`, {
      remedy: 'what came before was read; fetch the file again',
      cause: error,
    });
  }
  return new InputError(`${location} cannot be read as an archive (${message})`, { remedy: EXTRACT, cause: error });
}

async function* zipMembers(bytes: AsyncIterable<Uint8Array>, location: string): AsyncGenerator<Member> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > MOST_ZIP_BYTES) {
      throw new InputError(`${location} is a zip of more than ${MOST_ZIP_BYTES} bytes`, { remedy: EXTRACT });
    }
    chunks.push(Uint8Array.from(chunk));
  }
  let archive: ZipFile | null = null;
  try {
    archive = await fromBufferPromise(Buffer.concat(chunks), { lazyEntries: true, autoClose: false });
    for await (const entry of archive.eachEntry()) {
      if (!entry.fileName.endsWith('/')) {
        yield { name: entry.fileName, modifiedMs: modifiedOf(entry), bytes: zipBytes(archive, entry, `${location}!/${entry.fileName}`) };
      }
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${location} cannot be read as a zip (${(error as Error).message})`, {
      remedy: `it may be cut off: fetch it again; or ${EXTRACT}`,
      cause: error,
    });
  } finally {
    archive?.close();
  }
}

/** The time of DOS has no zone: only the fields that were added later say when. */
function modifiedOf(entry: Entry): number | null {
  const EXTENDED_TIME = 0x5455;
  if (!entry.extraFields.some(({ id }) => id === EXTENDED_TIME)) return null;
  const ms = entry.getLastModDate().getTime();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

async function* zipBytes(archive: ZipFile, entry: Entry, location: string): AsyncGenerator<Uint8Array> {
  if (entry.isEncrypted()) throw new InputError(`${location} is encrypted`, { remedy: EXTRACT });
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw new InputError(`${location} is packed by method ${entry.compressionMethod} of zip, which is not read`, { remedy: EXTRACT });
  }
  let sum = 0;
  try {
    for await (const chunk of await archive.openReadStreamPromise(entry)) {
      sum = crc32(chunk as Buffer, sum);
      yield chunk as Buffer;
    }
  } catch (cause) {
    throw damaged(location, (cause as Error).message, cause);
  }
  if (sum !== entry.crc32) throw damaged(location, 'its checksum differs', null);
}

function damaged(location: string, what: string, cause: unknown): DamagedInputError {
  return new DamagedInputError(`${location} is damaged: ${what}`, {
    remedy: 'nothing of the archive was kept; fetch it again, or extract it and give the folder: then only this file is lost',
    cause,
  });
}
