/** Sends objects of the source buckets, by days, through the queues that notifications go through. */
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { writeNotice } from '../cloud/notice.ts';
import type { ObjectStore } from '../cloud/ports.ts';
import { reconcile } from '../cloud/reconcile.ts';
import type { DayRange, SourcePrefix } from '../cloud/source-listing.ts';
import { AuditError, ConfigurationError } from '../errors.ts';
import type { InputKind } from '../ingest/reader.ts';
import { CLOUD_PREFIXES } from '../lake/cloud-layout.ts';
import { awsFault } from './aws-fault.ts';
import { CLIENT_OPTIONS, s3ClientOptions } from './client-options.ts';
import { readEnvironment } from './environment.ts';
import { S3Store } from './s3-store.ts';
import { SqsQueue } from './sqs-queue.ts';

/** Messages sent between two looks at how far it is. */
const SENT_AT_ONCE = 100;

export interface BackfillPlace {
  /** The central bucket. */
  readonly bucket: string;
  readonly cloudtrailQueueUrl: string;
  readonly reportQueueUrl: string;
  readonly flowLogQueueUrl: string;
}

export interface BackfillOptions {
  /** Only says what would be sent. */
  readonly dryRun: boolean;
  /** Sends what is in the lake, too: there it does nothing, but its messages show whether it is. */
  readonly again: boolean;
  readonly nowMs: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (sent: number, total: number) => void;
}

/** What became of one source prefix. */
export interface BackfilledSource extends SourcePrefix {
  /** Objects of the range. */
  readonly listed: number;
  /** In the lake already. */
  readonly known: number;
  readonly sent: number;
}

export interface Backfill {
  /** One source prefix, its days both inclusive. @throws ObjectFault when it cannot be listed or sent: what was sent stays sent */
  source(source: SourcePrefix, days: DayRange, options: BackfillOptions): Promise<BackfilledSource>;
  /** The source prefixes that a function was deployed with. @throws AuditError */
  deployedSources(functionName: string): Promise<readonly SourcePrefix[]>;
}

export function openBackfill(place: BackfillPlace): Backfill {
  // a source bucket may be of another region
  const store = new S3Store(new S3Client({ ...s3ClientOptions(), followRegionRedirects: true }));
  const trails = new SqsQueue(place.cloudtrailQueueUrl);
  const queues: Readonly<Partial<Record<InputKind, SqsQueue>>> = {
    usage_report: new SqsQueue(place.reportQueueUrl),
    flow_log: new SqsQueue(place.flowLogQueueUrl),
  };
  const queueOf = (kind: InputKind) => queues[kind] ?? trails;
  return {
    async source(source, days, options) {
      const context = {
        store: options.again ? forgetful(store, place.bucket) : store,
        bucket: place.bucket,
        writtenBeforeMs: options.nowMs,
      };
      const { listed, missing } = await reconcile(source, days, context);
      let sent = 0;
      while (!options.dryRun && sent < missing.length && options.signal?.aborted !== true) {
        const part = missing.slice(sent, sent + SENT_AT_ONCE);
        await queueOf(source.kind).send(part.map(writeNotice));
        sent += part.length;
        options.onProgress?.(sent, missing.length);
      }
      return { ...source, listed, known: listed - missing.length, sent: options.dryRun ? missing.length : sent };
    },
    deployedSources,
  };
}

/** A store that does not know what was committed. */
function forgetful(store: ObjectStore, bucket: string): ObjectStore {
  const isRecord = (of: string, key: string) => of === bucket && key.startsWith(CLOUD_PREFIXES.inputs);
  return {
    open: (...given) => store.open(...given),
    putNew: (...given) => store.putNew(...given),
    copyNew: (...given) => store.copyNew(...given),
    folders: (...given) => store.folders(...given),
    readText: async (of, key) => (isRecord(of, key) ? null : store.readText(of, key)),
    list: (of, prefix) => (isRecord(of, prefix) ? nothing() : store.list(of, prefix)),
  };
}

async function* nothing(): AsyncGenerator<never> {}

async function deployedSources(functionName: string): Promise<readonly SourcePrefix[]> {
  const client = new LambdaClient(CLIENT_OPTIONS);
  try {
    const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
    return sourcesIn(Environment?.Variables ?? {});
  } catch (cause) {
    if (cause instanceof AuditError) throw cause;
    throw awsFault(cause, `the function ${functionName}`, 'be looked at');
  } finally {
    client.destroy();
  }
}

/** The source prefixes in an environment. @throws ConfigurationError when they are missing or wrong */
export function sourcesIn(environment: Readonly<Record<string, string | undefined>>): readonly SourcePrefix[] {
  const sources = readEnvironment(['APPSTREAM_AUDIT_SOURCES'], { ...environment }).APPSTREAM_AUDIT_SOURCES;
  if (sources.length === 0) throw new ConfigurationError('the deployment has no source', { remedy: 'name one with --source' });
  return sources;
}
