/**
 * What each function may do, and on what: the keys of `lib/lake/cloud-layout.ts`, its source buckets, its queue. Evidence
 * is put and read, never deleted. Where IAM knows no resource, that is said beside it.
 */
import { glueTables, icebergTables } from '../lib/athena/table-ddl.ts';
import { CHECK_PREFIX } from '../lib/cloud/source-kind.ts';
import { CLOUD_PREFIXES, CORRELATION_STATE_KEY, WATERMARK_KEY } from '../lib/lake/cloud-layout.ts';
import type { Deployment } from '../schemas/deployment.ts';
import { allow, arn, bucketArn, getAtt, ref, type Statement, sub, type Value } from './cloudformation.ts';
import { sourcePrefixes } from './environment.ts';
import { lakeKeyArn, messageKeyArn } from './keys.ts';
import { type FunctionName, functionName, lakeBucket, QUEUE_KINDS, type QueueKind, queueId, workgroupName } from './names.ts';
import { SESSION_FILE_SUFFIX } from './source-rules.ts';

const { raw, claims, inputs, alerts, answers, work, athenaResults } = CLOUD_PREFIXES;
const LEDGER = ['inputs/', 'rejected_records/', 'evidence_marks/'];

/** What a function needs beside what every function needs. */
export function functionStatements(deployment: Deployment, name: FunctionName): Statement[] {
  switch (name) {
    case 'ingest-cloudtrail':
      return [...ingestStatements(deployment, 'cloudtrail', ['events/', 'event_parameters/', 'logons/'])];
    case 'ingest-usage-report':
      return [
        ...ingestStatements(deployment, 'usage_report', ['sessions/', 'applications/', 'failed_inputs/']),
        ...readLake(deployment, 'ReadFailures', ['failed_inputs/']),
      ];
    case 'ingest-flow-logs':
      return [...ingestStatements(deployment, 'flow_log', ['flows/'])];
    case 'snapshot-sessions':
      return [
        ...putInputs(deployment, [`${raw}describe-sessions/`, 'sessions/', 'snapshots/']),
        ...readLake(deployment, 'ReadOwnSweeps', [`${raw}describe-sessions/`]),
        ...sweepStatements(deployment),
      ];
    case 'verify-session':
      return [
        ...takeMessages('session_check'),
        ...homeFolderStatements(deployment),
        ...putInputs(deployment, [CHECK_PREFIX, 'session_checks/']),
        ...readLake(deployment, 'ReadOwnChecks', [CHECK_PREFIX]),
        ...sweepStatements(deployment.sweeps.length > 0 ? deployment : { ...deployment, sweeps: [deployment] }),
      ];
    case 'reconcile':
      return [...reconcileStatements(deployment)];
    case 'correlate':
      return [...correlateStatements(deployment)];
    case 'alert':
      return [...alertStatements(deployment)];
  }
}

