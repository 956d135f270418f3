import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Scrubber } from '../../../lib/report/scrubber.ts';

function scrubber(of: readonly (readonly [string, string, boolean?])[]): Scrubber {
  const made = new Scrubber();
  for (const [original, stands, alone] of of) made.add(original, stands, alone);
  return made;
}

describe('a scrubber', () => {
  test('finds a name wherever it stands and however it is written', () => {
    const it = scrubber([['m.keller@example.com', 'user-01']]);
    expect(it.scrub('by M.Keller@Example.com, (m.keller@example.com)')).toBe('by user-01, (user-01)');
  });

  test('takes the longest of several', () => {
    const it = scrubber([
      ['keller', 'b'],
      ['keller.max', 'a'],
    ]);
    expect(it.scrub('keller.max keller')).toBe('a b');
  });

  test('leaves a short name alone inside of a word', () => {
    const it = scrubber([
      ['ada', 'user-01'],
      ['10.0.0.4', 'address-01', true],
    ]);
    expect(it.scrub('ada, Canada; 10.0.0.4, 10.0.0.44')).toBe('user-01, Canada; address-01, 10.0.0.44');
  });

  test('leaves nothing of a name of some length', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', 'İ', '@', '.', 'ß'), minLength: 6, maxLength: 9 });
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 5 }),
        fc.array(fc.oneof(name, fc.string()), { maxLength: 6 }),
        (names, words) => {
          const it = scrubber(names.map((each, n) => [each, `#${n}`] as const));
          const text = it.scrub([...words, ...names].join('/'));
          for (const each of names) expect(text.toLowerCase()).not.toContain(each.toLowerCase());
        },
      ),
    );
  });
});
