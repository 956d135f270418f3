/** Text cut to a width, measured in the columns that a terminal gives it. */
import stringWidth from 'string-width';

const ELLIPSIS = '…';
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Which part of a text says most, and stays:
 * - `start`: sentences, and ids, by whose first digits a person tells them apart
 * - `ends`: keys, ARNs and names, where more of the end stays than of the start
 */
export type Kept = 'start' | 'ends';

/** Columns on a terminal; wide characters take two. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** The text in at most so many columns, `…` where something was left out. @param width at least 1 */
export function shortenedTo(text: string, width: number, kept: Kept): string {
  if (widthOf(text) <= width) return text;
  if (kept === 'start') return `${startOf(text, width - 1)}${ELLIPSIS}`;
  const head = Math.floor((width - 1) / 3);
  return `${startOf(text, head)}${ELLIPSIS}${endOf(text, width - 1 - head)}`;
}

/** The text in lines of at most so many columns, broken at blanks; each after the first is indented by two. */
export function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) > width && line.trim() !== '') {
      lines.push(line);
      line = `  ${word}`;
    } else line = longer;
  }
  return `${[...lines, line].join('\n')}\n`;
}

function startOf(text: string, width: number): string {
  return within(
    [...graphemes.segment(text)].map(({ segment }) => segment),
    width,
  ).join('');
}

function endOf(text: string, width: number): string {
  const backwards = [...graphemes.segment(text)].map(({ segment }) => segment).reverse();
  return within(backwards, width).reverse().join('');
}

/** As many of the first parts as fit. */
function within(parts: readonly string[], width: number): string[] {
  const fitting: string[] = [];
  let used = 0;
  for (const part of parts) {
    used += widthOf(part);
    if (used > width) break;
    fitting.push(part);
  }
  return fitting;
}
