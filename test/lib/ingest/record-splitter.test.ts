import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RecordSplitter, type SplitSummary } from '../../../lib/ingest/record-splitter.ts';

interface Split {
  readonly values: unknown[];
  readonly malformed: string[];
  readonly summary: SplitSummary;
  readonly longest: number;
}

function split(document: string | Uint8Array, { sizes = [] as readonly number[], max = 1_000_000 } = {}): Split {
  const bytes = typeof document === 'string' ? Buffer.from(document) : document;
  const values: unknown[] = [];
  const malformed: string[] = [];
  let longest = 0;
  const splitter = new RecordSplitter(
    {
      record(record) {
        longest = Math.max(longest, record.length);
        try {
          values.push(JSON.parse(record.toString()));
          return true;
        } catch {
          return false;
        }
      },
      malformed: (reason) => malformed.push(reason),
    },
    max,
  );
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = Math.max(1, sizes[n % sizes.length] ?? bytes.length);
    splitter.push(Uint8Array.from(bytes.subarray(at, at + size)));
    at += size;
  }
  return { values, malformed, longest, summary: splitter.end() };
}

const A = { eventVersion: '1', eventID: 'a' };
const B = { eventVersion: '1', eventID: 'b', resources: [{ ARN: 'x' }, { ARN: 'y' }] };
const C = { eventVersion: '1', eventID: 'c "}]\\' };
const [a, b, c] = [A, B, C].map((value) => JSON.stringify(value)) as [string, string, string];

describe('the forms of a document', () => {
  test.each([
    ['a log file', JSON.stringify({ Records: [A, B, C] })],
    ['a pretty-printed log file', JSON.stringify({ Records: [A, B, C] }, null, 2)],
    ['one printed without indentation', JSON.stringify({ Records: [A, B, C] }, null, 1).replace(/\n +/g, '\n')],
    ['other keys before and after', JSON.stringify({ v: 1, x: { Records: [1] }, s: 'Records', Records: [A, B, C], n: null, z: [[]] })],
    ['blanks around the key', `{ "Records"\n :\t[ ${a} , ${b},${c} ] }`],
    ['several documents in a row', `{"Records":[${a}]}{"Records":[]}\n{"Records":[${b},${c}]}`],
    ['two lists in one document', `{"Records":[${a}],"x":1,"Records":[${b},${c}]}`],
    ['JSON lines', `${a}\n${b}\n${c}\n`],
    ['JSON lines with CRLF and blank lines', `${a}\r\n\r\n${b}\r\n${c}`],
    ['values with nothing between them', a + b + c],
    ['values with commas between them', `${a},\n${b},\n${c},`],
    ['an array', JSON.stringify([A, B, C])],
    ['an array of documents', JSON.stringify([{ Records: [A] }, { Records: [B, C] }])],
    ['an array of arrays would not be, but two arrays are', `[${a}][${b},${c}]`],
    ['lookup-events', JSON.stringify({ Events: [A, B, C], NextToken: 'x' })],
    ['a mixture', `{"Records":[${a}]}\n${b}\n[${c}]`],
    ['a byte order mark', `\ufeff{"Records":[${a},${b},${c}]}`],
    ['a byte order mark in each of two files', `\ufeff${a}\n\ufeff{"Records":[${b},${c}]}`],
  ])('finds the records in %s, however it is cut into chunks', (_, document) => {
    for (const sizes of [[], [1], [2, 3], [7], [64, 1]]) {
      const { values, malformed, summary } = split(document, { sizes });
      expect(values).toEqual([A, B, C]);
      expect(malformed).toEqual([]);
      expect(summary).toMatchObject({ cutOff: false, blank: false });
    }
  });

  test('takes an object without a list for a record, and never looks for one deeper down', () => {
    const value = { logFiles: [], x: { Records: [A] }, y: [{ Records: [B] }], 'a"Records': [C], z: 'Records', RecordsX: [A] };
    expect(split(JSON.stringify(value)).values).toEqual([value]);
  });

  test('counts the lists, so that an empty log file differs from an empty file', () => {
    expect(split('{"Records":[]}').summary).toEqual({ lists: 1, cutOff: false, blank: false });
    expect(split('[]').summary).toEqual({ lists: 1, cutOff: false, blank: false });
    expect(split('').summary).toEqual({ lists: 0, cutOff: false, blank: true });
    expect(split(' \n\ufeff').summary).toEqual({ lists: 0, cutOff: false, blank: true });
  });

  test('is not deceived by records that contain what usually lies between records', () => {
    const trap = { eventVersion: '1', key: `},{"eventVersion":"2"}]}`, list: [{ x: 1 }, { eventVersion: '1' }, { eventVersion: '1' }] };
    const records = [A, A, trap, A, trap, trap, B, C, A];
    for (const sizes of [[], [1], [50]]) expect(split(JSON.stringify({ Records: records }), { sizes }).values).toEqual(records);
  });
});

