/** The handlers against the server of AWS's APIs: repetition, overtaking, and sweeps of other accounts. */
import { gzipSync } from 'node:zlib';
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { generateDemo } from '../../../lib/demo/generate.ts';
import { batch, created, lambdaContext, logged } from '../../functions/function-world.ts';
import { logText, reportText, someRecords } from '../../helpers/input-files.ts';
import { makeBucket, removeBucket, s3Client, unique, useLocalCloud } from '../helpers/local-cloud.ts';
import { setFaults, setWorld } from '../helpers/shim-control.ts';

useLocalCloud();
const s3 = s3Client();
const iam = new IAMClient({});
const role = `ingest-dev-${unique()}`;
let central: string;
let trail: string;
let invoke: (name: 'ingest-cloudtrail' | 'ingest-usage-report', event: SQSEvent) => Promise<SQSBatchResponse>;
let sweep: () => Promise<unknown>;

beforeAll(async () => {
  central = await makeBucket(s3, 'ingest-dev-central', { versioned: true });
  trail = await makeBucket(s3, 'ingest-dev-trail');
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: role, AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}' }),
  );
  const other = (Role?.Arn ?? '').replace(/::\d{12}:/, '::444455556666:');
  Object.assign(process.env, {
    APPSTREAM_AUDIT_BUCKET: central,
    APPSTREAM_AUDIT_SWEEPS: JSON.stringify([{ account: '444455556666', region: 'eu-central-1', roleArn: other }]),
    POWERTOOLS_SERVICE_NAME: 'appstream-audit-test',
    POWERTOOLS_METRICS_NAMESPACE: 'AppstreamAudit',
  });
  const handlers = {
    'ingest-cloudtrail': (await import('../../../functions/ingest-cloudtrail.ts')).handler,
    'ingest-usage-report': (await import('../../../functions/ingest-usage-report.ts')).handler,
  };
  invoke = (name, event) => handlers[name](event, lambdaContext(name));
  const { handler } = await import('../../../functions/snapshot-sessions.ts');
  sweep = () => handler({}, lambdaContext('snapshot-sessions'));
});

afterAll(async () => {
  await setFaults('appstream', []);
  await setWorld({ places: [] });
  await removeBucket(s3, central);
  await removeBucket(s3, trail);
  await iam.send(new DeleteRoleCommand({ RoleName: role }));
});

async function put(key: string, body: string | Uint8Array): Promise<string> {
  const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: trail, Key: key, Body: body }));
  return created(trail, key, ETag.replaceAll('"', ''));
}

/** Every version of every key in the central bucket, the raw copies apart: the stand-in overwrites them when asked not to. */
async function versions(): Promise<string[]> {
  const found: string[] = [];
  let marker: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: central, ...marker }));
    found.push(...(page.Versions ?? []).map(({ Key = '', VersionId = '' }) => `${Key} ${VersionId}`));
    if (!page.IsTruncated) break;
    marker = { KeyMarker: page.NextKeyMarker ?? '', VersionIdMarker: page.NextVersionIdMarker ?? '' };
  }
  return found.filter((version) => !version.startsWith('raw/'));
}

const keysOf = (found: readonly string[]) => found.map((version) => version.slice(0, version.lastIndexOf(' ')));

describe('the same notification', () => {
  test('five times in functions of their own, at once, writes every key once', async () => {
    const message = await put('five/a b+ä.json.gz', gzipSync(logText(...someRecords('five', 50))));
    const before = await versions();
    await logged(async () => {
      const responses = await Promise.all(Array.from({ length: 5 }, () => invoke('ingest-cloudtrail', batch(message))));
      expect(responses.flatMap(({ batchItemFailures }) => batchItemFailures)).toEqual([]);
    });
    const added = keysOf((await versions()).filter((version) => !before.includes(version)));
    expect(new Set(added).size).toBe(added.length);
    expect(added.filter((key) => key.startsWith('events/'))).toEqual([expect.stringMatching(/-50\.parquet$/)]);
    expect(added).toHaveLength(5);
  });

  test('later writes nothing at all', async () => {
    const message = await put('later.json.gz', gzipSync(logText(...someRecords('later', 3))));
    await logged(() => invoke('ingest-cloudtrail', batch(message)));
    const before = await versions();
    await logged(() => invoke('ingest-cloudtrail', batch(message, message)));
    expect(await versions()).toEqual(before);
  });
});

describe('notifications out of order', () => {
  test('leave what they leave in order, whatever the batches', async () => {
    const messages: { kind: string; message: string }[] = [];
    for (const file of generateDemo({ events: 600, filesize: 1, sweeps: 1 })) {
      const kind = file.path.split('/')[0] ?? '';
      if (kind === 'cloudtrail' || kind === 'usage-reports') messages.push({ kind, message: await put(file.path, file.bytes) });
    }
    const run = async (all: typeof messages) => {
      for (const [kind, name] of [
        ['cloudtrail', 'ingest-cloudtrail'],
        ['usage-reports', 'ingest-usage-report'],
      ] as const) {
        const bodies = all.filter((each) => each.kind === kind).map(({ message }) => message);
        for (let at = 0; at < bodies.length; at += 10) {
          await logged(async () => expect((await invoke(name, batch(...bodies.slice(at, at + 10)))).batchItemFailures).toEqual([]));
        }
      }
    };
    expect(messages.length).toBeGreaterThan(4);
    await run([...messages].reverse());
    const once = await versions();
    await run(messages);
    expect(await versions()).toEqual(once);
    for (const table of ['events', 'logons', 'sessions', 'applications', 'inputs', 'evidence_marks'])
      expect(once.some((key) => key.startsWith(`${table}/dt=`))).toBe(true);
  });

  test('a report that was issued again is another input, and the first one stays', async () => {
    const key = 'sessions/schedule=DAILY/year=2026/month=03/day=09/daily-session-report-2026-03-09.csv';
    const first = await put(key, reportText({}));
    await logged(() => invoke('ingest-usage-report', batch(first)));
    const second = await put(key, reportText({}, { user_session_id: 'b0b' }));
    await logged(() => invoke('ingest-usage-report', batch(second, first)));
    const records = keysOf(await versions()).filter((each) => each.startsWith(`control/inputs/${trail}/${key}/`));
    expect(records).toHaveLength(2);
  });
});

describe('a sweep', () => {
  test('of another account is made under the role that is assumed for it', async () => {
    const session = { Id: 's-1', UserId: 'alice', StackName: 's', FleetName: 'f', State: 'ACTIVE', AuthenticationType: 'SAML' } as const;
    const place = { account: '444455556666', region: 'eu-central-1', stacks: [{ name: 's', fleets: ['f'] }], sweeps: [[session]] };
    await setWorld({ places: [place], pageSize: 1 });
    let summary: unknown;
    await logged(async () => {
      summary = await sweep();
    });
    expect(summary).toEqual({ places: 1, complete: 1, sessions: 1, caughtUp: 0 });
  });
});
