import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { ByteBudget } from '../../../lib/cloud/byte-budget.ts';

/** Starts work of these sizes under a budget of ten. @returns which are under way, and how to end one */
function begin(...sizes: number[]) {
  const budget = new ByteBudget(10);
  const going = new Map<number, () => void>();
  const works = sizes.map((bytes, n) =>
    budget.spend(bytes, async () => {
      await new Promise<void>((end) => going.set(n, end));
      going.delete(n);
      if (bytes === 9) throw new Error('nine');
      return n;
    }),
  );
  return { works, going: () => [...going.keys()], end: (n: number) => going.get(n)?.() };
}

describe('work under a budget', () => {
  test('is done together while it is small, the rest in order as room comes', async () => {
    const { works, going, end } = begin(4, 4, 4, 1);
    await turn();
    expect(going()).toEqual([0, 1]);
    end(0);
    await turn();
    expect(going()).toEqual([1, 2, 3]);
    for (const n of [1, 2, 3]) end(n);
    expect(await Promise.all(works)).toEqual([0, 1, 2, 3]);
  });

  test('that is larger than all of it is done alone', async () => {
    const { works, going, end } = begin(1, 500, 1);
    await turn();
    expect(going()).toEqual([0]);
    end(0);
    await turn();
    expect(going()).toEqual([1]);
    end(1);
    await turn();
    end(2);
    expect(await Promise.all(works)).toEqual([0, 1, 2]);
  });

  test('that fails gives its room back', async () => {
    const { works, going, end } = begin(9, 9);
    works[0]?.catch(() => undefined);
    await turn();
    end(0);
    await turn();
    expect(going()).toEqual([1]);
    end(1);
    expect((await Promise.allSettled(works)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