describe('what is broken', () => {
  const everyCut = [[], [1], [5, 2], [33]];

  test('reports half a record at the end', () => {
    for (const sizes of everyCut) {
      const { values, malformed, summary } = split(`{"Records":[${a},${b.slice(0, -4)}`, { sizes });
      expect({ values, malformed }).toEqual({ values: [A], malformed: ['cut off by the end of the input'] });
      expect(summary.cutOff).toBe(true);
    }
  });

  test('sees that a document ends early, even behind a whole record', () => {
    for (const end of ['', ',', ']', '],"x":']) {
      const { values, malformed, summary } = split(`{"Records":[${a}${end}`);
      expect({ values, malformed, cutOff: summary.cutOff }).toEqual({ values: [A], malformed: [], cutOff: true });
    }
    expect(split(`[${a}`).summary.cutOff).toBe(true);
  });

  test.each([
    ['in a text', '{"eventVersion":"1","eventID":"b'],
    ['behind an escape', '{"eventVersion":"1","eventID":"b\\'],
    ['outside of a text', '{"eventVersion":"1","x":{"y":[1,'],
    ['before the first key', '{'],
  ])('goes on with the next line behind a line that is cut off %s', (_, half) => {
    for (const sizes of everyCut) {
      const { values, malformed } = split(`${a}\n${half}\n${b}\n${c}\n`, { sizes });
      expect(values).toEqual([A, B, C]);
      expect(malformed).toHaveLength(1);
      expect(malformed[0]).toMatch(/not valid JSON|cut off/);
    }
  });

  test('reads a whole document behind one that was cut off', () => {
    for (const half of [`{"Records":[${a},{"eventVersion":"1","x":"y`, `{"Records":[${a},{"eventVersion":{`]) {
      for (const sizes of everyCut) {
        const { values, malformed } = split(`${half}\n{"Records":[${b},${c}]}\n`, { sizes });
        expect({ values, count: malformed.length }).toEqual({ values: [A, B, C], count: 1 });
      }
    }
  });

  test('reports a record that is no JSON and keeps its neighbours', () => {
    for (const bad of ['{"eventVersion":1 "x":2}', '{eventVersion:1}', '{"x":tru}', '{"x":"\t"}', '{"x":"\\q"}', "{'x':1}"]) {
      for (const sizes of everyCut) {
        const { values, malformed } = split(`{"Records":[${a},${bad},${b},${c}]}`, { sizes });
        expect({ bad, values, malformed }).toEqual({ bad, values: [A, B, C], malformed: ['not valid JSON'] });
      }
    }
  });

  test('takes the closing brackets that a broken document leaves behind for what they are', () => {
    for (const sizes of everyCut) {
      const { values, malformed } = split(`{"Records":[\n{"x":"cut\n,${b}\n]\n}\n${c}`, { sizes });
      expect({ values, malformed }).toEqual({ values: [B, C], malformed: ['not valid JSON: a line ends inside a text'] });
    }
  });

  test('finds the records that one without its end has swallowed in the same line', () => {
    const records = [a, a, '{"eventVersion":"1","x":{"y":1}', b, a, c];
    for (const sizes of everyCut) {
      const { values, malformed, summary } = split(`{"Records":[${records.join(',')}]}`, { sizes });
      expect(values).toEqual([A, A, B, A, C]);
      // it has swallowed the end of the list, too: the brace that closes the document is left in the list
      expect(malformed).toEqual(['not valid JSON', 'not an object']);
      expect(summary.cutOff).toBe(true);
    }
  });

  test('finds the records that a bracket of the wrong kind has swallowed, and says that the input is cut off', () => {
    for (const sizes of everyCut) {
      const { values, malformed, summary } = split(`{"Records":[${a},{"x":[},${b},${c}]}`, { sizes });
      expect(values).toEqual([A, B, C]);
      expect(malformed[0]).toBe('not valid JSON');
      expect(summary.cutOff).toBe(true);
    }
  });

  test('reports elements that are no objects, one by one', () => {
    for (const sizes of everyCut) {
      const { values, malformed } = split(`{"Records":[1,${a},"x,]}\\"{",null,${b},-2.5e3,true,${c},""]}`, { sizes });
      expect(values).toEqual([A, B, C]);
      expect(malformed).toEqual(Array(6).fill('not an object'));
    }
  });

  test('hands over a list in a list as one value', () => {
    expect(split(`{"Records":[[${a}],${b}]}`).values).toEqual([[A], B]);
    expect(split(`[[${a}],${b}]`).values).toEqual([[A], B]);
  });

  test('reports lines that are no JSON, those in a row as one, and reads what follows', () => {
    for (const sizes of everyCut) {
      const { values, malformed } = split(`# one\n# two\n${a}\nthree\n${b}\n${c}\nfour\nfive }\n] six`, { sizes });
      expect(values).toEqual([A, B, C]);
      expect(malformed).toEqual(['2 lines that are not JSON', 'a line that is not JSON', '3 lines that are not JSON']);
    }
  });

  test('ends with any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 3 }), (bytes, sizes) => {
        split(bytes, { sizes, max: 50 });
      }),
    );
  });

  test('ends with any sequence of structural characters, and gives the same however it is cut', () => {
    const token = fc.constantFrom('{', '}', '[', ']', '"', '\\', '\n', ',', ':', '1', '"Records":[', a, `,${a},`, '\n{');
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
        (tokens, sizes) => {
          const whole = split(tokens.join(''));
          const cut = split(tokens.join(''), { sizes });
          expect({ ...cut, longest: 0 }).toEqual({ ...whole, longest: 0 });
        },
      ),
      { numRuns: 500 },
    );
  });
});

