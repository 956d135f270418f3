/** What the plugin of `serverless.yml` asks for. */
import { ConfigurationError } from '../lib/errors.ts';
import { packageRoot } from '../lib/local/package-root.ts';
import { auditConfiguration } from './audit-configuration.ts';
import { type DeploymentOptions, readDeployment } from './deployment-file.ts';

/** Text of `configuration.json`, which lies at the root of every bundle. */
export function configurationFile(options: DeploymentOptions): string {
  return `${JSON.stringify(auditConfiguration(readDeployment(packageRoot(), process.env, options)), null, 2)}\n`;
}

/**
 * @param account of the credentials that deploy
 * @throws ConfigurationError when it is not the one of the deployment file: names of another account would not exist
 */
export function checkAccount(options: DeploymentOptions, account: string): void {
  const deployment = readDeployment(packageRoot(), process.env, options);
  if (deployment.account === account) return;
  throw new ConfigurationError(`account: the file says ${deployment.account}, the credentials are of ${account}`, {
    remedy: 'use the credentials of that account, or correct the file',
  });
}
