/** What else happens on the first day: every case in which the evidence is thin, late, doubled or contradicts itself. */
import { BUCKETS, GLOBAL_REGION, MAIN_ACCOUNT, REGION } from './cast.ts';
import { HOSTILE_KEYS } from './fleet-calls.ts';
import { homePrefix } from './home-folder-calls.ts';
import { administratorIdentity } from './noise.ts';
import type { ResolvedDemoOptions } from './options.ts';
import { otherRecord, s3Record } from './record.ts';
import type { DemoSession } from './sessions.ts';
import { consoleSignIn } from './sign-in.ts';
import type { StoryCast } from './story-cast.ts';
import { type StoryRecord, Storyteller } from './storyteller.ts';
import { quoteAscii } from './text.ts';
import { type Theft, tellTheft } from './thief.ts';

/** Ids worth asking about. */
export interface DemoStory {
  readonly thief: Theft;
  /** A write from an address of the fleet on which no session ever was. */
  readonly unattributedWriteEventId: string;
  /** A write between two users of an address: the newcomer ended the grace of the first. */
  readonly graceCutEventId: string;
  /** A write while only a session to which nobody connected had the address. */
  readonly notConnectedEventId: string;
  /** A write from an instance with two users. */
  readonly ambiguousEventId: string;
  /** A home folder's key says one user, the address another. */
  readonly disagreeingEventId: string;
  /** A write within the grace after a session. */
  readonly inGraceEventId: string;
  /** An upload long after the session, named by its key alone. */
  readonly lateUploadEventId: string;
  /** Writes through the NAT gateway, with and without the instance in the credentials. */
  readonly natNamedEventId: string;
  readonly natUnnamedEventId: string;
  readonly ipv6EventId: string;
  /** A record and the later one that corrects it. */
  readonly correctedEventId: string;
  readonly correctionEventId: string;
  /** One call as logged in the caller's account and in the bucket owner's. */
  readonly callerCopyEventId: string;
  readonly ownerCopyEventId: string;
  /** An event of a session over midnight, whose report comes a day later, and one after midnight. */
  readonly overnight: {
    readonly userId: string;
    readonly sessionId: string;
    readonly eventId: string;
    readonly afterMidnightEventId: string;
  };
  /** A write of a session whose report comes late: pending without it. */
  readonly pending: { readonly userId: string; readonly sessionId: string; readonly eventId: string };
  /** Somebody reads the thief's home folder: the hash names the owner, not the reader. */
  readonly administratorReadEventId: string;
}

export function tellStory(options: ResolvedDemoOptions, start: number, cast: StoryCast): { story: DemoStory; records: StoryRecord[] } {
  const teller = new Storyteller(options, start);
  const thief = tellTheft(teller, cast);
  tellEverydayWork(teller, cast);
  tellConsole(teller);
  const story: DemoStory = {
    thief,
    ...tellThinEvidence(teller, cast),
    ...tellKeys(teller, cast),
    ...tellNat(teller, cast),
    ...tellRecords(teller, cast),
    ...tellMidnight(teller, cast),
  };
  return { story, records: teller.records };
}

function tellThinEvidence(teller: Storyteller, cast: StoryCast) {
  const nobody = { expected: 'unattributed', kind: 'nobody', session: null } as const;
  const elsewhere: DemoSession = {
    ...cast.uploader,
    address: '10.20.251.77',
    id: 'nobody',
    instanceId: 'i-0feedfacefeedface',
    roleSession: 'i-0feedfacefeedface',
  };
  const unattributedWriteEventId = teller.call(
    elsewhere,
    teller.at(2, 58, 3, 400),
    { name: 'PutObject', key: 'projects/vega/from-nowhere.bin', bytesIn: 7_340_032 },
    nobody,
  );
  teller.call(elsewhere, teller.at(2, 58, 41, 90), { name: 'DeleteObject', key: 'projects/vega/index.json' }, nobody);
  return {
    unattributedWriteEventId,
    graceCutEventId: teller.call(
      cast.before,
      teller.at(14, 4, 30, 510),
      { name: 'PutObject', key: 'projects/lyra/between.csv', bytesIn: 90_210 },
      { expected: 'unattributed' },
    ),
    notConnectedEventId: teller.call(
      cast.neverThere,
      teller.at(11, 5, 12, 30),
      { name: 'PutObject', key: 'projects/juno/reserved.txt', bytesIn: 412 },
      nobody,
    ),
    ambiguousEventId: teller.call(
      cast.first,
      teller.at(13, 40, 5, 55),
      { name: 'PutObject', key: 'inbox/argo/offer.pdf', bytesIn: 512_003 },
      { expected: 'ambiguous' },
    ),
    inGraceEventId: teller.call(cast.uploader, teller.at(16, 31, 2, 2), {
      name: 'PutObject',
      key: 'projects/halley/closing.csv',
      bytesIn: 4_096,
    }),
  };
}

