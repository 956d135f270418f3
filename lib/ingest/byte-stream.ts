/** Looking at the first bytes of a stream without taking them away. */

export interface Peeked {
  /** The first bytes: as many as were asked for, or all there are. */
  readonly head: Buffer;
  /** All bytes, the head included, once; then whatever ended them early. */
  readonly all: AsyncIterable<Uint8Array>;
}

/** @param size how many bytes are wanted */
export async function peek(bytes: AsyncIterable<Uint8Array>, size: number): Promise<Peeked> {
  const rest = bytes[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let failure: { readonly error: unknown } | null = null;
  let done = false;
  while (length < size && !done) {
    try {
      const step = await rest.next();
      if (step.done) done = true;
      else {
        chunks.push(step.value);
        length += step.value.length;
      }
    } catch (error) {
      failure = { error };
      done = true;
    }
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      for (const chunk of chunks) if (chunk.length > 0) yield chunk;
      if (failure !== null) throw failure.error;
      while (!done) {
        const step = await rest.next();
        if (step.done) return;
        yield step.value;
      }
    } finally {
      await rest.return?.();
    }
  }
  const [first] = chunks;
  const head = chunks.length === 1 && first ? Buffer.from(first.buffer, first.byteOffset, first.byteLength) : Buffer.concat(chunks);
  return { head: head.subarray(0, size), all: all() };
}
