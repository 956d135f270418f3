/**
 * A test double of Amazon Athena: its API on one side, a real Trino on the other. Never says SUCCEEDED to what did not run.
 *
 * Environment: PORT, TRINO_URL, AWS_ENDPOINT_URL (S3 and the workgroups), credentials and region.
 */
import { S3Client } from '@aws-sdk/client-s3';
import { athenaOperations } from './athena-api.ts';
import { Executions } from './athena-executions.ts';
import { Workgroups } from './athena-workgroups.ts';
import { createJsonService, Faults } from './json-service.ts';

const setting = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is missing`);
  return value;
};

const faults = new Faults();
const executions = new Executions(setting('TRINO_URL'), new S3Client({ forcePathStyle: true }), faults);
const operations = athenaOperations(executions, new Workgroups(setting('AWS_ENDPOINT_URL')));
createJsonService('AmazonAthena', operations, {}, faults).listen(Number(setting('PORT')), '127.0.0.1');
