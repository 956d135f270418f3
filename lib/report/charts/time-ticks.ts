/** Where a time axis has its marks, and what stands there. Pure. */
import { DAY_MS } from '../../time.ts';

const HOUR_MS = 3_600_000;
const LENGTHS = [
  60_000,
  300_000,
  600_000,
  1_800_000,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
  7 * DAY_MS,
  14 * DAY_MS,
  28 * DAY_MS,
  91 * DAY_MS,
  364 * DAY_MS,
];

export interface Tick {
  readonly ms: number;
  /** A clock, or at midnight a day. */
  readonly text: string;
  readonly isDay: boolean;
}

/** Marks at round times between two instants, about as many as there is room for. */
export function timeTicks(fromMs: number, toMs: number, most: number): Tick[] {
  const length = LENGTHS.find((each) => (toMs - fromMs) / each <= most) ?? Math.ceil((toMs - fromMs) / most);
  const ticks: Tick[] = [];
  for (let ms = Math.ceil(fromMs / length) * length; ms <= toMs; ms += length) {
    const text = new Date(ms).toISOString();
    const isDay = ms % DAY_MS === 0;
    ticks.push({ ms, text: isDay ? text.slice(5, 10) : text.slice(11, 16), isDay });
  }
  // an axis without a midnight would not say of which day it is
  const [first] = ticks;
  if (first !== undefined && !ticks.some((tick) => tick.isDay))
    ticks[0] = { ...first, text: `${new Date(first.ms).toISOString().slice(5, 10)} ${first.text}` };
  return ticks;
}
