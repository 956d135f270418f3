/** Golden folders of the rules about the evidence itself. */
import { EGRESS_CASES } from './egress.ts';
import { type Case, call, DENIED, FLEET, REGION, reportText, s3 } from './records.ts';
import { SESSION_CHECK_CASES } from './session-checks.ts';

/** A report of us-east-1 with one session. */
const ELSEWHERE = reportText([{ id: 's-9', user: 'zoe', address: '10.9.0.1' }]).replaceAll(REGION, 'us-east-1');

/** By rule, by name of the case. */
export function ofEvidence(): Record<string, Record<string, Case>> {
  const logs = { bucket: 'aws-cloudtrail-logs-111122223333-0a1b' };
  return {
    'evidence-tampering': {
      'half-named': {
        title: 'Two deletions in one hour, the second after the session: the finding is of both, so it names nobody',
        records: [
          s3('10:05:00', 'DeleteObject', { ...logs, key: 'AWSLogs/1.json.gz' }),
          s3('10:50:00', 'DeleteObject', { ...logs, key: 'AWSLogs/2.json.gz' }),
        ],
        sessions: [{ end: '2026-03-02T10:20:00' }],
      },
      central: {
        title: 'The policy of the central bucket changed, a row of it deleted; its own work cleared away',
        configuration: { policy: { evidenceBuckets: ['audit-lake'] } },
        records: [
          call('09:05:00', 's3', 'PutBucketPolicy', { bucketName: 'audit-lake' }),
          s3('10:30:00', 'DeleteObject', { bucket: 'audit-lake', key: 'events/dt=2026-03-02/1.parquet' }),
          s3('10:31:00', 'DeleteObject', { bucket: 'audit-lake', key: 'athena-results/tables/1' }),
        ],
      },
      found: {
        title:
          'A trail stopped and pointed elsewhere, flow logs and reports gone, a lifecycle on logs, a failed policy on the old log bucket, deletes from a session',
        records: [
          call('09:00:00', 'cloudtrail', 'StopLogging', { name: 'audit' }),
          call('09:01:00', 'cloudtrail', 'UpdateTrail', { name: 'audit', s3BucketName: 'old-logs' }),
          call('09:02:00', 'ec2', 'DeleteFlowLogs', { DeleteFlowLogsRequest: { FlowLogId: { tag: 1, content: 'fl-0a1b' } } }),
          call('09:03:00', 'appstream', 'DeleteUsageReportSubscription', {}),
          call('09:04:00', 's3', 'PutBucketLifecycle', { bucketName: logs.bucket }),
          call('09:05:00', 's3', 'PutBucketPolicy', { bucketName: 'old-logs' }, DENIED),
          s3('10:30:00', 'DeleteObject', { ...logs, key: 'AWSLogs/1.json.gz' }),
          s3('10:31:00', 'DeleteObject', { ...logs, key: 'AWSLogs/2.json.gz', ...DENIED }),
        ],
      },
      harmless: {
        title: 'A look at the trail, a policy and deletes of another bucket, tags of the log bucket, a log written',
        records: [
          call('09:00:00', 'cloudtrail', 'DescribeTrails', {}),
          call('09:01:00', 'cloudtrail', 'StartLogging', { name: 'audit' }),
          call('09:05:00', 's3', 'PutBucketPolicy', { bucketName: 'website' }),
          call('09:06:00', 's3', 'PutBucketTagging', { bucketName: logs.bucket }),
          s3('10:30:00', 'DeleteObject'),
          s3('10:31:00', 'PutObject', { ...logs, key: 'AWSLogs/3.json.gz' }),
        ],
      },
    },
    'missing-evidence': {
      found: {
        title: 'The fleet was active on a day without a report; then its trail says nothing, while that of another account goes on',
        configuration: FLEET,
        records: [
          s3('10:30:00', 'GetObject'),
          s3('2026-03-03T10:30:00', 'GetObject'),
          call('2026-03-05T00:00:00', 'sts', 'GetCallerIdentity', null, {
            recipientAccountId: '444455556666',
            userIdentity: { type: 'AWSService', invokedBy: 'x' },
          }),
        ],
      },
      extract: {
        title: 'An extract of one day: of the days after it nothing is due',
        configuration: FLEET,
        records: [
          s3('10:30:00', 'GetObject'),
          call('23:59:00', 'sts', 'GetCallerIdentity', null, { recipientAccountId: '444455556666' }),
          call('2026-03-03T00:10:00', 'sts', 'GetCallerIdentity'),
        ],
      },
      'quiet-region': {
        title: 'A region with sessions on the first day alone has no report of the others: what the fleets did is explained without it',
        configuration: FLEET,
        records: ['2026-03-02', '2026-03-03', '2026-03-04'].map((day) => s3(`${day}T10:30:00`, 'GetObject')),
        sessions: ['2026-03-02', '2026-03-03', '2026-03-04'].map((day, at) => ({
          id: `s-${at + 1}`,
          start: `${day}T10:00:00`,
          end: `${day}T11:00:00`,
        })),
        files: { 'us/daily-session-report-2026-03-02.csv': ELSEWHERE },
      },
      region: {
        title:
          'The fleet of a region without a report of the day read through an endpoint there: its report is due, not that of the other region',
        configuration: FLEET,
        records: [s3('10:30:00', 'GetObject'), s3('2026-03-03T10:30:00', 'GetObject', { awsRegion: 'us-east-1' })],
        sessions: [{}, { id: 's-2', start: '2026-03-03T12:00:00', end: '2026-03-03T13:00:00' }],
        files: { 'us/daily-session-report-2026-03-02.csv': ELSEWHERE },
      },
      sweep: {
        title: 'A day without a complete sweep, then one with',
        records: [s3('10:30:00', 'GetObject'), s3('2026-03-19T10:30:00', 'GetObject')],
        sweeps: [
          ['2026-03-18T10:00:00', false],
          ['2026-03-19T10:00:00', false],
          ['2026-03-19T10:10:00', true],
        ],
      },
      there: {
        title: 'Every day has its report, the last event is of today',
        configuration: FLEET,
        asOf: '2026-03-03T12:00:00Z',
        records: [s3('10:30:00', 'GetObject'), s3('2026-03-03T10:30:00', 'GetObject')],
      },
    },
    'session-id-spoofed': SESSION_CHECK_CASES,
    'egress-outside-vpc': EGRESS_CASES,
    'event-id-reused': {
      found: {
        title: 'One id on two times',
        records: [s3('10:30:00', 'GetObject', { eventID: 'e-1' }), s3('10:31:00', 'GetObject', { eventID: 'e-1' })],
      },
      delivered: {
        title: 'One record delivered twice',
        records: [s3('10:30:00', 'GetObject', { eventID: 'e-1' }), s3('10:30:00', 'GetObject', { eventID: 'e-1' })],
      },
    },
  };
}
