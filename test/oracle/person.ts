/** The person whom credentials name themselves: S (docs/verdicts.md, Words). */
import type { Configuration } from '../../schemas/configuration.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import type { LogonRow } from '../../schemas/logons-table.ts';
import { type User, userOf } from './credentials.ts';
import { compareText, distinct, first, type Known } from './evidence-base.ts';
import { isOurs, isRoleIn, isSharedPrincipal } from './roles.ts';

export interface Person {
  /** As mapped by `identity.users`; unmapped as it came. */
  readonly name: string;
  readonly kind: 'IDENTITY_CENTER' | 'SAML' | 'SOURCE_IDENTITY' | 'IAM_USER';
}

/** S; null when the credentials name nobody, are shared, or are of an account that is not ours. */
export function personOf(event: EventRow, known: Known): Person | null {
  const { configuration } = known;
  if (!isOurs(event, known) || isSharedPrincipal(event, configuration)) return null;
  const centerId = event.on_behalf_of_user_id;
  const mappedId = centerId === null ? null : mapped(centerId, configuration);
  if (mappedId !== null) return { name: mappedId, kind: 'IDENTITY_CENTER' };
  if (event.principal_role?.startsWith('AWSReservedSSO_') && event.role_session_name !== null) {
    return { name: nameOf(event.role_session_name, configuration), kind: 'IDENTITY_CENTER' };
  }
  if (centerId !== null) {
    const name = event.principal_type === 'IdentityCenterUser' ? (event.principal_name ?? centerId) : centerId;
    return { name: nameOf(name, configuration), kind: 'IDENTITY_CENTER' };
  }
  const subject = subjectOfSignIn(event, known);
  if (subject !== null) return { name: nameOf(subject, configuration), kind: 'SAML' };
  const trusts = isRoleIn(configuration.identity.sourceIdentityRoles, event.principal_role, event.principal_role_arn);
  if (trusts && event.source_identity !== null) {
    return { name: nameOf(event.source_identity, configuration), kind: 'SOURCE_IDENTITY' };
  }
  const iamUser = event.principal_type === 'IAMUser' && event.principal_name !== null ? mapped(event.principal_name, configuration) : null;
  return iamUser === null ? null : { name: iamUser, kind: 'IAM_USER' };
}

/** The user of the SAML sign-in that issued the access key of the call. */
function subjectOfSignIn(event: EventRow, known: Known): string | null {
  const issuing = known.base.logons.filter(
    (logon) =>
      logon.kind === 'saml' &&
      logon.success &&
      logon.user_id !== null &&
      event.access_key_id !== null &&
      logon.issued_access_key_id === event.access_key_id &&
      secondOf(logon) <= event.join_time_ms,
  );
  const lastFirst = (a: LogonRow, b: LogonRow) => secondOf(b) - secondOf(a) || compareText(b.event_id, a.event_id);
  return first(issuing, lastFirst)?.user_id ?? null;
}

function secondOf(logon: LogonRow): number {
  return Math.floor(logon.logon_time_ms / 1000) * 1000;
}

function nameOf(name: string, configuration: Configuration): string {
  return mapped(name, configuration) ?? name;
}

/** What the first rule whose pattern fits makes of a name; null when none fits. */
function mapped(name: string, configuration: Configuration): string | null {
  for (const rule of configuration.identity.users) {
    const [head = '', tail] = rule.name.split('*');
    if (tail === undefined) {
      if (rule.name.toLowerCase() === name.toLowerCase()) return rule.user;
      continue;
    }
    const fits =
      name.length >= head.length + tail.length &&
      name.toLowerCase().startsWith(head.toLowerCase()) &&
      name.toLowerCase().endsWith(tail.toLowerCase());
    const starred = name.slice(head.length, name.length - tail.length);
    if (fits) return rule.user.split('*').join(starred);
  }
  return null;
}

/** True when the person is that user: ids compare without their case. */
export function isPerson(person: Person, user: { readonly id: string }): boolean {
  return person.name.toLowerCase() === user.id.toLowerCase();
}

/** The one known user who has the person's id, else the person as the credentials name him. */
export function userOfPerson(person: Person, event: EventRow, known: Known): User {
  const users = known.sessions.map(userOf).filter((user) => isPerson(person, user));
  const [only] = users;
  if (only !== undefined && distinct(users.map((user) => user.key)).length === 1) return only;
  return { key: `${event.account_id}/${person.kind}/${person.name}`, id: person.name, authenticationType: person.kind };
}

/** Whose credentials made a call although they name no person: an IAM, root or federated user, a shared principal, a foreign account. */
export function foreignCredentials(event: EventRow, known: Known): string | null {
  if (isSharedPrincipal(event, known.configuration)) return event.principal_arn ?? event.principal_role_arn;
  if (personOf(event, known) !== null) return null;
  const ownsKeys = ['Root', 'IAMUser', 'FederatedUser'].includes(event.principal_type ?? '');
  if (ownsKeys) return event.principal_arn ?? event.principal_role_arn;
  if (event.account_id === null || isOurs(event, known)) return null;
  return event.principal_arn ?? event.principal_role_arn ?? `account ${event.account_id}`;
}
