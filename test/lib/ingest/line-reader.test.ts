import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InputError } from '../../../lib/errors.ts';
import { type Line, readLines } from '../../../lib/ingest/line-reader.ts';
import { DEFAULT_LIMITS } from '../../../lib/ingest/reader.ts';
import { inPieces } from './read-text.ts';

async function lines(content: string | Uint8Array, size = 4, limits = {}): Promise<Line[]> {
  const all: Line[] = [];
  for await (const batch of readLines(inPieces(content, size), { ...DEFAULT_LIMITS, ...limits })) all.push(...batch);
  return all;
}

describe('lines', () => {
  test('are numbered from 1, without their endings', async () => {
    expect(await lines('\ufeffa\r\n\n\ufeffb\rc\nd')).toEqual([
      { number: 1, text: 'a', ending: '\r\n', flaw: null },
      { number: 2, text: '', ending: '\n', flaw: null },
      { number: 3, text: '\ufeffb\rc', ending: '\n', flaw: null },
      { number: 4, text: 'd', ending: '', flaw: null },
    ]);
  });

  test('end in a carriage return where the first one does', async () => {
    for (const size of [1, 2, 3, 64]) {
      const read = await lines('a\rb\r\nc\r\rd\r', size);
      expect(read.map(({ number, text }) => [number, text])).toEqual([
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
        [4, ''],
        [5, 'd'],
      ]);
    }
  });

  test('are none in an empty input, and one without a break', async () => {
    expect(await lines('')).toEqual([]);
    expect(await lines('abc\r')).toEqual([{ number: 1, text: 'abc', ending: '\r', flaw: null }]);
    expect(await lines('abc')).toEqual([{ number: 1, text: 'abc', ending: '', flaw: null }]);
  });

  test('are the same in pieces of any size, in any script', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 9 }), async (content, size) => {
        const read = await lines(content, size);
        const text = content.replace(/^\ufeff/, '');
        const expected = /^[^\r\n]*\r[^\n]/.test(text) ? text.replace(/\r(?!\n|$)/g, '\n') : text;
        expect(read.map((line) => line.text + line.ending).join('')).toBe(expected);
      }),
    );
  });

  test('longer than the limit come without text, and the next is whole', async () => {
    expect(await lines('abcdef\nabcde\nabcdefghijkl', 2, { maxRecordBytes: 5 })).toEqual([
      { number: 1, text: '', ending: '\n', flaw: 'longer than 5 bytes' },
      { number: 2, text: 'abcde', ending: '\n', flaw: null },
      { number: 3, text: '', ending: '\n', flaw: 'longer than 5 bytes' },
    ]);
  });

  test('of damaged bytes are flawed, of a genuine replacement character are not', async () => {
    const damaged = Buffer.concat([Buffer.from('a\n'), Buffer.from([0x62, 0xc3, 0x28, 0x0a]), Buffer.from('\ufffd')]);
    expect((await lines(damaged)).map(({ text, flaw }) => [text, flaw])).toEqual([
      ['a', null],
      ['', 'not UTF-8 text'],
      ['\ufffd', null],
    ]);
  });

  test('before an input error are given, the unfinished one flawed, then the error is thrown', async () => {
    const read: Line[] = [];
    const reading = async () => {
      for await (const batch of readLines(inPieces('a\nbc', 1, new InputError('cut off')), DEFAULT_LIMITS)) read.push(...batch);
    };
    await expect(reading()).rejects.toThrow(new InputError('cut off'));
    expect(read.map(({ text, flaw }) => [text, flaw])).toEqual([
      ['a', null],
      ['', 'the input ends in the middle of this line'],
    ]);
  });
});
