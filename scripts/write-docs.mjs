// Writes the parts of docs/ that are made from the sources: tables, questions, findings, settings, commands.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { madePages } from '../dist/cli/made-pages.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
for (const { path, text } of madePages((path) => readFileSync(join(root, path), 'utf8'))) {
  writeFileSync(join(root, path), text);
  console.error(`wrote ${path}`);
}
