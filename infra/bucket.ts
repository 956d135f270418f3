/** The central bucket: evidence and answers. It outlives the stack. */
import { CLOUD_PREFIXES, CORRELATION_STATE_KEY, WATERMARK_KEY } from '../lib/lake/cloud-layout.ts';
import type { Deployment } from '../schemas/deployment.ts';
import type { Resources, Value } from './cloudformation.ts';
import { lakeKeyArn } from './keys.ts';
import { lakeBucket } from './names.ts';

export function bucketResources(deployment: Deployment): Resources {
  const { lake, sources } = deployment;
  const name = lakeBucket(deployment);
  return {
    LakeBucket: {
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketName: name,
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: lakeKeyArn(deployment) },
              // one request to KMS for many objects
              BucketKeyEnabled: true,
            },
          ],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        VersioningConfiguration: { Status: 'Enabled' },
        LifecycleConfiguration: { Rules: lifecycleRules(lake) },
        ...(lake.accessLogBucket === undefined
          ? {}
          : { LoggingConfiguration: { DestinationBucketName: lake.accessLogBucket, LogFilePrefix: `${name}/` } }),
        // news of what a trail delivers here; our own files are no news to anybody
        ...(sources.some(({ bucket, notifications }) => bucket === name && notifications !== 'none')
          ? { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } }
          : {}),
      },
    },
  };
}

/**
 * What may go. Evidence (`raw/`, the landing tables, claims and records of inputs) never expires, in no version: were it
 * overwritten, the first version would be the true one.
 */
function lifecycleRules({ workDays, athenaResultDays, noncurrentDays }: Deployment['lake']): Value[] {
  const { work, athenaResults, answers } = CLOUD_PREFIXES;
  return [
    rule('work', work, { ExpirationInDays: workDays, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
    // where an enforced workgroup puts the tables that a run makes for itself
    rule('work-tables', `${athenaResults}tables/`, { ExpirationInDays: workDays, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
    rule('athena-results', athenaResults, { ExpirationInDays: athenaResultDays, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
    // what Athena's VACUUM removes can be fetched back for a while
    rule('answers', answers, { NoncurrentVersionExpiration: { NoncurrentDays: noncurrentDays }, ExpiredObjectDeleteMarker: true }),
    // the states of a run in progress, one a step
    rule('correlation-state', CORRELATION_STATE_KEY, { NoncurrentVersionExpiration: { NoncurrentDays: 7 } }),
    rule('watermark', WATERMARK_KEY, { NoncurrentVersionExpiration: { NoncurrentDays: noncurrentDays } }),
    { Id: 'unfinished-uploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
  ];
}

function rule(id: string, prefix: string, what: { readonly [key: string]: Value }): Value {
  return { Id: id, Status: 'Enabled', Prefix: prefix, ...what };
}
