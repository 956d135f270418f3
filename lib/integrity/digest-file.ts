/** Reads a digest file (F§5.5). Only the bytes count: they are hashed as they are, never written anew. */
import { sha256Hex } from '../ingest/digest.ts';
import { parseTime } from '../time.ts';

/** One log file that a digest lists. */
export interface ListedFile {
  readonly bucket: string;
  readonly key: string;
  /** SHA-256 of the unpacked file, lower-case hex. */
  readonly sha256: string;
}

/** The digest before, as the one after it names it. */
export interface PreviousDigest {
  readonly bucket: string;
  readonly key: string;
  readonly sha256: string;
  /** Hex. */
  readonly signature: string;
}

/** What a digest says, before anything of it is proven. */
export interface Digest {
  readonly bucket: string;
  readonly key: string;
  readonly startMs: number;
  readonly endMs: number;
  /** As it stands in the file: it is signed as text. */
  readonly endText: string;
  readonly fingerprint: string;
  /** Null in a digest that begins a chain. */
  readonly previous: PreviousDigest | null;
  readonly files: readonly ListedFile[];
  /** SHA-256 of the unpacked bytes, lower-case hex. */
  readonly sha256: string;
}

/** Why a file is no digest that could be checked. */
export interface MalformedDigest {
  readonly malformed: string;
  readonly sha256: string;
}

type Json = Readonly<Record<string, unknown>>;

/** @param bytes unpacked, all of them */
export function parseDigest(bytes: Uint8Array): Digest | MalformedDigest {
  const sha256 = sha256Hex(bytes);
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return { malformed: 'it is not JSON', sha256 };
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return { malformed: 'it is not a JSON object', sha256 };
  const read = readDigest(json as Json, sha256);
  return typeof read === 'string' ? { malformed: read, sha256 } : read;
}

/** Whether JSON looks like a digest, however well: what tells digests from logs when neither name nor ledger does. */
export function looksLikeDigest(head: string): boolean {
  return /^\s*\{/.test(head) && /"digest(?:EndTime|StartTime|S3Object|PublicKeyFingerprint)"/.test(head);
}

function readDigest(json: Json, sha256: string): Digest | string {
  const text = (name: string): string | null => (typeof json[name] === 'string' ? (json[name] as string) : null);
  const [bucket, key, endText, startText] = ['digestS3Bucket', 'digestS3Object', 'digestEndTime', 'digestStartTime'].map(text);
  if (bucket == null || key == null) return 'it does not say where it belongs (digestS3Bucket, digestS3Object)';
  if (endText == null || startText == null) return 'it does not say of which time it is (digestStartTime, digestEndTime)';
  const [startMs, endMs] = [parseTime(startText)?.ms, parseTime(endText)?.ms];
  if (startMs === undefined || endMs === undefined || startMs >= endMs) return 'its times are none (digestStartTime, digestEndTime)';
  const fingerprint = text('digestPublicKeyFingerprint');
  if (fingerprint === null) return 'it names no public key (digestPublicKeyFingerprint)';
  const algorithm = text('digestSignatureAlgorithm');
  if (algorithm !== null && algorithm !== 'SHA256withRSA') return 'its digestSignatureAlgorithm is not SHA256withRSA';
  const previous = readPrevious(text, json);
  if (typeof previous === 'string') return previous;
  const files = readFiles(json['logFiles']);
  if (typeof files === 'string') return files;
  return { bucket, key, startMs, endMs, endText, fingerprint, previous, files, sha256 };
}

function readPrevious(text: (name: string) => string | null, json: Json): PreviousDigest | null | string {
  const [bucket, key, sha256, signature] = ['S3Bucket', 'S3Object', 'HashValue', 'Signature'].map((name) => text(`previousDigest${name}`));
  if (bucket != null && key != null && sha256 != null && signature != null) return { bucket, key, sha256, signature };
  if (!('previousDigestSignature' in json)) return 'it lacks previousDigestSignature, which is signed with it';
  return signature == null && key == null ? null : 'it names the digest before it in part only (previousDigest…)';
}

function readFiles(list: unknown): ListedFile[] | string {
  if (!Array.isArray(list)) return 'it has no list of log files (logFiles)';
  const files: ListedFile[] = [];
  for (const [place, entry] of list.entries()) {
    const { s3Bucket, s3Object, hashValue, hashAlgorithm } = (entry ?? {}) as Json;
    if (typeof s3Bucket !== 'string' || typeof s3Object !== 'string' || typeof hashValue !== 'string') {
      return `log file ${place} of its list lacks bucket, key or hash`;
    }
    if (hashAlgorithm !== undefined && hashAlgorithm !== 'SHA-256') return `log file ${place} of its list is not hashed with SHA-256`;
    files.push({ bucket: s3Bucket, key: s3Object, sha256: hashValue.toLowerCase() });
  }
  return files;
}
