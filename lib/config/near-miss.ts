/** What somebody probably meant. */

/**
 * The candidate nearest to what was written, when it is near: the same but for case and separators, or within two
 * changes (one, for short names).
 * @returns null when none is
 */
export function nearest(written: string, candidates: readonly string[]): string | null {
  const plain = plainly(written);
  const allowed = plain.length < 6 ? 1 : 2;
  let best: string | null = null;
  let least = allowed + 1;
  for (const candidate of candidates) {
    const distance = editDistance(plain, plainly(candidate));
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** `grace-seconds`, `grace_seconds` and `graceSeconds` are one. */
function plainly(text: string): string {
  return text.toLowerCase().replaceAll(/[-_ ]/g, '');
}

/** How many letters must be added, dropped, replaced or swapped with their neighbour. */
export function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      let cost = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (isSame ? 0 : 1));
      const isSwapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (isSwapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    [beforeLast, last] = [last, current];
  }
  return last[right.length] ?? 0;
}