function tellKeys(teller: Storyteller, cast: StoryCast) {
  teller.upload(cast.uploader, teller.at(16, 33, 20), `${homePrefix(cast.uploader)}Documents/report.docx`, 'attributed');
  const t = teller.at(9, 15, 30, 9);
  const administratorReadEventId = teller.random.uuid();
  const text = s3Record(teller.random, {
    eventId: administratorReadEventId,
    t,
    precise: true,
    identity: administratorIdentity(MAIN_ACCOUNT, 'alice.admin', t),
    name: 'GetObject',
    region: REGION,
    source: '198.51.100.7',
    agent: '[aws-cli/2.22.26 Python/3.12.6 Darwin/23.6.0 exe/x86_64]',
    bucket: BUCKETS.homes,
    key: `${homePrefix(cast.thief)}Documents/sync.ps1`,
    readOnly: true,
    recipient: MAIN_ACCOUNT,
    bytesOut: 5120,
  });
  teller.tell({ eventId: administratorReadEventId, t, text, kind: 'admin', expected: 'attributed', account: MAIN_ACCOUNT });
  return {
    administratorReadEventId,
    disagreeingEventId: teller.upload(cast.uploader, teller.at(16, 10, 4), `${homePrefix(cast.after)}Documents/foreign.docx`, 'ambiguous'),
    lateUploadEventId: teller.upload(cast.uploader, teller.at(17, 20), `${homePrefix(cast.uploader)}Documents/big.iso`, 'attributed'),
  };
}

function tellNat(teller: Storyteller, cast: StoryCast) {
  const write = (name: string) => ({ name: 'PutObject', key: `records/2026/${name}.dat`, bytesIn: 65_536 });
  const ipv6 = { name: 'PutObject', key: 'projects/kepler/dual-stack.csv', source: cast.dualStack.ipv6 as string, bytesIn: 2048 };
  return {
    natNamedEventId: teller.call(cast.named, teller.at(11, 40, 1, 100), write('named')),
    natUnnamedEventId: teller.call(cast.unnamed, teller.at(11, 42, 1, 100), write('unnamed'), { expected: 'not_joinable' }),
    ipv6EventId: teller.call(cast.dualStack, teller.at(10, 31, 6, 80), ipv6),
  };
}

/** A correction, a call that two accounts log, and the keys that break careless readers. */
function tellRecords(teller: Storyteller, cast: StoryCast) {
  const { random } = teller;
  const requestId = random.capitals(16);
  const call = { name: 'PutObject', key: 'projects/cassini/corrected.csv', bytesIn: 1024, requestId };
  const t = teller.at(9, 30, 10, 10);
  const correctedEventId = teller.call(cast.dualStack, t, { ...call, source: '10.20.251.78' }, { kind: 'corrected', expected: null });
  const correctionEventId = teller.call(cast.dualStack, t, { ...call, corrects: { eventId: correctedEventId, requestId } }, { delay: 2 });
  HOSTILE_KEYS.forEach((key, n) => {
    teller.call(cast.dualStack, teller.at(10, 40, n * 5, 5), { name: 'GetObject', key, bytesOut: 700 + n });
    teller.call(cast.dualStack, teller.at(10, 41, n * 5, 5), { name: 'PutObject', key, keyText: quoteAscii(key), bytesIn: 700 + n });
  });
  let callerCopyEventId = '';
  let ownerCopyEventId = '';
  for (let n = 0; n < 12; n++) {
    const read = {
      name: 'GetObject',
      bucket: BUCKETS.research,
      key: `shared/handbook-${n}.pdf`,
      owner: MAIN_ACCOUNT,
      bytesOut: 300_000 + n,
      sharedEventId: random.uuid(),
    };
    const when = teller.at(22, 0, n * 11, 70);
    callerCopyEventId = teller.call(cast.operator, when, read);
    ownerCopyEventId = teller.call(
      cast.operator,
      when,
      { ...read, recipient: MAIN_ACCOUNT },
      { kind: 'copy', expected: null, account: MAIN_ACCOUNT },
    );
  }
  return { correctedEventId, correctionEventId, callerCopyEventId, ownerCopyEventId };
}

