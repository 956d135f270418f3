/** What Athena knows: the database, the landing tables, the workgroup. Answer tables are made by the first run (Iceberg needs DDL). */
import { glueTables } from '../lib/athena/table-ddl.ts';
import { CLOUD_PREFIXES } from '../lib/lake/cloud-layout.ts';
import type { Deployment } from '../schemas/deployment.ts';
import { pascalCase, type Resources, ref, type Value } from './cloudformation.ts';
import { lakeKeyArn } from './keys.ts';
import { lakeBucket, stackName, workgroupName } from './names.ts';

/** The catalog outlives the stack: with the database would go the pointers to the answers. */
const RETAINED = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' } as const;

export function catalogResources(deployment: Deployment): Resources {
  const bucket = lakeBucket(deployment);
  const tables = glueTables((path) => `s3://${bucket}/${path}`);
  return {
    Database: {
      Type: 'AWS::Glue::Database',
      ...RETAINED,
      Properties: {
        CatalogId: ref('AWS::AccountId'),
        DatabaseInput: { Name: deployment.database, Description: `Evidence and answers of ${stackName(deployment)}` },
      },
    },
    ...Object.fromEntries(
      tables.map((table) => [
        `${pascalCase(table.Name)}Table`,
        {
          Type: 'AWS::Glue::Table',
          ...RETAINED,
          Properties: { CatalogId: ref('AWS::AccountId'), DatabaseName: ref('Database'), TableInput: table as unknown as Value },
        },
      ]),
    ),
    Workgroup: workgroup(deployment, bucket),
  };
}

function workgroup(deployment: Deployment, bucket: string): Resources[string] {
  return {
    Type: 'AWS::Athena::WorkGroup',
    Properties: {
      Name: workgroupName(deployment),
      Description: `Questions about ${stackName(deployment)}`,
      // with queries in it a workgroup could not be deleted otherwise; their results are files, and stay
      RecursiveDeleteOption: true,
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        PublishCloudWatchMetricsEnabled: true,
        RequesterPaysEnabled: false,
        BytesScannedCutoffPerQuery: deployment.limits.bytesPerQuery,
        EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
        ResultConfiguration: {
          OutputLocation: `s3://${bucket}/${CLOUD_PREFIXES.athenaResults}`,
          ExpectedBucketOwner: ref('AWS::AccountId'),
          EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: lakeKeyArn(deployment) },
        },
      },
    },
  };
}
