/** Golden folders: real input files with the verdicts they must lead to. Adding a case is adding a folder. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readCloudTrail } from '../../lib/ingest/cloudtrail-reader.ts';
import { sha256Hex } from '../../lib/ingest/digest.ts';
import { DEFAULT_LIMITS, type InputKind, type LandingRows, type Reader, type ReadOutcome } from '../../lib/ingest/reader.ts';
import { readReportLocation } from '../../lib/ingest/report-location.ts';
import { readSnapshots } from '../../lib/ingest/snapshot-reader.ts';
import { readUsageReport } from '../../lib/ingest/usage-report-reader.ts';
import { describeRejected } from '../../lib/lake/input-row.ts';
import { parseTime } from '../../lib/time.ts';
import { type Configuration, configurationSchema } from '../../schemas/configuration.ts';
import type { AcceptanceRow, FailedInputRow, RejectedRecordRow } from '../../schemas/ledger-tables.ts';
import type { EvidenceBase, ReportInput } from '../oracle/evidence-base.ts';

/** Where the folders are. */
export const GOLDEN_VERDICTS = resolve(dirname(fileURLToPath(import.meta.url)), '../golden/verdicts');

/** Last modification of every file that `case.yaml` does not give another one: checked-out files carry no time. */
const DEFAULT_MODIFIED = '2026-03-08T06:00:00Z';

/** The verdict of one event, as far as the case compares it. */
export interface ExpectedVerdict {
  readonly eventId: string;
  /** `eventTime`, epoch milliseconds: with the id it is the key. */
  readonly eventTimeMs: number;
  /** When, and what is special about the event, in a sentence. */
  readonly note: string;
  /** Row of the table that decides: `0` to `9`, or `S`; column `verdict_row`. */
  readonly row: string;
  /** The columns of `attributions` to compare, by name. */
  readonly columns: Readonly<Record<string, unknown>>;
}

export interface GoldenInput {
  /** Absolute path. */
  readonly path: string;
  /** Path within the folder, with `/`. */
  readonly name: string;
  readonly kind: InputKind;
  /** Epoch milliseconds: what the file's modification time must be set to. */
  readonly modifiedMs: number;
}

/** Somebody's word in `case.yaml` that an input, or one line of it, will never be readable. */
export interface GoldenAcceptance {
  /** Path within the folder, with `/`. */
  readonly input: string;
  /** From 1; left out for the whole input. */
  readonly line?: number;
  readonly reason: string;
}

/** An input that could not be opened, as `case.yaml` says it; it need not be in the folder, and is not read. */
export interface GoldenFailure {
  readonly input: string;
  readonly reason: string;
}

export interface GoldenCase {
  readonly name: string;
  readonly directory: string;
  readonly title: string;
  /** Which row or paragraph of `docs/verdicts.md` the case holds fast. */
  readonly pins: string;
  readonly asOfMs: number;
  /** `as_of` as written, RFC 3339. */
  readonly asOf: string;
  readonly inputs: readonly GoldenInput[];
  readonly accepted: readonly GoldenAcceptance[];
  readonly failed: readonly GoldenFailure[];
  /** Absolute path; null when the case runs with the defaults. */
  readonly configurationPath: string | null;
  readonly configuration: Configuration;
  /** Exactly the rows of `attributions`, in the order of the log. */
  readonly expected: readonly ExpectedVerdict[];
  /** Counts over all days, named as in `runs`; only those the case is about. */
  readonly counts: Readonly<Record<string, number>>;
}

interface CaseFile {
  readonly title: string;
  readonly pins: string;
  readonly as_of: string;
  readonly modified?: Record<string, string>;
  readonly counts?: Record<string, number>;
  readonly accepted?: readonly GoldenAcceptance[];
  readonly failed?: readonly GoldenFailure[];
}

/** Names of all folders, sorted. */
export function goldenNames(directory: string = GOLDEN_VERDICTS): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Reads one folder; its inputs only by name. */
export function loadGolden(name: string, directory: string = GOLDEN_VERDICTS): GoldenCase {
  const folder = join(directory, name);
  const about = parse(readFileSync(join(folder, 'case.yaml'), 'utf8')) as CaseFile;
  const configurationPath = join(folder, 'configuration.yaml');
  const hasConfiguration = existsSync(configurationPath);
  const rows = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<string, unknown>[];
  const unopened = (about.failed ?? []).map(({ input }) => input);
  return {
    name,
    directory: folder,
    title: about.title,
    pins: about.pins,
    asOf: about.as_of,
    asOfMs: timeOf(about.as_of),
    inputs: filesBelow(folder).flatMap((path) => {
      const within = relative(folder, path).split(sep).join('/');
      const kind = kindOf(within);
      const modifiedMs = timeOf(about.modified?.[within] ?? DEFAULT_MODIFIED);
      return kind === null || unopened.includes(within) ? [] : [{ path, name: within, kind, modifiedMs }];
    }),
    accepted: about.accepted ?? [],
    failed: about.failed ?? [],
    configurationPath: hasConfiguration ? configurationPath : null,
    configuration: configurationSchema.parse(hasConfiguration ? parse(readFileSync(configurationPath, 'utf8')) : {}),
    expected: rows.map(({ event_id, event_time, note, row, ...columns }) => ({
      eventId: event_id as string,
      eventTimeMs: timeOf(event_time as string),
      note: note as string,
      row: String(row),
      columns,
    })),
    counts: about.counts ?? {},
  };
}

