/** A golden folder of findings through the real thing: files → lake → findings, as `run` does it. */
import { readdirSync, readFileSync, utimesSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { correlate } from '../../../lib/engine/correlation.ts';
import { openLake } from '../../../lib/engine/lake.ts';
import { ingest } from '../../../lib/local/ingest.ts';
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

/** Paths of the inputs of a folder. */
export function inputsOf(rule: string, name: string): string[] {
  const folder = join(GOLDEN_FINDINGS, rule, name);
  const inputs = readdirSync(folder).filter((file) => !/^(case\.yaml|expected\.json)$/.test(file));
  return inputs.map((file) => join(folder, file));
}

/**
 * Runs one folder in a lake of its own.
 * @param directory where the lake may be made
 * @returns the findings of the rule, by time and subject
 */
export function runFindingCase(rule: string, name: string, directory: string): Promise<FoundThing[]> {
  return findThingsIn(inputsOf(rule, name), aboutCase(rule, name), [rule], directory);
}

/**
 * Runs some rules over files in a lake of its own.
 * @param directory where the lake may be made
 */
export async function findThingsIn(
  files: readonly string[],
  about: ReturnType<typeof aboutCase>,
  rules: readonly string[],
  directory: string,
): Promise<FoundThing[]> {
  for (const file of files) utimesSync(file, MODIFIED_S, MODIFIED_S);
  const named = (pattern: RegExp) => files.filter((file) => pattern.test(file));
  const asOfMs = Date.parse(about.asOf);
  const lake = await openLake(directory, { mode: 'write', create: true, command: 'test', threads: 1 });
  try {
    const sources = {
      cloudtrail: named(/cloudtrail[^/]*$/),
      usageReports: named(/\/daily-[^/]*$/),
      snapshots: named(/snapshots[^/]*$/),
      flowLogs: named(/flows[^/]*$/),
      sessionChecks: named(/session-checks[^/]*$/),
    };
    await ingest(lake, sources, { nowMs: Math.max(asOfMs, MODIFIED_S * 1000) });
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
