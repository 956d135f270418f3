/**
 * What the deployed roles may do with queues, topics, the catalog, Athena and each other, where IAM decides: what the work takes, on
 * what belongs to it, and nothing beside it. AppStream's API is not among them: the server that decides here does not know it.
 */
import { AthenaClient, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { CreateTableCommand, DeleteTableCommand, GetTablesCommand, GlueClient } from '@aws-sdk/client-glue';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { FUNCTION_NAMES, type FunctionName, type RoleName } from '../../../infra/names.ts';
import { unique, useLocalCloud } from '../helpers/local-cloud.ts';
import { type RoleCredentials, rightsOf } from '../helpers/role-credentials.ts';

const stack = useLocalCloud({ secured: true });
const value = (name: string) => stack[name] ?? '';
const stackName = value('APPSTREAM_AUDIT_STACK');
const DatabaseName = value('APPSTREAM_AUDIT_DATABASE');
const stage = `w_${unique()}`;

type Call = (credentials: RoleCredentials) => Promise<{ readonly $metadata: { readonly httpStatusCode?: number } }>;

/** One call by a client that lives as long as the call. */
function by<Client extends { destroy(): void }>(
  Service: new (configuration: { credentials: RoleCredentials; endpoint?: string; maxAttempts: number }) => Client,
  send: (client: Client) => ReturnType<Call>,
  endpoint?: string,
): Call {
  return async (credentials) => {
    const client = new Service({ credentials, maxAttempts: 1, ...(endpoint !== undefined && { endpoint }) });
    try {
      return await send(client);
    } finally {
      client.destroy();
    }
  };
}

const queue = (kind: string) => `${value('APPSTREAM_AUDIT_CLOUDTRAIL_QUEUE_URL').replace(/cloudtrail$/, '')}${kind}`;
const look = (kind: string) =>
  by(SQSClient, (sqs) => sqs.send(new GetQueueAttributesCommand({ QueueUrl: queue(kind), AttributeNames: ['QueueArn'] })));
const take = (kind: string) => by(SQSClient, (sqs) => sqs.send(new ReceiveMessageCommand({ QueueUrl: queue(kind) })));
/** A test of EventBridge's is read and done with. */
const send = (kind: string) =>
  by(SQSClient, (sqs) => sqs.send(new SendMessageCommand({ QueueUrl: queue(kind), MessageBody: '{"Event":"s3:TestEvent"}' })));
const publish = (topic: string) =>
  by(SNSClient, (sns) => sns.send(new PublishCommand({ TopicArn: value(topic), Message: 'a trial of rights' })));
const tables = by(GlueClient, (glue) => glue.send(new GetTablesCommand({ DatabaseName })));
const makeTable = (Name: string) => by(GlueClient, (glue) => glue.send(new CreateTableCommand({ DatabaseName, TableInput: { Name } })));
// of tables of one database the server that decides makes no difference; which names a role has is looked up in the template
const dropTable = (Name: string, database = DatabaseName) =>
  by(GlueClient, (glue) => glue.send(new DeleteTableCommand({ DatabaseName: database, Name })));
// the server that decides has an Athena of its own, which is asked here for nothing but its decision
const startQuery = (WorkGroup: string) =>
  by(
    AthenaClient,
    (athena) => athena.send(new StartQueryExecutionCommand({ QueryString: 'SELECT 1', WorkGroup })),
    value('AWS_ENDPOINT_URL'),
  );
const invoke = (name: FunctionName) =>
  by(LambdaClient, (lambda) => lambda.send(new InvokeCommand({ FunctionName: `${stackName}-${name}`, InvocationType: 'DryRun' })));
const startCorrelation = by(SFNClient, (states) =>
  states.send(new StartExecutionCommand({ stateMachineArn: value('APPSTREAM_AUDIT_STATE_MACHINE_ARN'), input: '{}' })),
);

type Trial = readonly [what: string, call: Call];
const LOOKS = (kind: string): Trial => [`look at the queue ${kind}`, look(kind)];
const TAKES = (kind: string): Trial => [`take from the queue ${kind}`, take(kind)];
const SENDS = (kind: string): Trial => [`send to the queue ${kind}`, send(kind)];
const TELLS: Trial = ['tell a finding', publish('APPSTREAM_AUDIT_ALERT_TOPIC_ARN')];
const ALARMS: Trial = ['sound an alarm', publish('APPSTREAM_AUDIT_OPERATIONS_TOPIC_ARN')];
const LISTS: Trial = ['list the tables', tables];
const QUERIES: Trial = ['start a query', startQuery(value('APPSTREAM_AUDIT_WORKGROUP'))];
const STARTS: Trial = ['start a correlation', startCorrelation];
const INVOKES = (name: FunctionName): Trial => [`invoke ${name}`, invoke(name)];

/** What the work of each takes, and what would be another's. */
const RIGHTS: Readonly<Record<RoleName, { readonly may: readonly Trial[]; readonly mayNot: readonly Trial[] }>> = {
  'ingest-cloudtrail': { may: [LOOKS('cloudtrail')], mayNot: [TAKES('usage-report'), SENDS('cloudtrail'), TELLS, LISTS, QUERIES] },
  'ingest-usage-report': { may: [LOOKS('usage-report')], mayNot: [TAKES('cloudtrail'), SENDS('usage-report'), TELLS, QUERIES] },
  'ingest-flow-logs': { may: [LOOKS('flow-log')], mayNot: [TAKES('cloudtrail'), TELLS, QUERIES] },
  'snapshot-sessions': { may: [], mayNot: [TAKES('session-check'), TELLS, QUERIES] },
  'verify-session': { may: [LOOKS('session-check')], mayNot: [TAKES('cloudtrail'), TELLS, QUERIES] },
  reconcile: {
    may: [SENDS('cloudtrail'), SENDS('usage-report'), SENDS('flow-log')],
    mayNot: [SENDS('session-check'), TAKES('cloudtrail'), TELLS, QUERIES],
  },
  correlate: {
    may: [LISTS, QUERIES, ['make a stage table', makeTable(stage)], ['drop a stage table', dropTable(stage)]],
    mayNot: [
      ['drop a table of another database', dropTable(stage, 'another')],
      ['query in another workgroup', startQuery('primary')],
      TELLS,
      STARTS,
      INVOKES('alert'),
    ],
  },
  alert: { may: [TELLS], mayNot: [ALARMS, QUERIES, LISTS, ['make a stage table', makeTable(stage)]] },
  'state-machine': { may: [INVOKES('correlate'), INVOKES('alert')], mayNot: [INVOKES('ingest-cloudtrail'), STARTS, TELLS] },
  scheduler: { may: [INVOKES('reconcile'), INVOKES('snapshot-sessions')], mayNot: [INVOKES('correlate'), TELLS, QUERIES] },
};

const trials = (which: 'may' | 'mayNot') =>
  Object.entries(RIGHTS).flatMap(([role, rights]) => rights[which].map(([what, call]) => ({ role: role as RoleName, what, call })));

test('every function is tried', () => {
  expect(Object.keys(RIGHTS)).toEqual(expect.arrayContaining([...FUNCTION_NAMES]));
});

describe('what the work takes', () => {
  test.each(trials('may'))('$role may $what', async ({ role, call }) => {
    const { $metadata } = await call(await rightsOf(role));
    expect(Math.floor(($metadata.httpStatusCode ?? 0) / 100)).toBe(2);
  });
});

describe("what is another's", () => {
  test.each(trials('mayNot'))('$role may not $what', async ({ role, call }) => {
    const credentials = await rightsOf(role);
    await expect(call(credentials)).rejects.toThrow(/not authorized/);
  });
});
