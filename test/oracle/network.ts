/** Which network an event came from: its account, its endpoint, and the sessions that exist for it (§4 "The network account"). */
import { parseCidr } from '../../lib/address.ts';
import type { Configuration } from '../../schemas/configuration.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import type { Session } from './evidence-base.ts';

/** The account of the VPC endpoint, else the one configured for it, else the caller's, else the recipient's. */
export function networkAccount(event: EventRow, configuration: Configuration): string | null {
  return (
    event.vpc_endpoint_account_id ?? configuredEndpoint(event, configuration)?.account ?? event.account_id ?? event.recipient_account_id
  );
}

/** True when endpoints are configured and the event's is absent or another: its address then says nothing about sessions. */
export function isForeignEndpoint(event: EventRow, configuration: Configuration): boolean {
  return configuration.scope.vpcEndpoints.length > 0 && configuredEndpoint(event, configuration) === undefined;
}

function configuredEndpoint(event: EventRow, configuration: Configuration) {
  return configuration.scope.vpcEndpoints.find((endpoint) => endpoint.id === event.vpc_endpoint_id);
}

/** The sessions that exist for an event: those of its network account and, where its endpoint serves certain fleets, of these. */
export function sessionsFor(event: EventRow, sessions: readonly Session[], configuration: Configuration): Session[] {
  const account = networkAccount(event, configuration);
  return sessions.filter((session) => session.accountId === account && isServed(event, session.fleetName, configuration));
}

/** False when the event came through an endpoint that is configured for other fleets. */
export function isServed(event: EventRow, fleetName: string | null, configuration: Configuration): boolean {
  const fleets = configuredEndpoint(event, configuration)?.fleets;
  return fleets === undefined || (fleetName !== null && fleets.includes(fleetName));
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

/** A configured role is a name, or an ARN where it begins with `arn:`. */
export function isRoleIn(roles: readonly string[], name: string | null, arn: string | null): boolean {
  return roles.some((role) => (role.startsWith('arn:') ? role === arn : role === name));
}
