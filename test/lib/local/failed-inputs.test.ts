/** Inputs that cannot be read: each is named with the reason and tried again, leaves no row, and holds up no other. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { commitBatch } from '../../../lib/engine/batch-commit.ts';
import { LakeError } from '../../../lib/errors.ts';
import { readCloudTrail } from '../../../lib/ingest/cloudtrail-reader.ts';
import type { Readers } from '../../../lib/ingest/read-input.ts';
import { DEFAULT_LIMITS, type Reader } from '../../../lib/ingest/reader.ts';
import type { InputObject } from '../../../lib/lake/batch.ts';
import { listInputs } from '../../../lib/local/input-listing.ts';
import { type StageRequest, stageBatch } from '../../../lib/local/stage-batch.ts';
import {
  ingestInto,
  logText,
  NOW_MS,
  removeFolder,
  someRecords,
  temporaryFolder,
  withLake,
  writeInput,
} from '../../helpers/input-files.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('failed-inputs');
});
afterEach(() => removeFolder(folder));

const requestFor = (inputs: readonly InputObject[]): StageRequest => ({
  folder: join(folder, 'staging'),
  inputs,
  nowMs: NOW_MS,
  limits: DEFAULT_LIMITS,
});

const stage = (inputs: readonly InputObject[]) => stageBatch(requestFor(inputs), () => undefined);

/** Reads a log, but breaks like a bug behind the last record of a file called `odd`. */
const buggy: Reader = async (bytes, context, sink) => {
  const outcome = await readCloudTrail(bytes, context, sink);
  if (context.location.endsWith('/odd.json')) JSON.parse('secret');
  return outcome;
};
const READERS: Readers = { cloudtrail: buggy, usage_report: buggy, snapshot: buggy, session_check: buggy, flow_log: buggy };

describe('gzip that contradicts its checksum', () => {
  const changed = () => {
    const stored = gzipSync(logText(...someRecords('a', 3)));
    // stored, not deflated: so much comes out before the end that rows are there when the checksum turns out wrong
    const other = gzipSync(logText(...someRecords('b', 300)), { level: 0 });
    // the bytes of one document under the checksum of another
    return Buffer.concat([other.subarray(0, -8), stored.subarray(-8)]);
  };

  test('is evidence of nothing: no row is kept, none is counted, and the input is rejected with the remedy', async () => {
    writeInput(folder, 'logs/a.json.gz', changed());
    writeInput(folder, 'logs/b.json', logText(...someRecords('c', 2)));
    const batch = await stage(await listInputs('cloudtrail', [join(folder, 'logs')]));
    expect(batch.inputs.map((input) => [input.status, input.records_read, input.kept, input.malformed])).toEqual([
      ['rejected', 0, 0, 0],
      ['ingested', 2, 2, 0],
    ]);
    expect(batch.inputs[0]?.reason).toMatch(/a\.json\.gz is damaged: .*nothing of it was kept.*fetch the file again/);
    expect(batch.files.reduce((sum, file) => sum + file.rows, 0)).toBe(2);
  });

  test('does not stand beside the sound file that is fetched in its place', async () => {
    const path = writeInput(folder, 'logs/a.json.gz', changed());
    await withLake(join(folder, 'lake'), async (lake) => {
      await ingestInto(lake, { cloudtrail: [path] });
      writeInput(folder, 'logs/a.json.gz', gzipSync(logText(...someRecords('a', 3))));
      await ingestInto(lake, { cloudtrail: [path] });
      expect((await lake.query('SELECT status, count(*) FROM inputs GROUP BY status ORDER BY status')).rows).toEqual([
        ['ingested', 1],
        ['rejected', 1],
      ]);
      expect(await lake.database.count('SELECT count(*) FROM events')).toBe(3);
      expect(await lake.database.count("SELECT count(*) FROM events WHERE event_id LIKE 'b%'")).toBe(0);
    });
  });
});

describe('the system gives no bytes:', () => {
  test('a file that vanishes between listing and reading is named, and the others are read', async () => {
    const gone = writeInput(folder, 'logs/a.json', logText(...someRecords('a', 2)));
    writeInput(folder, 'logs/b.json', logText(...someRecords('b', 2)));
    const listed = await listInputs('cloudtrail', [join(folder, 'logs')]);
    rmSync(gone);
    const batch = await stage(listed);
    expect(batch.failed).toEqual([
      {
        location: gone,
        kind: 'cloudtrail',
        reason: expect.stringMatching(/vanished before it could be read; the next run/),
        account_id: null,
        region: null,
        report_day: null,
        failed_at_ms: NOW_MS,
      },
    ]);
    expect(batch.inputs.map((input) => [input.status, input.kept])).toEqual([['ingested', 2]]);
  });

  test('a folder that has taken the place of a file is named, and the others are read', async () => {
    const gone = writeInput(folder, 'logs/a.json', logText(...someRecords('a', 2)));
    writeInput(folder, 'logs/b.json', logText(...someRecords('b', 2)));
    const listed = await listInputs('cloudtrail', [join(folder, 'logs')]);
    rmSync(gone);
    mkdirSync(gone);
    const batch = await stage(listed);
    expect(batch.failed).toMatchObject([
      { location: gone, reason: expect.stringMatching(/could not be read to its end \(.*\); run again/) },
    ]);
    expect(batch.inputs).toHaveLength(1);
  });

  test('an input that fails midway leaves no row behind, so that reading it again counts nothing twice', async () => {
    // the way of an S3 connection that breaks: rows were given to the sink, then the bytes stop
    writeInput(folder, 'logs/a.json', logText(...someRecords('a', 2)));
    const broken = { location: 'broken', kind: 'cloudtrail', sizeBytes: 1, modifiedMs: 0, etag: null } as const;
    const good = await listInputs('cloudtrail', [join(folder, 'logs')]);
    async function* bytes(location: string): AsyncGenerator<Uint8Array> {
      if (location !== 'broken') return yield Buffer.from(logText(...someRecords('a', 2)));
      yield Buffer.from(logText(...someRecords('b', 1000)).slice(0, -2));
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    }
    const request = { folder: join(folder, 'staging'), inputs: [broken, ...good, broken], nowMs: NOW_MS, limits: DEFAULT_LIMITS };
    const batch = await stageBatch(request, () => undefined, bytes);
    expect(batch.failed.map((each) => each.location)).toEqual(['broken', 'broken']);
    expect(batch.files.map(({ table, rows }) => [table, rows])).toEqual([['events', 2]]);
    expect(batch.inputs.map((input) => input.kept)).toEqual([2]);
  });
});

