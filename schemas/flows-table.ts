import type { Row, Table } from './table.ts';

/**
 * One record of a VPC flow log (F§7). Fields of the format that say nothing here are left out: `type` (the addresses show it),
 * `az-id` and `sublocation-*` (where AWS put a subnet), `ecs-*` (no session runs in ECS).
 */
export const flows = {
  name: 'flows',
  doc: 'One record of a VPC flow log (F§7): traffic between two addresses in a span of at most ten minutes, as one network interface saw it. Records that say that nothing was seen (NODATA), or that something was lost (SKIPDATA), are kept, without addresses. Whether an address is one of the fleets’ is not asked at ingest: whatever is configured later finds all of them.',
  key: ['source_file', 'source_index'],
  kind: 'landing',
  dt: 'the start of the flow',
  columns: {
    flow_start: {
      type: 'timestamp',
      doc: '`start`: first packet of the span, UTC, inclusive; up to 60 s after the packet passed the interface (F§7).',
    },
    flow_start_ms: { type: 'bigint', required: true, doc: '`flow_start` as epoch milliseconds (the log has whole seconds).' },
    flow_end: { type: 'timestamp', doc: '`end`: last packet of the span, UTC, the whole second inclusive.' },
    flow_end_ms: { type: 'bigint', required: true, doc: '`flow_end` as epoch milliseconds.' },
    account_id: {
      type: 'text',
      doc: '`account-id`: owner of the interface; where the record says `unknown` (interfaces that AWS made) the account that the location names.',
    },
    region: { type: 'text', doc: '`region` (version 4), else the region that the location names.' },
    vpc_id: { type: 'text', doc: '`vpc-id` (version 3).' },
    subnet_id: { type: 'text', doc: '`subnet-id` (version 3).' },
    interface_id: { type: 'text', doc: '`interface-id`: the network interface that saw it.' },
    instance_id: { type: 'text', doc: '`instance-id` (version 3); null for instances of AppStream, which are not yours (F§7).' },
    resource_id: { type: 'text', doc: '`resource-id`: of a regional NAT gateway, say, that has no interface.' },
    source_address: {
      type: 'text',
      doc: 'Who sent it: `pkt-srcaddr` (version 3), else `srcaddr`, canonical; null in records without data.',
    },
    source_port: { type: 'bigint', doc: '`srcport`.' },
    source_hop: {
      type: 'text',
      doc: '`srcaddr` where it differs from `pkt-srcaddr`: what passed it on, a NAT gateway for instance.',
    },
    source_service: { type: 'text', doc: '`pkt-src-aws-service` (version 5): the AWS service whose range the source lies in.' },
    destination_address: { type: 'text', doc: 'To whom: `pkt-dstaddr` (version 3), else `dstaddr`, canonical.' },
    destination_hex: { type: 'text', doc: 'The same as 8 (IPv4) or 32 (IPv6) lower-case hex digits: text order is address order.' },
    destination_kind: {
      type: 'text',
      doc: '`public`: routed on the internet; `private`: not (RFC 1918, RFC 6598, link-local, multicast, unique local IPv6 …).',
    },
    destination_port: { type: 'bigint', doc: '`dstport`.' },
    destination_hop: { type: 'text', doc: '`dstaddr` where it differs from `pkt-dstaddr`: to whom it was handed over on the way.' },
    destination_service: {
      type: 'text',
      doc: '`pkt-dst-aws-service` (version 5): the AWS service whose range the destination lies in. `EC2` and `CLOUDFRONT` are machines and sites of anybody.',
    },
    tells_services: {
      type: 'boolean',
      required: true,
      doc: 'Whether the format has `pkt-dst-aws-service`: without it nobody can tell S3 from the rest of the internet.',
    },
    protocol: { type: 'bigint', doc: '`protocol`: IANA number (6 TCP, 17 UDP, 1 ICMP).' },
    tcp_flags: {
      type: 'bigint',
      doc: '`tcp-flags` (version 3), or-ed over the span: 1 FIN, 2 SYN, 4 RST, 18 SYN-ACK; 0 where none of them passed.',
    },
    packets: { type: 'bigint', doc: '`packets` in the span.' },
    bytes: { type: 'bigint', doc: '`bytes` in the span, headers included.' },
    action: { type: 'text', doc: '`ACCEPT` or `REJECT` (by a security group or network ACL).' },
    reject_reason: { type: 'text', doc: '`reject-reason` (version 8), such as `BPA`.' },
    log_status: { type: 'text', doc: '`OK`, `NODATA` (nothing passed) or `SKIPDATA` (AWS lost records of the span).' },
    flow_direction: { type: 'text', doc: '`ingress` or `egress` as the interface sees it (version 5).' },
    traffic_path: {
      type: 'bigint',
      doc: '`traffic-path` (version 5): 1 another resource of the VPC (a NAT gateway, too), 2 internet gateway or gateway endpoint, 3 virtual private gateway, 4 and 5 peering, 6 local gateway, 7 gateway endpoint, 8 internet gateway.',
    },
    encryption_status: { type: 'bigint', doc: '`encryption-status`, as it came.' },
    version: { type: 'bigint', doc: '`version`: the highest version among the fields of the format.' },
    source_file: { type: 'text', required: true, doc: 'Location of the input it came from.' },
    source_index: { type: 'bigint', required: true, doc: 'Line of the record in that input, or its row in a Parquet file, from 1.' },
    ingested_at: { type: 'timestamp', doc: 'When it was ingested, UTC.' },
    ingested_at_ms: { type: 'bigint', required: true, doc: '`ingested_at` as epoch milliseconds.' },
  },
} as const satisfies Table;

export type FlowRow = Row<typeof flows>;
