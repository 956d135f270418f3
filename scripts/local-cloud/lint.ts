/** Packages the stack as it would be deployed, without a network, and lets cfn-lint look at the template. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { run } from './programs.ts';
import { installLinter } from './python.ts';
import { CREDENTIALS, PROJECT, type Settings } from './settings.ts';

/** W3005, a needless DependsOn: the deployment tool writes one for the role of every function. */
const IGNORED = ['W3005'];

/** @param deployment file of deployment parameters @throws Error with what the linter found */
export async function lintTemplate(settings: Settings, deployment: string): Promise<void> {
  const python = await installLinter(settings);
  const folder = mkdtempSync(join(settings.folder, 'package-'));
  try {
    const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
    const env = { ...process.env, ...CREDENTIALS, APPSTREAM_AUDIT_DEPLOYMENT: deployment, TMPDIR: folder };
    await run(process.execPath, [serverless, 'package', '--package', folder], { cwd: PROJECT, env });
    const template = join(folder, 'cloudformation-template-update-stack.json');
    await run(join(dirname(python), 'cfn-lint'), ['--format', 'parseable', '--ignore-checks', ...IGNORED, '--template', template]);
    console.log(`cfn-lint finds nothing in the template of ${deployment}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
