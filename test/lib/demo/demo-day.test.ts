import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse as parseCsv } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { canonicalAddress, readSourceAddress } from '../../../lib/address.ts';
import { FAKE_TOKEN_MARK } from '../../../lib/demo/cast.ts';
import { generateDemo } from '../../../lib/demo/generate.ts';
import type { DemoManifest } from '../../../lib/demo/manifest.ts';
import type { DemoStory } from '../../../lib/demo/story.ts';
import type { TruthRow } from '../../../lib/demo/truth.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';
import { checkTruth, ms } from './candidates.ts';

interface LogRecord {
  eventID: string;
  eventTime: string;
  eventName: string;
  eventSource: string;
  eventVersion: string;
  awsRegion: string;
  recipientAccountId: string;
  sourceIPAddress: string;
  sharedEventID?: string;
  vpcEndpointId?: string;
  errorCode?: string;
  userIdentity: { type: string; userName?: string; accessKeyId?: string; sessionContext?: { sessionIssuer?: { userName: string } } };
  requestParameters: Record<string, unknown> | null;
  responseElements: Record<string, unknown> | null;
  additionalEventData?: { startTime?: number; endTime?: number; bytesTransferredOut?: number };
  resources?: { type: string; ARN?: string }[];
  addendum?: { originalEventID: string };
}
type Row = Record<string, string>;

/** The default day, read once. */
const files = new Map<string, Uint8Array>();
let manifest: DemoManifest;
let story: DemoStory;
const records: LogRecord[] = [];
const raw: string[] = [];
const truth = new Map<string, TruthRow>();
/** Rows of the truth as they are: one event id stands for two events. */
const told: TruthRow[] = [];
const sessions: Row[] = [];

beforeAll(() => {
  for (const { path, bytes } of generateDemo()) files.set(path, bytes);
  const text = (path: string) => Buffer.from(files.get(path) as Uint8Array).toString('utf8');
  manifest = JSON.parse(text('manifest.json')) as DemoManifest;
  story = manifest.story as DemoStory;
  for (const [path, bytes] of files) {
    if (path.startsWith('cloudtrail/')) {
      const json = gunzipSync(bytes).toString('utf8');
      raw.push(json);
      records.push(...(JSON.parse(json) as { Records: LogRecord[] }).Records);
    }
    if (path.includes('daily-session-report')) sessions.push(...parseReport(bytes));
  }
  for (const line of gunzipSync(files.get('truth.ndjson.gz') as Uint8Array)
    .toString('utf8')
    .trimEnd()
    .split('\n')) {
    const row = JSON.parse(line) as TruthRow;
    told.push(row);
    truth.set(row.event_id, row);
  }
});

function parseReport(bytes: Uint8Array): Row[] {
  return parseCsv(Buffer.from(bytes), { columns: true }) as Row[];
}

/** What makes an event one: its id and its time. */
function eventKey({ eventID, eventTime }: LogRecord): string {
  return `${eventID} ${eventTime}`;
}

function byId(eventId: string): LogRecord {
  return records.find((record) => record.eventID === eventId) as LogRecord;
}

describe('the counts of the demo', () => {
  test('the manifest counts what is in the files', () => {
    const distinct = new Set(records.map(eventKey));
    expect(records).toHaveLength(20_000);
    expect(manifest.records).toBe(records.length);
    expect(manifest.events).toBe(distinct.size);
    expect(manifest.duplicates).toBe(records.length - distinct.size);
    expect(manifest.duplicates).toBeGreaterThan(20);
    expect(manifest.s3Records).toBe(
      records.filter(({ eventSource, requestParameters }) => eventSource === 's3.amazonaws.com' && requestParameters).length,
    );
    expect(manifest.sessions).toBe(sessions.length);
    expect(manifest.unpackedBytes).toBe(raw.reduce((sum, json) => sum + Buffer.byteLength(json), 0));
    const kinds: Record<string, number> = {};
    const verdicts: Record<string, number> = {};
    for (const { kind, expected_verdict } of told) {
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      verdicts[expected_verdict ?? 'none'] = (verdicts[expected_verdict ?? 'none'] ?? 0) + 1;
    }
    expect(manifest.kinds).toEqual(kinds);
    expect(manifest.expected).toEqual(verdicts);
    for (const input of Object.values(manifest.inputs)) {
      expect([...files.keys()].filter((path) => path.startsWith(`${input.path}/`))).toHaveLength(input.files);
    }
  });

  test('the truth tells every event exactly once', () => {
    const keys = told.map(({ event_id, event_time }) => `${event_id} ${event_time}`);
    expect(keys).toHaveLength(new Set(keys).size);
    expect(new Set(records.map(eventKey))).toEqual(new Set(keys));
    expect(keys.length - truth.size).toBe(1);
    const known = new Set(sessions.map(({ user_session_id, user_id }) => `${user_session_id}/${user_id}`));
    expect(told.filter(({ session_id, user_id }) => session_id !== null && !known.has(`${session_id}/${user_id}`))).toEqual([]);
  });

  test('a duplicate is the same record in another file', () => {
    const seen = new Map<string, string>();
    let twice = 0;
    for (const record of records) {
      const text = JSON.stringify(record);
      const before = seen.get(eventKey(record));
      if (before !== undefined) {
        expect(text).toBe(before);
        twice++;
      }
      seen.set(eventKey(record), text);
    }
    expect(twice).toBe(manifest.duplicates);
  });
});

