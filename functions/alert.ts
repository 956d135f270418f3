/** Lambda, after a run was published: what it found → SNS, each state once. */
import { AthenaClient } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { alertEffects } from '../lib/aws/alert-effects.ts';
import { type AlertResult, alertRun } from '../lib/aws/alert-run.ts';
import { CLIENT_OPTIONS, s3ClientOptions } from '../lib/aws/client-options.ts';
import { readEnvironment } from '../lib/aws/environment.ts';
import { instrument } from '../lib/aws/telemetry.ts';
import { readFunctionConfiguration } from '../lib/local/function-configuration.ts';

const environment = readEnvironment(['APPSTREAM_AUDIT_BUCKET', 'APPSTREAM_AUDIT_ALERT_TOPIC_ARN']);
const athena = new AthenaClient(CLIENT_OPTIONS);
const place = { bucket: environment.APPSTREAM_AUDIT_BUCKET, topicArn: environment.APPSTREAM_AUDIT_ALERT_TOPIC_ARN };
const effects = alertEffects(place, new S3Client(s3ClientOptions()), new SNSClient(CLIENT_OPTIONS));
const configuration = await readFunctionConfiguration();

export const handler = instrument<unknown, AlertResult>('alert', (event, telemetry) =>
  alertRun(event, { athena, effects, minimumSeverity: configuration.alerts.minimumSeverity, telemetry }),
);
