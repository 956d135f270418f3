import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { editDistance, nearest } from '../../../lib/config/near-miss.ts';

describe('the edit distance', () => {
  test.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', '', 3],
    ['abc', 'abd', 1],
    ['abc', 'bc', 1],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
  ])('of %j and %j is %d', (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance);
  });

  test('is the same both ways, and at most the longer length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (left, right) => {
        expect(editDistance(left, right)).toBe(editDistance(right, left));
        expect(editDistance(left, right)).toBeLessThanOrEqual(Math.max(left.length, right.length));
        expect(editDistance(left, right) === 0).toBe(left === right);
      }),
    );
  });
});

describe('the nearest name', () => {
  const names = ['graceSeconds', 'logonHours', 'roles', 'drives'];

  test.each([
    ['grace_seconds', 'graceSeconds'],
    ['GRACESECONDS', 'graceSeconds'],
    ['gracSecond', 'graceSeconds'],
    ['role', 'roles'],
    ['rolse', 'roles'],
    ['drive', 'drives'],
    ['rol', null],
    ['grace', null],
    ['', null],
  ])('to %j is %j', (written, name) => {
    expect(nearest(written, names)).toBe(name);
  });
});
