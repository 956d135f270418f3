/** What a user does with the fleet role: S3 mostly, now and then another service. */
import { MAIN_ACCOUNT, NAT_ADDRESS, REGION } from './cast.ts';
import type { RecordSink } from './collector.ts';
import { fleetIdentity } from './identity.ts';
import type { ResolvedDemoOptions } from './options.ts';
import type { Random } from './random.ts';
import { otherRecord, type S3Call, s3Record } from './record.ts';
import type { DemoSession } from './sessions.ts';
import { quoteAscii } from './text.ts';
import type { ExpectedVerdict } from './truth.ts';

export interface FleetContext {
  readonly options: ResolvedDemoOptions;
  /** Address that the skew `one-address` is about. */
  readonly busyAddress: string | null;
}

interface FleetMoment {
  readonly t: number;
  readonly precise: boolean;
  readonly late: boolean;
}

export const AGENTS: readonly string[] = [
  '[Boto3/1.35.90 md/Botocore#1.35.90 ua/2.0 os/windows#10 md/arch#amd64 lang/python#3.12.8 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.35.90 Resource]',
  '[aws-cli/2.22.26 md/awscrt#0.23.4 ua/2.0 os/windows#2019Server md/arch#amd64 lang/python#3.12.6 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#s3.cp]',
  '[aws-sdk-dotnet-framework/3.7.405.3 ua/2.0 os/windows#10.0.17763.0 md/ARCH#X64 lang/.NET_Framework#4.8 md/aws-sdk-dotnet-core#3.7.400.70]',
  '[paws/0.7.0 (R/4.4.2; Windows x86_64; curl/8.10.1) ua/2.0 os/windows#2022Server lang/r#4.4.2]',
  '[aws-sdk-java/2.29.45 md/io#sync md/http#Apache ua/2.1 os/Windows_Server_2019#10.0 lang/java#21.0.5 md/OpenJDK_64-Bit_Server_VM#21.0.5+11-LTS vendor/Amazon.com_Inc. exec-env/AppStream]',
];

const FOLDERS: readonly string[] = ['orion', 'lyra', 'vega', 'kepler', 'halley', 'juno', 'argo', 'cassini'];

/** Keys that break careless readers. */
export const HOSTILE_KEYS: readonly string[] = [
  'projects/Übergrößen/Müller & Söhne/größte Änderung ✓ 2026.xlsx',
  'projects/quotes/"so-called" final.csv',
  'projects/back\\slash\\windows\\path.txt',
  'projects/trap/},{"eventVersion":"1.11","eventName":"DeleteObject","eventID":"not-an-event"}.json',
  `projects/long/${'deep-folder-name/'.repeat(52)}end.bin`,
  'projects/line\nbreak and\ttab.log',
  'projects/レポート/第三四半期.parquet',
  "projects/it's 100%25 + a=b&c?d#e.txt",
];

const NAMES = [
  'GetObject',
  'ListObjects',
  'HeadObject',
  'PutObject',
  'multipart',
  'CopyObject',
  'DeleteObject',
  'DeleteObjects',
  'other',
] as const;
const WEIGHTS: readonly number[] = [58, 12, 10, 9, 1, 1.2, 1.4, 0.3, 4];

/** Adds one call, or the several records that one upload or bulk deletion leaves. @returns how many */
export function addFleetCall(
  context: FleetContext,
  session: DemoSession,
  moment: FleetMoment,
  room: number,
  expected: ExpectedVerdict | null,
  random: Random,
  sink: RecordSink,
): number {
  const name = moment.late ? 'PutObject' : (NAMES[random.weighted(WEIGHTS)] as (typeof NAMES)[number]);
  const put = (call: Partial<S3Call> & Pick<S3Call, 'name' | 'key'>) => {
    const made = fleetS3Call(context, session, moment, random, call);
    sink.add({ ...made, t: moment.t, kind: 'fleet', session, expected });
    return 1;
  };
  if (name === 'other') {
    const { eventId, text } = otherFleetCall(context, session, moment.t, random);
    sink.add({ eventId, text, t: moment.t, kind: 'fleet', session, expected });
    return 1;
  }
  if (name === 'multipart' && room >= 5) return multipart(random, room, put, someKey(session, random));
  if (name === 'DeleteObjects' && room >= 4) {
    const removed = random.between(2, Math.min(6, room - 1));
    put({ name, key: null, parameters: ',"delete":"","x-id":"DeleteObjects"' });
    for (let object = 0; object < removed; object++) put({ name: 'DeleteObject', key: someKey(session, random) });
    return removed + 1;
  }
  if (name === 'ListObjects') {
    const folder = `${session.fleet.prefix}${random.pick(FOLDERS)}/`;
    return put({
      name,
      key: null,
      parameters: `,"list-type":"2","encoding-type":"url","prefix":"${folder}"`,
      bytesOut: random.between(400, 220_000),
    });
  }
  if (name === 'CopyObject') {
    const key = someKey(session, random);
    return put({ name, key: `${key}.bak`, copySource: `${session.fleet.bucket}/${key}`, bytesOut: 224 });
  }
  const plain = name === 'multipart' || name === 'DeleteObjects' ? 'GetObject' : name;
  const bytes = Math.floor(2 ** (6 + random.fraction() * 20));
  const hostile = random.chance(0.002) ? random.pick(HOSTILE_KEYS) : null;
  return put({
    name: plain,
    key: hostile ?? someKey(session, random),
    ...(hostile !== null && random.chance(0.5) ? { keyText: quoteAscii(hostile) } : {}),
    ...(plain === 'PutObject' ? { bytesIn: bytes } : plain === 'GetObject' ? { bytesOut: bytes } : {}),
    denied: random.chance(0.015),
  });
}