describe('the shapes of the demo', () => {
  test('the configuration beside it is valid and names the fleets', () => {
    const yaml = parseYaml(Buffer.from(files.get('configuration.yaml') as Uint8Array).toString('utf8')) as unknown;
    const { scope, window } = configurationSchema.parse(yaml);
    expect(scope.fleetRoles).toContain('AnalyticsFleetRole');
    expect(scope.vpcEndpoints.map(({ id }) => id)).toContain('vpce-0e9f8a7b6c5d4e3f2');
    expect(scope.natAddresses).toEqual(['203.0.113.40']);
    expect(scope.excludeBuckets).toContain('acme-central-logs');
    expect(window.longestSessionHours).toBe(10);
  });

  test('log files are named as CloudTrail names them and lie where they were delivered', () => {
    const name =
      /^cloudtrail\/AWSLogs\/(\d{12})\/CloudTrail\/([a-z0-9-]+)\/(\d{4})\/(\d\d)\/(\d\d)\/\1_CloudTrail_\2_\3\4\5T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz$/;
    const logs = [...files.keys()].filter((path) => path.startsWith('cloudtrail/'));
    for (const path of logs) expect(path).toMatch(name);
    expect(logs.length).toBeGreaterThan(300);
  });

  test('records come in both precisions, both orders of resources, floats and whole byte counts', () => {
    const s3 = records.filter(({ eventSource, resources }) => eventSource === 's3.amazonaws.com' && resources);
    const precise = s3.filter(({ additionalEventData }) => additionalEventData?.startTime !== undefined);
    expect(precise.length / s3.length).toBeGreaterThan(0.5);
    expect(precise.length / s3.length).toBeLessThan(0.8);
    const seconds = (time: number | undefined) => Math.floor((time as number) / 1000) * 1000;
    expect(precise.filter(({ eventTime, additionalEventData }) => ms(eventTime) !== seconds(additionalEventData?.endTime))).toEqual([]);
    const firsts = new Set(s3.map(({ resources }) => resources?.[0]?.type));
    expect(firsts).toEqual(new Set(['AWS::S3::Bucket', 'AWS::S3::Object']));
    expect(raw.join('')).toMatch(/"bytesTransferredOut":\d+\.0[,}]/);
    expect(raw.join('')).toMatch(/"bytesTransferredOut":\d+[,}]/);
  });

  test('every kind of call that S3 logs is there', () => {
    const names = new Set(records.map(({ eventName }) => eventName));
    const expected =
      'GetObject PutObject HeadObject ListObjects CopyObject DeleteObject DeleteObjects CreateMultipartUpload UploadPart CompleteMultipartUpload AssumeRoleWithSAML CreateStreamingURL ConsoleLogin AssumeRole GetItem';
    for (const name of expected.split(' ')) expect(names).toContain(name);
    expect(records.some(({ errorCode }) => errorCode === 'AccessDenied')).toBe(true);
    const kinds = new Set(records.map(({ sourceIPAddress }) => readSourceAddress(sourceIPAddress).kind));
    expect(kinds).toEqual(new Set(['private', 'public', 'ipv6', 'service', 'internal']));
  });

  test('keys that break careless readers come through JSON unharmed', () => {
    const keys = new Set(records.map(({ requestParameters }) => requestParameters?.['key']).filter((key) => typeof key === 'string'));
    expect([...keys].some((key) => key.includes('},{"eventVersion"'))).toBe(true);
    expect([...keys].some((key) => key.includes('\n'))).toBe(true);
    expect([...keys].some((key) => key.includes('\\slash\\'))).toBe(true);
    expect([...keys].some((key) => key.includes('Größe') || key.includes('größte'))).toBe(true);
    expect([...keys].some((key) => key.length > 890)).toBe(true);
  });

  test('reports have 32 columns and lie in the folder of the day the session ended', () => {
    for (const [path, bytes] of files) {
      if (!path.includes('daily-session-report')) continue;
      const day = /(\d{4}-\d\d-\d\d)\.csv$/.exec(path)?.[1] as string;
      for (const row of parseReport(bytes)) {
        expect(Object.keys(row)).toHaveLength(32);
        expect(row['session_end_time']?.slice(0, 10)).toBe(day);
        expect(ms(row['session_end_time'])).toBeGreaterThan(ms(row['session_start_time']));
      }
    }
    expect(
      files.has(
        'usage-reports/appstream-logs-eu-west-1-111122223333-h3kq9w2z/sessions/schedule=DAILY/year=2026/month=03/day=02/daily-session-report-2026-03-02.csv',
      ),
    ).toBe(true);
  });

  test('sweeps are complete, list what the reports confirm and mark what has ended', () => {
    const reported = new Map(sessions.map((row) => [row['user_session_id'], row]));
    const states = new Set<string>();
    let listed = 0;
    for (const [path, bytes] of files) {
      if (!path.startsWith('snapshots/')) continue;
      const lines = Buffer.from(bytes)
        .toString('utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines.at(-1).complete).toBe(true);
      for (const { time, Sessions } of lines) {
        expect(Sessions.length).toBeLessThanOrEqual(50);
        for (const session of Sessions) {
          listed++;
          states.add(session.State);
          const row = reported.get(session.Id) as Row;
          const start = typeof session.StartTime === 'number' ? session.StartTime * 1000 : ms(session.StartTime);
          expect(Math.abs(start - ms(row['session_start_time']))).toBeLessThan(1);
          expect(session.State === 'EXPIRED').toBe(ms(row['session_end_time']) < ms(time));
          expect(canonicalAddress(session.NetworkAccessConfiguration.EniPrivateIpAddress)).toBe(row['eni_private_ip_address']);
        }
      }
    }
    expect(listed).toBeGreaterThan(300);
    expect(states).toEqual(new Set(['ACTIVE', 'EXPIRED']));
  });

  test('sign-ins carry session tokens that can be searched for, and nothing else does', () => {
    const withToken = records.filter((record) => JSON.stringify(record).includes(FAKE_TOKEN_MARK));
    expect(new Set(withToken.map(({ eventName }) => eventName))).toEqual(new Set(['AssumeRoleWithSAML', 'AssumeRole']));
    const saml = records.filter(({ eventName }) => eventName === 'AssumeRoleWithSAML');
    expect(withToken.length).toBeGreaterThanOrEqual(saml.length);
    expect(saml.length).toBeGreaterThan(100);
  });
});

