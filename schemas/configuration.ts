/** Our own configuration: strict, so that a typo is an error. Every key has the default of design §7. */
import { z } from 'zod';
import { parseCidr } from '../lib/address.ts';

const accountId = z.string().regex(/^\d{12}$/, 'an account id is 12 digits');
const cidr = z.string().refine((text) => parseCidr(text) !== null, 'not an address or CIDR block');
const texts = z.array(z.string().min(1)).default([]);
const cidrs = z.array(cidr).default([]);
const permission = z.enum(['forbidden', 'allowed']);

const vpcEndpoint = z.strictObject({
  id: z.string().regex(/^vpce-[0-9a-zA-Z]+$/, 'an endpoint id begins with vpce-'),
  account: accountId.optional(),
  fleets: z.array(z.string().min(1)).min(1).optional(),
});

const scope = z.strictObject({
  buckets: z.array(z.string().min(1)).default(['*']),
  excludeBuckets: texts,
  fleetRoles: texts,
  fleetCidrs: cidrs,
  natAddresses: cidrs,
  vpcEndpoints: z.array(vpcEndpoint).default([]),
});

const window = z.strictObject({
  graceSeconds: z.number().int().min(0).max(86_400).default(300),
  logonHours: z.number().int().min(1).max(168).default(12),
  longestSessionHours: z.number().int().min(1).max(240).default(120),
  lookbackDays: z.number().int().min(1).max(90).default(7),
});

const logons = z.strictObject({
  roles: texts,
  trustedCidrs: cidrs,
  requireMfa: z.boolean().default(false),
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
});

const policy = z.strictObject({
  session: sessionPolicy.prefault({}),
  consoleCidrs: cidrs,
  streamingUrlCallers: texts,
  protectedBuckets: texts,
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
  deniedBurst: z.strictObject({ calls: z.number().int().positive().default(50) }).prefault({}),
});

export const configurationSchema = z.strictObject({
  scope: scope.prefault({}),
  window: window.prefault({}),
  logons: logons.prefault({}),
  alerts: alerts.prefault({}),
  policy: policy.prefault({}),
});

/** The effective configuration, every default filled in. */
export type Configuration = z.output<typeof configurationSchema>;

/** The defaults. */
export const defaultConfiguration: Configuration = configurationSchema.parse({});
