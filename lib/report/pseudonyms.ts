/** Numbers in the place of names: the same number for the same name throughout one report. */

export class Pseudonyms {
  private readonly prefix: string;
  private readonly known = new Map<string, string>();

  /** @param prefix of every pseudonym: `user` makes `user-01`, `user-02` … */
  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** The pseudonym of a name, in the order in which names are first asked for. */
  of(name: string): string {
    const found = this.known.get(name);
    if (found !== undefined) return found;
    const made = `${this.prefix}-${String(this.known.size + 1).padStart(2, '0')}`;
    this.known.set(name, made);
    return made;
  }

  entries(): IterableIterator<[name: string, pseudonym: string]> {
    return this.known.entries();
  }
}
