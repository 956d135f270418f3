/** A demo as a sequence of files: pure, so that tests need no disk. `lib/local/demo-writer.ts` writes the same files in threads. */
import { gzipSync } from 'node:zlib';
import { formatDt } from '../time.ts';
import { REGION, SECOND_ACCOUNT } from './cast.ts';
import { addCounts, noCounts } from './collector.ts';
import { demoConfiguration } from './configuration-file.ts';
import { flowFiles } from './flow-log.ts';
import { deliveredAt, type LogFile, logPath, reportDays } from './log-plan.ts';
import { type DemoManifest, type DemoTotals, demoManifest, FOLDERS } from './manifest.ts';
import { type DemoOptions, demoWindow } from './options.ts';
import { type DemoSession, endDay } from './sessions.ts';
import { sweepText } from './sweep.ts';
import { applicationsReport, reportPath, reportWritten, sessionsReport } from './usage-report.ts';
import { type DemoWorld, makeLog, planDemo } from './world.ts';

export interface DemoFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** When it would have been written, epoch milliseconds. */
  readonly modifiedMs: number;
}

/** Ten past three: the archive is packed. */
const THEFT_SENT_MS = 3 * 3_600_000 + 600_000;
const SWEEP_EVERY_MS = 300_000;
/** Sweeps begin at ten o'clock. */
const FIRST_SWEEP_MS = 10 * 3_600_000;

