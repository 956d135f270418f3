/** Who made a call: the caller's account, and the role behind a role session. */
import { accountOfArn } from './event-resources.ts';
import { type JsonObject, objectOf, textOf } from './json-value.ts';

export interface RoleSession {
  /** Name of the role, path left out. */
  readonly role: string | null;
  readonly roleArn: string | null;
  readonly sessionName: string | null;
}

const ASSUMED = 'assumed-role/';

const NO_ROLE: RoleSession = { role: null, roleArn: null, sessionName: null };

/** Account of the caller; null where the record names none, as for services and anonymous calls. */
export function callerAccountOf(identity: JsonObject): string | null {
  const account = textOf(identity['accountId'])?.trim() || accountOfArn(textOf(identity['arn']));
  // an anonymous request has this in place of an account
  return account === 'ANONYMOUS_PRINCIPAL' || account === 'anonymous' ? null : account;
}

/** The role session of `userIdentity`: role from the session issuer, else from the assumed-role ARN; all null for others. */
export function roleSessionOf(identity: JsonObject): RoleSession {
  const issuer = objectOf(objectOf(identity['sessionContext'])['sessionIssuer']);
  const arn = textOf(identity['arn']);
  const assumed = arn?.indexOf(ASSUMED) ?? -1;
  const isRole = identity['type'] === 'AssumedRole' || issuer['type'] === 'Role' || assumed >= 0;
  if (!isRole) return NO_ROLE;
  // `role/session`: neither has a slash in this ARN
  const path = arn !== null && assumed >= 0 ? arn.slice(assumed + ASSUMED.length) : null;
  const slash = path?.indexOf('/') ?? -1;
  const issuerArn = textOf(issuer['arn']);
  return {
    role: lastPart(textOf(issuer['userName']) ?? issuerArn ?? (path !== null && slash > 0 ? path.slice(0, slash) : path)),
    roleArn: issuerArn,
    sessionName: path !== null && slash >= 0 ? lastPart(path) : sessionOfPrincipal(identity),
  };
}

function lastPart(path: string | null): string | null {
  return path === null ? null : path.slice(path.lastIndexOf('/') + 1) || null;
}

/** `AROA…:session`: what is left when the ARN was taken out. */
function sessionOfPrincipal(identity: JsonObject): string | null {
  const id = textOf(identity['principalId']);
  const colon = id?.indexOf(':') ?? -1;
  return id !== null && colon > 0 ? id.slice(colon + 1) || null : null;
}
