/** What a claim is held against, check by check. Pure; each says what it expected and what it found. */
import type { OneCheck, SessionClaims, Upload } from '../../schemas/session-check.ts';
import { parseCidr, readSourceAddress } from '../address.ts';
import { readHomeFolderKey } from '../ingest/home-folder-key.ts';
import { userHash } from '../ingest/user-identity.ts';
import { formatTime, parseTime } from '../time.ts';
import type { SeenSession } from './seen-session.ts';
import type { Search } from './session-search.ts';

/**
 * How long ended sessions stay listed is not documented (F§3.2): later than this, absence says nothing of the claim's time,
 * neither that of the session nor that of others on its address.
 */
const ABSENCE_COUNTS_MS = 300_000;
/** Not routed, and no address of an instance in a VPC: loopback, link-local, AppStream's own management network (F§3.3). */
const NO_INSTANCES = ['127.0.0.0/8', '169.254.0.0/16', '198.18.0.0/15'].flatMap((block) => parseCidr(block) ?? []);
/** Clocks differ. */
const FUTURE_MS = 300_000;

/** Everything that checks look at. */
export interface Evidence {
  readonly claims: SessionClaims;
  readonly upload: Upload | null;
  /** The object whose key names a user by hash: the uploaded one, or one that whoever asks names. */
  readonly homeFolder: { readonly bucket: string; readonly key: string } | null;
  readonly search: Search;
  /** Epoch milliseconds. */
  readonly checkedAtMs: number;
}

/** The session of the claimed id, as AppStream has it. */
export function sessionOf({ claims, search }: Pick<Evidence, 'claims' | 'search'>): SeenSession | null {
  return search.sessions.find((session) => session.sessionId === claims.sessionId) ?? null;
}

/** Whence the claim came: of an upload as S3 saw it, never as the client says. */
export function addressOf({ claims, upload }: Pick<Evidence, 'claims' | 'upload'>): string | null {
  return upload === null ? claims.address : readSourceAddress(upload.sourceAddress).text;
}

/** Every check, in the order in which a person would make them. */
export function makeChecks(evidence: Evidence): OneCheck[] {
  const session = sessionOf(evidence);
  const { claims } = evidence;
  return [
    exists(evidence, session),
    active(session),
    compared('user', claims.userId, session?.userId ?? null, session),
    compared('authentication', claims.authenticationType, session?.authenticationType ?? null, session),
    compared('stack', claims.stack, session?.stack ?? null, session),
    compared('fleet', claims.fleet, session?.fleet ?? null, session),
    address(evidence, session),
    alone(evidence, session),
    ...(evidence.homeFolder === null ? [] : [homeFolder(evidence, evidence.homeFolder, session)]),
    ...(evidence.upload === null ? [] : [uploader(evidence.upload, session), time(evidence.upload, session, evidence.checkedAtMs)]),
  ];
}

type Result = OneCheck['result'];
const check = (name: OneCheck['check'], result: Result, expected: string, found: string, essential = true): OneCheck => ({
  check: name,
  result,
  essential,
  expected,
  found,
});

function exists({ claims, upload, homeFolder, search, checkedAtMs }: Evidence, session: SeenSession | null): OneCheck {
  const expected = `a session ${claims.sessionId}`;
  if (session !== null) return check('exists', 'passed', expected, `stack ${session.stack ?? '?'}, fleet ${session.fleet ?? '?'}`);
  if (!search.complete) return check('exists', 'unknown', expected, `not among what could be asked: ${search.problems[0] ?? 'nothing'}`);
  const owner = homeFolder === null ? null : readHomeFolderKey(homeFolder.bucket, homeFolder.key);
  if (owner !== null && !search.places.some(({ accountId, region }) => accountId === owner.accountId && region === owner.region))
    return check('exists', 'unknown', expected, `account ${owner.accountId} in ${owner.region}, whose home folder it is, was not asked`);
  const lag = lagOf(upload, checkedAtMs);
  if (lag === null) return check('exists', 'unknown', expected, 'not listed, and the event does not say when the file was written');
  if (lag > ABSENCE_COUNTS_MS) {
    return check('exists', 'unknown', expected, `not listed ${Math.round(lag / 1000)} s after the upload: it may have ended meanwhile`);
  }
  return check('exists', 'failed', expected, `none of that id among ${search.sessions.length} sessions`);
}

function active(session: SeenSession | null): OneCheck {
  if (session === null || session.state === null) return check('active', 'unknown', 'ACTIVE', 'no state is known');
  return check('active', session.state === 'ACTIVE' ? 'passed' : 'failed', 'ACTIVE', session.state);
}

/** What was not claimed cannot be wrong, and is not needed: the id and the user say which session is meant. */
function compared(
  name: 'user' | 'authentication' | 'stack' | 'fleet',
  claimed: string | null,
  real: string | null,
  session: SeenSession | null,
): OneCheck {
  if (claimed === null) return check(name, 'unknown', 'not claimed', real ?? 'not known', false);
  if (session === null || real === null) return check(name, 'unknown', claimed, 'not known: no session of that id');
  return check(name, claimed === real ? 'passed' : 'failed', claimed, real);
}

