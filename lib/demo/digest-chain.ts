/** Makes digests as CloudTrail makes them (F§5.5), signed with a key of our own. */
import { createPublicKey, generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import { sha256Hex } from '../ingest/digest.ts';
import { formatTime } from '../time.ts';

const HOUR_MS = 3_600_000;

/** A key pair in the part of CloudTrail's for a region. */
export interface DigestSigner {
  readonly fingerprint: string;
  /** Public key, DER (PKCS #1), base64. */
  readonly value: string;
  /** @returns hex */
  sign(text: string): string;
}

/** @param privateKey RSA; default: one made now, so that nothing that it signs is taken for AWS's */
export function makeSigner(privateKey: KeyObject = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey): DigestSigner {
  const der = createPublicKey(privateKey).export({ type: 'pkcs1', format: 'der' });
  return {
    fingerprint: hash('md5', der, 'hex'),
    value: der.toString('base64'),
    sign: (text) => sign('RSA-SHA256', Buffer.from(text, 'utf8'), privateKey).toString('hex'),
  };
}

/** A log file as a digest lists it. */
export interface DigestedLog {
  readonly key: string;
  /** SHA-256 of the unpacked bytes, lower-case hex. */
  readonly sha256: string;
  /** Epoch milliseconds: decides the hour whose digest lists it. */
  readonly deliveredMs: number;
}

export interface ChainPlan {
  readonly bucket: string;
  /** With its `/`; default none. */
  readonly prefix?: string;
  /** Organisation id, for a member account of an organisation trail. */
  readonly organization?: string;
  readonly accountId: string;
  readonly region: string;
  readonly trail: string;
  /** Start of the first digest, epoch milliseconds. */
  readonly startMs: number;
  readonly hours: number;
  readonly logs: readonly DigestedLog[];
  readonly backfill?: boolean;
  /** The digest that the first one names; default null: it begins a chain. */
  readonly previous?: MadeDigest | null;
  /** Changes a digest before it is signed. @param place from 0 */
  readonly change?: (digest: Record<string, unknown>, place: number) => void;
}

export interface MadeDigest {
  readonly bucket: string;
  readonly key: string;
  /** Unpacked. */
  readonly bytes: Uint8Array;
  readonly sha256: string;
  /** Hex; S3 keeps it as metadata of the object. */
  readonly signature: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** The digests of a chain, hour by hour, each of which names the one before. */
export function makeDigests(plan: ChainPlan, signer: DigestSigner): MadeDigest[] {
  const byHour = new Map<number, DigestedLog[]>();
  for (const log of plan.logs) {
    const hour = Math.floor((log.deliveredMs - plan.startMs) / HOUR_MS);
    byHour.set(hour, [...(byHour.get(hour) ?? []), log]);
  }
  const made: MadeDigest[] = [];
  for (let hour = 0; hour < plan.hours; hour++) {
    made.push(makeDigest(plan, hour, byHour.get(hour) ?? [], made.at(-1) ?? plan.previous ?? null, signer));
  }
  return made;
}

function makeDigest(
  plan: ChainPlan,
  hour: number,
  logs: readonly DigestedLog[],
  previous: MadeDigest | null,
  signer: DigestSigner,
): MadeDigest {
  const [startMs, endMs] = [plan.startMs + hour * HOUR_MS, plan.startMs + (hour + 1) * HOUR_MS];
  const key = digestKey(plan, endMs);
  const digest: Record<string, unknown> = {
    awsAccountId: plan.accountId,
    digestStartTime: formatTime(startMs),
    digestEndTime: formatTime(endMs),
    digestS3Bucket: plan.bucket,
    digestS3Object: key,
    digestPublicKeyFingerprint: signer.fingerprint,
    digestSignatureAlgorithm: 'SHA256withRSA',
    newestEventTime: null,
    oldestEventTime: null,
    previousDigestS3Bucket: previous?.bucket ?? null,
    previousDigestS3Object: previous?.key ?? null,
    previousDigestHashValue: previous?.sha256 ?? null,
    previousDigestHashAlgorithm: previous === null ? null : 'SHA-256',
    previousDigestSignature: previous?.signature ?? null,
    logFiles: logs.map(({ key: s3Object, sha256: hashValue }) => ({
      s3Bucket: plan.bucket,
      s3Object,
      hashValue,
      hashAlgorithm: 'SHA-256',
      newestEventTime: formatTime(endMs - 1000),
      oldestEventTime: formatTime(startMs),
    })),
  };
  plan.change?.(digest, hour);
  const bytes = Buffer.from(JSON.stringify(digest), 'utf8');
  const sha256 = sha256Hex(bytes);
  const before = digest['previousDigestSignature'] ?? 'null';
  const signature = signer.sign(
    `${digest['digestEndTime']}\n${digest['digestS3Bucket']}/${digest['digestS3Object']}\n${sha256}\n${before}`,
  );
  return { bucket: plan.bucket, key, bytes, sha256, signature, startMs, endMs };
}

function digestKey({ prefix = '', organization, accountId, region, trail, backfill = false }: ChainPlan, endMs: number): string {
  const stamp = formatTime(endMs).replaceAll(/[-:]/g, '');
  const day = formatTime(endMs).slice(0, 10).replaceAll('-', '/');
  const folder = `${prefix}AWSLogs/${organization === undefined ? '' : `${organization}/`}${accountId}/CloudTrail-Digest/${region}/${day}`;
  return `${folder}/${accountId}_CloudTrail-Digest_${region}_${trail}_${region}_${stamp}${backfill ? '_backfill' : ''}.json.gz`;
}
