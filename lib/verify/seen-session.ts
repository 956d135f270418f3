/** A session as AppStream describes it (F§3.1), as far as a check looks at it. */
import { snapshotSessionSchema } from '../../schemas/snapshot.ts';
import { canonicalAddress } from '../address.ts';
import { readAuthenticationType } from '../ingest/user-identity.ts';

/** Where it was found. */
export interface SessionPlace {
  /** Null when nobody said whose credentials asked. */
  readonly accountId: string | null;
  readonly region: string;
}

export interface SeenSession extends SessionPlace {
  readonly sessionId: string;
  /** Exact. */
  readonly userId: string;
  /** `CUSTOM`, `SAML`, `USERPOOL`, `AWS_AD`. */
  readonly authenticationType: string;
  readonly stack: string | null;
  readonly fleet: string | null;
  readonly state: string | null;
  /** Epoch milliseconds. */
  readonly startMs: number | null;
  /** Canonical. */
  readonly addresses: readonly string[];
}

/**
 * @param listed an element of `Sessions`, times as dates, as text or as epoch seconds
 * @returns null when it is not what the API promises
 */
export function readSeenSession(listed: unknown, place: SessionPlace): SeenSession | null {
  const read = snapshotSessionSchema.safeParse(JSON.parse(JSON.stringify(listed ?? null)));
  if (!read.success) return null;
  const session = read.data;
  const network = session.NetworkAccessConfiguration;
  const written = [network?.EniPrivateIpAddress, ...(network?.EniIpv6Addresses ?? [])];
  return {
    ...place,
    sessionId: session.Id,
    userId: session.UserId,
    authenticationType: readAuthenticationType(session.AuthenticationType),
    stack: session.StackName || null,
    fleet: session.FleetName || null,
    state: session.State || null,
    startMs: session.StartTime ?? null,
    addresses: [...new Set(written.map((each) => canonicalAddress(each ?? '')))].filter((each) => each !== null),
  };
}
