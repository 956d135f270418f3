/** What handlers stand in while they are tested: S3 and SQS in this process, Lambda's context, and the lines they log. */
import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import type { Context, SQSEvent } from 'aws-lambda';
import { type FauxqsServer, startFauxqs } from 'fauxqs';

const SETTINGS = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  APPSTREAM_AUDIT_BUCKET: 'central',
  POWERTOOLS_SERVICE_NAME: 'appstream-audit-test',
  POWERTOOLS_METRICS_NAMESPACE: 'AppstreamAudit',
};

/** Starts S3 and SQS with these buckets, and puts the way to them into the environment, before any handler is loaded. */
export async function startWorld(...buckets: string[]): Promise<FauxqsServer> {
  const server = await startFauxqs({ port: 0, logger: false });
  Object.assign(process.env, SETTINGS, { AWS_ENDPOINT_URL: server.address });
  for (const bucket of buckets) server.createBucket(bucket);
  return server;
}

/** What Lambda tells a handler. */
export function lambdaContext(name: string, remainingMs = 60_000): Context {
  return {
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-west-1:111122223333:function:${name}`,
    memoryLimitInMB: '1769',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'test',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => remainingMs,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

/** The queue that messages come from unless said otherwise. */
export const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:111122223333:q';

/** A batch of messages: their ids are `m0`, `m1` … */
export function batch(...bodies: string[]): SQSEvent {
  return {
    Records: bodies.map((body, n) => ({
      messageId: `m${n}`,
      receiptHandle: `r${n}`,
      body,
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: '0', SenderId: 'x', ApproximateFirstReceiveTimestamp: '0' },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: QUEUE_ARN,
      awsRegion: 'eu-west-1',
    })),
  };
}

/** An event of EventBridge for an object. */
export function created(bucket: string, key: string, etag: string): string {
  const detail = { bucket: { name: bucket }, object: { key, etag, size: 1 }, reason: 'PutObject' };
  return JSON.stringify({ version: '0', source: 'aws.s3', 'detail-type': 'Object Created', account: '111122223333', detail });
}

/** Everything written to the output while the work is done, line by line. */
export async function logged(work: () => Promise<unknown>): Promise<string[]> {
  let text = '';
  const take = (chunk: unknown) => {
    text += String(chunk);
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write').mockImplementation(take as never));
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return text.split('\n').filter((line) => line !== '');
}

/** Values of a metric in what was logged, with the dimensions that it has. */
export function metricsOf(lines: readonly string[], name: string): unknown[] {
  return lines
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['_aws'] !== undefined && line[name] !== undefined)
    .map((line) => ({ service: line['service'], kind: line['kind'], value: line[name] }));
}
