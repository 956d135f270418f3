/** Rows on their way from a reader to the engine: as text in a file, whatever the texts hold. */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Database } from '../../../lib/engine/database.ts';
import { stagedSelect } from '../../../lib/engine/ddl.ts';
import { readCloudTrail } from '../../../lib/ingest/cloudtrail-reader.ts';
import type { LandingRows } from '../../../lib/ingest/reader.ts';
import { StagingSink } from '../../../lib/local/staging-sink.ts';
import { storedColumns } from '../../../schemas/table.ts';
import { tableNamed } from '../../../schemas/tables.ts';
import { removeFolder, temporaryFolder } from '../../helpers/input-files.ts';
import { eventRow, reportedSession } from '../../helpers/rows.ts';
import { read, s3Record } from '../ingest/cloudtrail-fixtures.ts';
import { contextFor, inPieces } from '../ingest/read-text.ts';

const DAY = '2026-03-02';
const folder = temporaryFolder('staging');
let database: Database;
let folders = 0;

beforeAll(async () => {
  const options = { readOnly: false, threads: 2, memoryLimitMb: 200, spillFolder: join(folder, '.spill') };
  database = await Database.open(join(folder, 'a.duckdb'), options);
});
afterAll(() => {
  database.close();
  removeFolder(folder);
});

function newSink(): StagingSink {
  const path = join(folder, String(folders++));
  mkdirSync(path);
  return new StagingSink(path);
}

/** What the engine reads of the one staging file that a sink has written, in the order of `source_index`. */
async function staged(sink: StagingSink): Promise<Record<string, unknown>[]> {
  const [file, ...others] = sink.finish().files;
  if (file === undefined || others.length > 0) throw new Error('one staging file is expected');
  const table = tableNamed(file.table);
  const columns = storedColumns(table).join(', ');
  const rows = await database.rows<Record<string, unknown>>(
    `SELECT ${columns} FROM (${stagedSelect(table, file.path)}) ORDER BY source_index`,
  );
  expect(rows).toHaveLength(file.rows);
  return rows;
}

/** A row as the engine gives it back: an empty text is none. */
function comeBack(row: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '' ? null : value]));
}

/** What separates, quotes, ends or escapes somewhere, between what does not. */
const special = fc.constantFrom('"', '\x1f', '\n', '\r', ',', "'", '\\', ' ', '\t', '\x00', '\x01', '\x7f', 'é', '漢', '😀');
const anyText = fc.string({ unit: fc.oneof(special, fc.string({ minLength: 1, maxLength: 1 })), maxLength: 12 });

describe('a row that goes through a staging file', () => {
  test('comes back as it was, whatever its texts hold and however its properties are ordered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyText, anyText, anyText), { minLength: 1, maxLength: 20 }), async (texts) => {
        const rows = texts.map(([object_key, user_agent, event_id], n) => eventRow({ object_key, user_agent, event_id, source_index: n }));
        const sink = newSink();
        for (const [n, row] of rows.entries()) {
          sink.append('events', DAY, n % 2 === 0 ? row : (Object.fromEntries(Object.entries(row).reverse()) as typeof row));
        }
        expect(await staged(sink)).toEqual(rows.map(comeBack));
      }),
      { numRuns: 40 },
    );
  });

  test('keeps a byte order mark that its first text begins with', async () => {
    const sink = newSink();
    for (const event_id of ['\ufeffabc', 'abc']) sink.append('events', DAY, eventRow({ event_id }));
    const [file] = sink.finish().files;
    // asked for as hexadecimal: the binding takes the mark off texts that it reads
    const read = await database.rows<{ hex: string }>(
      `SELECT hex(event_id) AS hex FROM (${stagedSelect(tableNamed('events'), file?.path ?? '')})`,
    );
    expect(read.map(({ hex }) => hex).sort()).toEqual(['616263', 'EFBBBF616263']);
  });

  test('keeps its lists apart from its texts', async () => {
    const lists = [[], ['10.0.1.25'], ['10.0.1.25', '2001:db8::1'], ['a "quoted", \x1f one\n']];
    const rows = lists.map((private_addresses, n) => reportedSession({ private_addresses, source_index: n }));
    const sink = newSink();
    for (const row of rows) sink.append('sessions', DAY, row);
    expect(await staged(sink)).toEqual(rows.map(comeBack));
  });
});

describe('an input that is taken back', () => {
  /** Twice what a staging file holds in memory. */
  const MANY = 600;

  test.each([
    ['that was held in memory', 1, 1],
    ['of which a part was written out', 1, MANY],
    ['before which something was written out', MANY, 1],
    ['that was written out as the one before it', MANY, MANY],
  ])('%s leaves what was there before it, and nothing else', async (_, before, taken) => {
    const sink = newSink();
    const rows = (from: number, count: number) => Array.from({ length: count }, (__, n) => eventRow({ source_index: from + n }));
    const kept = [...rows(0, before), ...rows(before, 1)];
    sink.begin();
    for (const row of rows(0, before)) sink.append('events', DAY, row, true);
    sink.begin();
    for (const row of rows(5000, taken)) sink.append('events', DAY, row);
    for (const row of rows(5000, taken)) sink.append('events', '2026-03-03', row);
    sink.takeBack();
    sink.begin();
    for (const row of rows(before, 1)) sink.append('events', DAY, row);
    expect(await staged(sink)).toEqual(kept.map(comeBack));
  });
});

test('events of hundreds of days are written out before they fill the memory', () => {
  const sink = newSink();
  const long = 'k'.repeat(100_000);
  for (let n = 0; n < 500; n++) sink.append('events', `day-${n}`, eventRow({ object_key: long }), true);
  const onDisk = Array.from({ length: 500 }, (_, n) => join(folder, String(folders - 1), `events.day-${n}.csv`)).filter(
    (path) => statSync(path, { throwIfNoEntry: false }) !== undefined,
  );
  expect(onDisk.length).toBeGreaterThan(250);
  expect(sink.finish().files).toHaveLength(500);
});

test('a row that the CloudTrail reader calls plain needs no quoting', async () => {
  const PLAIN = /^[ !#-\x7f]*$/;
  const location = fc.oneof(fc.constant('/logs/file.json'), fc.constantFrom('/a "b".json', '/é.json', '/a\nb.json'));
  let plainRows = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.constant('a/b.csv'), anyText),
      location,
      fc.constantFrom('file', 'lookup', 'bus'),
      async (key, path, form) => {
        const record = s3Record({ requestParameters: { bucketName: 'analytics', key }, userAgent: `agent of ${key}` });
        const wrapped = {
          file: { Records: [record] },
          lookup: { Events: [{ EventId: 'event-1', CloudTrailEvent: JSON.stringify(record) }] },
          bus: { 'detail-type': 'AWS API Call via CloudTrail', detail: record },
        }[form];
        const rows: { row: LandingRows[keyof LandingRows]; plain: boolean }[] = [];
        const document = JSON.stringify(wrapped);
        await readCloudTrail(inPieces(document), contextFor(path), { append: (__, ___, row, plain = false) => rows.push({ row, plain }) });
        expect(rows).toHaveLength((await read(document, { location: path })).kept);
        for (const { row, plain } of rows) {
          if (!plain) continue;
          plainRows++;
          for (const value of Object.values(row)) if (typeof value === 'string') expect(value).toMatch(PLAIN);
        }
      },
    ),
  );
  expect(plainRows).toBeGreaterThan(0);
});
