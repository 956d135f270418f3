/**
 * A copy of what the deployment tool packages. It builds inside the folder of `serverless.yml` and clears it up afterwards, so two
 * that work in the same folder spoil each other's bundles (and then wait for ever).
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { run } from './programs.ts';
import { PROJECT, type Settings } from './settings.ts';

const PARTS = ['serverless.yml', 'infra', 'functions', 'lib', 'schemas', 'sql', 'package.json', 'tsconfig.json'];
/** A deployment takes half a minute, several when the machine is busy. */
const PATIENCE_MS = 600_000;

/**
 * Runs the deployment tool in a copy of the project.
 *
 * @param environment beside that of this program; without the profile and the session of the caller, which would win over its keys
 * @param look called with the copy before it is removed
 * @throws Error with the end of the tool's output
 */
export async function runServerless(
  settings: Settings,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  look: (folder: string) => Promise<void> = async () => undefined,
): Promise<void> {
  mkdirSync(settings.folder, { recursive: true });
  const folder = mkdtempSync(join(settings.folder, 'service-'));
  try {
    for (const part of PARTS) cpSync(join(PROJECT, part), join(folder, part), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
    // the bundler leaves folders behind
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    const { AWS_PROFILE, AWS_SESSION_TOKEN, ...inherited } = process.env;
    const env = { ...inherited, ...environment, TMPDIR: temporary };
    const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
    await run(process.execPath, [serverless, ...args], { cwd: folder, env, patienceMs: PATIENCE_MS });
    await look(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