/**
 * Copies the inputs below a folder and gives them their modification times, as a run needs them.
 * @returns the same inputs at their new paths
 */
export function copyGoldenInputs(golden: GoldenCase, target: string): GoldenInput[] {
  return golden.inputs.map((input) => {
    const path = join(target, input.name);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(input.path, path);
    utimesSync(path, input.modifiedMs / 1000, input.modifiedMs / 1000);
    return { ...input, path };
  });
}

/** Reads the inputs of a folder with the real readers, into what the oracle starts from. */
export async function readGolden(golden: GoldenCase): Promise<EvidenceBase> {
  const rows: { [T in keyof LandingRows]: LandingRows[T][] } = {
    events: [],
    event_parameters: [],
    logons: [],
    sessions: [],
    applications: [],
    flows: [],
    snapshots: [],
    session_checks: [],
  };
  const inputs: ReportInput[] = [];
  const rejected: RejectedRecordRow[] = [];
  for (const input of golden.inputs) {
    const location = input.path.split(sep).join('/');
    const version = sha256Hex(readFileSync(input.path));
    const context = { location, modifiedMs: input.modifiedMs, ingestedAtMs: golden.asOfMs, limits: DEFAULT_LIMITS };
    const outcome = await READERS[input.kind](bytesOf(input.path), context, {
      append: (table, _dt, row) => {
        (rows[table] as unknown[]).push(row);
      },
    });
    rejected.push(...describeRejected(location, version, outcome.rejected));
    inputs.push({
      location,
      version,
      modified_ms: input.modifiedMs,
      ingested_at_ms: golden.asOfMs,
      kind: input.kind,
      content: outcome.content,
      status: statusOf(outcome),
      account_id: outcome.accountId,
      region: outcome.region,
      report_day: outcome.reportDay,
      kept: outcome.kept,
      malformed: outcome.malformed,
    });
  }
  const { events, logons, sessions, snapshots } = rows;
  const evidence = { events, logons, sessions, snapshots, inputs, rejected };
  const { configuration, asOfMs } = golden;
  return { ...evidence, failed: failedInputs(golden), acceptances: acceptances(golden, inputs), configuration, asOfMs };
}

/** The rows of `failed_inputs` that `case.yaml` asks for. */
function failedInputs(golden: GoldenCase): FailedInputRow[] {
  return golden.failed.map(({ input, reason }) => {
    const location = locationOf(golden, input);
    const { accountId, region, reportDay } = readReportLocation(location);
    const place = { account_id: accountId, region, report_day: reportDay };
    return { location, kind: kindOf(input) ?? 'usage_report', reason, ...place, failed_at_ms: golden.asOfMs };
  });
}

/** The rows of `acceptances` that `case.yaml` asks for. */
function acceptances(golden: GoldenCase, inputs: readonly ReportInput[]): AcceptanceRow[] {
  return golden.accepted.map(({ input, line, reason }) => {
    const location = locationOf(golden, input);
    const version = inputs.find((each) => each.location === location)?.version ?? null;
    const who = { accepted_by: 'somebody', accepted_at_ms: golden.asOfMs };
    return { location, version, source_index: line ?? null, reason, ...who };
  });
}

function locationOf(golden: GoldenCase, name: string): string {
  return join(golden.directory, name).split(sep).join('/');
}

const READERS: Readonly<Record<InputKind, Reader>> = {
  cloudtrail: readCloudTrail,
  usage_report: readUsageReport,
  snapshot: readSnapshots,
  session_check: () => Promise.reject(new Error('golden folders of verdicts hold no session checks')),
  flow_log: () => Promise.reject(new Error('golden folders of verdicts hold no flow logs')),
};

async function* bytesOf(path: string): AsyncIterable<Uint8Array> {
  yield readFileSync(path);
}

/** Whole, in part, or not at all: what `inputs` would say. */
function statusOf(outcome: ReadOutcome): string {
  if (outcome.problem === null && outcome.malformed === 0) return 'ingested';
  return outcome.kept > 0 || outcome.notRecords > 0 ? 'partial' : 'rejected';
}

/** What a file of the folder is; null for those that describe the case. */
function kindOf(name: string): InputKind | null {
  const file = name.split('/').at(-1) ?? '';
  if (file.startsWith('cloudtrail')) return 'cloudtrail';
  if (file.endsWith('.csv')) return 'usage_report';
  return file.startsWith('snapshots') ? 'snapshot' : null;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((entry) => {
      const path = join(folder, entry);
      return statSync(path).isDirectory() ? filesBelow(path) : [path];
    });
}

function timeOf(text: string): number {
  const time = parseTime(text);
  if (!time) throw new Error(`${text} is not a time`);
  return time.ms;
}
