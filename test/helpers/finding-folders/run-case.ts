/** A golden folder of findings through the real thing: files → lake → findings, as `run` does it. */
import { readdirSync, readFileSync, utimesSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { correlate } from '../../../lib/engine/correlation.ts';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import { ingest } from '../../../lib/local/ingest.ts';
import { verifyLogs } from '../../../lib/local/verify-logs.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';

/** Where the folders are: `RULE/CASE`. */
export const GOLDEN_FINDINGS = resolve(dirname(fileURLToPath(import.meta.url)), '../../golden/findings');

/** Last modification of every file: checked-out files carry no time. */
const MODIFIED_S = Date.parse('2026-03-12T06:00:00Z') / 1000;

/** What is compared of a finding. */
export interface FoundThing {
  readonly rule_id: string;
  readonly severity: string;
  readonly dt: string;
  readonly subject: string;
  readonly summary: string;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly source_address: string | null;
  readonly resource: string | null;
  readonly event_ids: readonly string[];
}

/** Rule and case of every folder, sorted. */
export function findingFolders(): [rule: string, name: string][] {
  const folders = (path: string) => readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders(GOLDEN_FINDINGS)
    .flatMap(({ name: rule }) => folders(join(GOLDEN_FINDINGS, rule)).map(({ name }): [string, string] => [rule, name]))
    .sort();
}

/** What the folder says must be found. */
export function expectedOf(rule: string, name: string): FoundThing[] {
  return JSON.parse(readFileSync(join(GOLDEN_FINDINGS, rule, name, 'expected.json'), 'utf8')) as FoundThing[];
}

/** What `case.yaml` says of how a folder is run. */
export function aboutCase(rule: string, name: string): { readonly asOf: string; readonly configuration: unknown } {
  const about = parse(readFileSync(join(GOLDEN_FINDINGS, rule, name, 'case.yaml'), 'utf8')) as { as_of: string; configuration?: unknown };
  return { asOf: about.as_of, configuration: about.configuration ?? {} };
}

/** Folder of the inputs that come after the others were ingested. */
export const LATER = 'later';

/** An input of a golden folder. */
export interface CaseInput {
  /** Absolute. */
  readonly path: string;
  /** Where it is put, within the folder of the run: an input that comes later may take the place of a first one. */
  readonly place: string;
  readonly later: boolean;
}

/** The inputs of a folder. */
export function inputsOf(rule: string, name: string): CaseInput[] {
  const folder = join(GOLDEN_FINDINGS, rule, name);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !/^(case\.yaml|expected\.json)$/.test(file))
    .sort()
    .map((file) => {
      const later = file.startsWith(`${LATER}/`);
      return { path: join(folder, file), place: later ? file.slice(LATER.length + 1) : file, later };
    });
}

/**
 * Runs some rules over files in a lake of its own.
 * @param directory where the lake may be made
 * @param bringLater writes what comes after the files were ingested, and says which files these are
 */
export async function findThingsIn(
  files: readonly string[],
  about: ReturnType<typeof aboutCase>,
  rules: readonly string[],
  directory: string,
  bringLater: () => readonly string[] = () => [],
): Promise<FoundThing[]> {
  const asOfMs = Date.parse(about.asOf);
  const lake = await openLake(directory, { mode: 'write', create: true, command: 'test', threads: 1 });
  try {
    const nowMs = Math.max(asOfMs, MODIFIED_S * 1000);
    await ingestFiles(lake, files, MODIFIED_S, nowMs);
    const later = bringLater();
    if (later.length > 0) await ingestFiles(lake, later, MODIFIED_S + 3600, nowMs + 1000);
    await verifyFiles(lake, [...files, ...later], asOfMs);
    const options = { asOfMs, nowMs: asOfMs, toolVersion: 'test', rules };
    const { newFindings } = await correlate(lake, configurationSchema.parse(about.configuration), options);
    return newFindings.map(({ rule_id, severity, subject, summary, user_id, session_id, source_address, resource, event_ids, ...rest }) => {
      const { dt } = rest as unknown as { dt: string };
      return { rule_id, severity, dt, subject, summary, user_id, session_id, source_address, resource, event_ids };
    });
  } finally {
    await lake.close();
  }
}

async function ingestFiles(lake: Lake, files: readonly string[], modifiedS: number, nowMs: number): Promise<void> {
  for (const file of files) utimesSync(file, modifiedS, modifiedS);
  const named = (pattern: RegExp) => files.filter((file) => pattern.test(file));
  const sources = {
    cloudtrail: named(/cloudtrail[^/]*$|_CloudTrail_[^/]*$/),
    usageReports: named(/\/daily-[^/]*$/),
    snapshots: named(/snapshots[^/]*$/),
    flowLogs: named(/flows[^/]*$/),
    sessionChecks: named(/session-checks[^/]*$/),
  };
  await ingest(lake, sources, { nowMs });
}

/** As `verify-logs` does, where a folder holds keys: its log files against its digests. */
export async function verifyFiles(lake: Lake, files: readonly string[], asOfMs: number): Promise<void> {
  const keyFiles = files.filter((file) => file.endsWith('/keys.json')).map((path) => ({ path, region: null }));
  if (keyFiles.length === 0) return;
  const paths = files.filter((file) => /_CloudTrail-Digest_[^/]*$/.test(file));
  const window = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  await verifyLogs(lake, { paths, keyFiles, window, asOfMs, nowMs: asOfMs, source: null });
}
