/** Finds known texts inside of others and puts something else in their place. */

interface Place {
  readonly stands: string;
  /** True when it counts only where no letter or digit is beside it. */
  readonly alone: boolean;
}

/** A short text, or one that is part of longer ones of its kind, counts only by itself. */
const SHORT = 6;

/** Replaces known texts wherever they stand, the longest first, whatever their case. */
export class Scrubber {
  private readonly places = new Map<string, Place>();
  private readonly lengths = new Map<string, number[]>();

  /** @param alone only where no letter or digit is beside it; short texts always */
  add(original: string, stands: string, alone = false): void {
    const lower = lowered(original);
    if (lower === '' || this.places.has(lower)) return;
    this.places.set(lower, { stands, alone: alone || lower.length < SHORT });
    const begin = lower.slice(0, 2);
    const lengths = this.lengths.get(begin) ?? [];
    if (!lengths.includes(lower.length)) lengths.push(lower.length);
    this.lengths.set(
      begin,
      lengths.sort((a, b) => b - a),
    );
  }

  scrub(text: string): string {
    if (this.places.size === 0) return text;
    const lower = lowered(text);
    let scrubbed = '';
    let kept = 0;
    for (let at = 0; at < lower.length; ) {
      const found = this.findAt(lower, at);
      if (found === null) {
        at += 1;
        continue;
      }
      scrubbed += text.slice(kept, at) + found.stands;
      at += found.length;
      kept = at;
    }
    return scrubbed + text.slice(kept);
  }

  private findAt(lower: string, at: number): { stands: string; length: number } | null {
    const lengths = [...(this.lengths.get(lower.slice(at, at + 2)) ?? []), ...(this.lengths.get(lower.slice(at, at + 1)) ?? [])];
    for (const length of lengths) {
      const place = this.places.get(lower.slice(at, at + length));
      if (place === undefined) continue;
      const isAlone = !isWord(lower[at - 1]) && !isWord(lower[at + length]);
      if (!place.alone || isAlone) return { stands: place.stands, length };
    }
    return null;
  }
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

/** Lower case, character by character, so that places stay what they are. */
function lowered(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return [...text].map((each) => (each.toLowerCase().length === each.length ? each.toLowerCase() : each)).join('');
}
