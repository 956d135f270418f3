/** What was made: for people, for tests and for the demo that tells the story. */
import { formatTime } from '../time.ts';
import type { DemoCounts } from './collector.ts';
import { demoWindow, type ResolvedDemoOptions } from './options.ts';
import type { DemoStory } from './story.ts';
import type { DemoWorld } from './world.ts';

/** A folder of inputs, relative to the demo's directory. */
export interface DemoInput {
  readonly path: string;
  readonly files: number;
}

export interface DemoManifest {
  readonly version: 1;
  readonly options: ResolvedDemoOptions;
  /** First instant with events, inclusive, and the first after them, exclusive; a session's night goes on a little. UTC. */
  readonly from: string;
  readonly to: string;
  /** Times to correlate as of: before the late report has come, and after. UTC. */
  readonly asOf: { readonly first: string; readonly withLate: string };
  /** CloudTrail records, duplicates included. */
  readonly records: number;
  readonly duplicates: number;
  /** Distinct events: rows of the truth. */
  readonly events: number;
  /** S3 data events among the records. */
  readonly s3Records: number;
  readonly kinds: DemoCounts['kinds'];
  readonly expected: DemoCounts['expected'];
  readonly sessions: number;
  readonly users: number;
  readonly signIns: number;
  /** Bytes of CloudTrail, as JSON and as .gz. */
  readonly unpackedBytes: number;
  readonly packedBytes: number;
  readonly inputs: {
    readonly cloudtrail: DemoInput;
    readonly usageReports: DemoInput;
    readonly snapshots: DemoInput;
    readonly sessionChecks: DemoInput;
    /** Zero files without the story. */
    readonly flowLogs: DemoInput;
    /** Usage reports that come later; zero files without the story. */
    readonly late: DemoInput;
  };
  readonly configuration: 'configuration.yaml';
  readonly truth: 'truth.ndjson.gz' | null;
  readonly story: DemoStory | null;
}

export const FOLDERS = {
  cloudtrail: 'cloudtrail',
  usageReports: 'usage-reports',
  snapshots: 'snapshots',
  sessionChecks: 'session-checks',
  flowLogs: 'flow-logs',
  late: 'late',
} as const;

export interface DemoTotals {
  readonly counts: DemoCounts;
  unpackedBytes: number;
  packedBytes: number;
  /** Files by folder. */
  readonly files: Record<keyof typeof FOLDERS, number>;
}

export function demoManifest(world: DemoWorld, totals: DemoTotals): DemoManifest {
  const { options, sessions, story } = world;
  const { counts } = totals;
  const { start, end } = demoWindow(options);
  // the reports of the last night are due the day after next; by then all days but the last are closed by time
  const first = end + 33 * 3_600_000;
  const input = (name: keyof typeof FOLDERS): DemoInput => ({ path: FOLDERS[name], files: totals.files[name] });
  return {
    version: 1,
    options,
    from: formatTime(start),
    to: formatTime(end),
    asOf: { first: formatTime(first), withLate: formatTime(first + 9 * 3_600_000) },
    records: counts.records,
    duplicates: counts.duplicates,
    events: counts.records - counts.duplicates,
    s3Records: counts.s3,
    kinds: sorted(counts.kinds),
    expected: sorted(counts.expected),
    sessions: sessions.length,
    users: new Set(sessions.map(({ user, fleet }) => `${fleet.account}/${fleet.authentication}/${user}`)).size,
    signIns: counts.kinds.sign_in ?? 0,
    unpackedBytes: totals.unpackedBytes,
    packedBytes: totals.packedBytes,
    inputs: {
      cloudtrail: input('cloudtrail'),
      usageReports: input('usageReports'),
      snapshots: input('snapshots'),
      sessionChecks: input('sessionChecks'),
      flowLogs: input('flowLogs'),
      late: input('late'),
    },
    configuration: 'configuration.yaml',
    truth: options.truth ? 'truth.ndjson.gz' : null,
    story,
  };
}

/** Keys in alphabetical order: files are counted in any order, the manifest is the same. */
function sorted<T extends Record<string, number>>(counts: T): T {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1))) as T;
}
