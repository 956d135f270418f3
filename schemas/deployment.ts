/**
 * What one deployment of the cloud pipeline differs in from another: `deployment.yaml`. Strict, so that a typo is an error
 * before anything is packaged. Only shape and range are checked here; what hangs together is checked in
 * `infra/deployment-checks.ts`.
 */
import { z } from 'zod';

// the description of a text says what is allowed: messages are made of it
const text = (pattern: RegExp, allowed: string) => z.string().regex(pattern).describe(allowed);
const arn = (service: string, resource: string, example: string) =>
  text(new RegExp(`^arn:aws(?:-us-gov)?:${service}:${resource}$`), `an ARN such as ${example}`);

const accountId = text(/^\d{12}$/, 'an account id of 12 digits, in quotes');
const region = text(/^(?:us-gov|[a-z]{2})-[a-z]+-\d$/, 'a region such as eu-west-1 or us-gov-west-1');
const bucketName = text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket name without s3://');
const prefix = text(/^(?!\/)[\x21-\x7e]*$/, 'the beginning of keys, without a leading /, such as AWSLogs/');
const keyArn = arn('kms', '[a-z0-9-]+:\\d{12}:key/[\\w-]+', 'arn:aws:kms:eu-west-1:111122223333:key/… (no alias)');
const roleArn = arn('iam', ':\\d{12}:role/[\\w+=,.@/-]+', 'arn:aws:iam::111122223333:role/Name');
const policyArn = arn('iam', ':(?:\\d{12}|aws):policy/[\\w+=,.@/-]+', 'arn:aws:iam::111122223333:policy/Name');
const trailArn = arn('cloudtrail', '[a-z0-9-]+:\\d{12}:trail/[\\w.-]+', 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/Name');
const schedule = text(/^(?:off|rate\(\d+ (?:minute|hour|day)s?\)|cron\([^()]+\))$/, 'off, rate(5 minutes) or cron(30 2 * * ? *) (UTC)');
const days = (otherwise: number) => z.number().int().min(1).max(3650).default(otherwise);

const source = z.strictObject({
  /** What AWS puts there: log files of a trail, AppStream's daily reports, or flow logs of a VPC. */
  kind: z.enum(['cloudtrail', 'usage_report', 'flow_log']),
  bucket: bucketName,
  /** Only keys that begin so; for reports, what stands before `sessions/` and `applications/`. */
  prefix: prefix.default(''),
  /** The key that the bucket's objects are encrypted with; absent: S3's own, or AWS-managed encryption without a key. */
  keyArn: keyArn.optional(),
  /** Who owns the bucket; absent: the account of the deployment. */
  account: accountId.optional(),
  /** Where the bucket is; absent: the region of the deployment. */
  region: region.optional(),
  /**
   * How news of objects comes: by EventBridge of this account and region; forwarded to its default bus from another; or
   * not at all, so that only `reconcile` finds them.
   */
  notifications: z.enum(['eventbridge', 'forwarded', 'none']).default('eventbridge'),
});

const subscription = z.strictObject({
  protocol: z.enum(['email', 'email-json', 'https', 'sqs', 'lambda', 'sms']),
  /** An address, a URL or an ARN, as the protocol has it. */
  endpoint: z.string().min(3),
  /** Only alerts at least this severe; absent: all that the configuration lets through. */
  minimumSeverity: z.enum(['low', 'medium', 'high', 'critical']).optional(),
});

const lake = z.strictObject({
  /** The central bucket that the stack makes; absent: service, stage, account and region, joined with `-`. */
  bucket: bucketName.optional(),
  /** An existing key for it; absent: the stack makes one. */
  keyArn: keyArn.optional(),
  /** An existing bucket for S3's access logs of the central bucket; absent: none are written. */
  accessLogBucket: bucketName.optional(),
  /** Who alone may delete evidence; absent: nobody, until the bucket policy is changed. */
  breakGlassRole: roleArn.optional(),
  /** Accounts that may read tables and answers (not `raw/`). */
  readers: z.array(accountId).default([]),
  /** Trails that deliver straight into the central bucket. */
  trails: z.array(trailArn).default([]),
  workDays: days(7),
  athenaResultDays: days(30),
  /** For how long replaced versions of answers stay; those of evidence stay for ever. */
  noncurrentDays: days(30),
});

const sweep = z.strictObject({
  account: accountId,
  region,
  /** Absent: the sweep is made by the function's own role; needed for another account. */
  roleArn: roleArn.optional(),
});

const homeFolder = z.strictObject({
  /** A bucket that AppStream made for home folders: appstream2-36fb080bb8-… */
  bucket: text(/^appstream2-36fb080bb8-[a-z0-9-]+$/, 'a bucket of home folders: appstream2-36fb080bb8-region-account'),
  /** The key that its objects are encrypted with; absent: S3's own. */
  keyArn: keyArn.optional(),
  /** Who owns the bucket; absent: the account of the deployment. */
  account: accountId.optional(),
  /** Where the bucket is; absent: the region of the deployment. */
  region: region.optional(),
  /** How news of objects comes: by EventBridge of this account and region, or forwarded to its default bus from another. */
  notifications: z.enum(['eventbridge', 'forwarded']).default('eventbridge'),
});

const functionRoles = z.strictObject({
  'ingest-cloudtrail': roleArn.optional(),
  'ingest-usage-report': roleArn.optional(),
  'ingest-flow-logs': roleArn.optional(),
  'snapshot-sessions': roleArn.optional(),
  'verify-session': roleArn.optional(),
  reconcile: roleArn.optional(),
  correlate: roleArn.optional(),
  alert: roleArn.optional(),
  'state-machine': roleArn.optional(),
  scheduler: roleArn.optional(),
});

export const deploymentSchema = z.strictObject({
  /** Name of the service; with the stage it names the stack and everything in it. */
  service: text(/^[a-z][a-z0-9-]{1,19}$/, 'up to 20 lower-case letters, digits and -').default('appstream-audit'),
  stage: text(/^[a-z][a-z0-9-]{0,9}$/, 'up to 10 lower-case letters, digits and -').default('prod'),
  account: accountId,
  region,
  /** Glue database. */
  database: text(/^[a-z][a-z0-9_]{0,62}$/, 'lower-case letters, digits and _').default('appstream_audit'),
  sources: z.array(source).min(1),
  /** Accounts and regions whose fleets are asked for their sessions; empty: none, and verdicts wait for the reports. */
  sweeps: z.array(sweep).default([]),
  /** Home folders whose session.json files are checked as they are written; empty: `verify-session` only answers who asks it. */
  homeFolders: z.array(homeFolder).default([]),
  lake: lake.prefault({}),
  schedule: z
    .strictObject({
      snapshots: schedule.default('rate(5 minutes)'),
      hourly: schedule.default('rate(1 hour)'),
      daily: schedule.default('cron(30 2 * * ? *)'),
      reconcile: schedule.default('cron(10 1 * * ? *)'),
    })
    .prefault({}),
  /** Who hears of findings. */
  alerts: z.array(subscription).default([]),
  /** Who hears of alarms. */
  operations: z.array(subscription.omit({ minimumSeverity: true })).default([]),
  /** After how many hours of silence an alarm goes off. */
  silence: z
    .strictObject({
      trailHours: z.number().int().min(1).max(24).default(1),
      reportHours: z.number().int().min(24).max(168).default(26),
      runHours: z.number().int().min(2).max(168).default(26),
    })
    .prefault({}),
  limits: z
    .strictObject({
      /** What one Athena query may read. */
      bytesPerQuery: z
        .number()
        .int()
        .min(10_000_000)
        .default(1024 ** 4),
      ingestConcurrency: z.number().int().min(2).max(1000).default(10),
      ingestTimeoutSeconds: z.number().int().min(3).max(900).default(300),
      /** How long a message stays hidden once it was taken; absent: six times the timeout, the least that AWS advises. */
      visibilitySeconds: z.number().int().min(1).max(43_200).optional(),
      maxReceiveCount: z.number().int().min(1).max(1000).default(5),
    })
    .prefault({}),
  logs: z
    .strictObject({
      retentionDays: z
        .literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653])
        .default(90),
      /** Encrypt the functions' logs with the stack's key for messages. */
      encrypted: z.boolean().default(false),
    })
    .prefault({}),
  iam: z
    .strictObject({
      permissionsBoundary: policyArn.optional(),
      /** Existing roles to use instead of making some. */
      roles: functionRoles.prefault({}),
    })
    .prefault({}),
  /** A VPC for the functions; absent: none. */
  network: z
    .strictObject({
      subnetIds: z.array(text(/^subnet-[0-9a-z]+$/, 'a subnet id such as subnet-0123456789abcdef0')).min(1),
      securityGroupIds: z.array(text(/^sg-[0-9a-z]+$/, 'a security group id such as sg-0123456789abcdef0')).min(1),
    })
    .optional(),
  /** An existing bucket for what is deployed; absent: the stack makes one. */
  deploymentBucket: bucketName.optional(),
  tags: z.record(text(/^(?!aws:)[\w .:/=+@-]{1,128}$/, 'a tag name'), z.string().max(256)).default({}),
  /** The configuration of the command line: a file beside this one, or its content. */
  configuration: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())])
    .describe('a file name, or the settings themselves')
    .default({}),
  /** True on the stand-ins of `npm run local-cloud`: leaves out what they refuse and lets failed messages come back at once. */
  localCloud: z.boolean().default(false),
});

/** A deployment, every default filled in. */
export type Deployment = z.output<typeof deploymentSchema>;
export type Source = Deployment['sources'][number];
export type HomeFolder = Deployment['homeFolders'][number];
