/** The questions about objects, held against a plain scan of the raw records. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseReadyQuery } from '../../../lib/answer/ready-query.ts';
import { correlate } from '../../../lib/engine/correlation.ts';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import { readSqlFile } from '../../../lib/local/sql-files.ts';
import { defaultConfiguration } from '../../../schemas/configuration.ts';
import { ingestInto, logText, NOW_MS, removeFolder, temporaryFolder, writeInput } from '../../helpers/input-files.ts';
import { type Json, s3Record } from '../ingest/cloudtrail-fixtures.ts';

const KEYS = ['hr/plan (final).xlsx', 'hr/müsli+1.txt', 'hr/a"b,\u0001.csv', 'other/x'];
const folder = temporaryFolder('object-questions');
let lake: Lake;
let n = 0;

/** Of one call, besides its record: bucket and key that it copied from. */
interface Call {
  readonly record: Json;
  readonly from?: string;
}

function call(eventName: string, bucket: string, request: Json, from?: readonly [bucket: string, key: string]): Call {
  const readOnly = /^(?:Get|List)/.test(eventName);
  const record = s3Record({
    eventID: `e-${n++}`,
    eventName,
    readOnly,
    requestParameters: { bucketName: bucket, ...request },
    resources: [],
  });
  return { record, ...(from === undefined ? {} : { from: from.join('/') }) };
}

const CALLS: readonly Call[] = KEYS.flatMap((key) => {
  const encoded = encodeURIComponent(key);
  const path = key.split('/').map(encodeURIComponent).join('/');
  const copies = [`b/${path}`, `/b/${path}`, `b%2F${encoded}`, `/b/${path}?versionId=v1`, `b/${path.replaceAll('%20', '+')}`];
  return [
    call('GetObject', 'b', { key }),
    call('DeleteObject', 'b', { key, versionId: 'v' }),
    call('GetObject', 'c', { key }),
    ...copies.map((source) => call('CopyObject', 'c', { key: 'copy', 'x-amz-copy-source': source }, ['b', key])),
    call('CopyObject', 'b', { key: 'back', 'x-amz-copy-source': `c/${path}` }, ['c', key]),
  ];
}).concat(['', 'h', 'hr/', 'hr/plan', 'other/'].map((prefix) => call('ListObjects', 'b', prefix === '' ? {} : { prefix })));

beforeAll(async () => {
  writeInput(folder, 'logs/a.json', logText(...CALLS.map(({ record }) => record)));
  lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
  await ingestInto(lake, { cloudtrail: [join(folder, 'logs')] });
  await correlate(lake, defaultConfiguration, { asOfMs: NOW_MS, nowMs: NOW_MS, toolVersion: 'test' });
});
afterAll(async () => {
  await lake.close();
  removeFolder(folder);
});

async function asked(name: string, values: Readonly<Record<string, string>>): Promise<string[]> {
  const { sql } = parseReadyQuery(name, readSqlFile(`queries/${name}.sql`));
  const { columns, rows } = await lake.query(sql, { from: '1970-01-01', to: '9999-12-31', ...values });
  const at = columns.findIndex((column) => column.name === 'event_id');
  return rows.map((row) => String(row[at])).sort();
}

function scanned(matches: (call: Call, request: Readonly<Record<string, string | undefined>>) => boolean): string[] {
  return CALLS.filter((each) => matches(each, each.record['requestParameters'] as Record<string, string>))
    .map(({ record }) => String(record['eventID']))
    .sort();
}

describe('a plain scan of the records agrees with', () => {
  test.each(KEYS)('object-history of %j', async (key) => {
    const expected = scanned(({ from }, { bucketName, key: own }) => (bucketName === 'b' && own === key) || from === `b/${key}`);
    expect(expected).toHaveLength(7);
    expect(await asked('object-history', { bucket: 'b', key })).toEqual(expected);
  });

  test.each(['hr/', 'hr/pl', 'other/', 'none/'])('prefix-history of %j', async (prefix) => {
    const isInside = (text: string) => text.startsWith(prefix) || prefix.startsWith(text);
    const expected = scanned(({ from, record }, { bucketName, key, prefix: listed = '' }) => {
      if (from?.startsWith(`b/${prefix}`)) return true;
      if (bucketName !== 'b') return false;
      return record['eventName'] === 'ListObjects' ? isInside(listed) : (key?.startsWith(prefix) ?? false);
    });
    expect(await asked('prefix-history', { bucket: 'b', prefix })).toEqual(expected);
  });

  test.each(['b', 'c', ''])('copies of the bucket %j', async (bucket) => {
    const expected = scanned(
      ({ from }, { bucketName }) => from !== undefined && (bucket === '' || bucketName === bucket || from.startsWith(`${bucket}/`)),
    );
    expect(await asked('copies', { bucket })).toEqual(expected);
  });

  test('deletes', async () => {
    expect(await asked('deletes', { bucket: 'b' })).toEqual(scanned(({ record }) => record['eventName'] === 'DeleteObject'));
  });
});
