/** Lambda, by the clock: a sweep of DescribeSessions over every configured account and region → the lake. */
import { openSessions } from '../lib/aws/appstream-sessions.ts';
import { readEnvironment } from '../lib/aws/environment.ts';
import { S3Store } from '../lib/aws/s3-store.ts';
import { type SweepSummary, sweepSessions } from '../lib/aws/sweep-sessions.ts';
import { instrument } from '../lib/aws/telemetry.ts';

const { APPSTREAM_AUDIT_BUCKET: bucket, APPSTREAM_AUDIT_SWEEPS: targets } = readEnvironment([
  'APPSTREAM_AUDIT_BUCKET',
  'APPSTREAM_AUDIT_SWEEPS',
]);
const ingestion = { store: new S3Store(), bucket, now: Date.now };

export const handler = instrument<unknown, SweepSummary>('snapshot', (_event, telemetry, remainingMs) =>
  sweepSessions(targets, { ingestion, telemetry, remainingMs, open: openSessions }),
);
