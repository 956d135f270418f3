/** Whose account and whose role made a call (docs/verdicts.md, Ours, Fleet role). */
import type { Configuration } from '../../schemas/configuration.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import type { Known } from './evidence-base.ts';

/** The role with which AppStream itself moves home folders and application settings (F§2.2). */
export const SERVICE_ROLE = 'AmazonAppStreamServiceAccess';

/** True when a session of the account is in the lake. */
export function isKnown(accountId: string | null, known: Known): boolean {
  return accountId !== null && known.accounts.includes(accountId);
}

/** Known, listed, or the caller's own account delivered the record. */
export function isOurs(event: EventRow, known: Known): boolean {
  const account = event.account_id;
  if (account === null) return false;
  return isKnown(account, known) || known.configuration.policy.accounts.includes(account) || account === event.recipient_account_id;
}

/** A configured role is a name, or an ARN where it begins with `arn:`. */
export function isRoleIn(roles: readonly string[], name: string | null, arn: string | null): boolean {
  return roles.some((role) => (role.startsWith('arn:') ? role === arn : role === name));
}

/** One of `fleetRoles`: that very role, or one of the name in a known account. */
export function isListedFleetRole(event: EventRow, known: Known): boolean {
  const { fleetRoles } = known.configuration.scope;
  const named = fleetRoles.filter((role) => role.startsWith('arn:') || isKnown(event.account_id, known));
  return isRoleIn(named, event.principal_role, event.principal_role_arn);
}

/** True of the caller's role when calls with it come from machines of the caller's account. */
export function isFleetRole(event: EventRow, known: Known): boolean {
  const role = event.principal_role;
  if (role === null) return false;
  if (role === SERVICE_ROLE && isKnown(event.account_id, known)) return true;
  if (known.configuration.scope.fleetRoles.length > 0) return isListedFleetRole(event, known);
  const isForPeopleOrServices = role.startsWith('AWSReservedSSO_') || role.startsWith('AWSServiceRoleFor');
  return isKnown(event.account_id, known) && !isForPeopleOrServices && !isSharedPrincipal(event, known.configuration);
}

/** True when several people use the caller's credentials. */
export function isSharedPrincipal(event: EventRow, configuration: Configuration): boolean {
  const names = [event.principal_role, event.principal_name, event.principal_role_arn, event.principal_arn];
  return configuration.identity.sharedPrincipals.some((shared) => names.includes(shared));
}
