import { describe, expect, test } from '@jest/globals';
import { below } from '../../bench/joined.ts';
import { median, ratio, summarise } from '../../bench/statistics.ts';

describe('the arithmetic of the bench', () => {
  test.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[10, 2, 4, 1], 3],
  ])('takes the middle of %j', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test('sorts by number, and leaves its input alone', () => {
    const values = [10, 9, 100];

    expect(median(values)).toBe(10);
    expect(values).toEqual([10, 9, 100]);
  });

  test('keeps the median of times and the most of memory', () => {
    const rounds = [
      { wallS: 4, cpuS: 8, peakMb: 100 },
      { wallS: 2, cpuS: 3, peakMb: 300 },
      { wallS: 3, cpuS: 4, peakMb: 200 },
    ];

    expect(summarise('run', rounds)).toEqual({ name: 'run', rounds: 3, wallS: 3, cpuS: 4, fastestS: 2, slowestS: 4, peakMb: 300 });
  });

  test('divides by the events of each side when they differ', () => {
    const once = summarise('once', [{ wallS: 2, cpuS: 4, peakMb: 1 }]);
    const tenfold = summarise('tenfold', [{ wallS: 30, cpuS: 50, peakMb: 1 }]);

    expect(ratio(tenfold, once)).toEqual({ name: 'tenfold / once', wall: 15, cpu: 12.5, target: null });
    expect(ratio(tenfold, once, 1.2, { a: 10, b: 1 })).toEqual({ name: 'tenfold / once', wall: 1.5, cpu: 1.25, target: 1.2 });
  });

  test('counts what lies below a limit, the limit itself not', () => {
    const sorted = [1, 3, 3, 7];

    expect([0, 1, 2, 3, 4, 7, 8].map((limit) => below(sorted, limit))).toEqual([0, 0, 1, 1, 3, 3, 4]);
  });
});
