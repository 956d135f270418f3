/** The thief's night: looks around, reads, is refused elsewhere, copies out, tidies up. */
import { BUCKETS, FOREIGN_ACCOUNT, REGION } from './cast.ts';
import { homePrefix } from './home-folder-calls.ts';
import { fleetIdentity } from './identity.ts';
import { s3Record } from './record.ts';
import type { StoryCast } from './story-cast.ts';
import type { Storyteller } from './storyteller.ts';

export interface Theft {
  readonly userId: string;
  readonly sessionId: string;
  readonly address: string;
  readonly sourceBucket: string;
  readonly targetBucket: string;
  /** One of the objects that were read and copied out. */
  readonly stolenObjectKey: string;
  readonly copyEventId: string;
  /** Read events of the session on the source bucket. */
  readonly reads: number;
  /** Events that wrote into the target bucket. */
  readonly writes: number;
  /** A read by somebody else's device with the credentials of the session's instance. */
  readonly stolenCredentialsEventId: string;
}

const READS = 620;
const REFUSED = 60;
const COPIES = 45;
const PARTS = 24;

export function tellTheft(teller: Storyteller, { thief }: StoryCast): Theft {
  const { random } = teller;
  const key = (n: number) => `projects/orion/2026/results/measurement-${String(n).padStart(4, '0')}.parquet`;
  const mine = { kind: 'thief' } as const;
  const out = { bucket: BUCKETS.foreign, owner: FOREIGN_ACCOUNT };
  for (let page = 0; page < 5; page++) {
    teller.call(
      thief,
      teller.at(1, 49, page * 7, 12),
      { name: 'ListObjects', key: null, parameters: ',"list-type":"2","prefix":"projects/orion/"', bytesOut: 211_000 },
      mine,
    );
  }
  for (let n = 0; n < READS; n++) {
    const t = teller.at(1, 50) + n * 4700 + random.between(0, 3000);
    const bytesOut = 17_000_000 + random.between(0, 6_000_000);
    // two of them were delivered twice, one of them late
    teller.call(
      thief,
      t,
      { name: 'GetObject', key: key(n), bytesOut },
      { ...mine, repeated: n === 100 || n === 300, delay: n === 200 ? 3 : 0 },
    );
  }
  for (let n = 0; n < REFUSED; n++) {
    const refused = { name: 'GetObject', bucket: BUCKETS.trading, key: `books/2026/q1/position-${n}.xlsx`, denied: true };
    teller.call(thief, teller.at(2, 41) + n * 3100, refused, mine);
  }
  let copyEventId = '';
  for (let n = 0; n < COPIES; n++) {
    const copy = {
      ...out,
      name: 'CopyObject',
      key: `backup/${n}.parquet`,
      copySource: `${BUCKETS.research}/${key(n * 13)}`,
      sharedEventId: random.uuid(),
      bytesOut: 224,
    };
    const eventId = teller.call(thief, teller.at(2, 46) + n * 9000, copy, mine);
    if (n === 7) copyEventId = eventId;
  }
  const archive = { ...out, key: 'backup/holiday.zip' };
  const upload = random.base64(64).replaceAll('/', '_').replaceAll('+', '.');
  const shared = () => ({ sharedEventId: random.uuid() });
  teller.call(thief, teller.at(2, 56), { ...archive, ...shared(), name: 'CreateMultipartUpload', parameters: ',"uploads":""' }, mine);
  for (let part = 1; part <= PARTS; part++) {
    const parameters = `,"partNumber":"${part}","uploadId":"${upload}"`;
    teller.call(
      thief,
      teller.at(2, 56, part * 20),
      { ...archive, ...shared(), name: 'UploadPart', parameters, bytesIn: 104_857_600 + 71 },
      mine,
    );
  }
  teller.call(
    thief,
    teller.at(3, 5),
    { ...archive, ...shared(), name: 'CompleteMultipartUpload', parameters: `,"uploadId":"${upload}"`, bytesIn: 3100, bytesOut: 402 },
    mine,
  );
  for (let n = 0; n < 12; n++) {
    teller.call(
      thief,
      teller.at(3, 7, n * 8),
      { ...out, ...shared(), name: 'PutObject', key: `backup/notes-${n}.docx`, bytesIn: 88_000 + n },
      mine,
    );
  }
  teller.call(thief, teller.at(3, 20), { name: 'DeleteObjects', key: null, parameters: ',"delete":"","x-id":"DeleteObjects"' }, mine);
  for (let n = 0; n < 6; n++)
    teller.call(thief, teller.at(3, 20, 0, 40 + n), { name: 'DeleteObject', key: `projects/orion/.staging/pack-${n}.7z` }, mine);
  teller.upload(thief, teller.at(3, 27, 30), `${homePrefix(thief)}Documents/sync.ps1`, 'attributed');
  return {
    userId: thief.user,
    sessionId: thief.id,
    address: thief.address,
    sourceBucket: BUCKETS.research,
    targetBucket: BUCKETS.foreign,
    stolenObjectKey: key(7 * 13),
    copyEventId,
    reads: READS,
    writes: COPIES + PARTS + 2 + 12,
    stolenCredentialsEventId: tellStolenCredentials(teller, thief),
  };
}

/** The instance's keys, used from a place that is no fleet: nobody can be named, but the key leads to the session. */
function tellStolenCredentials(teller: Storyteller, thief: StoryCast['thief']): string {
  let eventId = '';
  for (let n = 0; n < 3; n++) {
    const t = teller.at(3, 41, n * 5, 7);
    eventId = teller.random.uuid();
    const text = s3Record(teller.random, {
      eventId,
      t,
      precise: true,
      identity: fleetIdentity(teller.seed, thief, teller.at(3, 10)),
      name: 'GetObject',
      region: REGION,
      source: '192.0.2.66',
      agent: '[aws-cli/2.15.0 Python/3.11.6 Linux/6.6 source/x86_64 prompt/off command/s3.cp]',
      bucket: BUCKETS.research,
      key: `projects/orion/2026/results/measurement-09${n}0.parquet`,
      readOnly: true,
      recipient: thief.fleet.account,
      bytesOut: 19_000_000,
    });
    teller.tell({ eventId, t, text, kind: 'stolen_credentials', session: thief, expected: 'not_joinable', account: thief.fleet.account });
  }
  return eventId;
}
