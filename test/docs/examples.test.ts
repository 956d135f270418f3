/**
 * Every example is run as it stands, in one folder, in the order of the pages: by a shell where it needs one, else in this
 * process, which saves a second each. The end-to-end tests run the program as a process.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { services } from '../../cli/services.ts';
import { ensureBuilt, PROGRAM } from '../cli/build.ts';
import { cli } from '../cli/fake-io.ts';
import { startAppStream } from './appstream.ts';
import { type Block, blocks, pages } from './pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'appstream-audit-docs-'));
const lake = join(folder, 'appstream-audit-demo', 'lake');
const all = pages().flatMap((page) => blocks(page));
const shell = all.filter((block) => block.language === 'sh');
const sql = all.filter((block) => block.language === 'sql');
const place = (block: Block) => `${block.page}:${block.line}`;

let stopAppStream: () => void = () => undefined;

beforeAll(async () => {
  ensureBuilt();
  stopAppStream = await startAppStream();
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

const before = process.cwd();
beforeEach(() => process.chdir(folder));
afterEach(() => process.chdir(before));
afterAll(() => stopAppStream());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly err: string;
  readonly out: string;
}

function runInShell(script: string): Ended {
  const { NODE_OPTIONS: _options, ...inherited } = process.env;
  const env = { ...inherited, PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}` };
  const ended = spawnSync('sh', ['-e', '-c', script], { cwd: folder, env, encoding: 'utf8' });
  return { code: ended.status, err: ended.stderr, out: ended.stdout };
}

/** The words of a command that needs no shell: plain ones and such in single quotes. Null for anything else. */
function plainWords(line: string): string[] | null {
  const words = line.match(/'[^']*'|[^\s']+/g) ?? [];
  if (words.join(' ') !== line || words.some((word) => !word.startsWith("'") && /[$&|<>;"`*?()\\]/.test(word))) return null;
  return words.map((word) => word.replaceAll("'", ''));
}

async function runExample(text: string): Promise<Ended> {
  const lines = text.split('\n').map(plainWords);
  if (lines.some((words) => words?.[0] !== 'npx' || words[1] !== 'appstream-audit')) return runInShell(text);
  let ended: Ended = { code: 0, err: '', out: '' };
  for (const words of lines) {
    ended = await cli((words as string[]).slice(2), { services });
    if (ended.code !== 0) break;
  }
  return ended;
}

test('blocks are either run or marked as what they are', () => {
  expect(shell.length).toBeGreaterThan(20);
  expect(sql.length).toBeGreaterThan(2);
  const known = ['sh', 'sql', 'text', 'yaml', 'json', 'python', 'ts'];
  expect(all.filter(({ language }) => !known.includes(language)).map(place)).toEqual([]);
});

/** What each example wrote, for the blocks that show it. */
const outputs = new Map<Block, string>();

test.each(shell.map((block) => [place(block), block] as const))('%s does what it shows', async (_, block) => {
  const wanted = Number(/exit=(\d+)/.exec(block.info)?.[1] ?? 0);
  const isShown = all[all.indexOf(block) + 1]?.info === 'shown';
  const ended = await runExample(isShown ? `${block.text} --output table` : block.text);
  outputs.set(block, ended.out);
  expect({ code: ended.code, err: ended.code === wanted ? '' : ended.err }).toEqual({ code: wanted, err: '' });
});

const shown = all.filter((block) => block.language === 'text' && block.info === 'shown');

test.each(shown.map((block) => [place(block), block] as const))('%s is what the command above it says', (_, block) => {
  const said = new Set(outputs.get(all[all.indexOf(block) - 1] as Block)?.split('\n'));
  // an ellipsis stands for what was left out
  expect(block.text.split('\n').filter((line) => !line.includes('…') && !said.has(line))).toEqual([]);
});

test.each(sql.map((block) => [place(block), block] as const))('%s has an answer', async (_, block) => {
  const answer = await cli(['query', '--lake', lake, '--sql', block.text, '--output', 'json'], { services });
  expect(answer.err).toBe('');
  expect(answer.code).toBe(0);
  expect(JSON.parse(answer.out)).not.toEqual([]);
});

// a word after the language says that other tests look at it
test.each(all.filter(({ language, info }) => language === 'yaml' && info === '').map((block) => [place(block), block] as const))(
  '%s is a valid configuration',
  async (_, block) => {
    writeFileSync('example.yaml', block.text);
    expect(await runExample('npx appstream-audit validate-config example.yaml')).toMatchObject({ code: 0 });
  },
);

test.each(all.filter(({ language, info }) => language === 'json' && info === '').map((block) => [place(block), block] as const))(
  '%s is a snapshot that is read',
  async (_, block) => {
    writeFileSync('example.jsonl', `${block.text}\n`);
    const ended = await runExample('npx appstream-audit ingest --lake example-lake --snapshots example.jsonl');
    expect({ code: ended.code, err: ended.err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(ended.out)).toMatchObject({ rows: { sessions: 1, snapshots: 1 } });
  },
);
