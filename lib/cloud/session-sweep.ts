/** One sweep of DescribeSessions over an account and region: every stack, its fleets, every way to sign in (F§3.2). */
import { formatTime } from '../time.ts';

/** What the API defines. Without one it lists sessions of streaming URLs only, so a sweep asks for each. */
export const AUTHENTICATION_TYPES = ['API', 'SAML', 'USERPOOL', 'AWS_AD'] as const;
export type ApiAuthenticationType = (typeof AUTHENTICATION_TYPES)[number];

/** A fleet and a stack that it is associated with. */
export interface FleetOfStack {
  readonly stack: string;
  readonly fleet: string;
}

/** A session as the API describes it; only its id is looked at here. */
export interface ListedSession {
  readonly Id?: string | undefined;
}

/** The API of one account and region. Throttling is waited out behind it. */
export interface SessionSource {
  /** Every association, stack by stack. May throw. */
  fleetsOfStacks(): AsyncIterable<FleetOfStack>;
  /** The pages of one question; none when the API has no such combination. May throw. */
  sessions(of: FleetOfStack, authenticationType: ApiAuthenticationType): AsyncIterable<readonly ListedSession[]>;
}

export interface SweepPlace {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

export interface Sweep {
  /** JSON lines in the form of `schemas/snapshot.ts`. */
  readonly text: string;
  /** Whether every question was answered to its last page. */
  readonly complete: boolean;
  readonly sessions: number;
  /** What failed; names stacks and fleets, never users. */
  readonly problems: readonly string[];
}

/**
 * Takes a sweep. What fails makes it incomplete, and never keeps the rest from being asked.
 * @param timeMs when it begins, epoch milliseconds: the time of all of it
 * @param describe puts an error into words without content
 * @param isLate asked before each question: true ends the sweep, incomplete
 */
export async function takeSweep(
  source: SessionSource,
  place: SweepPlace,
  timeMs: number,
  describe: (error: unknown) => string,
  isLate: () => boolean,
): Promise<Sweep> {
  const problems: string[] = [];
  const envelope = { time: formatTime(timeMs), account: place.account, region: place.region };
  const lines: string[] = [];
  const seen = new Set<string>();
  const fleets = new Set<string>();
  const pairs = await listPairs(source, describe, problems);
  const questions = pairs.flatMap((pair) => AUTHENTICATION_TYPES.map((type) => ({ pair, type })));
  for (const [done, { pair, type }] of questions.entries()) {
    if (isLate()) {
      problems.push(
        `out of time after ${done} of ${questions.length} questions; give the function more time, or sweep in several functions`,
      );
      break;
    }
    try {
      for await (const page of source.sessions(pair, type)) {
        // a session can be on two pages when others come and go meanwhile; the first sighting counts
        const sessions = page.filter(({ Id }) => Id === undefined || !seen.has(Id));
        for (const { Id } of sessions) if (Id !== undefined) seen.add(Id);
        if (sessions.length > 0) lines.push(JSON.stringify({ ...envelope, fleets: [pair.fleet], Sessions: sessions }));
      }
      fleets.add(pair.fleet);
    } catch (error) {
      problems.push(`stack ${pair.stack}, fleet ${pair.fleet}, ${type}: ${describe(error)}`);
    }
  }
  const complete = problems.length === 0;
  lines.push(JSON.stringify({ ...envelope, fleets: [...fleets].sort(), Sessions: [], complete }));
  return { text: `${lines.join('\n')}\n`, complete, sessions: seen.size, problems };
}

async function listPairs(source: SessionSource, describe: (error: unknown) => string, problems: string[]): Promise<FleetOfStack[]> {
  const pairs: FleetOfStack[] = [];
  try {
    for await (const pair of source.fleetsOfStacks()) pairs.push(pair);
  } catch (error) {
    problems.push(`stacks and fleets: ${describe(error)}`);
  }
  return pairs;
}
