import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { generateDemo } from '../../../lib/demo/generate.ts';
import type { LogFile } from '../../../lib/demo/log-plan.ts';
import type { DemoManifest } from '../../../lib/demo/manifest.ts';
import type { DemoOptions } from '../../../lib/demo/options.ts';
import { Random } from '../../../lib/demo/random.ts';
import { americanTime } from '../../../lib/demo/sign-in.ts';
import type { TruthRow } from '../../../lib/demo/truth.ts';
import { makeLog, planDemo } from '../../../lib/demo/world.ts';
import { writeDemo } from '../../../lib/local/demo-writer.ts';
import { type AddressedRecord, checkTruth } from './candidates.ts';

interface Read {
  readonly truth: Map<string, TruthRow>;
  readonly manifest: DemoManifest;
  readonly records: AddressedRecord[];
  readonly sessions: Record<string, string>[];
  readonly logBytes: number[];
  /** Hash of all paths, times and unpacked bytes. */
  readonly hash: string;
}

function read(options: DemoOptions): Read {
  const hash = createHash('sha256');
  const records: Read['records'] = [];
  const sessions: Read['sessions'] = [];
  const logBytes: number[] = [];
  const truth: Read['truth'] = new Map();
  let manifest: DemoManifest | undefined;
  for (const { path, bytes, modifiedMs } of generateDemo(options)) {
    const unpacked = path.endsWith('.gz') ? gunzipSync(bytes) : Buffer.from(bytes);
    // how well the logs packed depends on the zlib of this Node
    const lasting = path === 'manifest.json' ? unpacked.toString('utf8').replace(/"packedBytes": \d+/, '') : unpacked;
    hash.update(`${path}\n${modifiedMs}\n`).update(lasting);
    if (path.startsWith('cloudtrail/')) {
      logBytes.push(unpacked.length);
      records.push(...(JSON.parse(unpacked.toString('utf8')) as { Records: Read['records'] }).Records);
    }
    if (path.includes('daily-session-report')) sessions.push(...(parseCsv(unpacked, { columns: true }) as Read['sessions']));
    if (path === 'truth.ndjson.gz') {
      for (const line of unpacked.toString('utf8').split('\n')) {
        if (line !== '') truth.set((JSON.parse(line) as TruthRow).event_id, JSON.parse(line) as TruthRow);
      }
    }
    if (path === 'manifest.json') manifest = JSON.parse(unpacked.toString('utf8')) as DemoManifest;
  }
  return { truth, manifest: manifest as DemoManifest, records, sessions, logBytes, hash: hash.digest('hex') };
}

const SMALL = { events: 3000, sessions: 60, sweeps: 2 } as const;

describe('equal options', () => {
  test('give equal bytes, and another seed gives others', () => {
    const once = read({ ...SMALL, seed: 7 });
    expect(read({ ...SMALL, seed: 7 }).hash).toBe(once.hash);
    expect(read({ ...SMALL, seed: 8 }).hash).not.toBe(once.hash);
  });

  test('give the bytes they gave before, in every time zone', () => {
    // a change here changes every measured and documented figure: intended only when the generator is meant to change
    expect(read({ ...SMALL, seed: 7 }).hash).toBe('43ad83e579091027ffbf4836b913daf722e21732368dde7eab88e15229e530f6');
  });

  test('give a file the same bytes whichever files were made before it', () => {
    const world = planDemo(SMALL);
    const hashes = (logs: readonly LogFile[]) =>
      new Map(logs.map((log) => [log, createHash('sha256').update(makeLog(world, log).bytes).digest('hex')]));
    const forwards = hashes(world.logs);
    expect([...hashes([...world.logs].reverse())].filter(([log, hash]) => forwards.get(log) !== hash)).toEqual([]);
    expect(new Set(forwards.values()).size).toBe(world.logs.length);
  });
});

