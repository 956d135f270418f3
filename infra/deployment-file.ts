/** Reads `deployment.yaml`, or the file that APPSTREAM_AUDIT_DEPLOYMENT names, and refuses what would fail later. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { nearest } from '../lib/config/near-miss.ts';
import { allowedIn, type Node } from '../lib/config/settings.ts';
import { ConfigurationError } from '../lib/errors.ts';
import { parseConfiguration } from '../lib/local/configuration-file.ts';
import { withExceptionsOfFileRaw } from '../lib/local/exceptions-file.ts';
import { withUsersOfFileRaw } from '../lib/local/users-file.ts';
import { type Deployment, deploymentSchema } from '../schemas/deployment.ts';
import { auditConfiguration } from './audit-configuration.ts';
import { deploymentProblems } from './deployment-checks.ts';

export const DEPLOYMENT_VARIABLE = 'APPSTREAM_AUDIT_DEPLOYMENT';

/** What the command line of the deployment tool says; it must not contradict the file. */
export interface DeploymentOptions {
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * The deployment that the environment names.
 * @param folder what a relative path counts from
 * @throws ConfigurationError naming every problem
 */
export function readDeployment(folder: string, env: NodeJS.ProcessEnv, options: DeploymentOptions = {}): Deployment {
  const name = env[DEPLOYMENT_VARIABLE]?.trim() || 'deployment.yaml';
  const path = resolve(folder, name);
  if (!existsSync(path)) {
    throw new ConfigurationError(`the deployment file ${name} does not exist`, {
      remedy: `copy deployment.example.yaml, fill it in, and name it deployment.yaml or in ${DEPLOYMENT_VARIABLE}`,
    });
  }
  const deployment = checkDeployment(parseConfiguration(readFileSync(path, 'utf8'), name), name, options);
  const { configuration } = deployment;
  const file = typeof configuration === 'string' ? resolve(dirname(path), configuration) : path;
  const settings = typeof configuration === 'string' ? readSettings(file, configuration) : configuration;
  // functions have no file beside them: the users and exceptions themselves go into the bundles
  const read = { ...deployment, configuration: withExceptionsOfFileRaw(withUsersOfFileRaw(settings, dirname(file)), dirname(file)) };
  // a wrong configuration stops the deployment, not the first run
  auditConfiguration(read);
  return read;
}

/**
 * Checks what a deployment file holds.
 * @param name the file, for messages
 * @throws ConfigurationError naming every problem: where, what was found, what is allowed
 */
export function checkDeployment(values: unknown, name: string, options: DeploymentOptions = {}): Deployment {
  const checked = deploymentSchema.safeParse(values ?? {});
  const problems = checked.success
    ? deploymentProblems(checked.data, options)
    : checked.error.issues.flatMap((issue) => describe(issue, values));
  if (checked.success && problems.length === 0) return checked.data;
  throw new ConfigurationError(`${name} is wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
}

function readSettings(path: string, name: string): Record<string, unknown> {
  if (!existsSync(path)) {
    throw new ConfigurationError(`configuration: the file ${name} does not exist`, { remedy: 'name it relative to the deployment file' });
  }
  const values = parseConfiguration(readFileSync(path, 'utf8'), name);
  if (typeof values === 'object' && !Array.isArray(values)) return (values ?? {}) as Record<string, unknown>;
  throw new ConfigurationError(`configuration: ${name} holds no settings`);
}

const root = z.toJSONSchema(deploymentSchema, { io: 'input' }) as Node;

function describe(issue: z.core.$ZodIssue, values: unknown): string[] {
  if (issue.code === 'unrecognized_keys') {
    const beside = Object.keys(nodeAt(issue.path)?.properties ?? {});
    return issue.keys.map((key) => {
      const near = nearest(key, beside);
      const meant = near === null ? `there are ${beside.join(', ')}` : `did you mean ${spelled([...issue.path, near])}`;
      return `${spelled([...issue.path, key])}: there is no such key; ${meant}`;
    });
  }
  const found = valueAt(values, issue.path);
  const shown = found === undefined ? 'nothing' : (JSON.stringify(found) ?? String(found)).slice(0, 80);
  return [`${spelled(issue.path) || 'the file'}: found ${shown}, allowed: ${allowedIn(nodeAt(issue.path) ?? {})}`];
}

function nodeAt(path: readonly PropertyKey[]): Node | null {
  let node: Node | undefined = root;
  for (const step of path) node = typeof step === 'number' ? node?.items : node?.properties?.[String(step)];
  return node ?? null;
}

function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  let value = values;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[step];
  return value;
}

/** `sources[0].keyArn` */
function spelled(path: readonly PropertyKey[]): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at > 0 ? '.' : ''}${String(step)}`)).join('');
}
