/** What tests need of the local cloud: its settings, and places of their own in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateDatabaseCommand, DeleteDatabaseCommand, type GlueClient } from '@aws-sdk/client-glue';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';

/** Folder of the local cloud: `LOCAL_CLOUD_DIR`, else `.local-cloud` of the checkout. */
export const LOCAL_CLOUD = join(process.cwd(), process.env['LOCAL_CLOUD_DIR'] ?? '.local-cloud');

/**
 * Puts the settings of the running local cloud into this process's environment; clients made afterwards reach it. Call it at the
 * top of a test file, before any client is made.
 *
 * @param secured the second one, in which IAM decides
 * @returns all that its `env` says
 * @throws Error when the local cloud is not up
 */
export function useLocalCloud({ secured = false }: { readonly secured?: boolean } = {}): Record<string, string> {
  const folder = secured ? join(LOCAL_CLOUD, 'secured') : LOCAL_CLOUD;
  let text: string;
  try {
    text = readFileSync(join(folder, 'env'), 'utf8');
  } catch (cause) {
    const command = `npm run local-cloud -- up${secured ? ' --secured' : ''}`;
    throw new Error(`the local cloud is not up (no ${folder}/env); run ${command}`, { cause });
  }
  const settings = Object.fromEntries([...text.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [name, value]));
  delete process.env['AWS_PROFILE'];
  delete process.env['AWS_SESSION_TOKEN'];
  Object.assign(process.env, settings);
  return settings;
}

/** A client of the local S3: addressed by path. */
export function s3Client(): S3Client {
  return new S3Client({ forcePathStyle: true });
}

/** A bucket of the test's own, with a name that no other run has. */
export async function makeBucket(s3: S3Client, prefix: string, options: { readonly versioned?: boolean } = {}): Promise<string> {
  const bucket = `${prefix}-${unique()}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  if (options.versioned) {
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  }
  return bucket;
}

/** Removes a bucket with all that is in it. */
export async function removeBucket(s3: S3Client, bucket: string): Promise<void> {
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key = '', VersionId = 'null' }) => ({
      Key,
      VersionId,
    }));
    if (objects.length === 0) break;
    await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects } }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
}

/** A database of the test's own. @param location s3://… of tables without a location */
export async function makeDatabase(glue: GlueClient, prefix: string, location: string): Promise<string> {
  const name = `${prefix}_${unique()}`;
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: name, LocationUri: location } }));
  return name;
}

/** Removes a database with its tables; their data stays. */
export async function removeDatabase(glue: GlueClient, name: string): Promise<void> {
  await glue.send(new DeleteDatabaseCommand({ Name: name }));
}

/** Text that no other run has; good in names of buckets and databases. */
export function unique(): string {
  return `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
}
