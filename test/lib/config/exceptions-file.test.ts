/** A file of exceptions is read as a whole, or refused with every wrong line. */
import { describe, expect, test } from '@jest/globals';
import { parseExceptions } from '../../../lib/config/exceptions-file.ts';
import { ConfigurationError } from '../../../lib/errors.ts';

const HEADER = 'rule,subject,reason,until';

describe('a file of exceptions', () => {
  test('gives rule, pattern, reason and last day of each line; comments and empty lines are passed over', () => {
    const text = `\ufeff# agreed in March\n${HEADER}\r\nbulk-read,"* 2026-03-02 *","a backup, agreed",2026-12-31\n\n`;
    expect(parseExceptions(text, 'e.csv')).toEqual([
      { rule: 'bulk-read', subject: '* 2026-03-02 *', reason: 'a backup, agreed', until: '2026-12-31' },
    ]);
  });

  test.each([
    ['', '  e.csv it is empty, expected the header rule,subject,reason,until'],
    ['rule,subject\n', '  e.csv line 1: found "rule,subject", expected the header rule,subject,reason,until'],
    [`${HEADER}\nx,y\n`, '  e.csv line 2: found 2 fields, expected 4: rule,subject,reason,until'],
    [`${HEADER}\nx,y,,2026-12-31\n`, '  e.csv line 2: reason: found "", allowed: why, in a sentence'],
    [
      `${HEADER}\nx,y,z,soon\n`,
      '  e.csv line 2: until: found "soon", allowed: the last day on which it holds, UTC, such as 2026-12-31, in quotes',
    ],
    [`${HEADER}\nx,y,z,2026-13-40\n`, '  e.csv line 2: until: found "2026-13-40", allowed: the last day'],
    [`${HEADER}\n../x,y,z,2026-12-31\n`, '  e.csv line 2: rule: found "../x", allowed: the id of a findings rule'],
    [`${HEADER}\n"x,y,z,2026-12-31\n`, '  e.csv line 2: a quote is opened and never closed'],
  ])('is refused: %j', (text, message) => {
    expect(() => parseExceptions(text, 'e.csv')).toThrow(ConfigurationError);
    expect(() => parseExceptions(text, 'e.csv')).toThrow(message);
  });
});
