/** JSON text by hand: a million records are too many for objects. */

/** Text that JSON takes as it is. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** A JSON string. */
export function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** A JSON string in which everything beyond ASCII is escaped. */
export function quoteAscii(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

let lastSecond = Number.NaN;
let lastText = '';

/** `2026-03-02T09:05:00Z`: the second of an instant. Neighbouring events mostly share it. */
export function secondText(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
  }
  return lastText;
}
