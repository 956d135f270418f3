/** What lies in a source bucket beside what is looked for there. */

import { folderTables } from '../../schemas/tables.ts';
import type { InputKind, Reader } from '../ingest/reader.ts';
import { CLOUD_PREFIXES } from '../lake/cloud-layout.ts';

/** Sweeps are written into the central bucket by the program itself and read from there. */
export const SWEEP_PREFIX = `${CLOUD_PREFIXES.raw}describe-sessions/`;

/** Records of session checks, written and read likewise. */
export const CHECK_PREFIX = `${CLOUD_PREFIXES.raw}session-checks/`;

/** What the program writes into the central bucket to read it from there. */
const OWN_INPUTS: Readonly<Partial<Record<InputKind, string>>> = { snapshot: SWEEP_PREFIX, session_check: CHECK_PREFIX };

const OWN_PREFIXES = [...Object.values(CLOUD_PREFIXES), 'control/', ...folderTables.map(({ name }) => `${name}/dt=`)];

/** Logs of session scripts lie in the bucket of the usage reports (F§2.2). */
const SCRIPT_LOG = /\/SessionScriptsLogs\//;

/** `AWSLogs/[o-…/]<account>/<service>/`: what other services deliver below the same prefix. */
const SERVICE = /(?:^|\/)AWSLogs\/(?:[oO]-[a-z0-9]+\/)?\d{12}\/([^/]+)\//;

/** The folders of the service that is looked for. */
const OWN_SERVICE: Readonly<Partial<Record<InputKind, RegExp>>> = { cloudtrail: /^CloudTrail/, flow_log: /^vpcflowlogs$/ };

/**
 * Whether an object is no input at all and is passed over without a trace: a folder's marker, what the program itself
 * wrote into the central bucket, a session script's log among the reports.
 */
export function isPassedOver(kind: InputKind, object: { readonly bucket: string; readonly key: string }, centralBucket: string): boolean {
  const { bucket, key } = object;
  if (key.endsWith('/')) return true;
  const own = OWN_INPUTS[kind];
  if (bucket === centralBucket && !(own !== undefined && key.startsWith(own))) return OWN_PREFIXES.some((prefix) => key.startsWith(prefix));
  return kind === 'usage_report' && SCRIPT_LOG.test(`/${key}`);
}

/** The service whose log this is instead of CloudTrail's, or of VPC's; null when nothing says so. */
export function otherService(kind: InputKind, key: string): string | null {
  const service = SERVICE.exec(key)?.[1] ?? null;
  return service === null || OWN_SERVICE[kind] === undefined || OWN_SERVICE[kind].test(service) ? null : service;
}

/** Reads nothing: such an input is known, and has no records. */
export const readOtherService: Reader = async () => ({
  content: 'unknown',
  recordsRead: 0,
  kept: 0,
  malformed: 0,
  notRecords: 0,
  rejected: [],
  problem: null,
  accountId: null,
  region: null,
  reportDay: null,
});
