import { describe, expect, test } from '@jest/globals';
import { describeWindow, parseInstant, parseMoment, resolveWindow } from '../../../lib/correlate/window.ts';
import { UsageError } from '../../../lib/errors.ts';

/** Six hours into 10 March, UTC: another date in New York and, with a shift, in Tokyo. */
const NOW = Date.UTC(2026, 2, 10, 3, 0, 0);

describe('a moment', () => {
  test('is a date, a time with a zone, or a time that means UTC', () => {
    expect(parseMoment('2026-03-02', '--from', NOW)).toEqual({ kind: 'date', dt: '2026-03-02' });
    expect(parseMoment('2026-03-02T23:30:00-05:00', '--from', NOW)).toEqual({ kind: 'time', ms: Date.UTC(2026, 2, 3, 4, 30) });
    expect(parseMoment('2026-03-02T23:30:00', '--from', NOW)).toEqual({ kind: 'time', ms: Date.UTC(2026, 2, 2, 23, 30) });
  });

  test.each([
    ['-90m', 90 * 60_000],
    ['-12h', 12 * 3_600_000],
    ['-7d', 7 * 86_400_000],
    ['-2w', 14 * 86_400_000],
  ])('counts the span %s back from the time it is told', (text, back) => {
    expect(parseInstant(text, '--from', NOW)).toBe(NOW - back);
  });

  test.each(['', 'yesterday', '2026-3-2', '2026-02-30', '-7', '7d', '-7y', '2026-03-02T25:00:00Z', '2026-03-02T10:00Z'])(
    'is not %j',
    (text) => {
      expect(() => parseMoment(text, '--from', NOW)).toThrow(UsageError);
    },
  );
});

describe('a window', () => {
  test('includes a date on both sides', () => {
    expect(resolveWindow({ from: '2026-03-01', to: '2026-03-02' }, NOW)).toEqual({ from: '2026-03-01', to: '2026-03-02' });
  });

  test('excludes a time at its end and widens to whole UTC days', () => {
    expect(resolveWindow({ from: '2026-03-01T23:59:59Z', to: '2026-03-03T00:00:00Z' }, NOW)).toEqual({
      from: '2026-03-01',
      to: '2026-03-02',
    });
    expect(resolveWindow({ to: '2026-03-03T00:00:01Z' }, NOW)).toEqual({ to: '2026-03-03' });
  });

  test('counts a span from as_of, across midnight UTC whatever the zone of the machine', () => {
    expect(resolveWindow({ from: '-7d' }, NOW)).toEqual({ from: '2026-03-03' });
    expect(resolveWindow({ from: '-4h' }, NOW)).toEqual({ from: '2026-03-09' });
  });

  test('has no bound on a side that is not given', () => {
    expect(resolveWindow({}, NOW)).toEqual({});
  });

  test('may not be empty', () => {
    expect(() => resolveWindow({ from: '2026-03-03', to: '2026-03-02' }, NOW)).toThrow(/is empty/);
    expect(() => resolveWindow({ from: '2026-03-03', to: '2026-03-03T00:00:00Z' }, NOW)).toThrow(/is empty/);
    expect(resolveWindow({ from: '2026-03-03', to: '2026-03-03' }, NOW)).toEqual({ from: '2026-03-03', to: '2026-03-03' });
  });

  test('is said in words', () => {
    expect(describeWindow({ from: '2026-03-01' }, NOW)).toBe(
      'window: 2026-03-01 to the last day (whole UTC days, both inclusive), as of 2026-03-10T03:00:00Z',
    );
    expect(describeWindow({}, NOW)).toBe('window: every day with news, as of 2026-03-10T03:00:00Z');
  });
});
