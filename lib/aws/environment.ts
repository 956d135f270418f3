/** What a function is told by its environment, checked at its cold start. */
import { z } from 'zod';
import { ConfigurationError } from '../errors.ts';

const source = z.object({
  kind: z.enum(['cloudtrail', 'usage_report', 'snapshot', 'session_check', 'flow_log']),
  bucket: z.string().min(1),
  prefix: z.string(),
});

const sweep = z.object({
  account: z.string().regex(/^\d{12}$/),
  region: z.string().min(1),
  roleArn: z.string().startsWith('arn:').optional(),
});

const VARIABLES = {
  /** The central bucket. */
  APPSTREAM_AUDIT_BUCKET: z.string().min(1),
  APPSTREAM_AUDIT_ALERT_TOPIC_ARN: z.string().startsWith('arn:'),
  APPSTREAM_AUDIT_CLOUDTRAIL_QUEUE_URL: z.url(),
  APPSTREAM_AUDIT_REPORT_QUEUE_URL: z.url(),
  APPSTREAM_AUDIT_FLOW_LOG_QUEUE_URL: z.url(),
  APPSTREAM_AUDIT_SESSION_CHECK_QUEUE_ARN: z.string().startsWith('arn:'),
  /** How often a message may come before it goes to the dead-letter queue. */
  APPSTREAM_AUDIT_MAX_RECEIVES: z.coerce.number().int().min(1),
  /** Source prefixes, as JSON. */
  APPSTREAM_AUDIT_SOURCES: json(z.array(source)),
  /** Accounts and regions to sweep, as JSON. */
  APPSTREAM_AUDIT_SWEEPS: json(z.array(sweep)),
  /** Where the stack is. */
  APPSTREAM_AUDIT_ACCOUNT: z.string().regex(/^\d{12}$/),
  AWS_REGION: z.string().min(1),
} as const;

type Variables = typeof VARIABLES;
/** An account and region to sweep; `roleArn` is assumed for it where there is one. */
export type SweepTarget = z.output<typeof sweep>;

/**
 * Reads variables.
 * @throws ConfigurationError naming each that is missing or wrong; their values are not repeated
 */
export function readEnvironment<Name extends keyof Variables>(
  names: readonly Name[],
  environment: NodeJS.ProcessEnv = process.env,
): { readonly [N in Name]: z.output<Variables[N]> } {
  const wrong: string[] = [];
  const values = names.map((name) => {
    const read = VARIABLES[name].safeParse(environment[name]);
    if (!read.success) wrong.push(`${name} ${environment[name] === undefined ? 'is missing' : 'is wrong'}`);
    return [name, read.data] as const;
  });
  if (wrong.length > 0) {
    throw new ConfigurationError(`the function's environment cannot be used: ${wrong.join(', ')}`, { remedy: 'deploy the stack again' });
  }
  return Object.fromEntries(values) as { [N in Name]: z.output<Variables[N]> };
}

function json<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}
