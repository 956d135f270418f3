/** What a verdict is made of, and what it says. */
import type { User } from './credentials.ts';
import type { Session } from './evidence-base.ts';
import type { Person } from './person.ts';

/** What is known about one event in scope. */
export interface Evidence {
  /** K may be asked for: AppStream itself moved an object whose key carries a user's hash. */
  readonly hasHash: boolean;
  /** The known user of that hash; null when nobody known has it. */
  readonly k: User | null;
  /** The person whom the credentials name, and the user that he is where A has nobody of his id. */
  readonly s: { readonly person: Person; readonly user: User } | null;
  /** The credentials are those of an IAM user, root user or shared principal: they corroborate nobody. */
  readonly foreignCredentials: boolean;
  /** One of `fleetRoles`, of another account than those of the network. */
  readonly ofAnotherFleet: boolean;
  /** Candidates on the address: A is the set of their users. Empty when the address says nothing. */
  readonly candidates: readonly Session[];
  /** Connected sessions on the address in another region that contain the time. */
  readonly elsewhere: readonly Session[];
  /** Candidates on the instance of the credentials: I is the set of their users. */
  readonly onInstance: readonly Session[];
  /** Possible candidates on the address and on the instance. */
  readonly possible: readonly Session[];
  readonly possibleOnInstance: readonly Session[];
  /** Every session on the address, and on the instance, that exists for the event. */
  readonly here: readonly Session[];
  readonly everOnInstance: readonly Session[];
  readonly contains: (session: Session) => boolean;
  /** The time lies within the session or its grace, connected or not, cut or not. */
  readonly bearsOn: (session: Session) => boolean;
  /** `fleetRoles` are configured: only then is a role session name AppStream's word, not the caller's. */
  readonly trustsCredentials: boolean;
  readonly natAddress: boolean;
  /** The first reason of row 5 that fits; null when none does. */
  readonly notJoinable: string | null;
  /** Foreign or without a network, but the first report of the caller's account may not have come. */
  readonly mayBecomeKnown: boolean;
  readonly held: boolean;
  /** A connected session without any address contains the time. */
  readonly somebodySomewhere: boolean;
  readonly daysClosed: boolean;
  /** Closed by days, or provisionally by sweeps. */
  readonly closed: boolean;
  readonly closedBy: string | null;
  /** No day waits for time any more. */
  readonly timeIsUp: boolean;
  /** Sessions that used the access key before (rows 5 and 9 only). */
  readonly keyLeads: readonly Session[];
}

export type VerdictName = 'attributed' | 'ambiguous' | 'pending' | 'unattributed' | 'not_joinable';
export type VerdictRow = '0' | '1' | '2' | '3' | 'S' | '4' | '5' | '6' | '7' | '8' | '9';

export interface Verdict {
  readonly row: VerdictRow;
  readonly verdict: VerdictName;
  readonly reason: string;
  readonly corroborated: boolean;
  readonly final: boolean;
  readonly user: User | null;
  /** The session of that user; null when only a key or the credentials name the user. */
  readonly session: Session | null;
  readonly listedSessions: readonly Session[];
  readonly listedUsers: readonly User[];
}
