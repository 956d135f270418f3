/** AppStream's own sync of home folders and application settings: the key names the user (F§2.2). */
import { BUCKETS, MAIN_ACCOUNT, NAT_ADDRESS, REGION } from './cast.ts';
import { serviceAccessIdentity } from './identity.ts';
import type { Random } from './random.ts';
import { type S3Call, s3Record } from './record.ts';
import { type DemoSession, userHash } from './sessions.ts';

const FILES: readonly string[] = [
  'Documents/notes.docx',
  'Documents/plan.xlsx',
  'Downloads/export.csv',
  'Desktop/todo.txt',
  'Documents/figures/chart.png',
];

/** One call on the home folder (or, now and then, the settings) of the session's user. */
export function homeFolderCall(
  seed: number,
  session: DemoSession,
  moment: { readonly t: number; readonly precise: boolean; readonly late: boolean },
  random: Random,
  change: Partial<S3Call> = {},
): { readonly eventId: string; readonly text: string } {
  const { fleet } = session;
  // uploads trail the session (F§0.7); downloads do not
  const upload = moment.late || random.chance(0.45);
  const settings = fleet.account === MAIN_ACCOUNT && random.chance(0.12);
  const eventId = random.uuid();
  const bytes = settings ? 104_857_600 + random.between(0, 9_000_000) : random.between(200, 4_000_000);
  const text = s3Record(random, {
    eventId,
    t: moment.t,
    precise: moment.precise,
    identity: serviceAccessIdentity(seed, session, moment.t, settings ? 'PhotonSession' : 'AppStream2.0'),
    name: upload ? 'PutObject' : 'GetObject',
    region: REGION,
    source: fleet.endpoint === null ? NAT_ADDRESS : session.address,
    agent: 'aws-sdk-cpp/1.11.400 ua/2.1 api/S3 os/Windows#10.0.17763 lang/c++#C++17 md/aws-crt#0.28.2',
    bucket: settings ? BUCKETS.settings : fleet.homes,
    key: settings ? settingsKey(session) : `${homePrefix(session)}${random.pick(FILES)}`,
    readOnly: !upload,
    recipient: fleet.account,
    endpoint: fleet.endpoint,
    endpointAccount: moment.precise ? fleet.account : null,
    ...(upload ? { bytesIn: bytes } : { bytesOut: bytes }),
    ...change,
  });
  return { eventId, text };
}

/** `user/<mode>/<hash>/`: where the home folder of the session's user begins. */
export function homePrefix(session: DemoSession): string {
  return `user/${session.fleet.folderMode}/${userHash(session.user)}/`;
}

function settingsKey(session: DemoSession): string {
  return `Windows/v4/${session.fleet.stack}/${session.fleet.folderMode}/${userHash(session.user)}/Profile.vhdx`;
}
