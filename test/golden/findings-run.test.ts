/**
 * Every golden folder of findings through the real thing: files → lake → findings, as `run` does it. Folders of one configuration
 * and one `as_of` share a run; `GOLDEN=each` gives every folder its own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findingRules } from '../../lib/engine/finding-rules.ts';
import { expectedInGroup, findingGroups, runFindingGroup } from '../helpers/finding-folders/groups.ts';
import { expectedOf, type FoundThing, findingFolders } from '../helpers/finding-folders/run-case.ts';

const GROUPS = findingGroups(process.env['GOLDEN'] === 'each');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'findings-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every folder is in a group', () => {
  expect(GROUPS.flat().sort()).toEqual(findingFolders());
});

describe.each(GROUPS.map((group, at) => [at, group] as const))('golden findings through the lake, group %i', (at, group) => {
  let found: FoundThing[][];

  beforeAll(async () => {
    found = await runFindingGroup(group, join(folder, String(at)));
  });

  test.each(group.map(([rule, name], place) => [rule, name, place] as const))('%s: %s', (_rule, _name, place) => {
    expect(found[place]).toEqual(expectedInGroup(group, place));
  });
});

describe('every rule', () => {
  const found = findingFolders().map(([rule, name]) => ({ rule, count: expectedOf(rule, name).length }));

  test.each(findingRules().map(({ id }) => id))('%s has a folder in which it finds and one in which it must not', (id) => {
    const counts = found.filter(({ rule }) => rule === id).map(({ count }) => count);
    expect(counts.some((count) => count > 0)).toBe(true);
    expect(counts.some((count) => count === 0)).toBe(true);
  });
});
