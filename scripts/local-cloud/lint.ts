/** Packages the stack as it would be deployed, without a network, and lets cfn-lint look at the template. */
import { dirname, join, resolve } from 'node:path';
import { run } from './programs.ts';
import { installLinter } from './python.ts';
import { runServerless } from './service-copy.ts';
import { CREDENTIALS, type Settings } from './settings.ts';

/** W3005, a needless DependsOn: the deployment tool writes one for the role of every function. */
const IGNORED = ['W3005'];

/** @param deployment file of deployment parameters @throws Error with what the linter found */
export async function lintTemplate(settings: Settings, deployment: string): Promise<void> {
  const python = await installLinter(settings);
  const environment = { ...CREDENTIALS, APPSTREAM_AUDIT_DEPLOYMENT: resolve(deployment) };
  await runServerless(settings, ['package'], environment, async (folder) => {
    const template = join(folder, '.serverless/cloudformation-template-update-stack.json');
    await run(join(dirname(python), 'cfn-lint'), ['--format', 'parseable', '--ignore-checks', ...IGNORED, '--template', template]);
  });
  console.log(`cfn-lint finds nothing in the template of ${deployment}`);
}
