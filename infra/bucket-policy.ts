/** What nobody may do to the central bucket, whatever their own rights say, and what other accounts may. */

import { glueLandingTables } from '../lib/athena/table-ddl.ts';
import { CLOUD_PREFIXES } from '../lib/lake/cloud-layout.ts';
import type { Deployment } from '../schemas/deployment.ts';
import {
  accountRoot,
  bucketArn,
  denyWithoutTls,
  policyDocument,
  type Resources,
  ref,
  type Statement,
  sub,
  type Value,
} from './cloudformation.ts';
import { lakeKeyArn } from './keys.ts';
import { lakeBucket } from './names.ts';

const { raw, claims, inputs, alerts, answers, work, athenaResults } = CLOUD_PREFIXES;

/** Prefixes of what must never be deleted: evidence, and what says that it is in the lake. */
export function evidencePrefixes(): string[] {
  return [raw, claims, inputs, ...glueLandingTables.map(({ name }) => `${name}/`)];
}

/** Prefixes that the stack's own functions and queries write to. */
function ownPrefixes(): string[] {
  return [...evidencePrefixes(), alerts, answers, work, athenaResults];
}

export function bucketPolicyResources(deployment: Deployment): Resources {
  const bucket = lakeBucket(deployment);
  return {
    LakeBucketPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        Bucket: ref('LakeBucket'),
        PolicyDocument: policyDocument([
          denyWithoutTls('s3:*', [bucketArn(bucket), bucketArn(bucket, '*')]),
          denyOtherEncryption(bucket, 'DenyOtherEncryption', { 's3:x-amz-server-side-encryption': 'aws:kms' }),
          denyOtherEncryption(bucket, 'DenyOtherKeys', { 's3:x-amz-server-side-encryption-aws-kms-key-id': lakeKeyArn(deployment) }),
          denyUnnamedKey(bucket),
          denyDeletion(deployment, bucket),
          denyWeakening(deployment, bucket),
          ...readerStatements(deployment, bucket),
          ...trailStatements(deployment, bucket),
        ]),
      },
    },
  };
}

/**
 * A put that names no encryption gets the bucket's; one that names another is refused. A key that a request lacks would satisfy
 * StringNotEquals, with IfExists too: hence Null.
 */
function denyOtherEncryption(bucket: string, sid: string, only: Readonly<Record<string, Value>>): Statement {
  return {
    Sid: sid,
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: ownPrefixes().map((prefix) => bucketArn(bucket, `${prefix}*`)),
    Condition: { StringNotEquals: only, Null: Object.fromEntries(Object.keys(only).map((key) => [key, 'false'])) },
  };
}

/** A put that asks for KMS without saying which key gets one of AWS's, not the bucket's. */
function denyUnnamedKey(bucket: string): Statement {
  return {
    Sid: 'DenyUnnamedKey',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: ownPrefixes().map((prefix) => bucketArn(bucket, `${prefix}*`)),
    Condition: {
      StringEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' },
      Null: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'true' },
    },
  };
}

/** Whoever is not the break-glass role; without one, everybody. */
function exceptBreakGlass({ lake }: Deployment): Statement['Condition'] {
  return lake.breakGlassRole === undefined ? {} : { ArnNotEquals: { 'aws:PrincipalArn': lake.breakGlassRole } };
}

/** Lifecycle rules are no callers: what they expire is not held up by this, and no rule touches evidence. */
function denyDeletion(deployment: Deployment, bucket: string): Statement {
  return {
    Sid: 'DenyDeletionOfEvidence',
    Effect: 'Deny',
    Principal: '*',
    Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
    Resource: evidencePrefixes().map((prefix) => bucketArn(bucket, `${prefix}*`)),
    Condition: { ...exceptBreakGlass(deployment) },
  };
}

/** The ways around: an expiry for evidence, versions switched off, the bucket gone. Updates of the stack may change its own settings. */
function denyWeakening(deployment: Deployment, bucket: string): Statement {
  return {
    Sid: 'DenyWeakening',
    Effect: 'Deny',
    Principal: '*',
    Action: [
      's3:PutLifecycleConfiguration',
      's3:PutBucketVersioning',
      's3:PutEncryptionConfiguration',
      's3:PutReplicationConfiguration',
      's3:DeleteBucket',
    ],
    Resource: bucketArn(bucket),
    Condition: {
      ...exceptBreakGlass(deployment),
      'ForAllValues:StringNotEquals': { 'aws:CalledVia': ['cloudformation.amazonaws.com'] },
    },
  };
}

/** Tables and answers, not the raw inputs: these hold more than anybody asks for. */
function readerStatements({ lake }: Deployment, bucket: string): Statement[] {
  if (lake.readers.length === 0) return [];
  const principal = { AWS: lake.readers.map(accountRoot) };
  const prefixes = [...glueLandingTables.map(({ name }) => `${name}/`), answers];
  return [
    {
      Sid: 'ReadersGet',
      Effect: 'Allow',
      Principal: principal,
      Action: 's3:GetObject',
      Resource: prefixes.map((prefix) => bucketArn(bucket, `${prefix}*`)),
    },
    {
      Sid: 'ReadersList',
      Effect: 'Allow',
      Principal: principal,
      Action: ['s3:ListBucket', 's3:GetBucketLocation'],
      Resource: bucketArn(bucket),
      Condition: { StringLikeIfExists: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } },
    },
  ];
}

/** CloudTrail asks for the ACL before it delivers. */
function trailStatements({ lake, sources }: Deployment, bucket: string): Statement[] {
  if (lake.trails.length === 0) return [];
  const principal = { Service: 'cloudtrail.amazonaws.com' };
  const condition = { StringEquals: { 'aws:SourceArn': lake.trails } };
  const prefixes = sources.filter((source) => source.bucket === bucket).map(({ prefix }) => prefix);
  return [
    {
      Sid: 'TrailsAsk',
      Effect: 'Allow',
      Principal: principal,
      Action: 's3:GetBucketAcl',
      Resource: bucketArn(bucket),
      Condition: condition,
    },
    {
      Sid: 'TrailsDeliver',
      Effect: 'Allow',
      Principal: principal,
      Action: 's3:PutObject',
      Resource: prefixes.map((prefix) => sub(`arn:\${AWS::Partition}:s3:::${bucket}/${prefix}*`)),
      Condition: condition,
    },
  ];
}
