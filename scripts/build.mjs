// Strips the types off the sources into dist/. They are checked by `npm run types`, so that an installation need not wait for it.
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import { buildSync } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const output = join(root, 'dist');

// what is packed must hold nothing of an older build; a running program must not lose its files under it
if (process.argv.includes('--clean')) rmSync(output, { recursive: true, force: true });

const sources = ['bench', 'cli', 'lib', 'schemas'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    // the page of a report runs in a browser, in one piece
    .filter((name) => name.endsWith('.ts') && !(folder === 'lib' && name.split(/[\\/]/).join('/').startsWith('report/page/')))
    .map((name) => join(folder, name)),
);
for (const source of sources) {
  const { code } = transformSync(readFileSync(join(root, source), 'utf8'), {
    filename: source,
    configFile: false,
    swcrc: false,
    isModule: true,
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript' },
      // imports name .ts files, and types as types: what is left of them is what the program needs
      rewriteRelativeImportExtensions: true,
      transform: { verbatimModuleSyntax: true },
    },
    module: { type: 'es6' },
  });
  const target = join(output, source.replace(/\.ts$/, '.js'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, code);
}
// what it does in a browser, and how it looks: both are put into every report, named by their hash
const page = join(root, 'lib', 'report', 'page');
const inBrowsers = { target: ['chrome109', 'edge109', 'firefox115', 'safari16.4'], minify: true, charset: 'ascii', logLevel: 'warning' };
buildSync({
  ...inBrowsers,
  entryPoints: [join(page, 'main.ts')],
  outfile: join(output, 'page', 'report.js'),
  bundle: true,
  format: 'iife',
  tsconfigRaw: {},
});
buildSync({
  ...inBrowsers,
  entryPoints: [join(page, 'report.css')],
  outfile: join(output, 'page', 'report.css'),
  bundle: true,
  charset: 'utf8',
});
chmodSync(join(output, 'cli', 'main.js'), 0o755);
