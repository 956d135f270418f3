/** What the room allows: a stack that lets files out, an image builder entered, data asked for in the clear, and by nobody. */
import { administratorCall } from './administrator.ts';
import { BUCKETS, MAIN_ACCOUNT, REGION } from './cast.ts';
import { iamUser } from './identity.ts';
import { s3Record } from './record.ts';
import type { StoryCast } from './story-cast.ts';
import type { Storyteller } from './storyteller.ts';

const APPSTREAM = 'appstream.amazonaws.com';
const IN_THE_CLEAR = 5;
const BY_NOBODY = 6;

export function tellRoom(teller: Storyteller, cast: StoryCast): void {
  administratorCall(
    teller,
    teller.at(5, 50, 31),
    'alice.admin',
    { service: APPSTREAM, name: 'UpdateStack' },
    {
      name: 'legacy-stack',
      userSettings: [
        { action: 'CLIPBOARD_COPY_FROM_LOCAL_DEVICE', permission: 'ENABLED' },
        { action: 'CLIPBOARD_COPY_TO_LOCAL_DEVICE', permission: 'DISABLED' },
        { action: 'FILE_UPLOAD', permission: 'ENABLED' },
        { action: 'FILE_DOWNLOAD', permission: 'ENABLED' },
        { action: 'PRINTING_TO_LOCAL_DEVICE', permission: 'DISABLED' },
      ],
    },
  );
  administratorCall(
    teller,
    teller.at(7, 12, 5),
    'bob.admin',
    { service: APPSTREAM, name: 'CreateImageBuilderStreamingURL' },
    { name: 'analytics-image-2026-03', validity: 3600 },
  );
  tellPlaintext(teller);
  tellReader(teller, cast);
}

/** An appliance from before anybody asked for TLS makes its nightly copy. */
function tellPlaintext(teller: Storyteller): void {
  for (let n = 0; n < IN_THE_CLEAR; n++) {
    const t = teller.at(5, 15, n * 7, 140);
    const eventId = teller.random.uuid();
    const text = s3Record(teller.random, {
      eventId,
      t,
      precise: true,
      plaintext: true,
      identity: iamUser(MAIN_ACCOUNT, 'backup-agent', 'AKIAQ7ACMEBACKUPBOX1'),
      name: 'GetObject',
      region: REGION,
      source: '192.168.44.12',
      agent: '[backup-appliance/4.1 aws-sdk-java/1.10.77 Linux/3.10 Java_HotSpot(TM)_64-Bit_Server_VM/24.80-b11]',
      bucket: BUCKETS.trading,
      key: `books/2026/q1/ledger-${n}.csv`,
      readOnly: true,
      recipient: MAIN_ACCOUNT,
      bytesOut: 2_400_000 + n,
      endpoint: 'vpce-0ff1ce0ff1ce0ff1c',
    });
    teller.tell({ eventId, t, text, kind: 'admin', expected: 'not_joinable', account: MAIN_ACCOUNT });
  }
}

/** An address of the fleet on which no session ever was, with the fleet's credentials. */
function tellReader(teller: Storyteller, { uploader }: StoryCast): void {
  const machine = 'i-0badc0ffeebadc0ff';
  const elsewhere = { ...uploader, address: '10.20.251.79', id: 'no-session', instanceId: machine, roleSession: machine };
  for (let n = 0; n < BY_NOBODY; n++) {
    const read = { name: 'GetObject', key: `projects/vega/2026/forecast-${n}.parquet`, bytesOut: 4_800_000 + n };
    teller.call(elsewhere, teller.at(4, 22, n * 9, 60), read, { expected: 'unattributed', kind: 'nobody', session: null });
  }
}
