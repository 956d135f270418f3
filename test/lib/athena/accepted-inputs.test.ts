/** A run in the cloud meets what was accepted since the last one, on a server that stands for S3. */
import type { AthenaClient } from '@aws-sdk/client-athena';
import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { newAcceptance } from '../../../lib/answer/acceptance.ts';
import { putAcceptances } from '../../../lib/cloud/acceptance.ts';
import { listLake } from '../../../lib/cloud/run-plan.ts';
import type { RunEffects } from '../../../lib/cloud/run-ports.ts';
import { formatDt } from '../../../lib/time.ts';
import { testState } from '../cloud/run-fixture.ts';

let server: FauxqsServer;
let s3: S3Client;
let effects: RunEffects;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  server.createBucket('central');
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_ENDPOINT_URL_S3: server.address,
  });
  const { S3Client } = await import('@aws-sdk/client-s3');
  const { s3ClientOptions } = await import('../../../lib/aws/client-options.ts');
  const { cloudEffects } = await import('../../../lib/athena/run-effects.ts');
  s3 = new S3Client(s3ClientOptions());
  const place = { bucket: 'central', database: 'db', workgroup: 'w' };
  const reporting = { metric: () => undefined, log: () => undefined };
  effects = cloudEffects(place, { athena: {} as AthenaClient, s3 }, reporting);
});

afterAll(async () => {
  s3.destroy();
  await server.stop();
});

test('an acceptance is met by the next run, with its day, though no input was claimed on it', async () => {
  const { S3Store } = await import('../../../lib/aws/s3-store.ts');
  const nowMs = Date.now();
  const line = { location: 's3://r/a.csv', version: 'v', line: 3, reason: 'x', accountId: null, region: null, reportDay: '2026-03-02' };
  const accepted = newAcceptance(line, 'lost', 'arn', nowMs);
  await putAcceptances(new S3Store(s3), 'central', [accepted]);

  const asked: { ids: readonly string[] }[] = [];
  const watched: RunEffects = {
    ...effects,
    readWatermark: async () => ({ startedAtMs: nowMs - 60_000 }) as Awaited<ReturnType<RunEffects['readWatermark']>>,
    putRunInputs: async (_list, ids) => {
      asked.push({ ids });
    },
  };
  const state = testState({ startedAtMs: nowMs });
  const listing = await listLake(state, '2016-01-01', watched);
  expect(listing.newInputDays).toEqual([formatDt(nowMs)]);
  expect(asked).toEqual([{ ids: [accepted.id] }]);

  // a run that began after it was accepted has it behind itself
  const later = { ...watched, readWatermark: async () => ({ startedAtMs: nowMs + 3_600_000 }) as never };
  expect((await listLake(state, '2016-01-01', later)).newInputDays).toEqual([]);
});
