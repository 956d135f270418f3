/** Our own configuration: strict, so that a typo is an error. Every key has the default of design §7. */
import { z } from 'zod';
import { parseCidr } from '../lib/address.ts';

// the description of a text says what is allowed: messages are made of it
const accountId = z
  .string()
  .regex(/^\d{12}$/)
  .describe('an account id of 12 digits, in quotes');
const cidr = z
  .string()
  .refine((text) => parseCidr(text) !== null)
  .describe('an address or a CIDR block such as 10.0.0.0/16');
const bucketPattern = z
  .string()
  .regex(/^[A-Za-z0-9._*-]{1,255}$/)
  .describe('a bucket name without s3:// or a key, in which * stands for any text');
const role = z
  .string()
  .regex(/^(?:[\w+=,.@-]{1,64}|arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+)$/)
  .describe('a role name, or an ARN such as arn:aws:iam::111122223333:role/Name');
const name = z.string().min(1).describe('a text that is not empty');
const texts = z.array(name).default([]);
const bucketPatterns = z.array(bucketPattern).default([]);
const roles = z.array(role).default([]);
const principal = z
  .string()
  .regex(/^(?:[\w+=,.@-]{1,64}|arn:aws[a-z-]*:(?:iam|sts)::\d{12}:[\w+=,.@/-]+)$/)
  .describe('the name of a role or an IAM user, or its ARN');
const cidrs = z.array(cidr).default([]);
const region = z
  .string()
  .regex(/^[a-z]{2,}(?:-[a-z]+)+-\d+$/)
  .describe('a region such as eu-west-1');
const starred = (allowed: string) =>
  z
    .string()
    .min(1)
    .refine((text) => text.split('*').length <= 2)
    .describe(allowed);
const permission = z.enum(['forbidden', 'allowed']);

const vpcEndpoint = z.strictObject({
  id: z
    .string()
    .regex(/^vpce-[0-9a-zA-Z]+$/)
    .describe('an endpoint id such as vpce-0123456789abcdef0'),
  account: accountId.optional(),
  accounts: z.array(accountId).min(1).optional(),
  fleets: z.array(name).min(1).optional(),
  regions: z.array(region).min(1).optional(),
});

const vpcEndpoints = z
  .array(vpcEndpoint)
  .default([])
  .superRefine((endpoints, context) => {
    for (const [at, { id, account, accounts }] of endpoints.entries()) {
      if (account !== undefined && accounts !== undefined) {
        const message = 'give account or accounts, not both';
        context.addIssue({ code: 'custom', path: [at, 'accounts'], message, params: { isComplete: true } });
      }
      if (endpoints.findIndex((each) => each.id === id) < at) {
        context.addIssue({ code: 'custom', path: [at, 'id'], message: 'the endpoint is listed before', params: { isComplete: true } });
      }
    }
  });

const scope = z.strictObject({
  buckets: z.array(bucketPattern).default(['*']),
  excludeBuckets: bucketPatterns,
  fleetRoles: roles,
  fleetCidrs: cidrs,
  natAddresses: cidrs,
  vpcEndpoints,
});

// no grace outlasts a lookback: an address stays held while its last session is in grace
const window = z.strictObject({
  graceSeconds: z.number().int().min(0).max(86_400).default(300),
  logonHours: z.number().int().min(1).max(168).default(12),
  longestSessionHours: z.number().int().min(1).max(240).default(120),
  lookbackDays: z.number().int().min(1).max(90).default(7),
});

const logons = z.strictObject({
  roles,
  trustedCidrs: cidrs,
  requireMfa: z.boolean().default(false),
});

/** Who stands behind credentials that name somebody themselves (docs/verdicts.md, S). */
const identity = z.strictObject({
  // names of credentials and the AppStream user each stands for; the first that fits counts
  users: z
    .array(
      z
        .strictObject({
          name: starred('a name as credentials give it, in which one * stands for any text'),
          user: starred('an AppStream user id, in which one * stands for the same text'),
        })
        .refine(({ name: from, user }) => !user.includes('*') || from.includes('*'), {
          message: 'the user has a * and the name has none',
          params: { isComplete: true },
        }),
    )
    .default([]),
  usersFile: z.string().default(''),
  sharedPrincipals: z.array(principal).default([]),
  sourceIdentityRoles: roles,
});

const alerts = z.strictObject({
  minimumSeverity: z.enum(['low', 'medium', 'high', 'critical']).default('medium'),
});

const sessionPolicy = z.strictObject({
  clipboardToDevice: permission.default('forbidden'),
  clipboardFromDevice: permission.default('allowed'),
  fileDownload: permission.default('forbidden'),
  fileUpload: permission.default('allowed'),
  printing: permission.default('forbidden'),
  drives: permission.default('forbidden'),
});

const notebooks = z.strictObject({
  directInternetAccess: permission.default('forbidden'),
  rootAccess: permission.default('forbidden'),
  requireKmsKey: z.boolean().default(true),
  requireSubnet: z.boolean().default(true),
  instanceTypes: texts,
  hoursUtc: z
    .string()
    .regex(/^$|^(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d$/)
    .describe('hours of the day in UTC such as 07:00-19:00, or an empty text')
    .default(''),
});

const policy = z.strictObject({
  session: sessionPolicy.prefault({}),
  consoleCidrs: cidrs,
  streamingUrlCallers: texts,
  protectedBuckets: bucketPatterns,
  evidenceBuckets: texts,
  accounts: z.array(accountId).default([]),
  notebooks: notebooks.prefault({}),
  bulkRead: z
    .strictObject({
      objects: z.number().int().positive().default(1000),
      bytes: z
        .number()
        .int()
        .positive()
        .default(10 * 1024 ** 3),
    })
    .prefault({}),
  egress: z.strictObject({ allowedCidrs: cidrs }).prefault({}),
  deniedBurst: z.strictObject({ calls: z.number().int().positive().default(50) }).prefault({}),
});

/** Findings that somebody looked at and does not want to hear of for a while. */
const findings = z.strictObject({
  exceptions: z
    .array(
      z.strictObject({
        rule: z
          .string()
          .regex(/^[a-z0-9-]+$/)
          .describe('the id of a findings rule'),
        subject: z.string().min(1).describe('the subject of a finding, in which * stands for any text'),
        reason: z.string().min(1).describe('why, in a sentence'),
        until: z
          .string()
          .refine((text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)))
          .describe('the last day on which it holds, UTC, such as 2026-12-31, in quotes'),
      }),
    )
    .default([]),
  exceptionsFile: z.string().default(''),
});

export const configurationSchema = z.strictObject({
  scope: scope.prefault({}),
  window: window.prefault({}),
  logons: logons.prefault({}),
  identity: identity.prefault({}),
  alerts: alerts.prefault({}),
  policy: policy.prefault({}),
  findings: findings.prefault({}),
});

/** The effective configuration, every default filled in. */
export type Configuration = z.output<typeof configurationSchema>;

/** The defaults. */
export const defaultConfiguration: Configuration = configurationSchema.parse({});
