/** One record of a flow log as a row of `flows`. */
import type { FlowRow } from '../../schemas/flows-table.ts';
import { readSourceAddress, type SourceAddress } from '../address.ts';
import type { FlowLogLocation } from './flow-log-location.ts';
import type { InputContext } from './reader.ts';
import { whyOutOfRange } from './time-range.ts';

/** The text of a field; null when the record has `-` there, or the format has no such field. */
export type FlowValue = (field: string) => string | null;

/** Why a record was set aside. Never holds a value of it. */
export interface Rejection {
  readonly reason: string;
}

/** An aggregation interval lasts ten minutes at most (F§7). What says more is wrong, and would stand beside everybody's sessions. */
const LONGEST_S = 86_400;

const SECONDS = /^\d{1,11}$/;
const WHOLE = /^\d{1,15}$/;

/** Fields that hold a number, and their columns. */
const NUMBERS = {
  srcport: 'source_port',
  dstport: 'destination_port',
  protocol: 'protocol',
  packets: 'packets',
  bytes: 'bytes',
  'tcp-flags': 'tcp_flags',
  'traffic-path': 'traffic_path',
  'encryption-status': 'encryption_status',
  version: 'version',
} as const;

type NumberColumn = (typeof NUMBERS)[keyof typeof NUMBERS];
const NUMBER_FIELDS = Object.entries(NUMBERS) as [string, NumberColumn][];

const ADDRESS_FIELDS = ['srcaddr', 'dstaddr', 'pkt-srcaddr', 'pkt-dstaddr'] as const;

/** So many addresses are remembered: they come again and again, and reading one costs as much as all the rest of a record. */
const MOST_REMEMBERED = 50_000;
const remembered = new Map<string, SourceAddress>();

/**
 * Reads one record.
 * @param tellsServices whether the format has `pkt-dst-aws-service`
 * @param index line or row, from 1
 */
export function readFlowRecord(
  value: FlowValue,
  tellsServices: boolean,
  index: number,
  place: FlowLogLocation,
  context: InputContext,
): FlowRow | Rejection {
  const [start, end] = [value('start') ?? '', value('end') ?? ''];
  if (!SECONDS.test(start)) return { reason: 'start is no number of seconds' };
  if (!SECONDS.test(end)) return { reason: 'end is no number of seconds' };
  const [startMs, endMs] = [Number(start) * 1000, Number(end) * 1000];
  const impossible = whyOutOfRange(startMs, 'start', context.limits) ?? whyOutOfRange(endMs, 'end', context.limits);
  if (impossible !== null) return { reason: impossible };
  if (endMs < startMs) return { reason: 'end is before start' };
  if (endMs - startMs > LONGEST_S * 1000) return { reason: 'end is more than a day after start' };

  const numbers = {} as Record<NumberColumn, number | null>;
  for (const [field, column] of NUMBER_FIELDS) {
    const text = value(field);
    if (text !== null && !WHOLE.test(text)) return { reason: `${field} is no whole number` };
    numbers[column] = text === null ? null : Number(text);
  }

  const seen: Partial<Record<(typeof ADDRESS_FIELDS)[number], SourceAddress | null>> = {};
  for (const field of ADDRESS_FIELDS) {
    const text = value(field);
    const address = text === null ? null : readAddress(text);
    if (address !== null && address.hex === null) return { reason: `${field} is no address` };
    seen[field] = address;
  }
  const [source, sourceHop] = ends(seen['pkt-srcaddr'], seen.srcaddr);
  const [destination, destinationHop] = ends(seen['pkt-dstaddr'], seen.dstaddr);
  const account = value('account-id');

  return {
    flow_start_ms: startMs,
    flow_end_ms: endMs,
    account_id: account !== null && /^\d{12}$/.test(account) ? account : place.accountId,
    region: value('region') ?? place.region,
    vpc_id: value('vpc-id'),
    subnet_id: value('subnet-id'),
    interface_id: value('interface-id'),
    instance_id: value('instance-id'),
    resource_id: value('resource-id'),
    source_address: source?.text ?? null,
    source_hop: sourceHop?.text ?? null,
    source_service: value('pkt-src-aws-service'),
    destination_address: destination?.text ?? null,
    destination_hex: destination?.hex ?? null,
    destination_kind: destination === null ? null : isRouted(destination) ? 'public' : 'private',
    destination_hop: destinationHop?.text ?? null,
    destination_service: value('pkt-dst-aws-service'),
    tells_services: tellsServices,
    ...numbers,
    action: value('action'),
    reject_reason: value('reject-reason'),
    log_status: value('log-status'),
    flow_direction: value('flow-direction'),
    source_file: context.location,
    source_index: index,
    ingested_at_ms: context.ingestedAtMs,
  };
}

function readAddress(text: string): SourceAddress {
  let address = remembered.get(text);
  if (address === undefined) {
    address = readSourceAddress(text);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    // a text that holds a whole line in memory would be remembered with it
    remembered.set(Buffer.from(text).toString(), address);
  }
  return address;
}

/** Whose packet it was, and the address on the interface where that is another one. */
function ends(
  packet: SourceAddress | null | undefined,
  hop: SourceAddress | null | undefined,
): [SourceAddress | null, SourceAddress | null] {
  if (!packet) return [hop ?? null, null];
  return [packet, hop && hop.hex !== packet.hex ? hop : null];
}

/** `0.0.0.0/8` and `224.0.0.0/3`, `::/16` (loopback, unspecified), unique local, link-local and multicast: nobody on the internet. */
function isRouted({ kind, hex }: SourceAddress): boolean {
  if (kind === 'ipv6') return !/^(?:0000|f[cd]|fe[89ab]|ff)/.test(hex ?? '');
  return kind === 'public' && !/^(?:00|[ef])/.test(hex ?? '');
}
