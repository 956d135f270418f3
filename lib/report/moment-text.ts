/** Times as a report shows them: UTC, and beside it the clock of a zone. Used by the page's script, too. */
import type { Zone } from './zone.ts';

/** `2026-03-02 02:47:03` in UTC; milliseconds only when there are any. */
export function utcText(ms: number): string {
  const text = new Date(ms).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, text.endsWith('.000Z') ? 19 : 23)}`;
}

/** `02:47:03` in UTC. */
export function utcClock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

/** `03:47:03 +01:00` on the clock of the zone, with the date where it is another one than in UTC. */
export function zoneText(ms: number, zone: Zone): string {
  let minutes = zone.offsets[0]?.[1] ?? 0;
  for (const [from, each] of zone.offsets) if (from <= ms) minutes = each;
  const local = new Date(ms + minutes * 60_000).toISOString();
  const date = local.slice(0, 10) === new Date(ms).toISOString().slice(0, 10) ? '' : `${local.slice(0, 10)} `;
  const size = Math.abs(minutes);
  const offset = `${minutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `${date}${local.slice(11, 19)} ${offset}`;
}

/** `1 h 39 min`, `12 min`, `4 s`, `3 d 2 h`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${Math.floor(hours / 24)} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