describe('a reader breaks on an input:', () => {
  const logs = (name: string) => {
    for (const each of ['a', name, 'z']) writeInput(folder, `logs/${each}.json`, logText(...someRecords(each, 2)));
    return listInputs('cloudtrail', [join(folder, 'logs')]);
  };

  test('it fails with its name and the place in the code, quotes nothing, and the others are read', async () => {
    const batch = await stageBatch(requestFor(await logs('odd')), () => undefined, undefined, READERS);
    expect(batch.failed).toMatchObject([
      {
        location: join(folder, 'logs/odd.json'),
        reason: expect.stringMatching(
          /odd\.json could not be read: SyntaxError at .*:\d+; this is a bug .* please report it; the next run tries it again$/,
        ),
      },
    ]);
    expect(JSON.stringify(batch)).not.toContain('secret');
    expect(batch.inputs.map((input) => [input.status, input.kept])).toEqual([
      ['ingested', 2],
      ['ingested', 2],
    ]);
  });

  test('none of its rows is kept, and the next ingest reads it', async () => {
    const listed = await logs('odd');
    await withLake(join(folder, 'lake'), async (lake) => {
      const staging = lake.path('.staging', '0');
      await commitBatch(lake, await stageBatch({ ...requestFor(listed), folder: staging }, () => undefined, undefined, READERS), staging);
      await lake.refreshViews();
      expect((await lake.query('SELECT event_id FROM events ORDER BY event_id')).rows).toEqual([['a-0'], ['a-1'], ['z-0'], ['z-1']]);
      const { inputs } = await ingestInto(lake, { cloudtrail: [join(folder, 'logs')] });
      expect([inputs.skipped, inputs.ingested]).toEqual([2, 1]);
      expect(await lake.database.count("SELECT count(*) FROM events WHERE event_id LIKE 'odd-%'")).toBe(2);
    });
  });

  test('what is thrown without being an error is no exception', async () => {
    const throwing: Reader = () => Promise.reject('boo');
    const batch = await stageBatch(requestFor(await logs('odd')), () => undefined, undefined, { ...READERS, cloudtrail: throwing });
    expect(batch.failed.map((each) => each.reason)).toEqual(
      Array(3).fill(expect.stringContaining('something was thrown that is no error')),
    );
  });

  test('its file is closed', async () => {
    let closed = 0;
    async function* bytes(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.from('x'.repeat(100_000));
      } finally {
        closed++;
      }
    }
    const impatient: Reader = async (given) => {
      for await (const chunk of given) throw new TypeError(`${chunk.length}`);
      throw new Error('nothing was given');
    };
    await stageBatch(requestFor(await logs('odd')), () => undefined, bytes, { ...READERS, cloudtrail: impatient });
    expect(closed).toBe(3);
  });

  test('whoever outlives the reader knows where it was', async () => {
    const reading = new Int32Array(1).fill(-1);
    const seen: number[] = [];
    await stageBatch({ ...requestFor(await logs('b')), reading }, () => seen.push(reading[0] ?? -1));
    expect(seen).toEqual([0, 1, 2]);
  });

  test('what a reader left that died is not kept when its batch is read again', async () => {
    const listed = await logs('b');
    mkdirSync(join(folder, 'staging'));
    writeFileSync(join(folder, 'staging', 'events.2026-03-02.csv'), 'half a row');
    const { files } = await stage(listed);
    expect(readFileSync(files[0]?.path ?? '', 'utf8')).not.toContain('half a row');
  });
});

test('staging files that cannot be written are the fault of no input, and end the work', async () => {
  writeInput(folder, 'logs/a.json', logText(...someRecords('a', 1000)));
  const listed = await listInputs('cloudtrail', [join(folder, 'logs')]);
  const taken: Reader = async (bytes, context, sink) => {
    // as when somebody removes the folder of a lake that is being written
    mkdirSync(join(folder, 'staging', 'events.2026-03-02.csv'));
    return readCloudTrail(bytes, context, sink);
  };
  const staged = stageBatch(requestFor(listed), () => undefined, undefined, { ...READERS, cloudtrail: taken });
  await expect(staged).rejects.toThrow(LakeError);
  await expect(staged).rejects.toThrow(/cannot write .*events\.2026-03-02\.csv: EISDIR.*; see that the lake can be written/);
  expect(existsSync(join(folder, 'staging'))).toBe(true);
});
