import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type CsvRecord, readCsv, splitRecord } from '../../../lib/ingest/csv-records.ts';
import { readLines } from '../../../lib/ingest/line-reader.ts';
import { DEFAULT_LIMITS } from '../../../lib/ingest/reader.ts';
import { inPieces } from './read-text.ts';

async function records(text: string, size = 5, maxRecordBytes = 1000): Promise<CsvRecord[]> {
  const all: CsvRecord[] = [];
  const lines = readLines(inPieces(text, size), { ...DEFAULT_LIMITS, maxRecordBytes });
  for await (const batch of readCsv(lines, maxRecordBytes)) all.push(...batch);
  return all;
}

const brief = async (text: string, size?: number, limit?: number) =>
  (await records(text, size, limit)).map(({ line, fields, flaw }) => [line, flaw ?? fields]);

describe('comma-separated records', () => {
  test.each([
    ['a,b', ['a', 'b']],
    ['a,', ['a', '']],
    [',', ['', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"",""', ['', '']],
    ['"a""b"', ['a"b']],
    ['""""', ['"']],
    ['a"b,c', ['a"b', 'c']],
    ['a, "b"', ['a', ' "b"']],
    ['"a', 'open quote'],
    ['"a""', 'open quote'],
    ['"a"b,c', 'text after quote'],
  ])('%s is split', (text, fields) => {
    expect(splitRecord(text)).toEqual(fields);
  });

  test('keep the line on which they begin, and the line breaks in their quotes', async () => {
    expect(await brief('a,b\r\n\n"x\r\ny\n",1\nc,d')).toEqual([
      [1, ['a', 'b']],
      [3, ['x\r\ny\n', '1']],
      [6, ['c', 'd']],
    ]);
  });

  test('recover after each kind of damage at the next line', async () => {
    const closed = 'text follows a closing quote';
    const open = 'a quote is opened and never closed';
    expect(await brief('1,"2\n3,4\n5,"6"\n7,"8"x\n9,"10\n11,12\n')).toEqual([
      [1, closed],
      [2, ['3', '4']],
      [3, ['5', '6']],
      [4, closed],
      [5, open],
      [6, ['11', '12']],
    ]);
  });

  test('do not go on over a hundred line breaks, nor beyond the limit of a record, nor over a line that cannot be read', async () => {
    const within = await records(`"${'x\n'.repeat(100)}",1\n`);
    expect(within).toEqual([{ line: 1, fields: ['x\n'.repeat(100), '1'], flaw: null }]);
    const beyond = await records(`"${'x\n'.repeat(101)}",1\n`);
    expect(beyond[0]).toMatchObject({ line: 1, flaw: 'a quote is opened and never closed' });
    expect(beyond).toHaveLength(102);
    expect(await brief('"aaaa\nbbbb"\nc\n', 3, 8)).toEqual([
      [1, 'a quote is opened and never closed'],
      [2, ['bbbb"']],
      [3, ['c']],
    ]);
    expect(await brief('"a\n123456789\nb"\n', 3, 8)).toEqual([
      [1, 'a quote is opened and never closed'],
      [2, 'longer than 8 bytes'],
      [3, ['b"']],
    ]);
  });

  test('are those of a parser of whole documents, when nothing is damaged', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r\n', ' ', '😀') });
    const row = fc.array(field, { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1 }),
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 20 }),
        async (rows, ending, size) => {
          const quoted = (each: string) => (/[",\n\r]/.test(each) || each.length % 2 === 1 ? `"${each.replaceAll('"', '""')}"` : each);
          const text = rows.map((fields) => fields.map(quoted).join(',') + ending).join('');
          const read = await records(text, size, 10_000);
          expect(read.every(({ flaw }) => flaw === null)).toBe(true);
          expect(read.map(({ fields }) => fields)).toEqual(rows);
          expect(parse(text, { relax_column_count: true, record_delimiter: ending })).toEqual(rows);
        },
      ),
    );
  });
});
