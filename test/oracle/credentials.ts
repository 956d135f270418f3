/** The users to whom keys (K) and machine credentials (I) point (docs/verdicts.md, Words). */
import type { EventRow } from '../../schemas/events-table.ts';
import { floorFor } from './candidates.ts';
import type { Known, Session } from './evidence-base.ts';
import { isAddressIn, networkAccounts } from './network.ts';
import { isListedFleetRole, SERVICE_ROLE } from './roles.ts';
import { isHeld } from './scope.ts';

/** One person. */
export interface User {
  readonly key: string;
  readonly id: string;
  readonly authenticationType: string;
}

/** AppStream moves files when the instance does, not when a tool asks. */
const TOOLS = [
  'aws-cli',
  'boto',
  's3console',
  'mozilla',
  'powershell',
  'curl',
  'wget',
  'rclone',
  'cyberduck',
  's3browser',
  's3cmd',
  'winscp',
  'python-requests',
  'terraform',
  's5cmd',
  'hadoop',
];

const DENIALS = ['denied', 'unauthorized', 'forbidden', 'signature', 'expired', 'invalidaccesskey', 'token'];

export function userOf(session: Session): User {
  return { key: session.userKey, id: session.userId, authenticationType: session.authenticationType };
}

/** Whose home folder or settings the key names, among all users known; whoever called, whenever. */
export function ownerOfKey(event: EventRow, known: Known): User | null {
  const owned = sessionsOfOwner(event, known)[0];
  return owned ? userOf(owned) : null;
}

/** K: the owner, if a session of his had begun by then. */
export function userOfKey(event: EventRow, known: Known): User | null {
  const begun = sessionsOfOwner(event, known).find((session) => floorFor(event, session.startMs) <= event.join_time_ms);
  return begun ? userOf(begun) : null;
}

function sessionsOfOwner(event: EventRow, known: Known): Session[] {
  if (event.key_user_hash === null) return [];
  return known.sessions.filter(
    (session) =>
      session.accountId === event.key_account_id &&
      session.authenticationType === event.key_authentication_type &&
      session.userHash === event.key_user_hash,
  );
}

/**
 * True when AppStream itself moved the object for a user: only then does the hash name who caused it. A role of that name in
 * another account is not AppStream's, and a call through another service, denied, with a tool or from the internet is not its way.
 */
export function isHomeFolderTraffic(event: EventRow, known: Known): boolean {
  return (
    event.principal_role === SERVICE_ROLE &&
    (event.role_session_name === 'AppStream2.0' || event.role_session_name === 'PhotonSession') &&
    event.key_user_hash !== null &&
    event.account_id === event.key_account_id &&
    (event.invoked_by === null || event.invoked_by === 'appstream.amazonaws.com') &&
    !containsAny(event.error_code, DENIALS) &&
    !containsAny(event.user_agent, TOOLS) &&
    !isFromInternet(event, known)
  );
}

function containsAny(text: string | null, words: readonly string[]): boolean {
  return words.some((word) => text?.toLowerCase().includes(word) === true);
}

function isFromInternet(event: EventRow, known: Known): boolean {
  const { natAddresses, fleetCidrs } = known.configuration.scope;
  return event.source_address_kind === 'public' && !isAddressIn(event, [...natAddresses, ...fleetCidrs]) && !isHeld(event, known);
}

/** The instance that the role session name claims; null when the principal is no fleet role. */
export function instanceOfCredentials(event: EventRow, known: Known): string | null {
  if (event.principal_type !== 'AssumedRole') return null;
  if (known.configuration.scope.fleetRoles.length > 0 && !isListedFleetRole(event, known)) return null;
  if (isOfAnotherFleet(event, known)) return null;
  return event.role_session_name;
}

/** True of one of `fleetRoles` of another account than those of the network: no fleet of that account is there. */
export function isOfAnotherFleet(event: EventRow, known: Known): boolean {
  const accounts = networkAccounts(event, known);
  const isListed = known.configuration.scope.fleetRoles.length > 0 && isListedFleetRole(event, known);
  return isListed && accounts.length > 0 && event.account_id !== null && !accounts.includes(event.account_id);
}

/** The role session name where it is the id of an instance that any session of the network account ran on. */
export function knownInstance(event: EventRow, known: Known): string | null {
  if (event.principal_type !== 'AssumedRole' || event.role_session_name === null) return null;
  const accounts = networkAccounts(event, known);
  const isInstance = known.sessions.some(
    (session) => accounts.includes(session.accountId) && session.instanceId === event.role_session_name,
  );
  return isInstance ? event.role_session_name : null;
}
