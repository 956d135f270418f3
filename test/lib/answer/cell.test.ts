import { describe, expect, test } from '@jest/globals';
import { cellText, csvField, jsonValue, printable } from '../../../lib/answer/cell.ts';

describe('a value as text', () => {
  test('shows control characters instead of sending them to the terminal', () => {
    expect(printable('a\u001b[2Jb\r\n\u009b31m')).toBe('a\\x1b[2Jb\\x0d\\x0a\\x9b31m');
    expect(printable('invoice\u202efdp.exe')).toBe('invoice\\u202efdp.exe');
  });

  test('leaves letters of any script alone', () => {
    expect(printable('Zürich 東京 مرحبا')).toBe('Zürich 東京 مرحبا');
  });

  test('is empty for null and joined for an array', () => {
    expect(cellText(null)).toBe('');
    expect(cellText(['a', 'b\u0007'])).toBe('a, b\\x07');
    expect(cellText(false)).toBe('false');
  });

  test('keeps integers beyond 2^53 as text in JSON', () => {
    expect(jsonValue(9007199254740993n)).toBe('9007199254740993');
    expect(jsonValue(5)).toBe(5);
  });
});

describe('a CSV field', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx'])('neutralises the formula %j', (text) => {
    expect(csvField(text)).toBe(`'${text}`);
  });

  test('neutralises a formula behind a carriage return, and quotes it', () => {
    expect(csvField('\r=1')).toBe('"\'\r=1"');
  });

  test('neutralises an array whose first text is a formula', () => {
    expect(csvField(['=1', 'b'])).toBe("'=1;b");
  });

  test('leaves negative numbers numbers', () => {
    expect(csvField(-5)).toBe('-5');
    expect(csvField(-5n)).toBe('-5');
  });

  test('quotes separators, quotes and line ends', () => {
    expect(csvField('a,"b"\nc')).toBe('"a,""b""\nc"');
    expect(csvField('plain')).toBe('plain');
    expect(csvField(null)).toBe('');
  });
});
