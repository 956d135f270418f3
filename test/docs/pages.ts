/** The documentation as the tests see it: pages, their fenced blocks, their links and headings. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../lib/local/package-root.ts';

export const root = packageRoot();

export interface Block {
  readonly page: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** `sh`, `sql`, `text` … */
  readonly language: string;
  /** What stands after the language: `exit=4`. */
  readonly info: string;
  readonly text: string;
}

/** Paths of all pages below the package. */
export function pages(): string[] {
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', ...docs.sort().map((name) => `docs/${name}`)];
}

export function readPage(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** The fenced blocks of a page. */
export function blocks(page: string): Block[] {
  const found: Block[] = [];
  let open: { line: number; info: string; lines: string[] } | null = null;
  for (const [at, line] of readPage(page).split('\n').entries()) {
    if (!line.startsWith('```')) open?.lines.push(line);
    else if (open === null) open = { line: at + 1, info: line.slice(3).trim(), lines: [] };
    else {
      const [language = '', ...rest] = open.info.split(' ');
      found.push({ page, line: open.line, language, info: rest.join(' '), text: open.lines.join('\n') });
      open = null;
    }
  }
  if (open !== null) throw new Error(`${page}: the block of line ${open.line} has no end`);
  return found;
}

/** A page without its fenced blocks and code spans: what Markdown reads as text. */
export function prose(page: string): string {
  return readPage(page)
    .replace(/^```[\s\S]*?^```$/gm, '')
    .replace(/`[^`\n]*`/g, '`');
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchors(page: string): Set<string> {
  const headings = readPage(page)
    .replace(/^```[\s\S]*?^```$/gm, '')
    .matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    [...headings].map(([, heading]) =>
      (heading as string)
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
