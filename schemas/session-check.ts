/**
 * What is claimed about a session, and what came of checking it. The record of a check is one JSON line: the answer of the
 * function and of the command, the file in the bucket and what `ingest --session-checks` reads are the same text. The
 * messages say what is allowed, never what was found: they are stored and logged.
 */
import { z } from 'zod';
import { canonicalAddress } from '../lib/address.ts';
import { parseTime } from '../lib/time.ts';

/** `verified` only when every essential check passed; `refused` when one failed; `undecided` when one could not be made. */
export const CHECK_VERDICTS = ['verified', 'refused', 'undecided'] as const;
export const CHECK_RESULTS = ['passed', 'failed', 'unknown'] as const;

/** What is checked, gravest first: the first that failed is the reason of a refusal. */
export const CHECK_NAMES = [
  'claim',
  'user',
  'home-folder',
  'address',
  'alone',
  'uploader',
  'exists',
  'time',
  'authentication',
  'stack',
  'fleet',
  'active',
] as const;

const text = (allowed: string, pattern: RegExp) => z.string(`must be ${allowed}`).regex(pattern, `must be ${allowed}`);

const sessionId = text('a session id: up to 128 letters, digits, dots, dashes, underscores', /^[\w.-]{1,128}$/);
/** Never normalised: its case and its blanks count (F§2.2). */
const userId = z.string('must be a user id').min(1, 'must not be empty').max(256, 'must have at most 256 characters');
/** As the API has them (F§3.1). */
const resourceName = text('a name as AppStream allows it', /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,100}$/);
const address = z
  .string('must be an IP address')
  .refine((value) => canonicalAddress(value) !== null, 'must be an IP address')
  .transform((value) => canonicalAddress(value) as string);

/** The words of the API, of the reports and of the variable on the instance, for one and the same thing (F§2.1). */
const AUTHENTICATION_WORDS: Readonly<Record<string, string>> = {
  api: 'CUSTOM',
  custom: 'CUSTOM',
  saml: 'SAML',
  federated: 'SAML',
  userpool: 'USERPOOL',
  aws_ad: 'AWS_AD',
};
const AUTHENTICATION_WANTED = `must be one of ${Object.keys(AUTHENTICATION_WORDS).join(', ')}`;
const authenticationType = z.string(AUTHENTICATION_WANTED).transform((value, context) => {
  const word = value.toLowerCase();
  // the words come from whoever claims: `constructor` is one that every object knows
  const known = Object.hasOwn(AUTHENTICATION_WORDS, word) ? AUTHENTICATION_WORDS[word] : undefined;
  if (known !== undefined) return known;
  context.addIssue({ code: 'custom', message: AUTHENTICATION_WANTED });
  return z.NEVER;
});

/** What an invocation claims. Strict: a typo must not become a check that is left out. */
export const sessionClaimsSchema = z.strictObject({
  sessionId,
  userId,
  stack: resourceName,
  fleet: resourceName,
  authenticationType: authenticationType.optional(),
  /** Whence the claim came, as whoever asks has seen it. */
  address: address.optional(),
  homeFolderKey: text('an object such as s3://bucket/user/federated/…/session.json', /^s3:\/\/[^/]+\/.+$/s).optional(),
});

/**
 * What a session script wrote. Loose: the published sample writes fields that are not looked at (F§6), and whoever writes
 * the file may write anything. `user`, `stackName`, `fleetName` are the sample's names.
 */
export const sessionFileSchema = z
  .object({
    sessionId,
    user: userId.optional(),
    userId: userId.optional(),
    stack: resourceName.optional(),
    stackName: resourceName.optional(),
    fleet: resourceName.optional(),
    fleetName: resourceName.optional(),
    authenticationType: authenticationType.optional(),
  })
  .refine((file) => (file.userId ?? file.user) !== undefined, { message: 'is missing', path: ['userId'] })
  .transform((file) => ({
    sessionId: file.sessionId,
    userId: (file.userId ?? file.user) as string,
    stack: file.stack ?? file.stackName ?? null,
    fleet: file.fleet ?? file.fleetName ?? null,
    authenticationType: file.authenticationType ?? null,
  }));

const anything = z.string().max(4096).nullable();
const time = z.string().refine((value) => parseTime(value) !== null, 'must be a time');
const addresses = z.array(z.string().refine((value) => canonicalAddress(value) !== null, 'must be an IP address'));

/** The record of a check. */
export const sessionCheckSchema = z.object({
  /** A function of what was checked: a check that is made again for the same reason has the id of the first. */
  checkId: text('32 hex digits', /^[0-9a-f]{32}$/),
  checkedAt: time,
  origin: z.enum(['invocation', 'home-folder', 'command']),
  verdict: z.enum(CHECK_VERDICTS),
  /** `all_passed`; the gravest check that failed, with `_failed`; or the first that could not be made, with `_unknown`. */
  reason: z.string().min(1).max(64),
  /** What was claimed; all of it null when nothing could be read. */
  claims: z.object({
    sessionId: anything,
    userId: anything,
    stack: anything,
    fleet: anything,
    authenticationType: anything,
    address: anything,
  }),
  /** The object that carried the claim, as its bucket tells it; null for what was asked directly. */
  upload: z
    .object({
      bucket: z.string(),
      key: z.string(),
      etag: anything,
      uploadedAt: time.nullable(),
      sourceAddress: anything,
      /** Account of EventBridge's event, or principal of S3's notification. */
      uploader: anything,
    })
    .nullable(),
  /** The session of that id as AppStream describes it; null when it lists none. */
  session: z
    .object({
      accountId: anything,
      region: z.string(),
      userId: z.string(),
      authenticationType: z.string(),
      stack: anything,
      fleet: anything,
      state: anything,
      startTime: time.nullable(),
      addresses,
    })
    .nullable(),
  /** The sessions that AppStream lists on the address that the claim came from, and their users; at most ten each. */
  onAddress: z.object({ sessionIds: z.array(z.string()), userIds: z.array(z.string()) }),
  searched: z.object({
    /** `claimed`: only the claimed stack and fleet, for everything was found there; `all`: every fleet of every stack. */
    scope: z.enum(['claimed', 'all', 'nothing']),
    questions: z.number().int().min(0),
    /** Whether every question was answered to its last page. */
    complete: z.boolean(),
    problems: z.array(z.string()),
  }),
  checks: z.array(
    z.object({
      check: z.enum(CHECK_NAMES),
      result: z.enum(CHECK_RESULTS),
      /** True when the session is not verified without it. */
      essential: z.boolean(),
      expected: z.string(),
      found: z.string(),
    }),
  ),
});

/** What may be claimed, as it is checked; null where nobody said. */
export interface SessionClaims {
  readonly sessionId: string;
  /** Exact. */
  readonly userId: string;
  readonly stack: string | null;
  readonly fleet: string | null;
  /** `CUSTOM`, `SAML`, `USERPOOL` or `AWS_AD`. */
  readonly authenticationType: string | null;
  /** Canonical. */
  readonly address: string | null;
}

export type SessionCheck = z.output<typeof sessionCheckSchema>;
export type CheckName = (typeof CHECK_NAMES)[number];
export type OneCheck = SessionCheck['checks'][number];
export type Upload = NonNullable<SessionCheck['upload']>;
