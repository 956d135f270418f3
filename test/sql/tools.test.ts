/** The user agents of tools, by which a call of AppStream's role is told from AppStream's own: the stage and the finding know the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packageRoot } from '../../lib/local/package-root.ts';

describe('the list of tools', () => {
  test('is the same where a key counts as evidence and where its misuse is a finding', () => {
    const calls = toolsIn('sql/correlate/calls.sql');
    expect(calls.length).toBeGreaterThan(10);
    expect(toolsIn('sql/findings/home-folder-role-misused.sql')).toEqual(calls);
  });
});

function toolsIn(path: string): string[] {
  const sql = readFileSync(join(packageRoot(), path), 'utf8');
  return [...sql.matchAll(/\.agent LIKE '%([^%']+)%'/g)].map(([, tool]) => tool as string).sort();
}
