/** How busy the hours of a day are. One curve spreads both the sessions and the events, so that they meet. */
import { DAY_MS } from '../time.ts';

const HOUR_MS = 3_600_000;

/** Weight of each UTC hour. */
const WEIGHTS = {
  office: [1, 1, 1, 1, 1, 2, 5, 10, 14, 15, 14, 12, 10, 12, 14, 13, 11, 8, 5, 3, 2, 2, 1, 1],
  night: [6, 6, 5, 4, 2, 1, 1, 2, 3, 3, 3, 2, 2, 2, 3, 3, 4, 7, 10, 12, 12, 11, 9, 7],
  even: Array<number>(24).fill(1),
} as const satisfies Record<string, readonly number[]>;

export type ActivityName = keyof typeof WEIGHTS;

export interface Activity {
  /** The instant (offset from a midnight, ms) by which `share` of the days' activity is done; 1 is one day, 2.5 two and a half. */
  at(share: number): number;
}

export function activity(name: ActivityName): Activity {
  const weights: readonly number[] = WEIGHTS[name];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const before = [0];
  for (const weight of weights) before.push((before[before.length - 1] as number) + weight / total);
  return {
    at(share) {
      const day = Math.floor(share);
      const rest = share - day;
      let hour = 0;
      while (hour < 23 && rest >= (before[hour + 1] as number)) hour++;
      const low = before[hour] as number;
      const width = (before[hour + 1] as number) - low;
      return day * DAY_MS + Math.floor((hour + (rest - low) / width) * HOUR_MS);
    },
  };
}
