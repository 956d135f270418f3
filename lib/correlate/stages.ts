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
  'report-winners',
  'sweeps',
  'account-regions',
  'resolved-sessions',
  'numbered-users',
  'known-users',
  'known-instances',
] as const;

/** From the events of some days to their rows of `attributions`. */
export const EVENT_STAGES = [
  'replaced-events',
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
  'account-days',
  'evidence',
  'swept',
  'claims',
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
  const { scope, logons } = configuration;
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
        ['has_fleets', 'boolean'],
      ],
      rows: scope.vpcEndpoints.map((endpoint) => [endpoint.id, endpoint.account ?? null, endpoint.fleets !== undefined]),
    },
    {
      name: 'configured_endpoint_fleets',
      columns: [
        ['endpoint_id', 'text'],
        ['fleet_name', 'text'],
      ],
      rows: scope.vpcEndpoints.flatMap((endpoint) => [...new Set(endpoint.fleets ?? [])].map((fleet) => [endpoint.id, fleet])),
    },
    { name: 'configured_logon_roles', columns: [['role', 'text']], rows: [...new Set(logons.roles)].map((role) => [role]) },
  ];
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
