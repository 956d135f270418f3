/** Flow logs of the fleets' addresses (F§7): everyday traffic to S3 through the gateway endpoint, and what the thief sent out. */
import { formatDt } from '../time.ts';
import { REGION } from './cast.ts';
import { Random } from './random.ts';
import type { DemoSession } from './sessions.ts';

/** Fields of version 5, in the order in which this flow log has them. */
const FIELDS = [
  ...['version', 'account-id', 'interface-id', 'srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'packets', 'bytes', 'start', 'end'],
  ...['action', 'log-status', 'tcp-flags', 'pkt-srcaddr', 'pkt-dstaddr', 'pkt-dst-aws-service', 'flow-direction', 'traffic-path'],
];

/** A file holds what began in so many hours: few files, whatever the size of the demo. */
const FILE_HOURS = 6;
const FILE_MS = FILE_HOURS * 3_600_000;
const MINUTE_MS = 60_000;
/** At most so many sessions of an account have everyday traffic: flow logs are the by-play of a large demo. */
const MOST_SESSIONS = 20_000;

/** Where the thief's own machine is. */
export const THIEF_DESTINATION = '203.0.113.77';
const THIEF_FLOWS = 12;

interface Flow {
  readonly ms: number;
  readonly text: string;
}

/** One file, not yet packed. */
export interface FlowFile {
  readonly path: string;
  readonly text: string;
  /** When it was delivered, epoch milliseconds. */
  readonly modifiedMs: number;
}

/** The files of one account. @param thief whose session sends data out; null when it is of another account */
export function* flowFiles(
  seed: number,
  account: string,
  sessions: readonly DemoSession[],
  thief: DemoSession | null,
  sentMs: number,
): Generator<FlowFile> {
  const flows = sessions.slice(0, MOST_SESSIONS).flatMap((session) => everyday(seed, session));
  if (thief !== null) flows.push(...theft(seed, thief, sentMs));
  const files = new Map<number, Flow[]>();
  for (const flow of flows) {
    const start = flow.ms - (flow.ms % FILE_MS);
    const file = files.get(start);
    if (file) file.push(flow);
    else files.set(start, [flow]);
  }
  const id = `fl-0${new Random(seed, 'flow-log', account).hex(2)}`;
  for (const start of [...files.keys()].sort((a, b) => a - b)) {
    const inside = (files.get(start) ?? []).sort((a, b) => a.ms - b.ms);
    const clock = new Date(start).toISOString().slice(0, 16).replace(/[-:]/g, '');
    const name = `${account}_vpcflowlogs_${REGION}_${id}_${clock}Z_${new Random(seed, 'flow-file', account, start).hex(1)}.log.gz`;
    yield {
      path: `AWSLogs/${account}/vpcflowlogs/${REGION}/${formatDt(start).replaceAll('-', '/')}/${name}`,
      text: `${FIELDS.join(' ')}\n${inside.map(({ text }) => text).join('')}`,
      modifiedMs: start + FILE_MS + 10 * MINUTE_MS,
    };
  }
}

/** Two minutes of talk with S3, its answer, and now and then a span of which AWS lost the records. */
function everyday(seed: number, session: DemoSession): Flow[] {
  const random = new Random(seed, 'flows', session.id);
  const s3 = `52.95.${random.between(100, 119)}.${random.between(1, 254)}`;
  const port = random.between(49_152, 65_535);
  const at = session.start + Math.floor((session.end - session.start) / 2);
  const out = { src: session.address, dst: s3, ports: `${port} 443`, flags: 2, service: 'S3', direction: 'egress', path: '7' };
  const back = { src: s3, dst: session.address, ports: `443 ${port}`, flags: 18, service: '-', direction: 'ingress', path: '-' };
  const flows = [
    line(session, at, { ...out, bytes: random.between(2_000, 90_000) }),
    line(session, at, { ...back, bytes: random.between(50_000, 9_000_000) }),
  ];
  if (random.chance(0.01)) flows.push(lost(session, at + MINUTE_MS));
  return flows;
}

/** The archive that was packed in the session, sent to a machine of the thief's own; the first try met a closed port. */
function theft(seed: number, thief: DemoSession, sentMs: number): Flow[] {
  const random = new Random(seed, 'flows-out', thief.id);
  const out = { src: thief.address, dst: THIEF_DESTINATION, flags: 2, service: '-', direction: 'egress', path: '8' };
  const refused = line(thief, sentMs - 3 * MINUTE_MS, { ...out, ports: '50001 22', bytes: 180, action: 'REJECT' });
  const sent = Array.from({ length: THIEF_FLOWS }, (_, n) =>
    line(thief, sentMs + n * MINUTE_MS, {
      ...out,
      ports: '50002 443',
      flags: n === 0 ? 2 : 0,
      bytes: 180_000_000 + random.between(0, 9_000_000),
    }),
  );
  return [refused, ...sent];
}

interface Talk {
  readonly src: string;
  readonly dst: string;
  readonly ports: string;
  readonly flags: number;
  readonly service: string;
  readonly direction: string;
  readonly path: string;
  readonly bytes: number;
  readonly action?: string;
}

function line(session: DemoSession, ms: number, talk: Talk): Flow {
  const start = Math.floor(ms / 1000);
  const packets = Math.ceil(talk.bytes / 1400);
  const text =
    `5 ${session.fleet.account} ${session.eniId} ${talk.src} ${talk.dst} ${talk.ports} 6 ${packets} ${talk.bytes} ${start} ${start + 55} ` +
    `${talk.action ?? 'ACCEPT'} OK ${talk.flags} ${talk.src} ${talk.dst} ${talk.service} ${talk.direction} ${talk.path}\n`;
  return { ms: start * 1000, text };
}

function lost(session: DemoSession, ms: number): Flow {
  const start = Math.floor(ms / 1000);
  return {
    ms: start * 1000,
    text: `5 ${session.fleet.account} ${session.eniId} - - - - - - - ${start} ${start + 55} - SKIPDATA - - - - - -\n`,
  };
}
