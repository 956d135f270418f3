/** Acceptances of a deployment: who says so, and the bucket they are kept in. */
import { S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { NewAcceptance } from '../answer/acceptance.ts';
import { putAcceptances } from '../cloud/acceptance.ts';
import { AuditError } from '../errors.ts';
import { CLIENT_OPTIONS, s3ClientOptions } from './client-options.ts';
import type { CloudSettings } from './cloud-settings.ts';
import { S3Store } from './s3-store.ts';

export interface CloudAcceptance {
  /** ARN of the caller, as AWS knows them. @throws AuditError when AWS does not say */
  callerArn(): Promise<string>;
  /** @throws ObjectFault */
  keep(given: readonly NewAcceptance[]): Promise<void>;
}

export function cloudAcceptance({ bucket }: CloudSettings<'bucket'>): CloudAcceptance {
  return {
    callerArn,
    keep: (given) => putAcceptances(new S3Store(new S3Client(s3ClientOptions())), bucket, given),
  };
}

async function callerArn(): Promise<string> {
  const client = new STSClient(CLIENT_OPTIONS);
  try {
    const { Arn } = await client.send(new GetCallerIdentityCommand({}));
    if (Arn) return Arn;
  } catch (cause) {
    const { name, message } = cause as Error;
    throw new AuditError(`AWS does not say who you are (${name}: ${message})`, { remedy: 'check the credentials', cause });
  } finally {
    client.destroy();
  }
  throw new AuditError('AWS does not say who you are', { remedy: 'check the credentials' });
}
