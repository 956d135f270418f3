/** The format of a flow log: which field stands where. Its header line says so, in any order (F§7). */

/** Fields of versions 2 to 8 (and the later ones that are known) that become columns of `flows`. */
const FIELDS = [
  ...['version', 'account-id', 'interface-id', 'srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'packets', 'bytes'],
  ...['start', 'end', 'action', 'log-status', 'vpc-id', 'subnet-id', 'instance-id', 'tcp-flags', 'pkt-srcaddr', 'pkt-dstaddr'],
  ...['region', 'pkt-src-aws-service', 'pkt-dst-aws-service', 'flow-direction', 'traffic-path', 'reject-reason', 'resource-id'],
  'encryption-status',
] as const;

/** What a transit gateway's flow logs have, and those of a VPC have not. */
const TRANSIT_GATEWAY = /^tgw-/;

/** A header names fields; a record has digits or `-` among its values. */
const NAME = /^[a-z]+(?:[-_][a-z0-9]+)*$/;

/** A header names at least so many fields that are known, or it is none. */
const FEWEST_KNOWN = 2;

/** The default format: version 2 in its own order. */
const DEFAULT_ORDER = FIELDS.slice(0, 14);

const REMEDY = 'make the flow log with at least the fields start, end, srcaddr and dstaddr (better: all of version 5)';

export interface FlowLogFormat {
  /** How many values a record has. */
  readonly width: number;
  /** Place of each field by its name, `-` between words. */
  readonly at: ReadonlyMap<string, number>;
  /** What keeps records of this format from being read, with the remedy; null when nothing does. */
  readonly problem: string | null;
}

/** The format that a list of names stands for. Names that are not known are passed over. */
export function formatOf(names: readonly string[]): FlowLogFormat {
  const fields = names.map((name) => name.replaceAll('_', '-'));
  return { width: names.length, at: new Map(fields.map((name, at) => [name, at])), problem: problemOf(fields) };
}

/** Fourteen values, the first of them 2: what a log without a header may still be. */
export const DEFAULT_FORMAT: FlowLogFormat = formatOf(DEFAULT_ORDER);

/** @param values of one line; @returns null when the line is no header */
export function readHeader(values: readonly string[]): FlowLogFormat | null {
  if (!values.every((value) => NAME.test(value))) return null;
  const known = values.filter((value) => (FIELDS as readonly string[]).includes(value.replaceAll('_', '-')));
  return known.length >= Math.min(FEWEST_KNOWN, values.length) && known.length > 0 ? formatOf(values) : null;
}

function problemOf(fields: readonly string[]): string | null {
  if (fields.some((field) => TRANSIT_GATEWAY.test(field)))
    return 'is a flow log of a transit gateway, which says nothing of sessions; give those of the VPC, its subnets or interfaces';
  const missing = [
    ...['start', 'end'].filter((field) => !fields.includes(field)),
    ...['srcaddr', 'dstaddr'].filter((field) => !fields.includes(field) && !fields.includes(`pkt-${field}`)),
  ];
  if (missing.length > 0) return `has no field${missing.length > 1 ? 's' : ''} ${missing.join(', ')}; ${REMEDY}`;
  const twice = fields.find((field, at) => (FIELDS as readonly string[]).includes(field) && fields.indexOf(field) < at);
  return twice === undefined ? null : `has the field ${twice} more than once; ${REMEDY}`;
}
