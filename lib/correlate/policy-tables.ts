/**
 * What the configuration says about who may come in and what the room allows, as small tables and parameters for the
 * findings rules, and the stages that the rules share.
 */
import type { Configuration } from '../../schemas/configuration.ts';
import { parseCidr } from '../address.ts';
import type { QueryValue } from '../lake/ports.ts';
import { DAY_MS, dtStart, formatDt } from '../time.ts';
import { type ConfiguredTable, likePattern, stageParameters } from './stages.ts';

/**
 * Made once a run, before the rules, in this order: one file of `sql/correlate/` each. Some of them are stages of verdicts, too:
 * there for the events of some days, here for all that rules look at.
 */
export const FINDING_STAGES = [
  'run-sessions',
  'session-logons',
  'finding-sessions',
  'finding-calls',
  'finding-addresses',
  'asked-places-of-flows',
  'holds',
  'places',
  'session-places',
  'arrivals',
  'presences',
  'points',
  'egress-flows',
  'flow-users',
] as const;

/** Those that serve flows alone: nothing of them is asked for where there are no flow logs. */
export const FLOW_STAGES: ReadonlySet<(typeof FINDING_STAGES)[number]> = new Set([
  'asked-places-of-flows',
  'holds',
  'places',
  'session-places',
  'arrivals',
  'presences',
  'points',
  'egress-flows',
  'flow-users',
]);

/** Where a user went to more destinations than this on a day, egress is told by the hour instead of by the destination. */
const MANY_DESTINATIONS = 20;

/** Rules look back so far for what is usual, and for sessions however few events there are. */
export const HISTORY_DAYS = 30;

/** Settings of a session that let data out or in: column of `sessions`, the names of UpdateStack, and what a person calls it. */
const DOORS = [
  ['clipboardToDevice', 'clipboard_to_device', 'CLIPBOARD_COPY_TO_LOCAL_DEVICE', 'clipboard to the device'],
  ['clipboardFromDevice', 'clipboard_from_device', 'CLIPBOARD_COPY_FROM_LOCAL_DEVICE', 'clipboard from the device'],
  ['fileDownload', 'file_download', 'FILE_DOWNLOAD', 'file download'],
  ['fileUpload', 'file_upload', 'FILE_UPLOAD', 'file upload'],
  ['printing', 'printing', 'PRINTING_TO_LOCAL_DEVICE', 'printing to the device'],
  ['drives', 'google_drive', 'GOOGLE_DRIVE', 'Google Drive'],
  ['drives', 'one_drive', 'ONE_DRIVE', 'OneDrive'],
] as const;

const TEXT = (...names: string[]) => names.map((name) => [name, 'text'] as const);

/** The tables that only findings rules read. */
export function policyTables({ scope, logons, policy }: Configuration): ConfiguredTable[] {
  const networks: readonly (readonly [purpose: string, texts: readonly string[]])[] = [
    ['trusted', logons.trustedCidrs],
    ['console', policy.consoleCidrs.length > 0 ? policy.consoleCidrs : logons.trustedCidrs],
    ['fleet', scope.fleetCidrs],
    ['nat', scope.natAddresses],
  ];
  const buckets = policy.protectedBuckets.length > 0 ? policy.protectedBuckets : scope.buckets;
  const doors = DOORS.filter(([setting]) => policy.session[setting] === 'forbidden');
  return [
    { name: 'policy_accounts', columns: TEXT('account_id'), rows: [...new Set(policy.accounts)].map((account) => [account]) },
    { name: 'policy_fleet_roles', columns: TEXT('account_id', 'role'), rows: scope.fleetRoles.map(roleOf) },
    { name: 'policy_callers', columns: TEXT('arn', 'assumed_prefix'), rows: policy.streamingUrlCallers.map(callerOf) },
    {
      name: 'policy_networks',
      columns: [
        ['purpose', 'text'],
        ['family', 'bigint'],
        ['low_number', 'bigint'],
        ['high_number', 'bigint'],
        ['low_hex', 'text'],
        ['high_hex', 'text'],
      ],
      rows: networks.flatMap(([purpose, texts]) => texts.flatMap((text) => networkRow(purpose, text))),
    },
    {
      name: 'policy_egress_ranges',
      columns: TEXT('low_hex', 'high_hex'),
      rows: [...policy.egress.allowedCidrs, ...scope.fleetCidrs, ...scope.natAddresses].flatMap((text) => {
        const range = parseCidr(text);
        return range ? [[range.lowHex, range.highHex]] : [];
      }),
    },
    { name: 'policy_evidence_buckets', columns: TEXT('bucket'), rows: [...new Set(policy.evidenceBuckets)].map((bucket) => [bucket]) },
    { name: 'policy_buckets', columns: TEXT('pattern'), rows: [...new Set(buckets)].map((pattern) => [likePattern(pattern)]) },
    { name: 'policy_forbidden', columns: TEXT('setting', 'action', 'label'), rows: doors.map(([, ...door]) => door) },
    {
      name: 'policy_instance_types',
      columns: TEXT('instance_type'),
      rows: [...new Set(policy.notebooks.instanceTypes)].map((type) => [type]),
    },
  ];
}

