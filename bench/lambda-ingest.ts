/**
 * `node lambda-ingest.js parse|read|ingest FILE`: gunzip and `JSON.parse`; unpacking and reading into nothing; the whole of what
 * the function does but for the network: what it would put is counted and dropped.
 */
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ingestObject } from '../lib/cloud/ingest-object.ts';
import type { ObjectStore } from '../lib/cloud/ports.ts';
import { readCloudTrail } from '../lib/ingest/cloudtrail-reader.ts';
import { DEFAULT_LIMITS } from '../lib/ingest/reader.ts';
import { unpack } from '../lib/ingest/unpack.ts';

/** As much as S3's connection hands over at a time. */
const CHUNK_BYTES = 64 * 1024;

const [mode = '', file = ''] = process.argv.slice(2);
const result = mode === 'parse' ? parse() : mode === 'read' ? await read() : await ingest();
console.log(JSON.stringify({ node: `Node ${process.versions.node}`, ...result }));

function parse() {
  const { Records } = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as { Records: unknown[] };
  return { records: Records.length };
}

async function read() {
  const { bytes, finish } = unpack(stored(), DEFAULT_LIMITS, file);
  const context = { location: file, modifiedMs: 0, ingestedAtMs: Date.now(), limits: DEFAULT_LIMITS };
  const { kept } = await readCloudTrail(bytes, context, { append: () => undefined });
  return { records: kept, unpackedBytes: (await finish()).unpackedBytes };
}

async function ingest() {
  let writtenBytes = 0;
  const store: ObjectStore = {
    open: async ({ bucket, key }) => ({
      source: { bucket, key, etag: 'e' },
      versionId: null,
      sizeBytes: statSync(file).size,
      modifiedMs: 0,
      bytes: stored(),
    }),
    readText: async () => null,
    putNew: async (_bucket, _key, body) => {
      writtenBytes += body.length;
      return true;
    },
    copyNew: async () => true,
    async *list() {
      yield [];
    },
    folders: async () => [],
  };
  const reference = { bucket: 'trail', key: file, etag: 'e', versionId: null };
  const { records } = await ingestObject('cloudtrail', reference, { store, bucket: 'central', now: Date.now });
  return { records: records.kept, writtenBytes };
}

async function* stored(): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file, { highWaterMark: CHUNK_BYTES });
}
