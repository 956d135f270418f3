/** The package as others get it: packed, installed elsewhere, and at work there. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { packageRoot, packageVersion } from '../../lib/local/package-root.ts';
import { ensureBuilt } from '../cli/build.ts';
import { removeFolder, temporaryFolder, writeInput } from '../helpers/input-files.ts';

const folder = temporaryFolder('package');
const elsewhere = join(folder, 'elsewhere');

/** Runs a program; its output is part of what is thrown when it fails. */
function call(program: string, argv: readonly string[], cwd: string): string {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { status, stdout, stderr, error } = spawnSync(program, argv, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${argv.join(' ')} ended with ${status}: ${stderr}${stdout}`, { cause: error });
  return stdout;
}

beforeAll(() => {
  ensureBuilt();
  writeInput(elsewhere, 'package.json', '{"private":true}');
  // without the scripts, which would take the build away from the tests beside this one
  call('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], packageRoot());
  const tarball = join(folder, `appstream-audit-${packageVersion()}.tgz`);
  const quick = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  call('npm', ['install', ...quick, tarball], elsewhere);
}, 180_000);
afterAll(() => removeFolder(folder));

const audit = (...argv: string[]) => call('npx', ['--no-install', 'appstream-audit', ...argv], elsewhere);

describe('the installed package', () => {
  test('knows its version', () => {
    expect(audit('--version').trim()).toBe(packageVersion());
  });

  test('runs the demo and answers a question about it', () => {
    expect(audit('demo', '--events', '3000', '--dir', 'day', '--quiet')).toContain('actions have a name');
    const answer = audit(
      'query',
      '--lake',
      'day/lake',
      '--sql',
      "SELECT count(*) > 0 AS named FROM attributions WHERE verdict = 'attributed'",
    );
    expect(JSON.parse(answer)).toEqual({ named: true });
    expect(audit('query', '--lake', 'day/lake', 'busiest-readers').split('\n').length).toBeGreaterThan(1);
  }, 60_000);

  test('holds the program, the SQL and the documentation, and neither tests nor sources', () => {
    const installed = join(elsewhere, 'node_modules', 'appstream-audit');
    expect(readdirSync(installed)).toEqual(expect.arrayContaining(['dist', 'sql', 'docs', 'README.md', 'package.json']));
    for (const name of ['test', 'lib', 'cli', 'node_modules', 'tsconfig.json'])
      expect([name, existsSync(join(installed, name))]).toEqual([name, false]);
    expect(readFileSync(join(installed, 'dist', 'cli', 'main.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test('brings none of the tools that only its development needs', () => {
    const brought = readdirSync(join(elsewhere, 'node_modules'));
    for (const name of ['jest', 'typescript', 'fauxqs', 'csv-parse', 'serverless', 'esbuild']) expect(brought).not.toContain(name);
  });
});
