/** One value that many records should agree on. */
export class Unanimous {
  #value: string | null = null;
  #seen = false;

  /** True until something was added. */
  get isEmpty(): boolean {
    return !this.#seen;
  }

  /** The value all agreed on; null when they did not, or when there were none. */
  get value(): string | null {
    return this.#value;
  }

  add(value: string): void {
    if (!this.#seen) this.#value = value;
    else if (this.#value !== value) this.#value = null;
    this.#seen = true;
  }
}