function address(evidence: Evidence, session: SeenSession | null): OneCheck {
  const from = addressOf(evidence);
  const expected = session === null ? 'the address of the session' : `one of ${session.addresses.join(', ') || 'no known addresses'}`;
  if (from === null) return check('address', 'unknown', expected, 'nobody said from where the claim came');
  if (session === null || session.addresses.length === 0) return check('address', 'unknown', expected, from);
  if (session.addresses.includes(from)) return check('address', 'passed', expected, from);
  const { kind, hex } = readSourceAddress(from);
  const isInstance = !NO_INSTANCES.some(({ lowHex, highHex }) => hex !== null && lowHex <= hex && hex <= highHex);
  const isComparable =
    (kind === 'private' && isInstance && session.addresses.some((each) => !each.includes(':'))) ||
    (kind === 'ipv6' && session.addresses.some((each) => each.includes(':')));
  if (isComparable) return check('address', 'failed', expected, from);
  // only what goes through a VPC endpoint shows the address of the session (F§5.3)
  return check('address', 'unknown', expected, `${from}: by a NAT gateway or from outside, which cannot be told apart here`);
}

/** How long after the claim was made AppStream was asked, milliseconds; null when the event does not say. */
function lagOf(upload: Upload | null, checkedAtMs: number): number | null {
  if (upload === null) return 0;
  const uploaded = parseTime(upload.uploadedAt ?? '');
  return uploaded === null ? null : checkedAtMs - uploaded.ms;
}

/** A user is one of an account and a way to sign in: anybody may give himself the name of another. */
const userOf = ({ accountId, authenticationType, userId }: SeenSession) => JSON.stringify([accountId, authenticationType, userId]);

/** An address that two users share proves neither of them: both may read what the other shows. */
function alone(evidence: Evidence, session: SeenSession | null): OneCheck {
  const from = addressOf(evidence);
  const expected = 'no session of another user on the address';
  if (from === null || session === null) return check('alone', 'unknown', expected, 'not known', false);
  const { search, upload, checkedAtMs } = evidence;
  // whoever has ended by now may have been there when the file was written
  const others = search.sessions.filter(
    (each) => each.addresses.includes(from) && (upload !== null || each.state !== 'EXPIRED') && userOf(each) !== userOf(session),
  );
  if (others.length > 0) return check('alone', 'unknown', expected, `${others.length} of other users`);
  if (!search.complete) return check('alone', 'unknown', expected, `not all could be asked: ${search.problems[0] ?? '?'}`);
  const lag = lagOf(upload, checkedAtMs);
  if (lag === null || lag > ABSENCE_COUNTS_MS) return check('alone', 'unknown', expected, 'asked long after the file was written');
  return check('alone', 'passed', expected, '0 of other users');
}

function homeFolder({ claims }: Evidence, { bucket, key }: { bucket: string; key: string }, session: SeenSession | null): OneCheck {
  const user = session === null ? 'the claimed user' : "the session's user";
  const owner = readHomeFolderKey(bucket, key);
  if (owner === null) return check('home-folder', 'failed', `a key in the home folder of ${user}`, 'not a key of a home folder');
  const hash = userHash(session?.userId ?? claims.userId);
  const expected = `${session?.authenticationType ?? claims.authenticationType ?? 'any type'}, ${hash}`;
  const found = `${owner.authenticationType}, ${owner.userHash}`;
  if (owner.userHash !== hash) return check('home-folder', 'failed', expected, found);
  // in which folder domain users lie is not documented
  const type = session?.authenticationType ?? owner.authenticationType;
  if (type !== owner.authenticationType && type !== 'AWS_AD') return check('home-folder', 'failed', expected, found);
  if (session?.accountId && session.accountId !== owner.accountId)
    return check('home-folder', 'failed', `account ${session.accountId}`, `account ${owner.accountId}`);
  // the same user has a folder in each region
  if (session && session.region !== owner.region)
    return check('home-folder', 'unknown', `a bucket of ${session.region}`, 'a bucket of another region');
  if (session && session.accountId === null)
    return check('home-folder', 'unknown', `account ${owner.accountId}`, 'whose account was asked is not known');
  return check('home-folder', 'passed', expected, found);
}

function uploader({ bucket, key, uploader: who }: Upload, session: SeenSession | null): OneCheck {
  const account = readHomeFolderKey(bucket, key)?.accountId ?? session?.accountId ?? null;
  const expected = `account ${account ?? '?'}`;
  if (who === null) return check('uploader', 'unknown', expected, 'the event does not say');
  if (/^\d{12}$/.test(who)) {
    if (account === null) return check('uploader', 'unknown', expected, `account ${who}`);
    return check('uploader', who === account ? 'passed' : 'failed', expected, `account ${who} (the event names no role)`);
  }
  const [, roleSession] = /^AWS:AROA\w*:(.+)$/s.exec(who) ?? [];
  if (roleSession === undefined) return check('uploader', 'failed', expected, who);
  // whoever assumes a role chooses the name of its session: the name of AppStream's own proves nothing
  return check('uploader', 'unknown', expected, `a role of which nothing is known, session ${roleSession}`);
}

function time({ uploadedAt }: Upload, session: SeenSession | null, checkedAtMs: number): OneCheck {
  const uploadedMs = parseTime(uploadedAt ?? '')?.ms ?? null;
  const startMs = session?.startMs ?? null;
  const expected = `after ${startMs === null ? 'the start of the session' : formatTime(startMs)}`;
  if (uploadedMs === null || startMs === null) return check('time', 'unknown', expected, uploadedAt ?? 'the event does not say');
  // events of S3 have whole seconds
  const isAfter = uploadedMs >= startMs - (startMs % 1000);
  return check('time', isAfter && uploadedMs <= checkedAtMs + FUTURE_MS ? 'passed' : 'failed', expected, formatTime(uploadedMs));
}
