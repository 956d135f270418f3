import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, DAY_MS, dtStart, formatDt, formatTime, parseStart, parseTime } from '../../lib/time.ts';

const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const instant = fc.integer({ min: 0, max: LATEST_MS });

describe('a time', () => {
  test.each([
    ['2026-09-30T22:56:51Z', Date.UTC(2026, 8, 30, 22, 56, 51), false],
    ['2026-09-30 22:56:51', Date.UTC(2026, 8, 30, 22, 56, 51), false],
    ['2026-09-30T22:56:51', Date.UTC(2026, 8, 30, 22, 56, 51), false],
    [' 2026-09-30T22:56:51Z\t', Date.UTC(2026, 8, 30, 22, 56, 51), false],
    ['2026-09-30T22:56:51.5Z', Date.UTC(2026, 8, 30, 22, 56, 51, 500), true],
    ['2026-09-30T22:56:51,25', Date.UTC(2026, 8, 30, 22, 56, 51, 250), true],
    ['2026-09-30T22:56:51.000Z', Date.UTC(2026, 8, 30, 22, 56, 51), true],
    ['2026-09-30T22:56:51.123999999Z', Date.UTC(2026, 8, 30, 22, 56, 51, 123), true],
    ['2026-09-30T22:56:51+02:00', Date.UTC(2026, 8, 30, 20, 56, 51), false],
    ['2026-09-30T22:56:51-0530', Date.UTC(2026, 9, 1, 4, 26, 51), false],
    ['2026-09-30T22:56:51+00:00', Date.UTC(2026, 8, 30, 22, 56, 51), false],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29), false],
    ['1970-01-01T00:00:00Z', 0, false],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29), false],
    ['9999-12-31T23:59:59Z', Date.UTC(9999, 11, 31, 23, 59, 59), false],
    ['2016-12-31T23:59:60Z', Date.UTC(2016, 11, 31, 23, 59, 59), false],
    ['2016-12-31T23:59:60.000Z', Date.UTC(2016, 11, 31, 23, 59, 59, 999), true],
    ['2016-12-31T23:59:60.999Z', Date.UTC(2016, 11, 31, 23, 59, 59, 999), true],
    ['2016-12-31 18:59:60-05:00', Date.UTC(2016, 11, 31, 23, 59, 59), false],
    ['2017-01-01T05:29:60.5+05:30', Date.UTC(2016, 11, 31, 23, 59, 59, 999), true],
    ['9999-12-31T23:59:60Z', Date.UTC(9999, 11, 31, 23, 59, 59), false],
  ])('%j is read as UTC', (text, ms, hasFraction) => {
    expect(parseTime(text)).toEqual({ ms, hasFraction });
  });

  test.each([
    '',
    '2026-09-30',
    '2026-09-30T22:56Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-04-00T00:00:00Z',
    '2026-09-30T25:00:00Z',
    '2026-09-30T24:00:00Z',
    '2026-09-30T22:60:00Z',
    '2026-09-30T22:56:61Z',
    '2026-09-30T12:56:60Z',
    '2026-09-30T23:59:60+02:00',
    '1970-01-01T00:59:60+01:00',
    '2026-09-30T22:56:51+24:00',
    '2026-09-30T22:56:51+02:60',
    '1969-12-31T23:59:59Z',
    '1970-01-01T00:00:00+01:00',
    '0026-09-30T22:56:51Z',
    '0070-09-30T22:56:51Z',
    '1900-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '9999-12-31T23:59:59-00:01',
    '2026-09-30T22:56:51.Z',
    '2026-09-30T22:56:51.1234567890Z',
    '2026-09-30T22:56:51 Z',
    '2026-09-30t22:56:51z',
    '26-09-30T22:56:51Z',
    '1772438400',
    'now',
    '２０２６-09-30T22:56:51Z',
    'x2026-09-30T22:56:51Z',
    '2026-09-30T22:56:51Z\n2026-09-30T22:56:51Z',
  ])('%j is none', (text) => {
    expect(parseTime(text)).toBeNull();
  });

  test.each([
    ['2016-12-31T23:59:60Z', Date.UTC(2016, 11, 31, 23, 59, 59, 999)],
    ['2016-12-31T18:59:60-05:00', Date.UTC(2016, 11, 31, 23, 59, 59, 999)],
    ['2016-12-31T23:59:60.25Z', Date.UTC(2016, 11, 31, 23, 59, 59, 999)],
    ['2016-12-31T23:59:59Z', Date.UTC(2016, 11, 31, 23, 59, 59)],
    ['2016-12-31T10:00:00.6Z', Date.UTC(2016, 11, 31, 10, 0, 0, 600)],
  ])('%j that starts a span starts it in the last millisecond that it can mean', (text, ms) => {
    expect(parseStart(text)?.ms).toBe(ms);
  });

  test('of every instant survives the round trip', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        expect(parseTime(new Date(ms).toISOString())).toEqual({ ms, hasFraction: true });
        expect(parseTime(formatTime(ms))).toEqual({ ms, hasFraction: ms % 1000 !== 0 });
      }),
    );
  });

  test('of any calendar fields is what Date.UTC says, or none', () => {
    const part = (max: number) => fc.integer({ min: 0, max });
    const fields = fc.tuple(fc.integer({ min: 1970, max: 9999 }), part(14), part(33), part(25), part(61), part(61), part(999));
    const two = (value: number) => String(value).padStart(2, '0');
    fc.assert(
      fc.property(fields, ([year, month, day, hour, minute, second, ms]) => {
        const expected = Date.UTC(year, month - 1, day, hour, minute, second, ms);
        const text = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}.${String(ms).padStart(3, '0')}Z`;
        // an impossible field rolls over, so that the same text does not come back
        const isReal = new Date(expected).toISOString() === text;
        const isLeapSecond = second === 60;
        if (!isLeapSecond) expect(parseTime(text)).toEqual(isReal ? { ms: expected, hasFraction: true } : null);
      }),
      { numRuns: 2000 },
    );
  });

  test('with an offset is that much earlier or later', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: DAY_MS, max: LATEST_MS - DAY_MS }),
        fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 }),
        (ms, minutes) => {
          const whole = ms - (ms % 1000);
          const local = new Date(whole + minutes * 60_000).toISOString().slice(0, 19);
          const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
          const offset = `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
          expect(parseTime(local + offset)?.ms).toBe(whole);
        },
      ),
    );
  });
});

