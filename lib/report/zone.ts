/** A time zone beside UTC: its offsets in a window, so that whoever shows a time needs no calendar of their own. */
import { UsageError } from '../errors.ts';

/** Offsets of a zone: from each instant on, so many minutes east of UTC. */
export interface Zone {
  /** IANA name: `Europe/Berlin`. */
  readonly name: string;
  /** Ascending; the first is the beginning of the window. */
  readonly offsets: readonly (readonly [fromMs: number, minutes: number])[];
}

const STEP_MS = 3_600_000;
/** Steps that are looked at; a longer window is looked at in longer steps, and its changes of the clock are found by halving. */
const STEPS = 2000;

/**
 * The offsets of a zone between two instants, epoch milliseconds.
 * @throws UsageError when nobody knows the zone
 */
export function zoneBetween(name: string, fromMs: number, toMs: number): Zone {
  const offsetAt = offsetsOf(name);
  const step = Math.max(STEP_MS, Math.ceil((toMs - fromMs) / STEPS));
  const offsets: [number, number][] = [[fromMs, offsetAt(fromMs)]];
  for (let at = fromMs; at < toMs; at += step) {
    const after = Math.min(at + step, toMs);
    const minutes = offsetAt(after);
    if (minutes === offsets.at(-1)?.[1]) continue;
    let [low, high] = [at, after];
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle) === minutes) high = middle;
      else low = middle;
    }
    // clocks change at whole minutes
    offsets.push([Math.floor(high / 60_000) * 60_000, minutes]);
  }
  return { name, offsets };
}

function offsetsOf(name: string): (ms: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  } catch (cause) {
    throw new UsageError(`--tz ${JSON.stringify(name)} is no time zone`, { remedy: 'give an IANA name such as Europe/Berlin', cause });
  }
  return (ms) => {
    const parts = Object.fromEntries(format.formatToParts(ms).map((part) => [part.type, Number(part.value)]));
    const local = Date.UTC(
      parts['year'] ?? 0,
      (parts['month'] ?? 1) - 1,
      parts['day'] ?? 1,
      parts['hour'] ?? 0,
      parts['minute'] ?? 0,
      parts['second'] ?? 0,
    );
    return Math.round((local - Math.floor(ms / 1000) * 1000) / 60_000);
  };
}