test('a broken record that has swallowed more than a function takes arguments loses none of them', () => {
  const many = 200_000;
  const { values, malformed } = split(`{"Records":[${a},{"x":{${`,${a}`.repeat(many)}`, { max: 20_000_000 });
  expect(malformed).not.toEqual([]);
  expect(values).toHaveLength(1 + many);
});

describe('a record that is too long', () => {
  const long = JSON.stringify({ eventVersion: '1', eventID: 'x'.repeat(500), list: [{}, { y: '}]' }] });
  const tooLong = 'longer than the limit of 200 bytes for one record';

  test.each([
    ['in a log file', `{"Records":[${a},${long},${b},${c}]}`],
    ['in JSON lines', `${a}\n${long}\n${b}\n${c}`],
    ['in an array', `[${a},${long},${b},${c}]`],
  ])('is set aside %s without being held, and those behind it are read', (_, document) => {
    for (const sizes of [[], [1], [60], [300]]) {
      const { values, malformed, longest } = split(document, { sizes, max: 200 });
      expect({ values, malformed }).toEqual({ values: [A, B, C], malformed: [tooLong] });
      expect(longest).toBeLessThanOrEqual(200);
    }
  });

  test('does not swallow the lines behind it when it never ends', () => {
    for (const sizes of [[], [1], [60]]) {
      const { values, malformed } = split(`{"x":{"y":${'1'.repeat(300)}\n${a}\n{"x":[\n${b}\n${c}\n${long}\n${a}`, { sizes, max: 200 });
      expect(values).toEqual([A, B, C, A]);
      expect(malformed).toContain(tooLong);
    }
  });

  test('may be followed by the rest of a document that is longer still', () => {
    const { values, malformed, summary } = split(`{"Records":[${a}],"rest":${long}}${b}`, { sizes: [50], max: 200 });
    expect({ values, malformed, cutOff: summary.cutOff }).toEqual({ values: [A, B], malformed: [], cutOff: false });
  });

  test('takes one of exactly the limit', () => {
    const record = JSON.stringify({ x: 'y'.repeat(192) });
    expect(record).toHaveLength(200);
    for (const sizes of [[], [1], [199]]) {
      expect(split(`${record}${a}`, { sizes, max: 200 })).toMatchObject({ values: [{ x: 'y'.repeat(192) }, A], malformed: [] });
      expect(split(`[${record.replace('y', 'yy')},${a}]`, { sizes, max: 200 })).toMatchObject({ values: [A], malformed: [tooLong] });
    }
  });
});

