/**
 * What the deployed roles may do with objects, where IAM decides: every function can do its work and nothing of another's; evidence
 * stays, and nothing travels without TLS.
 */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FUNCTION_NAMES, type FunctionName } from '../../../infra/names.ts';
import { s3Client, unique, useLocalCloud } from '../helpers/local-cloud.ts';
import { anyRights, type RoleCredentials, rightsOf } from '../helpers/role-credentials.ts';

const stack = useLocalCloud({ secured: true });
const lake = stack['APPSTREAM_AUDIT_BUCKET'] ?? '';
const trail = stack['APPSTREAM_AUDIT_TRAIL_BUCKET'] ?? '';
const reports = stack['APPSTREAM_AUDIT_REPORT_BUCKET'] ?? '';
const name = unique();
const TRAIL_KEY = `AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02/${name}.json.gz`;
const REPORT_KEY = `sessions/${name}.csv`;
const EVENTS_KEY = `events/dt=2026-03-02/${name}.parquet`;

type Call = (s3: S3Client) => Promise<unknown>;
const get =
  (bucket: string, key: string): Call =>
  (s3) =>
    s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
const put =
  (key: string): Call =>
  (s3) =>
    s3.send(new PutObjectCommand({ Bucket: lake, Key: key, Body: 'x' }));
const list =
  (bucket: string, prefix: string): Call =>
  (s3) =>
    s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
const remove =
  (key: string): Call =>
  (s3) =>
    s3.send(new DeleteObjectCommand({ Bucket: lake, Key: key }));

/** One call that the work needs, and one that is another's. */
const CALLS: Readonly<Record<FunctionName, readonly [does: string, allowed: Call, doesNot: string, refused: Call]>> = {
  'ingest-cloudtrail': ['reads the trail', get(trail, TRAIL_KEY), 'read reports', get(reports, REPORT_KEY)],
  'ingest-usage-report': ['reads reports', get(reports, REPORT_KEY), 'write events', put(`${EVENTS_KEY}-no`)],
  'ingest-flow-logs': ['keeps flows', put(`flows/dt=2026-03-02/${name}.parquet`), 'write events', put(`${EVENTS_KEY}-no`)],
  'snapshot-sessions': ['keeps sweeps', put(`raw/describe-sessions/${name}.jsonl`), 'read the trail', get(trail, TRAIL_KEY)],
  'verify-session': [
    'keeps checks',
    put(`session_checks/dt=2026-03-02/${name}.parquet`),
    'write sessions',
    put(`sessions/dt=2026-03-02/${name}`),
  ],
  reconcile: ['lists the trail', list(trail, 'AWSLogs/'), 'read it', get(trail, TRAIL_KEY)],
  correlate: ['reads events', get(lake, EVENTS_KEY), 'write them', put(`${EVENTS_KEY}-no`)],
  alert: ['remembers what it told', put(`control/alerts/${name}.json`), 'read events', get(lake, EVENTS_KEY)],
};

/** Made on the way; their sockets would keep the process. */
const clients: { destroy(): void }[] = [];
function kept<T extends { destroy(): void }>(client: T): T {
  clients.push(client);
  return client;
}
afterAll(() => {
  for (const client of clients) client.destroy();
});

beforeAll(async () => {
  const admin = kept(s3Client());
  await admin.send(new PutObjectCommand({ Bucket: trail, Key: TRAIL_KEY, Body: 'x' }));
  await admin.send(new PutObjectCommand({ Bucket: reports, Key: REPORT_KEY, Body: 'x' }));
  await put(EVENTS_KEY)(admin);
}, 60_000);

/** S3 as a function of the stack sees it: with its rights. */
async function s3Of(functionName: FunctionName): Promise<S3Client> {
  return s3With(await rightsOf(functionName));
}

function s3With(credentials: RoleCredentials): S3Client {
  return kept(new S3Client({ forcePathStyle: true, credentials }));
}

const refusal = (call: Promise<unknown>) => expect(call).rejects.toMatchObject({ name: 'AccessDenied' });

describe.each(FUNCTION_NAMES)('%s', (functionName) => {
  const [does, allowed, doesNot, refused] = CALLS[functionName];

  test(`${does}`, async () => {
    await expect(allowed(await s3Of(functionName))).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
  });

  test(`may not ${doesNot}`, async () => {
    await refusal(refused(await s3Of(functionName)));
  });

  test('may not delete evidence', async () => {
    await refusal(remove(EVENTS_KEY)(await s3Of(functionName)));
  });
});

describe('the central bucket', () => {
  test('lets nobody delete a version of evidence, whoever may do everything neither', async () => {
    const mighty = s3With(await anyRights());
    const { Versions = [] } = await mighty.send(new ListObjectVersionsCommand({ Bucket: lake, Prefix: EVENTS_KEY }));
    const VersionId = Versions.find(({ Key }) => Key === EVENTS_KEY)?.VersionId;
    expect(VersionId).toBeDefined();
    await refusal(mighty.send(new DeleteObjectCommand({ Bucket: lake, Key: EVENTS_KEY, VersionId })));
  });

  test('answers nobody who comes without TLS', async () => {
    const plain = await s3Of('correlate');
    // as a proxy says of a request that came to it in the clear
    plain.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['x-forwarded-proto'] = 'http';
        return next(args);
      },
      { step: 'build' },
    );
    await refusal(get(lake, EVENTS_KEY)(plain));
  });
});
