/** Contenders in turn, A B C A B C: a slow minute of the machine falls on all of them. */
import type { Contender } from './contenders.ts';
import { type Measured, measure } from './process.ts';
import { type Figures, summarise } from './statistics.ts';

export interface Outcome {
  readonly figures: Figures;
  /** What the contender printed in its last round. */
  readonly result: unknown;
}

/** @returns by name of the contender */
export async function compete(
  contenders: readonly Contender[],
  rounds: number,
  say: (text: string) => void,
): Promise<Map<string, Outcome>> {
  const taken = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const { name, program, prepare, check } of contenders) {
      prepare?.();
      const measured = await measure(program);
      check(measured.result);
      taken.get(name)?.push(measured);
      say(`round ${round}: ${name} ${measured.wallS.toFixed(2)} s, cpu ${measured.cpuS.toFixed(2)} s, ${measured.peakMb.toFixed(0)} MB`);
    }
  }
  return new Map([...taken].map(([name, all]) => [name, { figures: summarise(name, all), result: all.at(-1)?.result }]));
}
