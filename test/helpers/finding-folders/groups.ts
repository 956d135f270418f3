/**
 * Golden folders of findings that run together: those of one configuration and one `as_of`, each in accounts and with ids of its
 * own, so that they know nothing of each other.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownNames } from '../golden-groups.ts';
import { ACCOUNT } from './records.ts';
import { aboutCase, expectedOf, type FoundThing, findingFolders, findThingsIn, inputsOf } from './run-case.ts';

/** Rule and case of each folder of a group. */
export type FindingGroup = readonly (readonly [rule: string, name: string])[];

/**
 * Rules that tell of an address and a bucket, or of an endpoint, whatever the account (their folders would meet), of the bytes or the
 * place of inputs, or of what other accounts still bring.
 */
const ALONE = [
  'unattributed-read',
  'correction-refused',
  'event-copies-disagree',
  'evidence-unread',
  'input-changed',
  'missing-evidence',
  'only-aggregates',
  'own-endpoint-from-public-address',
  'report-rewritten',
  'report-row-contradicts',
];

/** Digests are signed with the accounts that they name. */
const isAboutIntegrity = (rule: string): boolean => /^(?:log-modified|log-missing|log-unlisted|digest-.*|integrity-off)$/.test(rule);

/**
 * The groups, in the order of their first folders.
 * @param alone whether every folder is a group of its own
 */
export function findingGroups(alone: boolean): FindingGroup[] {
  const groups = new Map<string, (readonly [string, string])[]>();
  for (const [rule, name] of findingFolders()) {
    const key = JSON.stringify(aboutCase(rule, name));
    // accounts are renamed: a configuration that names one stands for its own folder only
    const group = alone || ALONE.includes(rule) || isAboutIntegrity(rule) || /\d{12}/.test(key) ? `${rule}/${name}` : key;
    groups.set(group, [...(groups.get(group) ?? []), [rule, name]]);
  }
  return [...groups.values()];
}

/** What a folder expects of the run of its group, sorted. */
export function expectedInGroup(group: FindingGroup, place: number): FoundThing[] {
  const [rule, name] = group[place] as FindingGroup[number];
  return sorted(JSON.parse(ownText(group, place, JSON.stringify(expectedOf(rule, name)))) as FoundThing[]);
}

/**
 * Runs the rules of a group over its folders in one lake.
 * @returns for each folder what its rule found in it, sorted
 * @throws when a finding is not of exactly one folder
 */
export async function runFindingGroup(group: FindingGroup, directory: string): Promise<FoundThing[][]> {
  const [first] = group as [FindingGroup[number]];
  const inputs = group.map(([rule, name], at) =>
    inputsOf(rule, name).map(({ path, place, later }) => ({
      path: join(directory, 'in', rule, name, place),
      text: ownText(group, at, readFileSync(path, 'utf8')),
      later,
    })),
  );
  const ids = inputs.map((of) => of.flatMap(({ text }) => [...text.matchAll(/"eventID":"([^"]+)"/g)].map((match) => String(match[1]))));
  const bring = (isLater: boolean) => {
    const brought = inputs.flat().filter(({ later }) => later === isLater);
    for (const { path, text } of brought) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    return brought.map(({ path }) => path);
  };
  const rules = [...new Set(group.map(([rule]) => rule))];
  const all = await findThingsIn(bring(false), aboutCase(...first), rules, join(directory, 'lake'), () => bring(true));
  // where the inputs lie is the affair of the run
  const found = JSON.parse(JSON.stringify(all).replaceAll(join(directory, 'in'), '/in')) as FoundThing[];
  const folders = group.map((): FoundThing[] => []);
  for (const finding of found) {
    const of = group.flatMap((_, place) =>
      group.length === 1 ||
      isOf(
        finding,
        ids[place] ?? [],
        [ACCOUNT, 's-0'].map((name) => ownText(group, place, name)),
      )
        ? [place]
        : [],
    );
    const [place] = of;
    if (place === undefined || of.length > 1) throw new Error(`${finding.rule_id} ${finding.subject} is of ${of.length} folders`);
    if (finding.rule_id === group[place]?.[0]) folders[place]?.push(finding);
  }
  return folders.map(sorted);
}

/** Whether a finding tells of one of some events, or else of an account or (without its number) a session. */
function isOf(finding: FoundThing, eventIds: readonly string[], [account, session]: readonly string[]): boolean {
  if (finding.event_ids.length > 0) return finding.event_ids.some((id) => eventIds.includes(id));
  const subject = `${finding.subject} ${finding.session_id}`;
  return subject.includes(String(account)) || subject.includes(String(session).slice(0, -1));
}

/** Ids are part of what findings are sorted by in a run, and those are of the group. */
function sorted(findings: readonly FoundThing[]): FoundThing[] {
  return [...findings].sort((a, b) => (a.subject < b.subject ? -1 : 1));
}

/** Sessions and events of these folders have short ids, too. */
function ownText(group: FindingGroup, place: number, text: string): string {
  if (group.length === 1) return text;
  return ownNames(text, place).replace(/(?<![\w-])([es])-(?=\d+(?![\w-]))/g, `$1-${String(place).padStart(3, '0')}-`);
}
