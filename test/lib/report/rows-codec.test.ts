import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CellValue, packRows, unpackRows } from '../../../lib/report/rows-codec.ts';

const cell: fc.Arbitrary<CellValue> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '1', 'true', 'null', '__proto__'),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.string(), { maxLength: 3 }),
);

describe('packed rows', () => {
  test('come back as they were, through JSON', () => {
    const rows = fc.array(fc.record({ a: cell, b: fc.constantFrom<CellValue>('x', 'y', null, 1, true), id: fc.uuid() }), { maxLength: 60 });
    fc.assert(
      fc.property(rows, (given) => {
        const packed = JSON.parse(JSON.stringify(packRows(['a', 'b', 'id'], given)));
        const columns = unpackRows(packed);
        for (const name of ['a', 'b', 'id'] as const) expect(columns.get(name)).toEqual(given.map((row) => row[name]));
      }),
    );
  });

  test('keep times that grow as differences', () => {
    const packed = packRows(['at'], [{ at: 1000 }, { at: 1000 }, { at: 5000 }], ['at']);
    expect(packed.columns[0]).toEqual({ name: 'at', kind: 'delta', values: [1000, 0, 4000] });
    expect(unpackRows(packed).get('at')).toEqual([1000, 1000, 5000]);
  });

  test('do not take a text for the number that prints alike', () => {
    const packed = packRows(['a'], [{ a: '1' }, { a: 1 }, { a: '1' }, { a: 1 }, { a: '1' }, { a: 1 }]);
    expect(packed.columns[0]?.kind).toBe('dictionary');
    expect(unpackRows(packed).get('a')).toEqual(['1', 1, '1', 1, '1', 1]);
  });
});
