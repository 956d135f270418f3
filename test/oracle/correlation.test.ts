/** The fast SQL against the slow obvious attribution, over generated worlds. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { correlateWorld } from '../helpers/lake-of-world.ts';
import { arbitraryWorld } from '../helpers/world.ts';
import { attribute } from './attribute.ts';

/** A lake for each world: a few in every run, many where time is given (`WORLDS=500`). */
const WORLDS = Number(process.env['WORLDS'] ?? 12);
/** The same worlds every time, so that a failure is the change's; another seed makes others. */
const SEED = Number(process.env['WORLD_SEED'] ?? 424242);

describe('the correlation', () => {
  test(
    'gives every event of a generated world the row that the oracle gives it',
    async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryWorld(), async (world) => {
          const expected = attribute(world);

          const correlated = await correlateWorld(world);

          expect(correlated.rows).toEqual(expected.rows);
          expect(correlated.days).toEqual(expected.days);
        }),
        { numRuns: WORLDS, endOnFailure: process.env['WORLD_SHRINK'] === undefined, seed: SEED },
      );
    },
    30 * 60_000,
  );
});
