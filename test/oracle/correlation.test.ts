/** The fast SQL against the slow obvious attribution, over generated worlds. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findingRules } from '../../lib/engine/finding-rules.ts';
import { type Correlated, correlateInParts, correlateWorld } from '../helpers/lake-of-world.ts';
import { arbitraryWorld, withCopies } from '../helpers/world.ts';
import { attribute } from './attribute.ts';

/** A lake for each world, four for the parts: a few in every run, many where time is given (CI: `WORLDS=20`). */
const WORLDS = Number(process.env['WORLDS'] ?? 3);
/** The same worlds every time, so that a failure is the change's; another seed makes others. */
const SEED = Number(process.env['WORLD_SEED'] ?? 424242);
const RULES = findingRules().map(({ id }) => id);

describe('the correlation', () => {
  test.each([
    ['gives every event of a generated world the row that the oracle gives it', undefined],
    ['gives it the same row when every day is judged by itself', 1],
  ])(
    '%s',
    async (_name, chunkEvents) => {
      await fc.assert(
        fc.asyncProperty(arbitraryWorld(), async (world) => {
          const expected = attribute(world);

          const correlated = await correlateWorld(world, chunkEvents);

          expect(correlated.rows).toEqual(expected.rows);
          expect(correlated.days).toEqual(expected.days);
        }),
        { numRuns: WORLDS, endOnFailure: process.env['WORLD_SHRINK'] === undefined, seed: SEED },
      );
    },
    30 * 60_000,
  );

  test(
    'gives the same rows and the same findings whichever way the inputs of a world arrive',
    async () => {
      const parts = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 40, maxLength: 40 });
      const hours = fc.tuple(fc.integer({ min: 0, max: 96 }), fc.integer({ min: 0, max: 48 }));
      await fc.assert(
        fc.asyncProperty(arbitraryWorld(), parts, hours, async (world, partOf, hoursBefore) => {
          const part = (place: number) => partOf[place % partOf.length] as number;
          const inParts = await correlateInParts(world, part, [Math.max(...hoursBefore), hoursBefore[1]], RULES);
          const inOneGo = await correlateWorld(world, undefined, RULES);

          expect(inParts.rows).toEqual(attribute(world).rows);
          expect(inParts.findings).toEqual(inOneGo.findings);
        }),
        { numRuns: WORLDS, endOnFailure: process.env['WORLD_SHRINK'] === undefined, seed: SEED },
      );
    },
    30 * 60_000,
  );

  test(
    'gives the same rows and the same findings when every input is there a second time under another name',
    async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryWorld(), async (world) => {
          const once = await correlateWorld(world, undefined, RULES);

          const twice = await correlateWorld(withCopies(world), undefined, RULES);

          expect(twice.rows.map(withoutSource)).toEqual(once.rows.map(withoutSource));
          expect(twice.findings).toEqual(once.findings);
        }),
        { numRuns: WORLDS, endOnFailure: process.env['WORLD_SHRINK'] === undefined, seed: SEED },
      );
    },
    30 * 60_000,
  );
});

/** Which of two copies a row cites is all that may differ. */
function withoutSource({ source_file: _file, source_index: _index, ...row }: Correlated['rows'][number]) {
  return row;
}
