import { describe, expect, test } from '@jest/globals';
import { durationText, utcText, zoneText } from '../../../lib/report/moment-text.ts';
import { zoneBetween } from '../../../lib/report/zone.ts';

const at = (text: string) => Date.parse(text);

describe('a zone', () => {
  test('changes its clock at the second that the law says', () => {
    const zone = zoneBetween('Europe/Berlin', at('2026-01-01T00:00:00Z'), at('2026-12-31T00:00:00Z'));
    expect(zone.offsets).toEqual([
      [at('2026-01-01T00:00:00Z'), 60],
      [at('2026-03-29T01:00:00Z'), 120],
      [at('2026-10-25T01:00:00Z'), 60],
    ]);
    expect(zoneText(at('2026-03-29T00:59:59Z'), zone)).toBe('01:59:59 +01:00');
    expect(zoneText(at('2026-03-29T01:00:00Z'), zone)).toBe('03:00:00 +02:00');
  });

  test('says the date where it is another one than in UTC', () => {
    const zone = zoneBetween('Asia/Kolkata', at('2026-03-01T00:00:00Z'), at('2026-03-03T00:00:00Z'));
    expect(zoneText(at('2026-03-02T20:00:00Z'), zone)).toBe('2026-03-03 01:30:00 +05:30');
    const west = zoneBetween('America/St_Johns', at('2026-01-01T00:00:00Z'), at('2026-01-03T00:00:00Z'));
    expect(zoneText(at('2026-01-02T01:00:00Z'), west)).toBe('2026-01-01 21:30:00 −03:30');
  });

  test('that nobody knows is refused', () => {
    expect(() => zoneBetween('Europe/Atlantis', 0, 1)).toThrow('--tz "Europe/Atlantis" is no time zone; give an IANA name');
  });
});

describe('a time', () => {
  test('is UTC, with milliseconds only when there are any', () => {
    expect([utcText(0), utcText(1)]).toEqual(['1970-01-01 00:00:00', '1970-01-01 00:00:00.001']);
  });

  test('lasts as a person says it', () => {
    expect([0, 59_499, 60_000, 3_599_000, 5_940_000, 2 * 86_400_000, 90 * 3_600_000].map(durationText)).toEqual([
      '0 s',
      '59 s',
      '1 min',
      '59 min',
      '1 h 39 min',
      '2 d',
      '3 d 18 h',
    ]);
  });
});
