/**
 * Golden folders that run together, because a run on Trino costs the same for many events as for few: those of one
 * configuration and one `as_of`, each in accounts of its own, so that they know nothing of each other.
 */
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InputKind } from '../../../lib/ingest/reader.ts';
import type { Configuration } from '../../../schemas/configuration.ts';
import { type GoldenCase, goldenNames, loadGolden } from '../../helpers/golden.ts';

export interface GoldenGroup {
  readonly names: readonly string[];
  readonly asOfMs: number;
  readonly configuration: Configuration;
  readonly cases: readonly GoldenCase[];
}

/** The groups, the largest first. */
export function goldenGroups(): GoldenGroup[] {
  const groups = new Map<string, GoldenCase[]>();
  for (const golden of goldenNames().map((name) => loadGolden(name))) {
    const configuration = JSON.stringify(golden.configuration);
    // accounts are renamed: a configuration that names one stands for its own folder only
    const key = `${golden.asOfMs} ${configuration}${/\d{12}/.test(configuration) ? golden.name : ''}`;
    groups.set(key, [...(groups.get(key) ?? []), golden]);
  }
  return [...groups.values()]
    .map((cases) => {
      const [first] = cases as [GoldenCase];
      return { names: cases.map(({ name }) => name), asOfMs: first.asOfMs, configuration: first.configuration, cases };
    })
    .sort((a, b) => b.names.length - a.names.length);
}

/** Copies the inputs of a group below a folder, with their modification times; accounts are renamed where there are several folders. */
export function copyGroupInputs(group: GoldenGroup, target: string): { readonly kind: InputKind; readonly path: string }[] {
  return group.cases.flatMap((golden, at) => {
    const own = (text: string) =>
      group.cases.length === 1 ? text : text.replace(/(?<![0-9A-Za-z])(\d{9})\d{3}(?![0-9A-Za-z])/g, `$1${String(at).padStart(3, '0')}`);
    return golden.inputs.map((input) => {
      const path = join(target, golden.name, own(input.name));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, own(readFileSync(input.path, 'utf8')));
      utimesSync(path, input.modifiedMs / 1000, input.modifiedMs / 1000);
      return { kind: input.kind, path };
    });
  });
}