describe('the writer', () => {
  test('writes the files of the generator, with their times', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'demo-'));
    try {
      const manifest = await writeDemo(directory, SMALL, { threads: 2 });
      const expected = [...generateDemo(SMALL)];
      const found = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const paths = found.map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
      expect(paths.sort()).toEqual(expected.map(({ path }) => path).sort());
      for (const { path, bytes, modifiedMs } of expected) {
        expect(readFileSync(join(directory, path)).equals(bytes)).toBe(true);
        expect(Math.round(statSync(join(directory, path)).mtimeMs)).toBe(modifiedMs);
      }
      expect(JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'))).toEqual(manifest);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('the truth of a set', () => {
  test.each([
    // addresses are used again at once: every grace ends early
    { events: 8000, sessions: 1500, addresses: 60, story: false, truth: true },
    { events: 3000, sessions: 300, addresses: 100, skew: 'shared', truth: true },
    { events: 3000, sessions: 300, skew: 'one-address', truth: true },
    { events: 3000, sessions: 2000, skew: 'one-address-sessions', truth: true },
  ] as const)('is what its sessions allow: %j', (options) => {
    const { records, truth, sessions } = read(options);
    const { wrong, checked } = checkTruth(records, truth, sessions);
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(500);
  });
});

describe('a set for measuring', () => {
  test('has the records, sizes and mix that were asked for', () => {
    const { manifest, records, logBytes } = read({ events: 8000, sessions: 800, filesize: 1 });
    expect(records).toHaveLength(8000);
    expect(manifest.s3Records / records.length).toBeGreaterThan(0.75);
    expect(manifest.s3Records / records.length).toBeLessThan(0.87);
    expect(manifest.unpackedBytes / records.length).toBeGreaterThan(1850);
    expect(manifest.unpackedBytes / records.length).toBeLessThan(2050);
    expect(manifest.unpackedBytes / manifest.packedBytes).toBeGreaterThan(7);
    expect(manifest.unpackedBytes / manifest.packedBytes).toBeLessThan(10);
    const whole = logBytes.filter((bytes) => bytes > 500_000);
    expect(whole.length).toBeGreaterThan(12);
    for (const bytes of whole) expect(bytes).toBeLessThan(3_500_000);
    expect(manifest.signIns).toBeGreaterThan(600);
  });

  test('has sessions for every day and a report for each and one more', () => {
    const { manifest, sessions } = read({ events: 6000, sessions: 600, days: 3, story: false });
    expect(sessions).toHaveLength(600);
    expect(new Set(sessions.map((row) => row['session_start_time']?.slice(0, 10)))).toEqual(
      new Set(['2026-03-02', '2026-03-03', '2026-03-04']),
    );
    expect(manifest.inputs.usageReports.files).toBe(2 * 2 * 4);
    expect(manifest.inputs.late.files).toBe(0);
    expect(manifest.story).toBeNull();
  });

  test('one-address has nine events in ten on one address', () => {
    const { manifest, records } = read({ events: 4000, sessions: 800, skew: 'one-address' });
    const counts = new Map<string, number>();
    for (const { sourceIPAddress } of records) counts.set(sourceIPAddress, (counts.get(sourceIPAddress) ?? 0) + 1);
    const crowd = records.length - manifest.signIns;
    expect(Math.max(...counts.values()) / crowd).toBeGreaterThan(0.85);
    expect(Math.max(...counts.values()) / crowd).toBeLessThan(0.95);
  });

  test('shared has fifty sessions on each address at a time', () => {
    const { sessions } = read({ events: 1000, sessions: 1000, addresses: 250, skew: 'shared' });
    const noon = Date.UTC(2026, 2, 2, 12);
    const counts = new Map<string, number>();
    for (const row of sessions) {
      expect(row['is_multisession']).toBe('true');
      const open = Date.parse(row['session_start_time'] as string) <= noon && Date.parse(row['session_end_time'] as string) >= noon;
      if (open) counts.set(row['eni_private_ip_address'] as string, (counts.get(row['eni_private_ip_address'] as string) ?? 0) + 1);
    }
    expect(counts.size).toBe(5);
    for (const count of counts.values()) expect(count).toBeGreaterThan(30);
  });

  test('one-address-sessions has all sessions on one address, one after the other', () => {
    const { sessions, manifest } = read({ events: 500, sessions: 1000, skew: 'one-address-sessions' });
    expect(manifest.options.days).toBe(10);
    expect(sessions).toHaveLength(1000);
    expect(new Set(sessions.map((row) => row['eni_private_ip_address'])).size).toBe(1);
    const bounds = sessions.map(
      (row) => [Date.parse(row['session_start_time'] as string), Date.parse(row['session_end_time'] as string)] as const,
    );
    bounds.sort((a, b) => a[0] - b[0]);
    for (const [n, [start]] of bounds.entries()) if (n > 0) expect(start).toBeGreaterThan((bounds[n - 1] as readonly [number, number])[1]);
  });
});

describe('any set', () => {
  test('is valid JSON and CSV and adds up', () => {
    const options = fc.record({
      seed: fc.integer(),
      day: fc.constantFrom('2026-03-02', '2024-02-29', '2026-12-31', '2026-03-29'),
      days: fc.integer({ min: 1, max: 3 }),
      events: fc.integer({ min: 0, max: 400 }),
      sessions: fc.integer({ min: 0, max: 40 }),
      fleets: fc.integer({ min: 1, max: 8 }),
      skew: fc.constantFrom('plain', 'one-address', 'shared', 'one-address-sessions'),
      filesize: fc.constantFrom(null, 0.1, 20),
      sweeps: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(options, (chosen) => {
        const { records, manifest, sessions } = read({ ...(chosen as DemoOptions), story: false, truth: true });
        expect(records.length).toBe(Math.max(chosen.events, manifest.signIns));
        expect(new Set(records.map(({ eventID }) => eventID)).size).toBe(manifest.events);
        expect(sessions.length).toBe(chosen.sessions);
      }),
      { numRuns: 25 },
    );
  });

  test('may be of nothing at all, and every file of it can be read', () => {
    const { records, truth } = read({ events: 0, sessions: 0, fleets: 1, sweeps: 0, story: false, truth: true });
    expect([records.length, truth.size]).toEqual([0, 0]);
  });

  test('is refused when an option makes no sense', () => {
    expect(() => planDemo({ day: '2026-02-30' })).toThrow('2026-02-30 is no day; write it as YYYY-MM-DD');
    expect(() => planDemo({ events: -1 })).toThrow('events -1 is out of range');
    expect(() => planDemo({ filesize: 0 })).toThrow('filesize 0 is out of range');
    expect(() => planDemo({ fleets: 2, story: true })).toThrow('the story needs a plain set of five fleets');
  });
});

describe('its parts', () => {
  test('random ids have the form of real ones', () => {
    const random = new Random(3, 'ids');
    for (let n = 0; n < 200; n++) {
      expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(random.capitals(16)).toMatch(/^[A-Z0-9]{16}$/);
      expect(random.base64(74)).toHaveLength(74);
      expect(random.between(3, 5)).toBeGreaterThanOrEqual(3);
      expect(random.between(3, 5)).toBeLessThanOrEqual(5);
    }
  });

  test('expirations are printed in American English', () => {
    expect(americanTime(Date.UTC(2026, 2, 2, 0, 5, 7))).toBe('Mar 2, 2026, 12:05:07 AM');
    expect(americanTime(Date.UTC(2026, 10, 22, 12, 0, 0))).toBe('Nov 22, 2026, 12:00:00 PM');
    expect(americanTime(Date.UTC(2026, 10, 22, 23, 59, 1))).toBe('Nov 22, 2026, 11:59:01 PM');
  });
});