describe('a day', () => {
  test('is the UTC one, whatever the zone of the machine', () => {
    expect(formatDt(Date.UTC(2026, 2, 2, 23, 59, 59, 999))).toBe('2026-03-02');
    expect(formatDt(Date.UTC(2026, 2, 3))).toBe('2026-03-03');
  });

  test.each([
    ['2026-02-28', 1, '2026-03-01'],
    ['2024-02-28', 1, '2024-02-29'],
    ['2026-01-01', -1, '2025-12-31'],
    ['2026-03-08', 1, '2026-03-09'],
    ['2026-03-29', 0, '2026-03-29'],
    ['2026-11-01', 365, '2027-11-01'],
  ])('%s and %d days is %s', (dt, days, expected) => {
    expect(addDays(dt, days)).toBe(expected);
  });

  test('starts at midnight UTC, and is none when it does not exist', () => {
    expect(dtStart('2026-03-02')).toBe(Date.UTC(2026, 2, 2));
    for (const dt of ['2026-02-30', '2026-3-2', '', 'today', '2026-03-02T00:00:00Z', ' 2026-03-02']) expect(dtStart(dt)).toBeNaN();
  });

  test('holds every instant between its start and the next', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        const dt = formatDt(ms);
        expect(dtStart(dt)).toBeLessThanOrEqual(ms);
        expect(ms - dtStart(dt)).toBeLessThan(DAY_MS);
        expect(formatDt(ms)).toBe(new Date(ms).toISOString().slice(0, 10));
      }),
    );
  });
});

test('a formatted time has milliseconds only when there are any', () => {
  expect(formatTime(Date.UTC(2026, 0, 31, 9, 5))).toBe('2026-01-31T09:05:00Z');
  expect(formatTime(Date.UTC(2026, 0, 31, 9, 5, 0, 1))).toBe('2026-01-31T09:05:00.001Z');
});
