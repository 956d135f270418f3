/** Every example is run as it stands, in one folder, in the order of the pages. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { services } from '../../cli/services.ts';
import { ensureBuilt, PROGRAM } from '../cli/build.ts';
import { cli } from '../cli/fake-io.ts';
import { type Block, blocks, pages } from './pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'appstream-audit-docs-'));
const lake = join(folder, 'appstream-audit-demo', 'lake');
const all = pages().flatMap((page) => blocks(page));
const shell = all.filter((block) => block.language === 'sh');
const sql = all.filter((block) => block.language === 'sql');
const place = (block: Block) => `${block.page}:${block.line}`;

beforeAll(() => {
  ensureBuilt();
  // npx finds the checkout's own program; here it is this one
  mkdirSync(join(folder, 'bin'));
  writeFileSync(
    join(folder, 'bin', 'npx'),
    `#!/bin/sh\n[ "$1" = appstream-audit ] || exit 99\nshift\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`,
  );
  chmodSync(join(folder, 'bin', 'npx'), 0o755);
  const made = spawnSync(process.execPath, [PROGRAM, 'demo', '--events', '300', '--quiet'], { cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`the demo failed: ${made.stderr}`);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('blocks are either run or marked as what they are', () => {
  expect(shell.length).toBeGreaterThan(20);
  expect(sql.length).toBeGreaterThan(2);
  const known = ['sh', 'sql', 'text', 'yaml', 'json', 'python', 'ts'];
  expect(all.filter(({ language }) => !known.includes(language)).map(place)).toEqual([]);
});

test.each(shell.map((block) => [place(block), block] as const))('%s does what it shows', (_, block) => {
  const wanted = Number(/exit=(\d+)/.exec(block.info)?.[1] ?? 0);
  const { NODE_OPTIONS: _options, ...inherited } = process.env;
  const env = { ...inherited, PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}` };
  const ended = spawnSync('sh', ['-e', '-c', block.text], { cwd: folder, env, encoding: 'utf8' });
  expect({ code: ended.status, err: ended.status === wanted ? '' : ended.stderr }).toEqual({ code: wanted, err: '' });
});

test.each(sql.map((block) => [place(block), block] as const))('%s has an answer', async (_, block) => {
  const answer = await cli(['query', '--lake', lake, '--sql', block.text, '--output', 'json'], { services });
  expect(answer.err).toBe('');
  expect(answer.code).toBe(0);
  expect(JSON.parse(answer.out)).not.toEqual([]);
});
