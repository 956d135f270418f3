/**
 * The order in which a verdict comes about: one file of `sql/correlate/` a stage, each a SELECT over the stages before it.
 * How a stage is kept (a temporary table here, a CTE or a table in Athena) is the engine's affair.
 */
import type { Configuration } from '../../schemas/configuration.ts';
import { parseCidr } from '../address.ts';
import type { QueryValue } from '../lake/ports.ts';
import { DAY_MS, formatDt } from '../time.ts';

/** Who was where: depends on sessions, snapshots and reports only, so it serves every chunk of days. */
export const SESSION_STAGES = [
  'stated-sessions',
  'covering-sessions',
  'report-issues',
  'unread-evidence',
  'report-days',
  'sweeps',
  'account-regions',
  'counting-sessions',
  'resolved-sessions',
  'numbered-users',
  'known-users',
  'known-instances',
  'known-accounts',
  'multi-instances',
  'multi-fleets',
  'session-groups',
] as const;

/** Stages that questions, explanations and the status read as tables, in order of what they read of each other. */
export const QUESTION_STAGES = [
  'stated-sessions',
  'covering-sessions',
  'report-issues',
  'unread-evidence',
  'report-days',
  'sweeps',
  'counting-sessions',
  'resolved-sessions',
  'known-accounts',
] as const;

/** The columns of a record that claims to correct another one which tell whether it may (`replaced-events`). */
export const CORRECTION_COLUMNS =
  'corrects_event_id, event_id, event_time_ms, event_source, event_name, account_id, recipient_account_id, bucket, object_key, corrects_request_id';

/** From the events of some days to their rows of `attributions`. */
export const EVENT_STAGES = [
  'differing-copies',
  'replaced-events',
  'rival-corrections',
  'address-ranges',
  'bucket-scope',
  'calls',
  'run-sessions',
  'asked-places-of-calls',
  'holds',
  'places',
  'session-places',
  'arrivals',
  'presences',
  'points',
  'placements',
  'segment-sessions',
  'segment-session-ids',
  'segment-users',
  'segment-user-ids',
  'segments',
  'network-accounts',
  'network-days',
  'evidence',
  'swept',
  'claims',
  'self-named',
  'session-logons',
  'named-sessions',
  'verdicts',
  'judged-counts',
  'key-leads',
  'leads',
  'candidate-sets',
  'candidates',
] as const;

/**
 * After which stage each stage's table is not asked for any more, so that it can be given up: kept to the end, the tables of a
 * million events push each other out of memory.
 * @param textOf the SQL of a stage, and of `attributions`, which reads last
 */
export function lastUses(textOf: (stage: string) => string): Map<string, string[]> {
  const mentions = (stage: string, table: string) => new RegExp(`\\b${table}\\b`).test(textOf(stage).replace(/--.*/g, ''));
  const released = new Map<string, string[]>();
  for (const stage of EVENT_STAGES) {
    const table = stageTable(stage);
    if (KEPT.has(stage) || mentions('attributions', table)) continue;
    const last = EVENT_STAGES.findLast((each) => each !== stage && mentions(each, table));
    if (last) released.set(last, [...(released.get(last) ?? []), table]);
  }
  return released;
}

/** Read when the days are counted. */
const KEPT: ReadonlySet<string> = new Set(['replaced-events', 'judged-counts', 'verdicts']);

/** The table a stage becomes: its file name with underscores. `-of-…` says of what, where that differs between events and rules. */
export function stageTable(stage: string): string {
  return stage.replace(/-of-(calls|flows)$/, '').replaceAll('-', '_');
}

/** Values of the `:name` parameters of the stages. `from_ms` and `to_ms` are the first and last join time of the chunk. */
export function stageParameters(configuration: Configuration, asOfMs: number, fromMs: number, toMs: number): Record<string, QueryValue> {
  const { scope, window, logons } = configuration;
  return {
    as_of_ms: asOfMs,
    from_ms: fromMs,
    to_ms: toMs,
    grace_ms: window.graceSeconds * 1000,
    lookback_ms: window.lookbackDays * DAY_MS,
    longest_ms: window.longestSessionHours * 3_600_000,
    logon_ms: window.logonHours * 3_600_000,
    has_endpoints: scope.vpcEndpoints.length > 0,
    has_fleet_cidrs: scope.fleetCidrs.length > 0,
    has_fleet_roles: scope.fleetRoles.length > 0,
    has_logon_roles: logons.roles.length > 0,
  };
}

/** A small table that carries the configuration into SQL. */
export interface ConfiguredTable {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, type: 'text' | 'boolean' | 'bigint'])[];
  readonly rows: readonly (readonly QueryValue[])[];
}

