/** Which network an event came from, and the sessions that exist for it (docs/verdicts.md, Network account, Foreign, Region). */
import { parseCidr } from '../../lib/address.ts';
import type { Configuration } from '../../schemas/configuration.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import type { Known, Session } from './evidence-base.ts';
import { isFleetRole, isKnown, isRoleIn, isSharedPrincipal } from './roles.ts';

/** Services that log one region for the world. */
const GLOBAL_SERVICES = [
  'iam',
  'sts',
  'organizations',
  'cloudfront',
  'route53',
  'globalaccelerator',
  'waf',
  'shield',
  'account',
  'support',
  'health',
  'signin',
].map((service) => `${service}.amazonaws.com`);

/** The accounts whose sessions count for the event; none when its network is nobody's. */
export function networkAccounts(event: EventRow, known: Known): readonly string[] {
  const { scope } = known.configuration;
  const endpoint = configuredEndpoint(event, known.configuration);
  if (endpoint?.account !== undefined) return [endpoint.account];
  if (endpoint?.accounts !== undefined) return endpoint.accounts;
  if (isPrivateWithoutConfiguration(event, known)) {
    if (event.vpc_endpoint_id !== null && event.vpc_endpoint_account_id !== null) return [event.vpc_endpoint_account_id];
    const inFleet = event.vpc_endpoint_id === null && isAddressIn(event, scope.fleetCidrs);
    return event.account_id !== null && (isFleetRole(event, known) || inFleet) ? [event.account_id] : [];
  }
  const account = event.vpc_endpoint_account_id ?? event.account_id ?? event.recipient_account_id;
  return account === null ? [] : [account];
}

/** No endpoint is configured at all, and the address is private: one of countless networks that have it. */
function isPrivateWithoutConfiguration(event: EventRow, known: Known): boolean {
  return known.configuration.scope.vpcEndpoints.length === 0 && event.source_address_kind === 'private';
}

/** True when the event came through a network that is not known to be ours: its address then says nothing about sessions. */
export function isForeign(event: EventRow, known: Known): boolean {
  const { vpcEndpoints } = known.configuration.scope;
  if (vpcEndpoints.length > 0) return configuredEndpoint(event, known.configuration) === undefined;
  if (!isPrivateWithoutConfiguration(event, known) || event.vpc_endpoint_id === null) return false;
  return !networkAccounts(event, known).some((account) => isKnown(account, known));
}

/** True when nothing says in which network the private address lies. */
export function isWithoutNetwork(event: EventRow, known: Known): boolean {
  return (
    isPrivateWithoutConfiguration(event, known) &&
    event.vpc_endpoint_id === null &&
    !isAddressIn(event, known.configuration.scope.fleetCidrs) &&
    !isFleetRole(event, known)
  );
}

function configuredEndpoint(event: EventRow, configuration: Configuration) {
  return configuration.scope.vpcEndpoints.find((endpoint) => endpoint.id === event.vpc_endpoint_id);
}

/** The sessions that exist for an event: of its network accounts and, where its endpoint serves certain fleets or regions, of these. */
export function sessionsFor(event: EventRow, known: Known): Session[] {
  const accounts = networkAccounts(event, known);
  return known.sessions.filter((session) => accounts.includes(session.accountId) && isServed(event, session, known.configuration));
}

/** False when the event came through an endpoint that is configured for other fleets or regions. */
export function isServed(
  event: EventRow,
  of: { readonly fleetName: string | null; readonly region: string },
  configuration: Configuration,
): boolean {
  const endpoint = configuredEndpoint(event, configuration);
  const isFleetServed = endpoint?.fleets === undefined || (of.fleetName !== null && endpoint.fleets.includes(of.fleetName));
  return isFleetServed && (endpoint?.regions === undefined || endpoint.regions.includes(of.region));
}

/** True of a session in another region than the event's: its VPC is another one, with the same addresses perhaps. */
export function isElsewhere(event: EventRow, session: Session, configuration: Configuration): boolean {
  if (event.source_address_kind !== 'private' || event.region === null || GLOBAL_SERVICES.includes(event.event_source)) return false;
  return configuredEndpoint(event, configuration)?.regions === undefined && session.region !== event.region;
}

/** True when the source address lies in one of the blocks; an IPv4 address is in no IPv6 block and the other way round. */
export function isAddressIn(event: EventRow, cidrs: readonly string[]): boolean {
  const hex = event.source_address_hex;
  if (hex === null) return false;
  return cidrs.some((text) => {
    const range = parseCidr(text);
    return range !== null && range.lowHex.length === hex.length && range.lowHex <= hex && hex <= range.highHex;
  });
}

/**
 * True of a call with a role that may be a fleet's, of an account without a session, by way of a network of that account or of
 * one that the record does not name: the first report of the account may not have come.
 */
export function mayBecomeKnown(event: EventRow, known: Known): boolean {
  const { fleetRoles } = known.configuration.scope;
  const mayBeFleet =
    fleetRoles.length === 0 ||
    event.principal_role === 'AmazonAppStreamServiceAccess' ||
    isRoleIn(fleetRoles, event.principal_role, event.principal_role_arn);
  return (
    isPrivateWithoutConfiguration(event, known) &&
    event.principal_type === 'AssumedRole' &&
    event.account_id !== null &&
    mayBeFleet &&
    !isSharedPrincipal(event, known.configuration) &&
    !event.principal_role?.startsWith('AWSReservedSSO_') &&
    !isKnown(event.account_id, known) &&
    (event.vpc_endpoint_account_id ?? event.account_id) === event.account_id
  );
}
