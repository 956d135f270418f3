/** Golden folders of `egress-outside-vpc`: sessions and the flow logs beside them. */
import { type Case, flow, s3 } from './records.ts';

export const EGRESS_CASES: Readonly<Record<string, Case>> = {
  found: {
    title: 'Traffic to two destinations, one of them at a NAT gateway, too; the same log twice; one more try was rejected',
    records: [s3('10:30:00', 'GetObject')],
    flows: [
      flow('10:10:00', { bytes: 5000 }),
      flow('10:11:00', { bytes: 7000, 'tcp-flags': 0 }),
      flow('10:12:00', { action: 'REJECT' }),
      flow('10:20:00', { dstaddr: '198.51.100.77', dstport: 22, 'pkt-dst-aws-service': 'EC2', 'traffic-path': 1 }),
      flow('10:20:00', {
        'interface-id': 'eni-0nat',
        dstaddr: '10.0.0.220',
        'pkt-dstaddr': '198.51.100.77',
        dstport: 22,
        bytes: 990,
        'flow-direction': 'ingress',
      }),
      flow('10:20:00', { dstaddr: '198.51.100.77', dstport: 22, 'pkt-dst-aws-service': 'EC2', 'traffic-path': 1 }),
    ],
  },
  candidates: {
    title: 'Two users share an instance; one flow overlaps the sessions of two users who follow each other',
    records: [s3('10:30:00', 'GetObject')],
    sessions: [
      { id: 's-1', multi: true },
      { id: 's-2', user: 'bob', multi: true },
      { id: 's-3', user: 'carol', address: '10.0.1.77', start: '10:00:00', end: '10:30:00' },
      { id: 's-4', user: 'dora', address: '10.0.1.77', start: '10:30:20', end: '11:00:00' },
    ],
    flows: [
      flow('10:10:00'),
      flow('10:29:50', { srcaddr: '10.0.1.77', seconds: 40 }),
      flow('10:45:00', { srcaddr: '10.0.1.77', dstaddr: '203.0.113.10' }),
    ],
  },
  crowd: {
    title: 'Of twelve users who share an instance ten are listed and two are counted',
    records: [s3('10:30:00', 'GetObject')],
    sessions: Array.from({ length: 12 }, (_, n) => ({ id: `s-${n}`, user: `user${String(12 - n).padStart(2, '0')}`, multi: true })),
    flows: [flow('10:10:00')],
  },
  parallel: {
    title:
      'Uploads of the same size at the same time from several ports count each; one passed a second interface, too; a low port hides nothing',
    records: [s3('10:30:00', 'GetObject')],
    flows: [
      ...[49152, 49153, 49154].map((srcport) => flow('10:10:00', { srcport, bytes: 5000 })),
      flow('10:10:00', {
        srcport: 49153,
        bytes: 5000,
        'interface-id': 'eni-0nat',
        'flow-direction': 'ingress',
        'pkt-dstaddr': '203.0.113.9',
        dstaddr: '10.0.0.220',
      }),
      flow('10:11:00', { srcport: 443, dstport: 51000, 'tcp-flags': 0, bytes: 70, dstaddr: '198.51.100.77' }),
    ],
  },
  places: {
    title: 'The address is in use in another region, where nobody is in session; on one address two VPCs are seen, and nobody is named',
    records: [s3('10:30:00', 'GetObject')],
    sessions: [{}, { id: 's-2', user: 'bob', address: '10.0.1.77' }],
    flows: [
      flow('10:10:00', { region: 'eu-west-1', 'vpc-id': 'vpc-0a' }),
      flow('10:10:00', { region: 'us-east-1', 'vpc-id': 'vpc-0b', dstaddr: '198.51.100.77', bytes: 9000 }),
      flow('10:20:00', { srcaddr: '10.0.1.77', region: 'eu-west-1', 'vpc-id': 'vpc-0a', dstaddr: '10.0.1.9' }),
      flow('10:20:00', { srcaddr: '10.0.1.77', region: 'eu-west-1', 'vpc-id': 'vpc-0c', 'interface-id': 'eni-0other' }),
    ],
  },
  partly: {
    title: 'Flows that begin before the session or end after it name nobody, and different candidates are told apart',
    records: [s3('10:30:00', 'GetObject')],
    sessions: [
      { end: '10:30:00' },
      { id: 's-2', user: 'bob', start: '10:30:20', end: '10:40:00' },
      { id: 's-3', user: 'carol', start: '10:40:20' },
    ],
    flows: [flow('09:59:30'), flow('10:29:50', { seconds: 40 }), flow('10:39:50', { seconds: 40 }), flow('11:04:00')],
  },
  open: {
    title: 'With evidence open, a session that contains the flow names its user; one that does not only says who it may be',
    asOf: '2026-03-03T06:00:00Z',
    records: [s3('10:30:00', 'GetObject')],
    flows: [flow('10:10:00'), flow('10:00:30', { dstaddr: '198.51.100.77' })],
  },
  many: {
    title: 'More than twenty destinations on a day are told by the hour',
    records: [s3('10:30:00', 'GetObject')],
    sessions: [{ end: '13:00:00' }],
    flows: Array.from({ length: 21 }, (_, n) =>
      flow(n < 20 ? `10:${10 + n}:00` : '12:10:00', { dstaddr: `203.0.113.${n + 1}`, bytes: 100 + n }),
    ),
  },
  'default-format': {
    title: 'The default format knows no services: it is looked at when somebody says which destinations are allowed',
    configuration: { policy: { egress: { allowedCidrs: ['52.95.0.0/16'] } } },
    records: [s3('10:30:00', 'GetObject')],
    defaultFlows: [
      flow('10:10:00'),
      flow('10:11:00', { dstaddr: '52.95.110.1' }),
      flow('10:12:00', { srcport: 443, dstport: 51000, dstaddr: '198.51.100.9' }),
    ],
  },
  'default-format-silent': {
    title: 'Without such a list the default format is not looked at',
    records: [s3('10:30:00', 'GetObject')],
    defaultFlows: [flow('10:10:00')],
  },
  harmless: {
    title: 'Replies, endpoints, AWS itself, our own networks, no data, rejected tries, and traffic while nobody was in session',
    configuration: {
      scope: { natAddresses: ['198.51.100.1'] },
      policy: { egress: { allowedCidrs: ['192.0.2.0/24', '2001:db8:1::/48'] } },
    },
    records: [s3('10:30:00', 'GetObject')],
    sessions: [{}, { id: 's-2', user: 'bob', address: '10.0.1.99' }],
    flows: [
      flow('10:10:00', { 'tcp-flags': 18 }),
      flow('10:11:00', { 'tcp-flags': '-', srcport: 443, dstport: 51000 }),
      flow('10:11:00', { 'tcp-flags': 0, protocol: 17, srcport: 53, dstport: 51000 }),
      flow('10:12:00', { dstaddr: '52.95.110.1', 'pkt-dst-aws-service': 'S3', 'traffic-path': 7 }),
      flow('10:13:00', { dstaddr: '52.95.110.1', 'pkt-dst-aws-service': 'S3', 'traffic-path': 1 }),
      flow('10:14:00', { dstaddr: '52.95.110.2', 'pkt-dst-aws-service': 'AMAZON', 'traffic-path': '-' }),
      flow('10:15:00', { dstaddr: '10.0.1.99' }),
      flow('10:16:00', { dstaddr: '192.0.2.7' }),
      flow('10:17:00', { dstaddr: '198.51.100.1' }),
      flow('10:18:00', { action: 'REJECT' }),
      flow('10:19:00', { srcaddr: '-', dstaddr: '-', 'log-status': 'SKIPDATA', action: '-', bytes: '-' }),
      flow('11:07:00'),
      flow('09:50:00'),
      flow('10:20:00', { 'account-id': '999988887777' }),
      flow('10:20:00', { region: 'us-east-1' }),
      flow('10:21:00', { srcaddr: '203.0.113.9', dstaddr: '10.0.1.25', 'flow-direction': 'ingress' }),
    ],
  },
};
