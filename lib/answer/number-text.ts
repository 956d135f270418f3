/** Numbers as people read them, whatever the locale. Used by pages in browsers, too: nothing is imported here. */

/** `1,234,567`. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 event`, `1,200 events`. */
export function plural(n: number, noun: string, many: string = `${noun}s`): string {
  return `${count(n)} ${n === 1 ? noun : many}`;
}

/** `0.4 s`, `75 s`. */
export function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

/** `512 B`, `1.4 MB`; powers of 1000. */
export function byteText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let at = 0;
  let rest = bytes;
  // what would be rounded to a thousand is one of the next unit
  while (rest >= (at === 0 ? 1000 : 999.95) && at < units.length - 1) {
    rest /= 1000;
    at += 1;
  }
  return at === 0 ? `${rest} B` : `${rest.toFixed(1)} ${units[at]}`;
}
