/** Whom the bench runs: each a whole process, checked every time, because a fast wrong answer is no answer. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DataSet, reportFolders } from './data.ts';
import type { Joined } from './joined.ts';
import { benchScript, commandLine, type Program } from './process.ts';

export interface Contender {
  readonly name: string;
  readonly program: Program;
  /** Not measured: what it needs fresh each time. */
  readonly prepare?: () => void;
  /** Throws when the result is not right. */
  readonly check: (result: unknown) => void;
}

/** Node's own gunzip in two threads: nothing that reads the logs in JavaScript can be faster. */
export function gunzip(set: DataSet): Contender {
  return {
    name: 'gunzip',
    program: { script: benchScript('gunzip'), argv: [set.directory] },
    check: (result) => same('bytes', (result as { bytes: number }).bytes, set.manifest.unpackedBytes),
  };
}

/** The script of a good analyst. @param joined what its join must come to */
export function naive(set: DataSet, scratch: string, joined: Joined): Contender {
  return {
    name: 'naive',
    program: { script: benchScript('naive'), argv: [set.directory, join(scratch, 'naive.parquet'), ...reportFolders(set)] },
    check: (result) => {
      const found = result as Joined;
      same('rows of the naive join', found.written, joined.written);
      same('rows of the naive join with a session', found.joined, joined.joined);
    },
  };
}

/** What `run` and `ingest` print. */
interface RunDocument {
  readonly ingest: { readonly records: { readonly malformed: number } };
  readonly correlate: { readonly run: Readonly<Record<string, number>> };
}

/** Ours from end to end: from files to published verdicts, on a lake that is not there before. */
export function run(set: DataSet, scratch: string, name = 'run'): Contender {
  const lake = join(scratch, `${name}-lake`);
  return {
    name,
    program: { script: commandLine(), argv: ['run', ...inputs(set, lake), ...settling(set)] },
    prepare: () => rmSync(lake, { recursive: true, force: true }),
    check: (result) => checkRun(set, result as RunDocument),
  };
}

function checkRun({ manifest }: DataSet, { ingest, correlate }: RunDocument): void {
  same('events', correlate.run['events_kept'], manifest.records);
  same('malformed records', ingest.records.malformed, 0);
  same('duplicates', correlate.run['duplicates'], manifest.duplicates);
  if (manifest.truth === null) return;
  for (const verdict of ['attributed', 'ambiguous', 'unattributed', 'not_joinable'] as const) {
    same(`events ${verdict}`, correlate.run[verdict], manifest.expected[verdict] ?? 0);
  }
}

/** Ingestion alone, into a lake to correlate copies of. */
export function ingest(set: DataSet, lake: string): Program {
  return { script: commandLine(), argv: ['ingest', ...inputs(set, lake)] };
}

/** Correlation alone, of a copy of an ingested lake. @param rules whether the findings rules run, default all of them */
export function correlation(set: DataSet, scratch: string, name: string, ingested: string, rules: 'all' | 'none' = 'all'): Contender {
  const lake = join(scratch, `${name.replaceAll(' ', '-')}-lake`);
  return {
    name,
    program: {
      script: benchScript('correlation'),
      argv: [lake, join(set.directory, set.manifest.configuration), set.manifest.asOf.withLate, rules],
    },
    prepare: () => {
      rmSync(lake, { recursive: true, force: true });
      cpSync(ingested, lake, { recursive: true });
    },
    check: (result) => same('events', (result as { events: number }).events, set.manifest.records),
  };
}

/** The demo as the README has it. */
export function demo(scratch: string): Contender {
  return { name: 'demo', program: { script: commandLine(), argv: ['demo', '--dir', join(scratch, 'demo')] }, check: () => undefined };
}

function inputs(set: DataSet, lake: string): string[] {
  const folder = (name: string) => join(set.directory, name);
  const { cloudtrail, snapshots } = set.manifest.inputs;
  const swept = snapshots.files > 0 ? ['--snapshots', folder(snapshots.path)] : [];
  return [
    '--lake',
    lake,
    '--cloudtrail',
    folder(cloudtrail.path),
    '--usage-reports',
    ...reportFolders(set),
    ...swept,
    '--quiet',
    '--output',
    'json',
  ];
}

function settling({ directory, manifest }: DataSet): string[] {
  return ['--config', join(directory, manifest.configuration), '--as-of', manifest.asOf.withLate];
}

function same(what: string, found: number | undefined, expected: number): void {
  if (found !== expected) throw new Error(`${what}: ${found} found, ${expected} expected`);
}
