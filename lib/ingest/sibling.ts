/**
 * What lies beside inputs and is none: logs of other services below `AWSLogs/`, write tests, session-script logs, files of desktops.
 * One list for both halves. It is told by the name alone: nothing of it is opened.
 */
import type { InputKind } from './reader.ts';

export interface Sibling {
  /** Name under which it is counted: that of the service below `AWSLogs/`, or what the file is. */
  readonly name: string;
  /** True for the log of a service that AWS delivers below the same prefix. */
  readonly isService: boolean;
}

/** Made by a desktop or a shell, with a dot in front. */
export const HIDDEN = 'hidden file';

/** `AWSLogs/[o-…/]<account>/<service>/`, and the same with Hive's folders. */
const SERVICE = /(?:^|\/)AWSLogs\/(?:[oO]-[a-z0-9]+\/)?(?:\d{12}|aws-account-id=\d{12})\/(?:aws-service=)?([^/]+)\//;

/** The folders of the service that is looked for; below `AWSLogs/` lies nothing of the kinds that are not here. */
const OWN_SERVICE: Readonly<Partial<Record<InputKind, RegExp>>> = { cloudtrail: /^CloudTrail/, flow_log: /^vpcflowlogs$/ };

/** Written by AWS to see whether it may write. */
const WRITE_TESTS = new Set(['aws-logs-write-test', 'ConfigWritabilityCheckFile', 'ELBAccessLogTestFile']);

/** Written by desktops and shells beside whatever is looked at, and by query services beside their results. */
const COMPANIONS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)__MACOSX\//, HIDDEN],
  [/(?:^|\/)(?:Thumbs\.db|desktop\.ini)$/i, HIDDEN],
  [/\.csv\.metadata$/, 'query metadata'],
  [/(?:^|\/)result_sign\.json$/, 'query signature'],
];

/** Logs of session scripts lie in the bucket of the usage reports (F§2.2). */
const SCRIPT_LOG = /\/SessionScriptsLogs\//;

/**
 * @param kind null where inputs of any kind are looked for
 * @param path key of an object, or path below the folder that was given, with `/`
 * @returns null for what may be an input of the kind
 */
export function siblingOf(kind: InputKind | null, path: string): Sibling | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (WRITE_TESTS.has(name)) return { name: 'write test', isService: false };
  if (name.startsWith('.')) return { name: HIDDEN, isService: false };
  const companion = COMPANIONS.find(([pattern]) => pattern.test(path));
  if (companion !== undefined) return { name: companion[1], isService: false };
  if ((kind === 'usage_report' || kind === null) && SCRIPT_LOG.test(`/${path}`)) return { name: 'session-script log', isService: false };
  const service = SERVICE.exec(path)?.[1];
  if (service === undefined || ownServices(kind).some((own) => own.test(service))) return null;
  return { name: service, isService: true };
}

function ownServices(kind: InputKind | null): readonly RegExp[] {
  if (kind === null) return Object.values(OWN_SERVICE);
  const own = OWN_SERVICE[kind];
  return own === undefined ? [] : [own];
}
