/** Whom keys and credentials point to (§4 "Evidence in a key", "Evidence in the credentials"). */
import type { Configuration } from '../../schemas/configuration.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import type { Session } from './evidence-base.ts';
import { isRoleIn, networkAccount } from './network.ts';
import { SERVICE_ROLE } from './scope.ts';

/** One person. */
export interface User {
  readonly key: string;
  readonly id: string;
  readonly authenticationType: string;
}

export function userOf(session: Session): User {
  return { key: session.userKey, id: session.userId, authenticationType: session.authenticationType };
}

/** Whose home folder or settings the key names, among all users known; whoever called. */
export function ownerOfKey(event: EventRow, sessions: readonly Session[]): User | null {
  if (event.key_user_hash === null) return null;
  const owned = sessions.find(
    (session) =>
      session.accountId === event.key_account_id &&
      session.authenticationType === event.key_authentication_type &&
      session.userHash === event.key_user_hash,
  );
  return owned ? userOf(owned) : null;
}

/**
 * True when AppStream itself moved the object for a user: only then does the hash name who caused it. A role of that name in
 * another account is not AppStream's.
 */
export function isHomeFolderTraffic(event: EventRow): boolean {
  return (
    event.principal_role === SERVICE_ROLE &&
    (event.role_session_name === 'AppStream2.0' || event.role_session_name === 'PhotonSession') &&
    event.key_user_hash !== null &&
    event.account_id === event.key_account_id
  );
}

/** The instance whose machine credentials made the call; null when the principal is no fleet role. */
export function instanceOfCredentials(event: EventRow, configuration: Configuration): string | null {
  const { fleetRoles } = configuration.scope;
  if (event.principal_type !== 'AssumedRole') return null;
  if (fleetRoles.length > 0 && !isRoleIn(fleetRoles, event.principal_role, event.principal_role_arn)) return null;
  return event.role_session_name;
}

/** The role session name where it is the id of an instance that any session of the network account ran on. */
export function knownInstance(event: EventRow, sessions: readonly Session[], configuration: Configuration): string | null {
  if (event.principal_type !== 'AssumedRole' || event.role_session_name === null) return null;
  const account = networkAccount(event, configuration);
  const known = sessions.some((session) => session.accountId === account && session.instanceId === event.role_session_name);
  return known ? event.role_session_name : null;
}
