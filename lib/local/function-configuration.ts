/** The configuration that a function was deployed with: `configuration.json` at the root of its bundle. */
import { join } from 'node:path';
import type { Configuration } from '../../schemas/configuration.ts';
import { loadConfiguration } from './configuration-file.ts';
import { packageRoot } from './package-root.ts';

/**
 * @param root folder of the bundle; default: where Lambda unpacked it
 * @throws ConfigurationError when it is not there or wrong: the stack has to be deployed again
 */
export async function readFunctionConfiguration(root: string = process.env['LAMBDA_TASK_ROOT'] ?? packageRoot()): Promise<Configuration> {
  // the environment of a function holds no settings of the command line
  return (await loadConfiguration({ file: join(root, 'configuration.json'), env: {} })).configuration;
}