/** Every function writes its own log, and in a VPC has network interfaces. */
export function commonStatements(deployment: Deployment, name: FunctionName): Statement[] {
  const group = `log-group:/aws/lambda/${functionName(deployment, name)}`;
  return [
    allow('WriteLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], [arn('logs', `${group}:*`)]),
    // interfaces of functions have no name that could be known before: AWS's own policy says "*", too
    ...(deployment.network === undefined
      ? []
      : [
          allow(
            'UseNetwork',
            ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface', 'ec2:DescribeSubnets'],
            ['*'],
          ),
        ]),
  ];
}

function ingestStatements(deployment: Deployment, kind: QueueKind, tables: readonly string[]): Statement[] {
  const sources = deployment.sources.filter((source) => source.kind === kind);
  const buckets = [...new Set(sources.map(({ bucket }) => bucket))];
  const prefixes = sourcePrefixes({ ...deployment, sources }).map(({ prefix }) => `${prefix}*`);
  const keys = [...new Set(sources.map(({ keyArn }) => keyArn).filter((key) => key !== undefined))];
  return [
    ...takeMessages(kind),
    ...(sources.length === 0
      ? []
      : [
          allow('ReadSources', ['s3:GetObject', 's3:GetObjectVersion'], prefixArns(deployment, kind)),
          // an absent object is told from a forbidden one only to those who may list
          allow(
            'FindSources',
            ['s3:ListBucket'],
            buckets.map((bucket) => bucketArn(bucket)),
            { StringLikeIfExists: { 's3:prefix': prefixes } },
          ),
        ]),
    ...(keys.length === 0 ? [] : [allow('DecryptSources', ['kms:Decrypt'], keys)]),
    ...putInputs(deployment, [...buckets.map((bucket) => `${raw}${bucket}/`), ...tables]),
  ];
}

function takeMessages(kind: QueueKind): Statement[] {
  return [
    allow(
      'TakeMessages',
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      [getAtt(queueId(kind), 'Arn')],
    ),
  ];
}

/** Files of that one name, and of nothing else whether it is there. */
function homeFolderStatements({ homeFolders }: Deployment): Statement[] {
  if (homeFolders.length === 0) return [];
  const keys = [...new Set(homeFolders.map(({ keyArn }) => keyArn).filter((key) => key !== undefined))];
  const files = `user/*${SESSION_FILE_SUFFIX}`;
  return [
    allow(
      'ReadSessionFiles',
      ['s3:GetObject', 's3:GetObjectVersion'],
      homeFolders.map(({ bucket }) => bucketArn(bucket, files)),
    ),
    allow(
      'FindSessionFiles',
      ['s3:ListBucket'],
      homeFolders.map(({ bucket }) => bucketArn(bucket)),
      { StringLikeIfExists: { 's3:prefix': [files] } },
    ),
    ...(keys.length === 0 ? [] : [allow('DecryptSessionFiles', ['kms:Decrypt'], keys)]),
  ];
}

function prefixArns(deployment: Deployment, kind: QueueKind): Value[] {
  return sourcePrefixes(deployment)
    .filter((source) => source.kind === kind)
    .map(({ bucket, prefix }) => bucketArn(bucket, `${prefix}*`));
}

/** Puts rows, and the claims and records by which a replay knows that they are there. */
function putInputs(deployment: Deployment, prefixes: readonly string[]): Statement[] {
  return [
    ...writeLake(deployment, 'PutInputs', [...prefixes, ...LEDGER, claims, inputs]),
    ...readLake(deployment, 'ReadClaims', [claims, inputs]),
  ];
}

/** Reads, and may tell an absent key from a forbidden one: that takes the right to list. */
function readLake(deployment: Deployment, sid: string, prefixes: readonly string[]): Statement[] {
  const bucket = lakeBucket(deployment);
  return [
    allow(
      sid,
      ['s3:GetObject'],
      prefixes.map((prefix) => bucketArn(bucket, `${prefix}*`)),
    ),
    allow(`${sid}List`, ['s3:ListBucket'], [bucketArn(bucket)], {
      // a GetObject of an absent key asks for the right to list without naming a prefix
      StringLikeIfExists: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) },
    }),
    allow(`${sid}Key`, ['kms:Decrypt'], [lakeKeyArn(deployment)]),
  ];
}

function writeLake(deployment: Deployment, sid: string, prefixes: readonly string[]): Statement[] {
  const bucket = lakeBucket(deployment);
  return [
    allow(
      sid,
      ['s3:PutObject', 's3:AbortMultipartUpload'],
      prefixes.map((prefix) => bucketArn(bucket, `${prefix}*`)),
    ),
    // Decrypt: the parts of a multipart upload are read again when it is completed
    allow(`${sid}Key`, ['kms:GenerateDataKey', 'kms:Decrypt'], [lakeKeyArn(deployment)]),
  ];
}

function sweepStatements({
  sweeps,
  account,
}: Pick<Deployment, 'account'> & { readonly sweeps: readonly Partial<Deployment['sweeps'][number]>[] }): Statement[] {
  const own = sweeps.filter(({ roleArn }) => roleArn === undefined);
  const roles = [...new Set(sweeps.map(({ roleArn }) => roleArn).filter((role) => role !== undefined))];
  const regions = [...new Set(own.map(({ region }) => region))];
  const resources = (type: string) => regions.map((region) => sub(`arn:\${AWS::Partition}:appstream:${region}:${account}:${type}/*`));
  return [
    ...(own.length === 0
      ? []
      : [
          // it lists all there are and knows no resource
          allow('ListStacks', ['appstream:DescribeStacks'], ['*'], {
            StringEquals: { 'aws:RequestedRegion': regions },
          }),
          allow(
            'ReadSessions',
            ['appstream:DescribeSessions', 'appstream:ListAssociatedFleets'],
            [...resources('stack'), ...resources('fleet')],
          ),
        ]),
    ...(roles.length === 0 ? [] : [allow('AssumeSweepRoles', ['sts:AssumeRole'], roles)]),
  ];
}

