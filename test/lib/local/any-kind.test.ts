/** A folder that is given as it is: what each file is, is found out. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { describeFailure } from '../../../lib/local/failure-text.ts';
import { listSources } from '../../../lib/local/ingest.ts';
import { zip } from '../../helpers/containers.ts';
import { logText, removeFolder, someRecords, temporaryFolder, writeInput } from '../../helpers/input-files.ts';
import { csv, ROW } from '../ingest/report-fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('any-kind');
});
afterEach(() => removeFolder(folder));

const anything = (...paths: string[]) => listSources({ cloudtrail: [], usageReports: [], snapshots: [], flowLogs: [], anything: paths });

test('every file below a folder is found to be what it is, or named', async () => {
  const content: Readonly<Record<string, string | Uint8Array>> = {
    'a.bin': gzipSync(logText(...someRecords('a', 1))),
    'b.txt': csv([ROW]).replaceAll(',', ';'),
    'c.txt': '{"time":"2026-03-02T10:05:00Z","account":"111122223333","region":"eu-west-1","Sessions":[]}\n',
    'd.txt': '2 111122223333 eni-1 10.0.0.1 10.0.0.2 1 2 6 3 4 1772445600 1772445660 ACCEPT OK\n',
    'e.zip': zip([{ name: 'x', content: Buffer.from('x') }]),
    'f.json': '',
    'notes.txt': 'nothing of the kind',
    'AWSLogs/111122223333/Config/eu-west-1/c.json': '{}',
    'AWSLogs/111122223333/vpcflowlogs/eu-west-1/f.log': 'x',
  };
  for (const [name, text] of Object.entries(content)) writeInput(folder, name, text);
  const { objects, passedOver, problems } = await anything(folder);
  expect(objects.map(({ location, kind }) => [location.slice(folder.length + 1), kind]).sort()).toEqual([
    ['AWSLogs/111122223333/vpcflowlogs/eu-west-1/f.log', 'flow_log'],
    ['a.bin', 'cloudtrail'],
    ['b.txt', 'usage_report'],
    ['c.txt', 'snapshot'],
    ['d.txt', 'flow_log'],
    ['e.zip', 'cloudtrail'],
    ['f.json', 'cloudtrail'],
  ]);
  expect(passedOver).toEqual({ Config: 1, 'of no known kind': 1 });
  expect(problems).toEqual([
    { location: `${folder}/notes.txt`, status: 'unknown', reason: expect.stringContaining('is of no kind that is known') },
  ]);
});

test('a path that names nothing is an error before a lake is made', async () => {
  await expect(anything(`${folder}/typo`)).rejects.toThrow('names no input');
});

test('a read that S3 or KMS denies names the permission', () => {
  const denied = (message: string) => describeFailure('s3://b/k', Object.assign(new Error(message), { code: 'S3' }));
  expect(denied('AccessDenied: Access Denied')).toContain('s3:GetObject');
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
  expect(denied(`AccessDenied: not authorized to perform: kms:Decrypt on resource: ${key} because`)).toContain(`kms:Decrypt on ${key},`);
});
