// Compiles the sources to dist/. Types are checked by `npm run types`, so that an installation need not wait for it.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const output = join(root, 'dist');

// what is packed must hold nothing of an older build; a running program must not lose its files under it
if (process.argv.includes('--clean') && existsSync(output)) rmSync(output, { recursive: true });
execFileSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
chmodSync(join(output, 'cli', 'main.js'), 0o755);