export function configuredTables(configuration: Configuration): ConfiguredTable[] {
  const { scope, logons, identity, policy } = configuration;
  const ranges = [...scope.fleetCidrs.map((text) => ['fleet', text] as const), ...scope.natAddresses.map((text) => ['nat', text] as const)];
  return [
    {
      name: 'configured_buckets',
      columns: [
        ['purpose', 'text'],
        ['pattern', 'text'],
      ],
      rows: [
        ...scope.buckets.map((pattern) => ['include', likePattern(pattern)]),
        ...scope.excludeBuckets.map((pattern) => ['exclude', likePattern(pattern)]),
      ],
    },
    { name: 'configured_roles', columns: [['role', 'text']], rows: [...new Set(scope.fleetRoles)].map((role) => [role]) },
    {
      name: 'configured_ranges',
      columns: [
        ['purpose', 'text'],
        ['low_hex', 'text'],
        ['high_hex', 'text'],
      ],
      rows: ranges.flatMap(([purpose, text]) => {
        const range = parseCidr(text);
        return range ? [[purpose, range.lowHex, range.highHex]] : [];
      }),
    },
    {
      name: 'configured_endpoints',
      columns: [
        ['endpoint_id', 'text'],
        ['account_id', 'text'],
        ['several', 'boolean'],
        ['has_members', 'boolean'],
        ['has_regions', 'boolean'],
      ],
      rows: scope.vpcEndpoints.map((endpoint) => {
        const accounts = accountsOf(endpoint);
        const several = accounts.length > 1;
        const hasRegions = endpoint.regions !== undefined;
        return [
          endpoint.id,
          several ? null : (accounts[0] ?? null),
          several,
          several || hasRegions || endpoint.fleets !== undefined,
          hasRegions,
        ];
      }),
    },
    {
      // each account, fleet and region behind an endpoint; null is any
      name: 'configured_endpoint_members',
      columns: [
        ['endpoint_id', 'text'],
        ['several', 'boolean'],
        ['account_id', 'text'],
        ['fleet_name', 'text'],
        ['region', 'text'],
      ],
      rows: scope.vpcEndpoints.flatMap((endpoint) => {
        const accounts = accountsOf(endpoint);
        if (accounts.length < 2 && endpoint.fleets === undefined && endpoint.regions === undefined) return [];
        const any = (values: readonly string[] | undefined) =>
          values === undefined || values.length === 0 ? [null] : [...new Set(values)];
        return any(accounts).flatMap((account) =>
          any(endpoint.fleets).flatMap((fleet) =>
            any(endpoint.regions).map((region) => [endpoint.id, accounts.length > 1, account, fleet, region]),
          ),
        );
      }),
    },
    { name: 'configured_principals', columns: [['name', 'text']], rows: [...new Set(identity.sharedPrincipals)].map((each) => [each]) },
    {
      name: 'configured_source_roles',
      columns: [['role', 'text']],
      rows: [...new Set(identity.sourceIdentityRoles)].map((role) => [role]),
    },
    { name: 'configured_accounts', columns: [['account_id', 'text']], rows: [...new Set(policy.accounts)].map((account) => [account]) },
    {
      name: 'configured_names',
      columns: [
        ['place', 'bigint'],
        ['name_start', 'text'],
        ['name_end', 'text'],
        ['name_is_whole', 'boolean'],
        ['user_start', 'text'],
        ['user_end', 'text'],
        ['user_is_whole', 'boolean'],
      ],
      rows: identity.users.map(({ name, user }, place) => {
        const [nameStart = '', nameEnd = ''] = name.split('*');
        const [userStart = '', userEnd = ''] = user.split('*');
        return [place, nameStart, nameEnd, !name.includes('*'), userStart, userEnd, !user.includes('*')];
      }),
    },
    { name: 'configured_logon_roles', columns: [['role', 'text']], rows: [...new Set(logons.roles)].map((role) => [role]) },
  ];
}

/** The accounts whose sessions count for events through an endpoint; none where the configuration does not say. */
function accountsOf(endpoint: Configuration['scope']['vpcEndpoints'][number]): string[] {
  return [...new Set(endpoint.accounts ?? (endpoint.account === undefined ? [] : [endpoint.account]))];
}

/**
 * Every day that a verdict of these days can ask about: from two days before grace to two days after the longest session.
 * @param dayStarts midnights UTC of the days that events are joined at, epoch milliseconds; far-apart days leave a gap between
 */
export function calendar(dayStarts: readonly number[], configuration: Configuration): ConfiguredTable {
  const days = new Set<number>();
  for (const start of dayStarts) {
    const first = Math.floor((start - configuration.window.graceSeconds * 1000) / DAY_MS) * DAY_MS - 2 * DAY_MS;
    const last = start + configuration.window.longestSessionHours * 3_600_000 + 3 * DAY_MS;
    for (let at = first; at <= last; at += DAY_MS) days.add(at);
  }
  return {
    name: 'calendar',
    columns: [
      ['dt', 'text'],
      ['start_ms', 'bigint'],
    ],
    rows: [...days].sort((a, b) => a - b).map((at) => [formatDt(at), at]),
  };
}

/** A bucket pattern for LIKE: `*` is its only wildcard. */
export function likePattern(pattern: string): string {
  return pattern.replace(/[\\%_]/g, (special) => `\\${special}`).replaceAll('*', '%');
}
