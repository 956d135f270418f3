/** Every golden folder of findings through the real thing: files → lake → findings, as `run` does it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findingRules } from '../../lib/engine/finding-rules.ts';
import { expectedOf, findingFolders, runFindingCase } from '../helpers/finding-folders/run-case.ts';

describe('golden findings through the lake', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'findings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test.each(findingFolders())('%s: %s', async (rule, name) => {
    expect(await runFindingCase(rule, name, join(folder, 'lake'))).toEqual(expectedOf(rule, name));
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
