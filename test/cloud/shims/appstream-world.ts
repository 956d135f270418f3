/** What the test double of AppStream knows: stacks, fleets and sessions of accounts and regions, as tests put it there. */

/** One answer's session; times as the API has them on the wire (epoch seconds) or as ISO text. */
export interface WorldSession {
  readonly Id: string;
  readonly UserId: string;
  readonly StackName: string;
  readonly FleetName: string;
  readonly State: 'ACTIVE' | 'PENDING' | 'EXPIRED';
  readonly AuthenticationType: 'API' | 'SAML' | 'USERPOOL' | 'AWS_AD';
  readonly ConnectionState?: 'CONNECTED' | 'NOT_CONNECTED';
  readonly StartTime?: number | string;
  readonly MaxExpirationTime?: number | string;
  readonly NetworkAccessConfiguration?: {
    readonly EniPrivateIpAddress?: string;
    readonly EniIpv6Addresses?: readonly string[];
    readonly EniId?: string;
  };
  readonly InstanceId?: string;
  readonly InstanceDrainStatus?: 'ACTIVE' | 'DRAINING' | 'NOT_APPLICABLE';
}

export interface WorldPlace {
  readonly account: string;
  readonly region: string;
  readonly stacks: readonly { readonly name: string; readonly fleets: readonly string[] }[];
  /** Fleets that no stack has, beside those of the stacks. Default none. */
  readonly loneFleets?: readonly string[];
  /**
   * Sessions of the first sweep, the second …; the last list stays. A sweep begins with the first page of DescribeStacks.
   * Default: no sessions.
   */
  readonly sweeps?: readonly (readonly WorldSession[])[];
}

export interface World {
  readonly places: readonly WorldPlace[];
  /** Stacks, fleets or associations in a page. Default 25. */
  readonly pageSize?: number;
  /** Calls a second of all operations together before ThrottlingException. Default: no limit. */
  readonly callsPerSecond?: number;
}

/** The world and how far its sweeps are. */
export class WorldState {
  #world: World = { places: [] };
  readonly #begun = new Map<WorldPlace, number>();

  get world(): World {
    return this.#world;
  }

  /** Replaces everything; sweeps begin anew. */
  set(world: World): void {
    this.#world = world;
    this.#begun.clear();
  }

  /** An account and region without an entry is one without stacks. */
  place(account: string, region: string): WorldPlace {
    const found = this.#world.places.find((place) => place.account === account && place.region === region);
    return found ?? { account, region, stacks: [] };
  }

  beginSweep(place: WorldPlace): void {
    this.#begun.set(place, (this.#begun.get(place) ?? 0) + 1);
  }

  /** Sessions of the sweep that was begun last. */
  sessions(place: WorldPlace): readonly WorldSession[] {
    const sweeps = place.sweeps ?? [];
    const at = Math.min(Math.max(this.#begun.get(place) ?? 1, 1), sweeps.length) - 1;
    return sweeps[at] ?? [];
  }
}

/** Names of all fleets of a place, sorted. */
export function fleetsOf(place: WorldPlace): string[] {
  return [...new Set([...place.stacks.flatMap((stack) => stack.fleets), ...(place.loneFleets ?? [])])].sort();
}
