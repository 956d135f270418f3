/**
 * Looks for a claimed session: under the claimed stack and fleet first, and unless everything agrees there, under all of
 * them. A session id that is found under another fleet or user is the proof of a false claim, so one page never settles it.
 * Where everything agrees, the other stacks of that fleet are asked, too: their users may share its instances.
 */
import type { SessionClaims } from '../../schemas/session-check.ts';
import { AUTHENTICATION_TYPES, type FleetOfStack, type SessionSource } from '../cloud/session-sweep.ts';
import { readSeenSession, type SeenSession, type SessionPlace } from './seen-session.ts';

/** An account and region to be asked. */
export interface SearchPlace extends SessionPlace {
  readonly source: SessionSource;
}

export interface Search {
  readonly sessions: readonly SeenSession[];
  /** Whom it was meant to ask, answered or not. */
  readonly places: readonly SessionPlace[];
  readonly scope: 'claimed' | 'all' | 'nothing';
  readonly questions: number;
  /** Whether every question was answered to its last page. */
  readonly complete: boolean;
  /** What failed; names stacks and fleets, never users. */
  readonly problems: readonly string[];
}

/** Nothing was asked: the claim could not be read. */
export const NO_SEARCH: Search = { sessions: [], places: [], scope: 'nothing', questions: 0, complete: false, problems: [] };

export interface SearchLimits {
  /** Puts an error into words without content. */
  readonly describe: (error: unknown) => string;
  /** Asked before each question: true ends the search, incomplete. */
  readonly isLate: () => boolean;
}

/** @param address that the claim came from; null when nobody said */
export async function searchSessions(
  places: readonly SearchPlace[],
  claims: SessionClaims,
  address: string | null,
  limits: SearchLimits,
): Promise<Search> {
  const search = new Searching(places, limits);
  const { stack, fleet } = claims;
  if (stack !== null && fleet !== null) {
    for (const place of places) {
      await search.askClaimed(place, { stack, fleet });
      const found = search.sessions.get(claims.sessionId);
      // who else is on the address is only asked of all fleets when the session is not
      if (found !== undefined && found.userId === claims.userId && (address === null || found.addresses.includes(address))) {
        await search.askAll(place, fleet);
        return search.result('claimed');
      }
    }
  }
  for (const place of places) await search.askAll(place);
  return search.result('all');
}

class Searching {
  readonly sessions = new Map<string, SeenSession>();
  readonly #places: readonly SearchPlace[];
  readonly #limits: SearchLimits;
  readonly #problems: string[] = [];
  readonly #asked = new Set<string>();
  /** What failed of a claimed pair: no problem when the pair turns out not to exist. */
  readonly #doubtful = new Map<string, string>();
  /** Pairs under which sessions were found. */
  readonly #occupied = new Set<string>();
  #questions = 0;

  constructor(places: readonly SearchPlace[], limits: SearchLimits) {
    this.#places = places;
    this.#limits = limits;
  }

  async askClaimed(place: SearchPlace, pair: FleetOfStack): Promise<void> {
    for (const type of AUTHENTICATION_TYPES) {
      const problem = await this.#ask(place, pair, type);
      if (problem === null) continue;
      this.#doubtful.set(keyOf(place, pair), problem);
      break;
    }
  }

  /** @param fleet only of this one, whatever the stack */
  async askAll(place: SearchPlace, fleet?: string): Promise<void> {
    let pairs: FleetOfStack[];
    try {
      pairs = [];
      for await (const pair of place.source.fleetsOfStacks()) if (fleet === undefined || pair.fleet === fleet) pairs.push(pair);
    } catch (error) {
      this.#problems.push(`stacks and fleets: ${this.#limits.describe(error)}`);
      return;
    }
    const known = new Set(pairs.map((pair) => keyOf(place, pair)));
    // without such a pair in this place there is nothing that was not answered, unless sessions were found under it
    for (const key of this.#doubtful.keys())
      if (key.startsWith(placeKey(place)) && !known.has(key) && !this.#occupied.has(key)) this.#doubtful.delete(key);
    for (const pair of pairs) {
      for (const type of AUTHENTICATION_TYPES) {
        if (this.#asked.has(`${keyOf(place, pair)}${type}`)) continue;
        const problem = await this.#ask(place, pair, type);
        if (problem !== null) this.#problems.push(problem);
      }
      this.#doubtful.delete(keyOf(place, pair));
    }
  }

  /** @returns what failed; null when every page was read */
  async #ask(place: SearchPlace, pair: FleetOfStack, type: (typeof AUTHENTICATION_TYPES)[number]): Promise<string | null> {
    const question = `stack ${pair.stack}, fleet ${pair.fleet}, ${type}`;
    if (this.#limits.isLate()) return `${question}: out of time`;
    this.#questions += 1;
    try {
      let unreadable = 0;
      for await (const page of place.source.sessions(pair, type)) {
        for (const listed of page) {
          const session = readSeenSession(listed, { accountId: place.accountId, region: place.region });
          if (session === null) unreadable += 1;
          else this.sessions.set(session.sessionId, session);
        }
        if (page.length > 0) this.#occupied.add(keyOf(place, pair));
      }
      if (unreadable > 0) return `${question}: ${unreadable} sessions could not be read`;
      this.#asked.add(`${keyOf(place, pair)}${type}`);
      return null;
    } catch (error) {
      return `${question}: ${this.#limits.describe(error)}`;
    }
  }

  result(scope: Search['scope']): Search {
    const problems = [...this.#problems, ...this.#doubtful.values()];
    const places = this.#places.map(({ accountId, region }) => ({ accountId, region }));
    const complete = problems.length === 0;
    return { sessions: [...this.sessions.values()], places, scope, questions: this.#questions, complete, problems };
  }
}

const placeKey = ({ accountId, region }: SessionPlace) => `${accountId ?? ''}/${region}/`;
const keyOf = (place: SessionPlace, { stack, fleet }: FleetOfStack) => `${placeKey(place)}${stack}/${fleet}/`;
