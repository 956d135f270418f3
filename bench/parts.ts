/** What is measured, part by part, and what each figure is held against. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoOptions } from '../lib/demo/options.ts';
import { type Contender, correlation, demo, gunzip, ingest, naive, run } from './contenders.ts';
import { type DataSet, prepareSet, warm } from './data.ts';
import { joinedRows } from './joined.ts';
import { lambdaIngest } from './lambda-part.ts';
import { measure } from './process.ts';
import { compete, type Outcome } from './rounds.ts';
import { rulesTime } from './rules-part.ts';
import { type Figures, type Ratio, ratio } from './statistics.ts';
import { verifyYear } from './verify-part.ts';

export interface BenchOptions {
  /** Events of the sets; the growth part goes from here to ten times as many. */
  readonly events: number;
  readonly rounds: number;
  /** Where sets are kept. */
  readonly data: string;
  /** Emptied and used for what contenders write. */
  readonly scratch: string;
  readonly say: (text: string) => void;
}

export interface PartResult {
  readonly title: string;
  readonly figures: readonly Figures[];
  readonly ratios: readonly Ratio[];
  /** What is no ratio: one sentence each. */
  readonly remarks: readonly string[];
  /** More to say of the result: stages and the like. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export type Part = (options: BenchOptions) => Promise<PartResult>;

/** The parts by the name that `--only` takes. `growth` is run only when it is asked for: it needs 25 GB and ten minutes. */
export const PARTS: Readonly<Record<string, Part>> = {
  'end-to-end': endToEnd,
  skew,
  files,
  rules: rulesTime,
  demo: demoTime,
  lambda: lambdaIngest,
  verify: verifyYear,
  growth,
};

/** Ratios; the most memory of a run at a million events, megabytes; wall time of the demo, seconds. */
const TARGETS = { naive: 1.5, skew: 3, growth: 1.15, files: 1.3, peakMb: 1500, demoS: 15 } as const;

/** Megabytes that a log file unpacks to. */
const BIG_FILE_MB = 20;
const SMALL_FILE_MB = 0.1;

/** Ours against the naive script and against gunzip. */
async function endToEnd(options: BenchOptions): Promise<PartResult> {
  const set = await plainSet(options);
  const joined = await joinedRows(set, options.say);
  await warm(set);
  const outcomes = await compete(
    [gunzip(set), naive(set, options.scratch, joined), run(set, options.scratch)],
    options.rounds,
    options.say,
  );
  const [floor, peer, ours] = ['gunzip', 'naive', 'run'].map((name) => figuresOf(outcomes, name)) as [Figures, Figures, Figures];
  const { records, unpackedBytes, packedBytes, sessions, inputs } = set.manifest;
  return {
    title: `end to end, ${records} events`,
    figures: [floor, peer, ours],
    ratios: [ratio(ours, peer, TARGETS.naive), ratio(ours, floor), ratio(peer, floor)],
    remarks: [memoryRemark(ours)],
    details: { records, unpackedBytes, packedBytes, sessions, files: inputs.cloudtrail.files, joined: joined.joined },
  };
}

/** Correlation of the worst cases of the join against a plain set with as many events, sessions and days. */
async function skew(options: BenchOptions): Promise<PartResult> {
  const plain = await plainSet(options);
  const { events, sessions } = plain.manifest.options;
  const queue = await prepareSet(options.data, `one-address-sessions-${events}`, { events, skew: 'one-address-sessions' }, options.say);
  const long = { events, days: queue.manifest.options.days, sessions: queue.manifest.options.sessions };
  const sets: Record<string, DataSet> = {
    plain,
    'one-address': await prepareSet(options.data, `one-address-${events}`, { events, sessions, skew: 'one-address' }, options.say),
    shared: await prepareSet(options.data, `shared-${events}`, { events, sessions, skew: 'shared' }, options.say),
    'plain-days': await prepareSet(options.data, `plain-days-${events}`, long, options.say),
    'one-address-sessions': queue,
  };
  const outcomes = await correlateAll(sets, options);
  const figure = (name: string) => figuresOf(outcomes, name);
  return {
    title: `correlation of ${events} events, by skew`,
    figures: [...outcomes.values()].map(({ figures }) => figures),
    ratios: [
      ratio(figure('one-address'), figure('plain'), TARGETS.skew),
      ratio(figure('shared'), figure('plain'), TARGETS.skew),
      ratio(figure('one-address-sessions'), figure('plain-days'), TARGETS.skew),
    ],
    remarks: [findingsRemark(outcomes)],
    details: results(outcomes),
  };
}

/** `run` on the same events in files of 0.1 MB and of 20 MB. */
async function files(options: BenchOptions): Promise<PartResult> {
  const { events } = options;
  const plain = await plainSet(options);
  const asBig = { events, filesize: BIG_FILE_MB, truth: false };
  const big =
    plain.manifest.options.filesize === BIG_FILE_MB ? plain : await prepareSet(options.data, `big-files-${events}`, asBig, options.say);
  const small = await prepareSet(options.data, `small-files-${events}`, { events, filesize: SMALL_FILE_MB, truth: false }, options.say);
  for (const set of [big, small]) await warm(set);
  const outcomes = await compete(
    [run(big, options.scratch, 'big-files'), run(small, options.scratch, 'small-files')],
    options.rounds,
    options.say,
  );
  const [inBig, inSmall] = [figuresOf(outcomes, 'big-files'), figuresOf(outcomes, 'small-files')];
  return {
    title: `${events} events in ${big.manifest.inputs.cloudtrail.files} and in ${small.manifest.inputs.cloudtrail.files} files`,
    figures: [inBig, inSmall],
    ratios: [ratio(inSmall, inBig, TARGETS.files)],
    remarks: [memoryRemark(inBig), memoryRemark(inSmall)],
  };
}

async function demoTime(options: BenchOptions): Promise<PartResult> {
  const outcomes = await compete([demo(options.scratch)], options.rounds, options.say);
  const figures = figuresOf(outcomes, 'demo');
  return {
    title: 'the demo',
    figures: [figures],
    ratios: [],
    remarks: [`the demo takes ${figures.wallS.toFixed(1)} s; at most ${TARGETS.demoS}`],
  };
}

/** Correlation of ten times the events and sessions, on ten times the days; the times are divided by the events. */
async function growth(options: BenchOptions): Promise<PartResult> {
  const small = await plainSet(options);
  const { events, sessions } = small.manifest.options;
  const wanted = { events: events * 10, sessions: sessions * 10, days: 10, truth: false };
  const large = await prepareSet(options.data, `plain-${wanted.events}`, wanted, options.say);
  const outcomes = await correlateAll({ once: small, tenfold: large }, options);
  const [one, ten] = [figuresOf(outcomes, 'once'), figuresOf(outcomes, 'tenfold')];
  return {
    title: `correlation of ${events} and of ${wanted.events} events; times an event`,
    figures: [one, ten],
    ratios: [ratio(ten, one, TARGETS.growth, { a: large.manifest.records, b: small.manifest.records })],
    remarks: [memoryRemark(one), memoryRemark(ten)],
    details: results(outcomes),
  };
}

function plainSet({ events, data, say }: BenchOptions): Promise<DataSet> {
  const options: DemoOptions = { events };
  return prepareSet(data, `plain-${events}`, options, say);
}

/** Ingests each set once, then correlates copies in turn. */
async function correlateAll(sets: Readonly<Record<string, DataSet>>, options: BenchOptions): Promise<Map<string, Outcome>> {
  const contenders: Contender[] = [];
  const ingested: string[] = [];
  for (const [name, set] of Object.entries(sets)) {
    const lake = join(options.scratch, `${name}-ingested`);
    rmSync(lake, { recursive: true, force: true });
    options.say(`ingesting ${set.name}`);
    await measure(ingest(set, lake));
    ingested.push(lake);
    contenders.push(correlation(set, options.scratch, name, lake));
  }
  const outcomes = await compete(contenders, options.rounds, options.say);
  for (const lake of ingested) rmSync(lake, { recursive: true, force: true });
  return outcomes;
}

function memoryRemark({ name, peakMb }: Figures): string {
  return `${name} holds ${peakMb.toFixed(0)} MB at most; target at a million events: ${TARGETS.peakMb}`;
}

/** Of the last round; each rule is a stage, `findings: ID`. */
function findingsRemark(outcomes: ReadonlyMap<string, Outcome>): string {
  const { stages } = results(outcomes)['plain'] as { stages: Record<string, number> };
  const spent = Object.entries(stages).reduce((sum, [name, ms]) => sum + (/^findings\b/.test(name) ? ms : 0), 0);
  return `all rules take ${(spent / 1000).toFixed(2)} s of the plain set`;
}

function figuresOf(outcomes: ReadonlyMap<string, Outcome>, name: string): Figures {
  const outcome = outcomes.get(name);
  if (!outcome) throw new Error(`${name} was not measured`);
  return outcome.figures;
}

function results(outcomes: ReadonlyMap<string, Outcome>): Record<string, unknown> {
  return Object.fromEntries([...outcomes].map(([name, { result }]) => [name, result]));
}