describe('the truth of the demo', () => {
  test('an expected verdict is what the sessions on the address allow', () => {
    const { wrong, checked } = checkTruth(records, truth, sessions);
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(9000);
  });

  test('a home folder key carries the hash of the exact user id', () => {
    let checked = 0;
    for (const record of records) {
      const row = truth.get(record.eventID) as TruthRow;
      if (row.kind !== 'home_folder' || row.event_id === story.disagreeingEventId) continue;
      const hash = createHash('sha256')
        .update(row.user_id as string)
        .digest('hex');
      expect(record.requestParameters?.['key']).toContain(`/${hash}/`);
      expect(record.userIdentity.sessionContext?.sessionIssuer?.userName).toBe('AmazonAppStreamServiceAccess');
      checked++;
    }
    expect(checked).toBeGreaterThan(1000);
  });
});

describe('the story of the demo', () => {
  test('the thief reads several hundred objects at night and writes them into a foreign bucket', () => {
    const { thief } = story;
    const mine = records.filter(
      ({ eventID }) => truth.get(eventID)?.session_id === thief.sessionId && truth.get(eventID)?.kind === 'thief',
    );
    const distinct = [...new Map(mine.map((record) => [record.eventID, record])).values()];
    const reads = distinct.filter(
      ({ eventName, requestParameters }) => eventName === 'GetObject' && requestParameters?.['bucketName'] === thief.sourceBucket,
    );
    expect(reads).toHaveLength(thief.reads);
    expect(reads.reduce((sum, { additionalEventData }) => sum + (additionalEventData?.bytesTransferredOut ?? 0), 0)).toBeGreaterThan(
      10 * 1024 ** 3,
    );
    expect(distinct.filter(({ requestParameters }) => requestParameters?.['bucketName'] === thief.targetBucket)).toHaveLength(thief.writes);
    expect(byId(thief.copyEventId).requestParameters?.['x-amz-copy-source']).toBe(`${thief.sourceBucket}/${thief.stolenObjectKey}`);
    expect(distinct.filter(({ errorCode }) => errorCode === 'AccessDenied')).toHaveLength(60);
    expect(distinct.every(({ eventTime }) => eventTime.slice(11) < '04:00')).toBe(true);
    const outside = byId(thief.stolenCredentialsEventId);
    expect(readSourceAddress(outside.sourceIPAddress).kind).toBe('public');
    expect(reads.some(({ userIdentity }) => userIdentity.accessKeyId === outside.userIdentity.accessKeyId)).toBe(false);
    expect(distinct.some(({ userIdentity }) => userIdentity.accessKeyId === outside.userIdentity.accessKeyId)).toBe(true);
  });

  test('every id of the story names an event with the verdict it is told for', () => {
    const verdicts = {
      unattributedWriteEventId: 'unattributed',
      graceCutEventId: 'unattributed',
      notConnectedEventId: 'unattributed',
      ambiguousEventId: 'ambiguous',
      disagreeingEventId: 'ambiguous',
      inGraceEventId: 'attributed',
      lateUploadEventId: 'attributed',
      natNamedEventId: 'attributed',
      natUnnamedEventId: 'not_joinable',
      ipv6EventId: 'attributed',
      correctionEventId: 'attributed',
      callerCopyEventId: 'attributed',
      administratorReadEventId: 'attributed',
      correctedEventId: null,
      ownerCopyEventId: null,
    } as const;
    for (const [name, verdict] of Object.entries(verdicts)) {
      const id = story[name as keyof typeof verdicts];
      expect([name, truth.get(id)?.expected_verdict]).toEqual([name, verdict]);
    }
    expect(byId(story.correctionEventId).addendum?.originalEventID).toBe(story.correctedEventId);
    expect(byId(story.callerCopyEventId).sharedEventID).toBe(byId(story.ownerCopyEventId).sharedEventID);
    expect(byId(story.ownerCopyEventId).recipientAccountId).not.toBe(byId(story.callerCopyEventId).recipientAccountId);
    expect(byId(story.ipv6EventId).sourceIPAddress).toBe('2001:db8:20::1f');
  });

  test('a session over midnight is in the next report, and another only in the late one', () => {
    const rowsOf = (folder: string, day: string) =>
      [...files]
        .filter(([path]) => path.startsWith(folder) && path.endsWith(`daily-session-report-${day}.csv`))
        .flatMap(([, bytes]) => parseReport(bytes));
    expect(rowsOf('usage-reports', '2026-03-03').map((row) => row['user_session_id'])).toContain(story.overnight.sessionId);
    expect(rowsOf('late', '2026-03-03').map((row) => row['user_session_id'])).toContain(story.pending.sessionId);
    expect(rowsOf('usage-reports', '2026-03-03').map((row) => row['user_session_id'])).not.toContain(story.pending.sessionId);
    expect(byId(story.overnight.afterMidnightEventId).eventTime.slice(0, 10)).toBe('2026-03-03');
    expect(manifest.inputs.late.files).toBe(2);
  });

  test('addresses are used again within minutes, and one is used in two accounts at once', () => {
    const ordered = [...sessions].sort((a, b) => ms(a['session_start_time']) - ms(b['session_start_time']));
    let soon = 0;
    const last = new Map<string, Row>();
    for (const row of ordered) {
      const place = `${row['aws_account_id']}/${row['eni_private_ip_address']}`;
      const before = last.get(place);
      const pause = before ? ms(row['session_start_time']) - ms(before['session_end_time']) : Number.NaN;
      if (row['is_multisession'] === 'false') {
        expect(pause < 0).toBe(false);
        if (pause < 600_000 && row['user_id'] !== before?.['user_id']) soon++;
      }
      last.set(place, row);
    }
    expect(soon).toBeGreaterThan(30);
    expect(sessions.filter((row) => row['eni_private_ip_address'] === story.thief.address).length).toBe(4);
  });
});
