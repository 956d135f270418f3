/** Two keys: one for the evidence, one for what is said about it. Who may read a message thereby may not read evidence. */
import type { Deployment } from '../schemas/deployment.ts';
import { accountRoot, arn, getAtt, policyDocument, type Resources, type Statement, sub, type Value } from './cloudformation.ts';
import { stackName } from './names.ts';

/** ARN of the key of the central bucket: the stack's, or the one that was given. */
export function lakeKeyArn({ lake }: Deployment): Value {
  return lake.keyArn ?? getAtt('LakeKey', 'Arn');
}

/** ARN of the key of topics and logs. */
export const messageKeyArn: Value = getAtt('MessageKey', 'Arn');

export function keyResources(deployment: Deployment): Resources {
  const name = stackName(deployment);
  return {
    ...(deployment.lake.keyArn === undefined ? lakeKey(deployment, name) : {}),
    MessageKey: {
      Type: 'AWS::KMS::Key',
      Properties: {
        Description: `Topics and logs of ${name}`,
        EnableKeyRotation: true,
        KeyPolicy: policyDocument([ownerStatement(), alarmStatement(), ...(deployment.logs.encrypted ? [logStatement(name)] : [])]),
      },
    },
    MessageKeyAlias: alias(`${name}-messages`, 'MessageKey'),
  };
}

function lakeKey(deployment: Deployment, name: string): Resources {
  return {
    LakeKey: {
      Type: 'AWS::KMS::Key',
      // without its key the evidence that is retained could not be read
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        Description: `Evidence and answers of ${name}`,
        EnableKeyRotation: true,
        KeyPolicy: policyDocument([ownerStatement(), ...readerStatements(deployment), ...trailStatements(deployment)]),
      },
    },
    LakeKeyAlias: alias(`${name}-lake`, 'LakeKey'),
  };
}

function alias(name: string, key: string) {
  return { Type: 'AWS::KMS::Alias', Properties: { AliasName: `alias/${name}`, TargetKeyId: { Ref: key } } };
}

// in a key policy, "*" is this key and nothing else

/** IAM of the account decides, statement by statement, in the roles. */
function ownerStatement(): Statement {
  return { Sid: 'Owner', Effect: 'Allow', Principal: { AWS: accountRoot('${AWS::AccountId}') }, Action: 'kms:*', Resource: '*' };
}

/** Other accounts may read what lies in the bucket, through S3 only. */
function readerStatements({ lake }: Deployment): Statement[] {
  if (lake.readers.length === 0) return [];
  return [
    {
      Sid: 'Readers',
      Effect: 'Allow',
      Principal: { AWS: lake.readers.map(accountRoot) },
      Action: ['kms:Decrypt', 'kms:DescribeKey'],
      Resource: '*',
      Condition: { StringEquals: { 'kms:ViaService': sub('s3.${AWS::Region}.amazonaws.com') } },
    },
  ];
}

/** Trails that deliver straight into the central bucket. */
function trailStatements({ lake }: Deployment): Statement[] {
  if (lake.trails.length === 0) return [];
  return [
    {
      Sid: 'Trails',
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: ['kms:GenerateDataKey*', 'kms:Decrypt', 'kms:DescribeKey'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceArn': lake.trails } },
    },
  ];
}

/** Alarms could not be told otherwise: CloudWatch publishes to an encrypted topic under its own name. */
function alarmStatement(): Statement {
  return {
    Sid: 'Alarms',
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
  };
}

function logStatement(name: string): Statement {
  return {
    Sid: 'Logs',
    Effect: 'Allow',
    Principal: { Service: sub('logs.${AWS::Region}.amazonaws.com') },
    Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
    Resource: '*',
    Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': arn('logs', `log-group:/aws/lambda/${name}-*`) } },
  };
}
