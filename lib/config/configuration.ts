/** The effective configuration: overrides over environment over file over defaults, checked as a whole. */
import type { z } from 'zod';
import { type Configuration, configurationSchema } from '../../schemas/configuration.ts';
import { ConfigurationError } from '../errors.ts';
import { sha256Hex } from '../ingest/digest.ts';
import { assignmentsIn, assignmentsOf, type Environment, type Merged, merge, readEnvironment } from './layers.ts';
import { nearest } from './near-miss.ts';
import { allowedIn, nodeAt, settings } from './settings.ts';

export interface ConfigurationSources {
  /** What a configuration file holds. */
  readonly file?: { readonly name: string; readonly values: unknown };
  /** Environment variables; those that are not ours are passed over. */
  readonly environment?: Environment;
  /** Nested (`{ window: { graceSeconds: 60 } }`) or by dotted path (`{ 'window.graceSeconds': '60' }`, texts as in variables). */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/**
 * Merges and checks the sources; lists and values replace, sections merge.
 * @throws ConfigurationError naming every problem: where, who said it, what was found and what is allowed
 */
export function effectiveConfiguration(sources: ConfigurationSources = {}): Configuration {
  const { file, environment = {}, overrides = {} } = sources;
  if (file && (typeof file.values !== 'object' || Array.isArray(file.values))) {
    throw new ConfigurationError(`${file.name} holds no settings`, { remedy: `write ${allowedIn(nodeAt([]) ?? {})}` });
  }
  const fromEnvironment = readEnvironment(environment);
  const merged = merge([
    ...(file ? assignmentsIn(file.values, file.name) : []),
    ...fromEnvironment.assignments,
    ...assignmentsOf(overrides),
  ]);
  const checked = configurationSchema.safeParse(merged.values);
  const problems = [...fromEnvironment.problems, ...(checked.error?.issues.flatMap((issue) => describe(issue, merged)) ?? [])];
  if (checked.success && problems.length === 0) return checked.data;
  throw new ConfigurationError(`the configuration is wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
}

/**
 * Lower-case hex SHA-256 of the configuration as JSON with sorted keys: equal exactly when every effective value is equal that a
 * verdict or a finding rests on. Exceptions from findings are not among them: with other ones no day has to be judged again, and
 * what they do to a finding is in its history.
 */
export function configurationHash({ findings: _, ...judging }: Configuration): string {
  return sha256Hex(canonicalJson(judging));
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)));
  });
}

function describe(issue: z.core.$ZodIssue, merged: Merged): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => describeUnknown([...issue.path, key], merged));
  const where = placed(issue.path, merged);
  if (issue.code === 'custom' && issue.params?.['isComplete']) return [`${where}: ${issue.message}`];
  return [`${where}: found ${shown(valueAt(merged.values, issue.path))}, allowed: ${allowedIn(nodeAt(issue.path) ?? {})}`];
}

function describeUnknown(path: readonly PropertyKey[], merged: Merged): string {
  const name = String(path.at(-1));
  const beside = Object.keys(nodeAt(path.slice(0, -1))?.properties ?? {});
  const near = nearest(name, beside);
  // a known key in the wrong section, or in none
  const elsewhere = [...settings.keys()].find((each) => each.endsWith(`.${name}`));
  const meant = near === null ? (elsewhere ?? null) : spelled([...path.slice(0, -1), near]);
  return `${placed(path, merged)}: there is no such key; ${meant === null ? `there are ${beside.join(', ')}` : `did you mean ${meant}`}`;
}

function placed(path: readonly PropertyKey[], merged: Merged): string {
  const origin = merged.originOf(path);
  return spelled(path) + (origin === null ? '' : ` (${origin})`);
}

/** `scope.vpcEndpoints[0].id` */
function spelled(path: readonly PropertyKey[]): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at > 0 ? '.' : ''}${String(step)}`)).join('');
}

function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  let value = values;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  return value;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