/** All files of a demo; the manifest is the last. Equal options give equal bytes. */
export function* generateDemo(options: DemoOptions = {}): Generator<DemoFile, DemoManifest> {
  const world = planDemo(options);
  const totals = noTotals();
  yield* evidenceFiles(world, totals);
  const truths: Uint8Array[] = [];
  for (const log of world.logs) {
    const made = makeLog(world, log);
    const file = packLog(world, log, made.bytes);
    addCounts(totals.counts, made.counts);
    totals.unpackedBytes += made.bytes.length;
    totals.packedBytes += file.bytes.length;
    totals.files.cloudtrail++;
    if (world.options.truth) truths.push(pack(Buffer.from(made.truth, 'utf8')));
    yield file;
  }
  const { end } = demoWindow(world.options);
  if (world.options.truth) yield { path: 'truth.ndjson.gz', bytes: joined(truths), modifiedMs: end };
  const manifest = demoManifest(world, totals);
  yield { path: 'manifest.json', bytes: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`, 'utf8'), modifiedMs: end };
  return manifest;
}

/** One gzip member a log; without any log one of nothing: no bytes at all are no gzip. */
function joined(members: readonly Uint8Array[]): Uint8Array {
  return members.length === 0 ? pack(new Uint8Array()) : Buffer.concat(members);
}

export function noTotals(): DemoTotals {
  return {
    counts: noCounts(),
    unpackedBytes: 0,
    packedBytes: 0,
    files: { cloudtrail: 0, usageReports: 0, snapshots: 0, sessionChecks: 0, flowLogs: 0, late: 0 },
  };
}

/** A log file as it is delivered. @param bytes what `makeLog` made */
export function packLog(world: DemoWorld, log: LogFile, bytes: Uint8Array): DemoFile {
  const { seed } = world.options;
  return { path: `${FOLDERS.cloudtrail}/${logPath(seed, log)}`, bytes: pack(bytes), modifiedMs: deliveredAt(seed, log) };
}

/** Gzip whose header says nothing of the machine. The deflated bytes depend on the zlib that Node was built with. */
export function pack(bytes: Uint8Array): Uint8Array {
  const packed = gzipSync(bytes, { level: 6, chunkSize: Math.max(4096, bytes.length >> 2) });
  packed[9] = 255;
  return packed;
}

/** Everything but the logs and what is counted from them: the configuration, the reports, the sweeps, a session check. */
export function* evidenceFiles(world: DemoWorld, totals: DemoTotals): Generator<DemoFile> {
  const { start } = demoWindow(world.options);
  yield { path: 'configuration.yaml', bytes: Buffer.from(demoConfiguration(world.fleets), 'utf8'), modifiedMs: start };
  yield* reportFiles(world, totals);
  yield* sweepFiles(world, totals);
  yield* checkFiles(world, totals);
  yield* flowLogFiles(world, totals);
}

/** The reports of every account and day; a day without sessions has a report without rows, so that it is closed. */
function* reportFiles(world: DemoWorld, totals: DemoTotals): Generator<DemoFile> {
  const { options, sessions, story } = world;
  const ended = new Map<string, DemoSession[]>();
  for (const session of sessions) {
    const key = `${session.fleet.account}/${endDay(session)}`;
    const list = ended.get(key);
    if (list) list.push(session);
    else ended.set(key, [session]);
  }
  const days = reportDays(options);
  for (const account of accounts(world)) {
    for (const day of days) {
      const rows = (ended.get(`${account}/${day}`) ?? []).sort((a, b) => a.end - b.end || (a.id < b.id ? -1 : 1));
      const late = story !== null && account === SECOND_ACCOUNT && day === days[days.length - 1];
      const folder = late ? 'late' : 'usageReports';
      const modifiedMs = reportWritten(day, late);
      const texts = [
        ['sessions', sessionsReport(rows)],
        ['applications', applicationsReport(options.seed, rows)],
      ] as const;
      for (const [kind, text] of texts) {
        totals.files[folder]++;
        yield { path: `${FOLDERS[folder]}/${reportPath(account, kind, day)}`, bytes: Buffer.from(text, 'utf8'), modifiedMs };
      }
    }
  }
}

function* sweepFiles(world: DemoWorld, totals: DemoTotals): Generator<DemoFile> {
  const { options, fleets, index } = world;
  const { start } = demoWindow(options);
  for (const account of accounts(world)) {
    const names = fleets.filter((fleet) => fleet.account === account).map(({ name }) => name);
    for (let n = 0; n < options.sweeps; n++) {
      const time = start + FIRST_SWEEP_MS + n * SWEEP_EVERY_MS;
      const clock = new Date(time).toISOString().slice(11, 16).replace(':', '');
      const path = `${FOLDERS.snapshots}/${account}/${REGION}/${formatDt(time)}/sessions-${clock}Z.jsonl`;
      totals.files.snapshots++;
      yield { path, bytes: Buffer.from(sweepText(options.seed, index, account, names, time), 'utf8'), modifiedMs: time + 20_000 };
    }
  }
}

function* checkFiles({ check }: DemoWorld, totals: DemoTotals): Generator<DemoFile> {
  if (check === null) return;
  totals.files.sessionChecks++;
  const path = `${FOLDERS.sessionChecks}/${formatDt(check.timeMs)}.jsonl`;
  yield { path, bytes: Buffer.from(check.text, 'utf8'), modifiedMs: check.timeMs };
}

/** Only where the story is told. */
function* flowLogFiles(world: DemoWorld, totals: DemoTotals): Generator<DemoFile> {
  const { options, sessions, story } = world;
  if (story === null) return;
  const thief = sessions.find(({ id }) => id === story.thief.sessionId) ?? null;
  for (const account of accounts(world)) {
    const own = sessions.filter(({ fleet, connected }) => fleet.account === account && connected);
    const sender = thief?.fleet.account === account ? thief : null;
    for (const file of flowFiles(options.seed, account, own, sender, demoWindow(options).start + THEFT_SENT_MS)) {
      totals.files.flowLogs++;
      yield { path: `${FOLDERS.flowLogs}/${file.path}`, bytes: pack(Buffer.from(file.text, 'latin1')), modifiedMs: file.modifiedMs };
    }
  }
}

/** The accounts that have fleets. */
function accounts(world: DemoWorld): string[] {
  return [...new Set(world.fleets.map(({ account }) => account))];
}
