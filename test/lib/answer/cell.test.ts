import { describe, expect, test } from '@jest/globals';
import { cellText, csvField, jsonValue, printable, printableJson } from '../../../lib/answer/cell.ts';

describe('a value as text', () => {
  test('shows control characters instead of sending them to the terminal', () => {
    expect(printable('a\u001b[2Jb\r\n\u009b31m')).toBe('a\\x1b[2Jb\\x0d\\x0a\\x9b31m');
    expect(printable('invoice\u202efdp.exe')).toBe('invoice\\u202efdp.exe');
  });

  test('leaves letters of any script alone', () => {
    expect(printable('Zürich 東京 مرحبا')).toBe('Zürich 東京 مرحبا');
  });

  test('differs where texts differ in what is not seen or looks alike', () => {
    const alike = [
      'bob',
      '\ufeffbob',
      'b\u200bob',
      'bob\u00a0',
      'bob ',
      'bob\u2003',
      'bob\ufe0f',
      'bob\u3164',
      'bo\u00adb',
      'bob\u{e0001}',
    ];
    const accents = ['M\u00fcller', 'Mu\u0308ller', '\u212b', '\u00c5', 'A\u030a', '\u001b', '\u200b'];
    const shown = [...alike, ...accents].map(printable);
    expect(new Set(shown).size).toBe(shown.length);
    for (const each of shown) expect(each).toBe(each.normalize('NFC'));
    expect(shown.map(printable)).toEqual(shown);
  });

  test('is the same JSON on a terminal, where nothing in it acts', () => {
    const value = { key: 'a\u009b31m\u202e\ufeff\u{e0001}\u007f', '\u2028': ['é', '\\', '\n'] };
    const shown = printableJson(JSON.stringify(value, null, 2));
    expect(JSON.parse(shown)).toEqual(value);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\ufeff\u2028]/);
    expect(shown).toContain('é');
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

  test('keeps in JSON what JSON has no number for', () => {
    expect(jsonValue([Number.NaN, { a: Number.NEGATIVE_INFINITY }])).toEqual(['NaN', { a: '-Infinity' }]);
  });

  test('shows control characters of what is nested, too', () => {
    expect(cellText({ 'a\u009b': ['b', null] })).toBe('{"a\\x9b":["b",null]}');
  });
});

describe('a CSV field', () => {
  test.each([
    ...['=1+1', '+1', '-1', '@SUM(A1)', '\tx', ' =1', ' \t -1', '\u00a0@x', '\u200b=1', '\ufeff+1', '\u0000=1'],
    ...['＝1', '＋1', '－1', '＠SUM(A1)', ' ＝1'],
  ])('neutralises the formula %j', (text) => {
    expect(csvField(text)).toBe(`'${text}`);
  });

  test('neutralises a formula behind a line end, and quotes it', () => {
    expect(csvField('\r=1')).toBe('"\'\r=1"');
    expect(csvField('\n=1')).toBe('"\'\n=1"');
    expect(csvField('\n1')).toBe('"\'\n1"');
    expect(csvField(' \r\n @x')).toBe('"\' \r\n @x"');
  });

  test.each(['a=1', ' a', 'x-1', "'=1", '(1)', ' '])('leaves %j as it is', (text) => {
    expect(csvField(text)).toBe(text);
  });

  test('neutralises an array whose first text is a formula', () => {
    expect(csvField(['=1', 'b'])).toBe("'=1;b");
  });

  test('leaves negative numbers numbers', () => {
    expect(csvField(-5)).toBe('-5');
    expect(csvField(-5n)).toBe('-5');
    expect(csvField('-12345678901234567890.5', 'DECIMAL(38,1)')).toBe('-12345678901234567890.5');
    expect(csvField(Number.NEGATIVE_INFINITY)).toBe('-Infinity');
  });

  test('neutralises a number that is text, and a formula in a column of numbers', () => {
    expect(csvField('-5', 'VARCHAR')).toBe("'-5");
    expect(csvField('-5+1', 'DECIMAL(38,1)')).toBe("'-5+1");
  });

  test('quotes separators, quotes and line ends', () => {
    expect(csvField('a,"b"\nc')).toBe('"a,""b""\nc"');
    expect(csvField('plain')).toBe('plain');
    expect(csvField(null)).toBe('');
  });
});
