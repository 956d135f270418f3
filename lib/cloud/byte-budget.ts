/** Lets several things be worked on at once as long as they are small together: what keeps a batch within memory. */

export class ByteBudget {
  readonly #total: number;
  #free: number;
  readonly #waiting: { readonly bytes: number; readonly start: () => void }[] = [];

  /** @param total bytes that may be worked on at once; something larger has all of it to itself */
  constructor(total: number) {
    this.#total = total;
    this.#free = total;
  }

  /** Does the work when there is room for it, in order of asking. */
  async spend<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const share = Math.min(Math.max(bytes, 1), this.#total);
    await this.#take(share);
    try {
      return await work();
    } finally {
      this.#free += share;
      this.#startNext();
    }
  }

  #take(bytes: number): Promise<void> {
    return new Promise((start) => {
      this.#waiting.push({ bytes, start });
      this.#startNext();
    });
  }

  #startNext(): void {
    for (let next = this.#waiting[0]; next !== undefined && next.bytes <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.bytes;
      next.start();
    }
  }
}
