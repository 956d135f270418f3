/** A report with a row that cannot be read, from its bucket to the verdicts: they wait, until somebody accepts it by `cloud accept`. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { S3Store } from '../../../lib/aws/s3-store.ts';
import { ingestObject } from '../../../lib/cloud/ingest-object.ts';
import { ObjectFault } from '../../../lib/cloud/object-fault.ts';
import type { InputKind } from '../../../lib/ingest/reader.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';
import { logText, reportText, someRecords } from '../../helpers/input-files.ts';
import { type CloudLake, makeCloudLake, select } from '../athena/cloud-lake.ts';
import { failuresOf, type Ran, runCloud } from '../athena/cloud-run.ts';
import { audit } from '../helpers/deployed-stack.ts';
import { removeBucket } from '../helpers/local-cloud.ts';

const AS_OF_MS = Date.parse('2026-03-20T00:00:00Z');
const CONFIGURATION = configurationSchema.parse({ scope: { fleetCidrs: ['10.0.0.0/8'] } });
const REPORT = 'in/appstream-logs-eu-west-1-111122223333-abc/year=2026/month=03/day=02/daily-session-report-2026-03-02.csv';

let cloud: CloudLake;

beforeAll(async () => {
  cloud = await makeCloudLake('accept');
  const [seen, later] = someRecords('e', 2);
  const log = logText({ ...seen }, { ...later, eventTime: '2026-03-02T15:00:00Z' });
  const report = reportText({}, { user_session_id: 'a11ce000-0000-4000-8000-000000000002', session_start_time: 'soon' });
  await put('in/log.json', log);
  await take('cloudtrail', 'in/log.json');
  await put(REPORT, report);
  await take('usage_report', REPORT);
});
afterAll(() => removeBucket(cloud.s3, cloud.bucket));

const put = (key: string, text: string) => new S3Store(cloud.s3).putNew(cloud.bucket, key, Buffer.from(text), 'text/plain');
const take = (kind: InputKind, key: string) => {
  const context = { store: new S3Store(cloud.s3), bucket: cloud.bucket, now: () => Date.now() };
  return ingestObject(kind, { bucket: cloud.bucket, key, etag: null, versionId: null }, context);
};
const run = () => runCloud(cloud, CONFIGURATION, { asOfMs: AS_OF_MS, rules: ['evidence-unread'] });
const ended = (ran: Ran) => ({ status: ran.answer.status, failures: failuresOf(ran), books: ran.state.books?.session_rows });
const verdicts = () =>
  select(cloud, `SELECT event_id, verdict, reason, final, closed_by FROM "${cloud.database}"."attributions" ORDER BY event_id`);
const flags = () => ['--bucket', cloud.bucket, '--database', cloud.database, '--workgroup', cloud.workgroup];

test('what a row that cannot be read keeps open is final in the run after it was accepted', async () => {
  const listed = 'SELECT table_name, dt, row_count FROM files ORDER BY table_name';
  const files = await audit('cloud', 'query', '--sql', listed, '--output', 'csv', ...flags());
  expect(files.out.split(/\r?\n/).slice(1, 3)).toEqual(['events,2026-03-02,2', 'sessions,2026-03-02,1']);
  const published = { status: 'published', failures: [], books: 1 };
  expect(ended(await run())).toEqual(published);
  expect(await verdicts()).toEqual([
    { event_id: 'e-0', verdict: 'attributed', reason: 'in_session', final: 'false', closed_by: null },
    { event_id: 'e-1', verdict: 'pending', reason: 'evidence_unread', final: 'false', closed_by: null },
  ]);
  expect((await audit('cloud', 'accept', ...flags())).out).toMatch(/daily-session-report-2026-03-02\.csv/);

  await audit('cloud', 'accept', `s3://${cloud.bucket}/${REPORT}:3`, '--reason', 'the row was lost in a fire', ...flags());

  const [unread] = await select(cloud, `SELECT count(*) AS n FROM "${cloud.database}"."findings"`);
  expect(unread).toEqual({ n: '1' });
  const { out } = await audit('cloud', 'query', '--sql', 'SELECT accepted FROM unread_evidence', '--output', 'ndjson', ...flags());
  expect(out.trim()).toBe('{"accepted":true}');
  const again = await run();
  expect(ended(again)).toEqual(published);
  expect(again.state.planned?.map(({ dt }) => dt)).toEqual(['2026-03-02']);
  expect(await verdicts()).toEqual([
    { event_id: 'e-0', verdict: 'attributed', reason: 'in_session', final: 'true', closed_by: 'time' },
    { event_id: 'e-1', verdict: 'unattributed', reason: 'outside_session', final: 'true', closed_by: 'time' },
  ]);
}, 900_000);

test('a report that cannot be opened opens its days again, until it is read', async () => {
  const unopened = REPORT.replace('day=02', 'day=03').replace('03-02.csv', '03-03.csv');
  const later = async () => (await verdicts()).find((row) => row['event_id'] === 'e-1');
  const failed = async () =>
    (await audit('cloud', 'query', '--sql', 'SELECT report_day FROM failed_inputs', '--output', 'ndjson', ...flags())).out.trim();
  await expect(take('usage_report', unopened)).rejects.toThrow(ObjectFault);
  expect(await failed()).toBe('{"report_day":"2026-03-03"}');
  expect(ended(await run()).status).toBe('published');
  expect(await later()).toMatchObject({ verdict: 'pending', reason: 'evidence_unread', final: 'false' });

  await put(unopened, reportText());
  await take('usage_report', unopened);

  expect(await failed()).toBe('');
  expect(ended(await run()).status).toBe('published');
  expect(await later()).toMatchObject({ verdict: 'unattributed', reason: 'outside_session', final: 'true' });
}, 900_000);
