/** Somebody claims another's session: the record that `verify-session` kept of it. */
import { formatTime } from '../time.ts';
import type { SeenSession } from '../verify/seen-session.ts';
import { checkIdOf, judgeClaims } from '../verify/verify-session.ts';
import { REGION } from './cast.ts';
import { homePrefix } from './home-folder-calls.ts';
import type { DemoSession } from './sessions.ts';
import type { StoryCast } from './story-cast.ts';

/** How long after the upload it is looked at. */
const NOTICED_AFTER_MS = 2_480;

/** One check as a JSON line: Ivo Jensen's session.json says Olga Blum's session. @param start midnight of the first day, epoch milliseconds */
export function spoofedCheck(
  { dualStack: actor, named: claimed }: StoryCast,
  start: number,
): { readonly text: string; readonly timeMs: number } {
  const uploadedAtMs = start + (11 * 60 + 25) * 60_000 + 14_000;
  const { stack, name: fleet, homes, account } = claimed.fleet;
  const claims = { sessionId: claimed.id, userId: claimed.user, stack, fleet, authenticationType: null, address: null };
  const upload = {
    bucket: homes,
    key: `${homePrefix(actor)}session.json`,
    etag: '9b2cf535f27731c974343645a3985328',
    uploadedAt: formatTime(uploadedAtMs),
    sourceAddress: actor.address,
    uploader: account,
  };
  const timeMs = uploadedAtMs + NOTICED_AFTER_MS;
  const request = {
    checkId: checkIdOf('home-folder', `s3://${upload.bucket}/${upload.key}`, upload.etag),
    origin: 'home-folder',
    claims,
    upload,
    homeFolder: upload,
  } as const;
  const places = [{ accountId: account, region: REGION }];
  const search = { sessions: [actor, claimed].map(seen), places, scope: 'all', questions: 16, complete: true, problems: [] } as const;
  return { text: `${JSON.stringify(judgeClaims(request, claims, search, timeMs))}\n`, timeMs };
}

/** As AppStream describes it while it runs. */
function seen({ id, user, fleet, start, address, ipv6 }: DemoSession): SeenSession {
  return {
    sessionId: id,
    userId: user,
    accountId: fleet.account,
    region: REGION,
    authenticationType: fleet.authentication,
    stack: fleet.stack,
    fleet: fleet.name,
    state: 'ACTIVE',
    startMs: start,
    addresses: ipv6 === null ? [address] : [address, ipv6],
  };
}
