/** What is in scope (docs/verdicts.md, What is in scope). */
import type { EventRow } from '../../schemas/events-table.ts';
import { heldAt, isOn } from './candidates.ts';
import type { Known, Session } from './evidence-base.ts';
import { isAddressIn, isElsewhere, sessionsFor } from './network.ts';
import { isListedFleetRole, SERVICE_ROLE } from './roles.ts';

const S3 = /^s3.*\.amazonaws\.com$/s;

/** The event's address, where it is one IP address. */
export function addressOf(event: EventRow): string | null {
  return event.source_address_hex === null ? null : event.source_address;
}

/** The sessions that exist for the event on its address, in its region or where regions do not matter. */
export function sessionsHere(event: EventRow, known: Known): Session[] {
  const address = addressOf(event);
  if (address === null) return [];
  return sessionsFor(event, known).filter((session) => isOn(session, { address }) && !isElsewhere(event, session, known.configuration));
}

/** Some session that exists for the event held its address. */
export function isHeld(event: EventRow, known: Known): boolean {
  return sessionsHere(event, known).some((session) => heldAt(event, session, known.configuration));
}

/** Made by a fleet role or by AppStream itself, or from an address in `fleetCidrs`, or from a held one. */
export function isFleetSide(event: EventRow, known: Known): boolean {
  return (
    isListedFleetRole(event, known) ||
    event.principal_role === SERVICE_ROLE ||
    isAddressIn(event, known.configuration.scope.fleetCidrs) ||
    isHeld(event, known)
  );
}

/** All S3 data events on the buckets in scope, whoever made them, and every other event that is fleet-side. */
export function isInScope(event: EventRow, known: Known): boolean {
  if (isFleetSide(event, known)) return true;
  if (!S3.test(event.event_source) || event.event_category !== 'Data') return false;
  const { buckets, excludeBuckets } = known.configuration.scope;
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
