/** What is in scope (§4 "Scope"). */
import type { Configuration } from '../../schemas/configuration.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import { heldAt, isOn } from './candidates.ts';
import type { Session } from './evidence-base.ts';
import { isAddressIn, isRoleIn } from './network.ts';

/** The role with which AppStream itself moves home folders and application settings (F§2.2). */
export const SERVICE_ROLE = 'AmazonAppStreamServiceAccess';

const S3 = ['s3.amazonaws.com', 's3express.amazonaws.com', 's3-outposts.amazonaws.com'];

/** The event's address, where it is one IP address. */
export function addressOf(event: EventRow): string | null {
  return event.source_address_hex === null ? null : event.source_address;
}

/** §4 "Held": some session that exists for the event held its address. */
export function isHeld(event: EventRow, existing: readonly Session[], configuration: Configuration): boolean {
  const address = addressOf(event);
  return address !== null && existing.some((session) => isOn(session, { address }) && heldAt(event, session, configuration));
}

/** Made by a fleet role or by AppStream itself, or from an address in `fleetCidrs`, or from a held one. */
export function isFleetSide(event: EventRow, existing: readonly Session[], configuration: Configuration): boolean {
  return (
    isRoleIn(configuration.scope.fleetRoles, event.principal_role, event.principal_role_arn) ||
    event.principal_role === SERVICE_ROLE ||
    isAddressIn(event, configuration.scope.fleetCidrs) ||
    isHeld(event, existing, configuration)
  );
}

/** All S3 data events on the buckets in scope, whoever made them, and every other event that is fleet-side. */
export function isInScope(event: EventRow, fleetSide: boolean, configuration: Configuration): boolean {
  if (fleetSide) return true;
  if (!S3.includes(event.event_source) || event.event_category !== 'Data') return false;
  const { buckets, excludeBuckets } = configuration.scope;
  // a call that names no bucket cannot be shown to be outside
  if (event.bucket === null) return true;
  return matches(event.bucket, buckets) && !matches(event.bucket, excludeBuckets);
}

/** A pattern is a bucket name in which `*` stands for any text. */
function matches(bucket: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${escaped.join('.*')}$`, 's').test(bucket);
  });
}
