/** Text of logs as a page may show it: nothing in it acts, nothing in it hides. Used by the page's script, too. */

export { byteText as sizeText, count as countText, plural } from '../answer/number-text.ts';

/**
 * What is not seen, or turns around what is: control characters, marks of direction, fillers and blanks of no width, tags, variation
 * selectors, halves of a pair, private characters, and every blank but the common one.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/** Makes what is not seen visible: `⟨U+202E⟩`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** At most so many characters: the middle is left out, because both ends of a key matter. */
export function shortened(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  const tail = Math.ceil((most - 1) * 0.6);
  return `${characters.slice(0, most - 1 - tail).join('')}…${characters.slice(-tail).join('')}`;
}
