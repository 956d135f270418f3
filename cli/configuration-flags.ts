/** The flags that override the configuration. They win over `APPSTREAM_AUDIT_*`, which wins over the file. */
import type { Command } from 'commander';
import { parseAssignments } from '../lib/answer/ready-query.ts';
import type { ConfigurationRequest } from '../lib/local/configuration-file.ts';
import type { Io } from './io.ts';
import { collect, wholeNumber } from './lake-options.ts';

type Overrides = Record<string, string | number | readonly unknown[]>;

export interface ConfigurationFlags {
  readonly config?: string;
  readonly vpcEndpoint?: readonly string[];
  readonly set?: readonly string[];
}

/** Flag, what it takes, the key it sets, what it means. Lists may be given several times. */
const LISTS = [
  ['bucket', 'name', 'scope.buckets', 'bucket in scope, * stands for any text (default: all)'],
  ['exclude-bucket', 'name', 'scope.excludeBuckets', 'bucket out of scope'],
  ['fleet-role', 'role', 'scope.fleetRoles', 'name or ARN of a role that fleets have'],
  ['fleet-cidr', 'cidr', 'scope.fleetCidrs', 'addresses of fleets'],
  ['nat-address', 'cidr', 'scope.natAddresses', 'public addresses that fleets leave through'],
  ['logon-role', 'role', 'logons.roles', 'SAML role that may stream'],
  ['trusted-cidr', 'cidr', 'logons.trustedCidrs', 'addresses that people sign in from'],
] as const;

const NUMBERS = [
  ['grace-seconds', 'window.graceSeconds', 'how long after its end a session still counts'],
  ['logon-hours', 'window.logonHours', 'how long a SAML logon may start a session'],
  ['longest-session-hours', 'window.longestSessionHours', 'the longest a session may last'],
  ['lookback-days', 'window.lookbackDays', 'how long an address counts as held after a session'],
] as const;

/** Adds `--config`, `--set` and the common overrides. */
export function addConfigurationOptions(command: Command): Command {
  command.option('--config <file>', 'configuration, JSON or YAML (default: APPSTREAM_AUDIT_CONFIG)');
  for (const [flag, value, , doc] of LISTS) command.option(`--${flag} <${value}>`, `${doc}; may be given again`, collect);
  command.option('--vpc-endpoint <id[=account]>', 'VPC endpoint that fleets use, and its account; may be given again', collect);
  for (const [flag, , doc] of NUMBERS) command.option(`--${flag} <n>`, doc, wholeNumber);
  return command.option(
    '--set <path=value>',
    'any key of the configuration, for example window.graceSeconds=60; may be given again',
    collect,
  );
}

/** What the flags of a command say. @throws UsageError for a `--set` without `=` */
export function configurationRequest(flags: ConfigurationFlags, env: Io['env']): ConfigurationRequest {
  const given = flags as unknown as Readonly<Record<string, string | number | readonly string[] | undefined>>;
  const overrides: Overrides = {};
  for (const [flag, , path] of LISTS) setWhenGiven(overrides, path, given[camelCase(flag)]);
  for (const [flag, path] of NUMBERS) setWhenGiven(overrides, path, given[camelCase(flag)]);
  if (flags.vpcEndpoint) overrides['scope.vpcEndpoints'] = flags.vpcEndpoint.map(endpoint);
  Object.assign(overrides, parseAssignments(flags.set ?? [], '--set'));
  const file = flags.config ?? env['APPSTREAM_AUDIT_CONFIG'];
  return { env, overrides, ...(file ? { file } : {}) };
}

function setWhenGiven(overrides: Overrides, path: string, value: string | number | readonly string[] | undefined): void {
  if (value !== undefined) overrides[path] = value;
}

/** `vpce-1a2b`, or `vpce-1a2b=111122223333`; whether they are right is the configuration's to say. */
function endpoint(text: string): { id: string; account?: string } {
  const [id = '', account] = text.split('=');
  return account === undefined ? { id } : { id, account };
}

function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