describe('against JSON.parse of the whole', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('},{"eventVersion":', '"', '\\', '\\"', '\n{', ']}', '{"Records":[', 'é', '\ud83d\ude00', '\ud83d', '\u0000', ' '),
  );
  const { record } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      nasty,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('record'),
    ),
    list: fc.array(tie('value'), { maxLength: 3 }),
    record: fc.dictionary(fc.oneof(fc.constantFrom('eventVersion', 'userIdentity', 'key'), nasty), tie('value'), { maxKeys: 5 }),
  }));
  const records = fc.array(record as fc.Arbitrary<object>, { maxLength: 12 });
  const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });
  const indent = fc.constantFrom(0, 1, 2, '\t');
  /** As Java and Python write it: nothing beyond ASCII, or every slash escaped. */
  const spelling = fc.constantFrom(
    (text: string) => text,
    (text: string) => text.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
    (text: string) => text.replaceAll('/', '\\/'),
  );

  test('every list of records, however spelled and however cut, gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(records, sizes, indent, spelling, (list, cut, space, spell) => {
        const text = spell(JSON.stringify({ awsAccountId: 'x', Records: list, after: ['Records'] }, null, space));
        const { values, malformed, summary } = split(text, { sizes: cut });
        expect(values).toEqual((JSON.parse(Buffer.from(text).toString()) as { Records: unknown[] }).Records);
        expect(malformed).toEqual([]);
        expect(summary).toEqual({ lists: 1, cutOff: false, blank: false });
      }),
      { numRuns: 400 },
    );
  });

  test('every sequence of lines gives what JSON.parse gives of each', () => {
    fc.assert(
      fc.property(records, sizes, spelling, (list, cut, spell) => {
        const lines = list.filter((value) => !('Records' in value) && !('Events' in value)).map((value) => spell(JSON.stringify(value)));
        const { values, malformed } = split(lines.join('\n'), { sizes: cut });
        expect(values).toEqual(lines.map((line) => JSON.parse(Buffer.from(line).toString())));
        expect(malformed).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

test('work grows with the input, not with its square, when every line is broken', () => {
  const time = (lines: number) => {
    const text = Buffer.from('{"x":{"y":[1\n'.repeat(lines));
    const start = process.cpuUsage();
    expect(split(text, { max: 16 * 1024 * 1024 }).malformed.length).toBe(lines);
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };
  time(2000);
  expect(time(40_000)).toBeLessThan(5_000_000);
});