function reconcileStatements(deployment: Deployment): Statement[] {
  const prefixes = sourcePrefixes(deployment);
  const buckets = [...new Set(prefixes.map(({ bucket }) => bucket))];
  return [
    ...buckets.map((bucket, at) =>
      allow(`ListSource${at + 1}`, ['s3:ListBucket'], [bucketArn(bucket)], {
        StringLike: { 's3:prefix': prefixes.filter((each) => each.bucket === bucket).map(({ prefix }) => `${prefix}*`) },
      }),
    ),
    allow('ListInputs', ['s3:ListBucket'], [bucketArn(lakeBucket(deployment))], {
      StringLikeIfExists: { 's3:prefix': [`${inputs}*`] },
    }),
    allow('ReadInputs', ['s3:GetObject'], [bucketArn(lakeBucket(deployment), `${inputs}*`)]),
    allow('ReadInputsKey', ['kms:Decrypt'], [lakeKeyArn(deployment)]),
    allow(
      'QueueWhatIsMissing',
      ['sqs:SendMessage', 'sqs:GetQueueAttributes'],
      // it looks through sources, and home folders are none
      QUEUE_KINDS.filter((kind) => kind !== 'session_check').map((kind) => getAtt(queueId(kind), 'Arn')),
    ),
  ];
}

const READ_RESULTS = ['athena:GetQueryExecution', 'athena:GetQueryResults'];

/** Glue asks for rights on the catalog and the database of a table as well. */
function catalogArns({ database }: Deployment, tables: readonly string[]): Value[] {
  return [arn('glue', 'catalog'), arn('glue', `database/${database}`), ...tables.map((table) => arn('glue', `table/${database}/${table}`))];
}

function correlateStatements(deployment: Deployment): Statement[] {
  const bucket = lakeBucket(deployment);
  const landing = glueTables((path) => path).map(({ Name }) => Name);
  const answerTables = icebergTables.map(({ name }) => name);
  const changing = [work, answers, athenaResults, CORRELATION_STATE_KEY, WATERMARK_KEY];
  return [
    allow(
      'Query',
      ['athena:StartQueryExecution', 'athena:StopQueryExecution', ...READ_RESULTS],
      [arn('athena', `workgroup/${workgroupName(deployment)}`)],
    ),
    allow(
      'ReadCatalog',
      ['glue:GetDatabase', 'glue:GetTable', 'glue:GetTables', 'glue:GetPartition', 'glue:GetPartitions', 'glue:BatchGetPartition'],
      catalogArns(deployment, ['*']),
    ),
    // stage tables of a run come and go; answer tables come, get columns, and a commit to them is an update
    allow('WriteStageTables', ['glue:CreateTable', 'glue:DeleteTable', 'glue:UpdateTable'], catalogArns(deployment, ['w_*'])),
    allow('WriteAnswerTables', ['glue:CreateTable', 'glue:UpdateTable'], catalogArns(deployment, answerTables)),
    ...readLake(deployment, 'ReadLake', [...landing.map((table) => `${table}/`), ...changing]),
    allow('LocateLake', ['s3:GetBucketLocation', 's3:ListBucketMultipartUploads'], [bucketArn(bucket)]),
    ...writeLake(deployment, 'WriteAnswers', changing),
    allow(
      'CleanUp',
      ['s3:DeleteObject', 's3:ListMultipartUploadParts'],
      [work, answers, athenaResults].map((prefix) => bucketArn(bucket, `${prefix}*`)),
    ),
  ];
}

function alertStatements(deployment: Deployment): Statement[] {
  return [
    allow('ReadAnswers', READ_RESULTS, [arn('athena', `workgroup/${workgroupName(deployment)}`)]),
    // Athena hands out results with the rights of whoever asks for them
    ...readLake(deployment, 'ReadResults', [athenaResults, alerts]),
    ...writeLake(deployment, 'RememberAlerts', [alerts]),
    allow('Publish', ['sns:Publish'], [ref('AlertTopic')]),
    allow('PublishKey', ['kms:GenerateDataKey', 'kms:Decrypt'], [messageKeyArn]),
  ];
}
