/** The program as it is installed: built once, when the build is older than the sources. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../lib/local/package-root.ts';

const root = packageRoot();
export const PROGRAM = join(root, 'dist', 'cli', 'main.js');

/** Builds `dist/` when a source file is younger. */
export function ensureBuilt(): void {
  if (
    existsSync(PROGRAM) &&
    statSync(PROGRAM).mtimeMs > Math.max(...['cli', 'lib', 'schemas'].map((folder) => youngest(join(root, folder))))
  )
    return;
  const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the build failed: ${built.stdout}${built.stderr}`);
}

function youngest(folder: string): number {
  return Math.max(0, ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name)).mtimeMs));
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** Called with the process while it runs. */
  readonly during?: (child: ChildProcess) => void;
}

/** Runs the built program as a process of its own. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { NODE_OPTIONS: _, ...inherited } = process.env;
    const child = spawn(process.execPath, [PROGRAM, ...argv], { cwd: options.cwd ?? root, env: { ...inherited, ...options.env } });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
    options.during?.(child);
  });
}