function tellMidnight(teller: Storyteller, cast: StoryCast) {
  const write = (n: number) => ({ name: 'PutObject', key: `books/2026/late-${n}.xlsx`, bytesIn: 70_000 + n });
  const { overnight, operator } = cast;
  const eventId = teller.call(overnight, teller.at(23, 50, 7, 7), write(1));
  const afterMidnightEventId = teller.call(overnight, teller.at(24, 20, 7, 7), write(2));
  for (let n = 3; n < 40; n++) teller.call(overnight, teller.at(22, 10 + n * 3, 11, n), write(n));
  let pendingEventId = '';
  for (let n = 0; n < 30; n++) {
    pendingEventId = teller.call(operator, teller.at(21, 20 + n * 4, 9, n), {
      name: 'PutObject',
      key: `tickets/2026/case-${4400 + n}.json`,
      bytesIn: 3000 + n,
    });
  }
  return {
    overnight: { userId: overnight.user, sessionId: overnight.id, eventId, afterMidnightEventId },
    pending: { userId: operator.user, sessionId: operator.id, eventId: pendingEventId },
  };
}

/** What the people of the story do besides. */
function tellEverydayWork(teller: Storyteller, cast: StoryCast): void {
  const { random } = teller;
  for (const session of [cast.nightOwl, cast.successor, cast.before, cast.after, cast.first, cast.second, cast.uploader, cast.dualStack]) {
    const from = Math.max(session.start, teller.at(0, 0)) + 5000;
    for (let n = 0; n < 25; n++) {
      const t = Math.floor(from + ((session.end - 5000 - from) * (n + random.fraction())) / 25);
      const alone = session !== cast.second && !(session === cast.first && t >= cast.second.start && t <= cast.second.end + 300_000);
      const read = {
        name: 'GetObject',
        key: `${session.fleet.prefix}daily/${session.index}-${random.uuid()}.csv`,
        bytesOut: 1000 + random.between(0, 90_000),
      };
      teller.call(session, t, read, { expected: alone ? 'attributed' : 'ambiguous' });
    }
  }
}

/** Administrators sign in and manage; all of it is logged in us-east-1. */
function tellConsole(teller: Storyteller): void {
  const { random } = teller;
  const say = (t: number, kind: 'console' | 'management', make: (eventId: string) => string) => {
    const eventId = random.uuid();
    teller.tell({ eventId, t, text: make(eventId), kind, account: MAIN_ACCOUNT, region: GLOBAL_REGION });
  };
  const signIns: readonly (readonly [number, string, string, boolean, boolean])[] = [
    [teller.at(8, 2), 'alice.admin', '198.51.100.7', true, true],
    [teller.at(8, 40), 'bob.admin', '198.51.100.7', true, true],
    [teller.at(3, 58), 'bob.admin', '192.0.2.66', false, false],
    [teller.at(4, 1), 'bob.admin', '192.0.2.66', true, false],
  ];
  for (const [t, user, source, ok, mfa] of signIns)
    say(t, 'console', (eventId) => consoleSignIn(random, eventId, t, user, source, ok, mfa));
  for (const [n, name] of ['ListUsers', 'CreateUser', 'AttachUserPolicy'].entries()) {
    const t = teller.at(8, 10 + n);
    say(t, 'management', (eventId) =>
      otherRecord(random, {
        eventId,
        t,
        identity: administratorIdentity(MAIN_ACCOUNT, 'alice.admin', t),
        service: 'iam.amazonaws.com',
        name,
        region: GLOBAL_REGION,
        source: '198.51.100.7',
        agent: 'console.amazonaws.com',
        readOnly: n === 0,
        recipient: MAIN_ACCOUNT,
        parameters: n === 0 ? 'null' : '{"userName":"report-reader"}',
      }),
    );
  }
}