/** CreateMultipartUpload, its parts, CompleteMultipartUpload (F§5.1). */
function multipart(
  random: Random,
  room: number,
  put: (call: Partial<S3Call> & Pick<S3Call, 'name' | 'key'>) => number,
  key: string,
): number {
  const parts = random.between(2, Math.min(5, room - 2));
  const upload = random.base64(64).replaceAll('/', '_').replaceAll('+', '.');
  put({ name: 'CreateMultipartUpload', key, parameters: ',"uploads":""' });
  for (let part = 1; part <= parts; part++) {
    put({
      name: 'UploadPart',
      key,
      parameters: `,"partNumber":"${part}","uploadId":"${upload}"`,
      bytesIn: 8_388_608 + random.between(40, 90),
    });
  }
  put({ name: 'CompleteMultipartUpload', key, parameters: `,"uploadId":"${upload}"`, bytesIn: parts * 148, bytesOut: 395 });
  return parts + 2;
}

/** An S3 call by the fleet role on the session's instance, on the fleet's bucket unless said. */
export function fleetS3Call(
  context: FleetContext,
  session: DemoSession,
  moment: Pick<FleetMoment, 't' | 'precise'>,
  random: Random,
  call: Partial<S3Call> & Pick<S3Call, 'name' | 'key'>,
): { readonly eventId: string; readonly text: string } {
  const { fleet } = session;
  const eventId = random.uuid();
  const text = s3Record(random, {
    eventId,
    t: moment.t,
    precise: moment.precise,
    identity: fleetIdentity(context.options.seed, session, moment.t),
    region: REGION,
    source: fleet.endpoint === null ? NAT_ADDRESS : session.address,
    agent: AGENTS[session.index % AGENTS.length] as string,
    bucket: fleet.bucket,
    readOnly: /^(Get|Head|List)/.test(call.name),
    recipient: fleet.account,
    endpoint: fleet.endpoint,
    // records know the account of the endpoint since version 1.09; part of them still come without
    endpointAccount: moment.precise ? fleet.account : null,
    ...call,
  });
  return { eventId, text };
}

const OTHER = [
  { service: 'sts.amazonaws.com', name: 'GetCallerIdentity', readOnly: true, parameters: 'null' },
  { service: 'glue.amazonaws.com', name: 'GetTable', readOnly: true, parameters: '{"databaseName":"research","name":"measurements"}' },
  {
    service: 'athena.amazonaws.com',
    name: 'StartQueryExecution',
    readOnly: false,
    parameters: '{"queryString":"***OMITTED***","workGroup":"analysts"}',
  },
] as const;

/** A management call from within a session: in scope because the address is the fleet's. */
function otherFleetCall(
  context: FleetContext,
  session: DemoSession,
  t: number,
  random: Random,
): { readonly eventId: string; readonly text: string } {
  const { fleet } = session;
  const { service, name, readOnly, parameters } = random.pick(OTHER);
  const eventId = random.uuid();
  const text = otherRecord(random, {
    eventId,
    t,
    identity: fleetIdentity(context.options.seed, session, t),
    service,
    name,
    region: REGION,
    source: fleet.endpoint === null ? NAT_ADDRESS : session.address,
    agent: AGENTS[session.index % AGENTS.length] as string,
    readOnly,
    recipient: fleet.account,
    parameters,
    endpoint: fleet.otherEndpoint ?? fleet.endpoint,
    endpointAccount: fleet.account === MAIN_ACCOUNT ? null : fleet.account,
  });
  return { eventId, text };
}

/** A key of the fleet's bucket, with as much chance in it as real keys have. */
export function someKey(session: DemoSession, random: Random): string {
  const folder = FOLDERS[random.next() % FOLDERS.length] as string;
  const month = 1 + (random.next() % 12);
  return `${session.fleet.prefix}${folder}/2026/${month < 10 ? '0' : ''}${month}/part-${String(random.next() % 100_000).padStart(5, '0')}-${random.hex(1)}.snappy.parquet`;
}
