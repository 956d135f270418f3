/** Which times can be true: what lies outside is a fault of whoever wrote it, and would make days that nobody asked for. */
import { formatTime } from '../time.ts';
import { DEFAULT_LIMITS, type ReadLimits } from './reader.ts';

/** Nothing that is read here is older than S3 itself. */
export const EARLIEST_TIME_MS = Date.UTC(2006, 0, 1);

/** Clocks differ, and what is ingested may have been made at any offset from UTC. */
export const TOLERATED_FUTURE_MS = 48 * 3_600_000;

/** The limits of an ingestion at a time: the defaults, and no record of later than 48 hours from it. */
export function limitsAt(nowMs: number): ReadLimits {
  return { ...DEFAULT_LIMITS, latestTimeMs: nowMs + TOLERATED_FUTURE_MS };
}

/** What the reason begins with. */
export const TIME_OUT_OF_RANGE = 'time_out_of_range';

/**
 * Why a time cannot be true; null when it can.
 * @param what names the field
 */
export function whyOutOfRange(ms: number, what: string, { latestTimeMs }: Pick<ReadLimits, 'latestTimeMs'>): string | null {
  if (ms >= EARLIEST_TIME_MS && ms <= latestTimeMs) return null;
  return `${TIME_OUT_OF_RANGE}: ${what} is not between ${formatTime(EARLIEST_TIME_MS)} and ${formatTime(latestTimeMs)}`;
}
