/**
 * Golden folders that run together, because a run costs about the same for many events as for few: those of one configuration
 * and one `as_of`, each in accounts and with ids of its own, so that they know nothing of each other.
 */
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InputKind } from '../../lib/ingest/reader.ts';
import type { Configuration } from '../../schemas/configuration.ts';
import { type ExpectedVerdict, type GoldenCase, goldenNames, loadGolden } from './golden.ts';

export interface GoldenGroup {
  readonly names: readonly string[];
  readonly asOfMs: number;
  readonly configuration: Configuration;
  readonly cases: readonly GoldenCase[];
}

/**
 * The groups, the largest first.
 * @param alone which folders are a group of their own; those whose configuration names an account are so anyway
 */
export function goldenGroups(alone: (golden: GoldenCase) => boolean = () => false): GoldenGroup[] {
  const groups = new Map<string, GoldenCase[]>();
  for (const golden of goldenNames().map((name) => loadGolden(name))) {
    const configuration = JSON.stringify(golden.configuration);
    // accounts are renamed: a configuration that names one stands for its own folder only
    const key = `${golden.asOfMs} ${configuration}${alone(golden) || /\d{12}/.test(configuration) ? golden.name : ''}`;
    groups.set(key, [...(groups.get(key) ?? []), golden]);
  }
  return [...groups.values()]
    .map((cases) => {
      const [first] = cases as [GoldenCase];
      return { names: cases.map(({ name }) => name), asOfMs: first.asOfMs, configuration: first.configuration, cases };
    })
    .sort((a, b) => b.names.length - a.names.length);
}

/** Copies the inputs of a group below a folder, with their modification times, renamed where there are several folders. */
export function copyGroupInputs(group: GoldenGroup, target: string): { readonly kind: InputKind; readonly path: string }[] {
  return group.cases.flatMap((golden) =>
    golden.inputs.map((input) => {
      const path = join(target, golden.name, ownOf(group, golden, input.name));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, ownOf(group, golden, readFileSync(input.path, 'utf8')));
      utimesSync(path, input.modifiedMs / 1000, input.modifiedMs / 1000);
      return { kind: input.kind, path };
    }),
  );
}

/** What a folder expects of the run of its group. */
export function expectedInGroup(group: GoldenGroup, golden: GoldenCase): ExpectedVerdict[] {
  return JSON.parse(ownOf(group, golden, JSON.stringify(golden.expected))) as ExpectedVerdict[];
}

/** A text of a folder as the run of its group has it. */
export function ownOf(group: GoldenGroup, golden: GoldenCase, text: string): string {
  return group.cases.length === 1 ? text : ownNames(text, group.cases.indexOf(golden));
}

/**
 * A text with the accounts, ids and access keys of one of many folders: order and length stay as they are.
 * @param place of the folder, 0 to 999
 */
export function ownNames(text: string, place: number): string {
  const own = String(place).padStart(3, '0');
  return text
    .replace(ACCOUNT, (_, head: string) => `${head}${own}`)
    .replace(/(-[0-9a-f]{4}-4)000(-8000-[0-9a-f]{12})/g, `$1${own}$2`)
    .replace(/\bASIA([0-9A-Z]+)/g, (_, rest: string) => `ASIA${own}${rest}`);
}

/** Twelve digits that stand alone and are not the last group of an id. */
const ACCOUNT = /(?<![0-9A-Za-z])(?!0{9})([0-9]{9})[0-9]{3}(?![0-9A-Za-z])/g;
