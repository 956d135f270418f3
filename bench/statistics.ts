/** The arithmetic of the bench. */

/** The middle value; of an even number of values the mean of the two in the middle. NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** What one contender took over all rounds. */
export interface Figures {
  readonly name: string;
  readonly rounds: number;
  /** Medians, seconds. */
  readonly wallS: number;
  readonly cpuS: number;
  /** The fastest and the slowest round, seconds of wall: how quiet the machine was. */
  readonly fastestS: number;
  readonly slowestS: number;
  /** The most of all rounds, megabytes of 10^6 bytes. */
  readonly peakMb: number;
}

/** @param rounds at least one */
export function summarise(
  name: string,
  rounds: readonly { readonly wallS: number; readonly cpuS: number; readonly peakMb: number }[],
): Figures {
  const walls = rounds.map(({ wallS }) => wallS);
  return {
    name,
    rounds: rounds.length,
    wallS: median(walls),
    cpuS: median(rounds.map(({ cpuS }) => cpuS)),
    fastestS: Math.min(...walls),
    slowestS: Math.max(...walls),
    peakMb: Math.max(...rounds.map(({ peakMb }) => peakMb)),
  };
}

/** One figure against another, with what it should stay within. */
export interface Ratio {
  readonly name: string;
  /** Of the medians of wall time; of `cpu` those of CPU time, which moves far less when the machine is not quiet. */
  readonly wall: number;
  readonly cpu: number;
  /** The most it should be; null: told, not aimed at. */
  readonly target: number | null;
}

/** @param per divides both sides first: events, when the two did not have the same number of them */
export function ratio(
  a: Figures,
  b: Figures,
  target: number | null = null,
  per: { readonly a: number; readonly b: number } = { a: 1, b: 1 },
): Ratio {
  return {
    name: `${a.name} / ${b.name}`,
    wall: a.wallS / per.a / (b.wallS / per.b),
    cpu: a.cpuS / per.a / (b.cpuS / per.b),
    target,
  };
}