/**
 * Values of the `:name` parameters of the rules and of the stages that they share.
 * @param firstDt the first of the days that findings are asked for; null when there is none
 */
export function findingParameters(configuration: Configuration, asOfMs: number, firstDt: string | null): Record<string, QueryValue> {
  const { scope, logons, policy } = configuration;
  const recentMs = asOfMs - HISTORY_DAYS * DAY_MS;
  // whole days are asked for
  const sinceMs = dtStart(formatDt(Math.min(firstDt === null ? recentMs : dtStart(firstDt), recentMs)));
  const { notebooks } = policy;
  return {
    // a packet may have been sent 60 s before the start that its flow log gives (F§7)
    ...stageParameters(configuration, asOfMs, sinceMs - 60_000, asOfMs),
    recent_ms: recentMs,
    recent_dt: formatDt(recentMs),
    since_dt: formatDt(sinceMs),
    as_of_dt: formatDt(asOfMs),
    first_dt: firstDt ?? formatDt(asOfMs),
    // what is usual is learned from the days before the first that is asked about
    history_dt: formatDt((firstDt === null ? asOfMs : Date.parse(`${firstDt}T00:00:00Z`)) - HISTORY_DAYS * DAY_MS),
    // a burst over midnight began on the day before, and that day's first may go on from the day before it
    denied_dt: formatDt((firstDt === null ? asOfMs : Date.parse(`${firstDt}T00:00:00Z`)) - 2 * DAY_MS),
    has_own_accounts: policy.accounts.length > 0,
    has_trusted_networks: logons.trustedCidrs.length > 0,
    has_console_networks: policy.consoleCidrs.length + logons.trustedCidrs.length > 0,
    has_streaming_callers: policy.streamingUrlCallers.length > 0,
    has_required_mfa: logons.requireMfa,
    has_protected_buckets: policy.protectedBuckets.length > 0 || scope.buckets.some((pattern) => !/^\*+$/.test(pattern)),
    has_forbidden_internet: notebooks.directInternetAccess === 'forbidden',
    has_forbidden_root: notebooks.rootAccess === 'forbidden',
    has_required_key: notebooks.requireKmsKey,
    has_required_subnet: notebooks.requireSubnet,
    has_instance_types: notebooks.instanceTypes.length > 0,
    has_notebook_hours: notebooks.hoursUtc !== '',
    ...hoursOf(notebooks.hoursUtc),
    most_objects: policy.bulkRead.objects,
    most_bytes: policy.bulkRead.bytes,
    has_egress_networks: policy.egress.allowedCidrs.length > 0,
    most_destinations: MANY_DESTINATIONS,
    most_denied: policy.deniedBurst.calls,
  };
}

/** Milliseconds since midnight; 0 and 0 when no hours are set. */
function hoursOf(text: string): Record<'hours_from_ms' | 'hours_to_ms', number> {
  const [from = 0, to = 0] = [...text.matchAll(/(\d\d):(\d\d)/g)].map(([, hour, minute]) => (Number(hour) * 60 + Number(minute)) * 60_000);
  return { hours_from_ms: from, hours_to_ms: to };
}

/** A role name, or account and name of a role ARN: in the log of what an assumed role does its path is left out. */
function roleOf(role: string): QueryValue[] {
  const arn = /^arn:[^:]*:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(role);
  return arn ? [arn[1] as string, arn[2] as string] : [null, role];
}

/** A configured caller, and for a role how the ARNs of its sessions begin. */
function callerOf(arn: string): QueryValue[] {
  const role = /^arn:([^:]*):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn);
  return [arn, role ? `arn:${role[1]}:sts::${role[2]}:assumed-role/${role[3]}/` : null];
}

function networkRow(purpose: string, text: string): QueryValue[][] {
  const range = parseCidr(text);
  if (range === null) return [];
  const { lowHex, highHex } = range;
  if (lowHex.length === 8) return [[purpose, 4, Number.parseInt(lowHex, 16), Number.parseInt(highHex, 16), null, null]];
  return [[purpose, 6, null, null, lowHex, highHex]];
}
