/** The configuration of the command line as the functions get it: `configuration.json` at the root of their bundles. */
import { effectiveConfiguration } from '../lib/config/configuration.ts';
import type { Configuration } from '../schemas/configuration.ts';
import type { Deployment } from '../schemas/deployment.ts';
import { lakeBucket } from './names.ts';

/**
 * The effective configuration, with the buckets of the stack and of its sources out of scope: what is written there is the
 * logging itself, and would otherwise log itself without end. The central bucket is watched for whoever changes its protection.
 * @throws ConfigurationError when a setting is wrong
 */
export function auditConfiguration(deployment: Deployment): Configuration {
  const settings = deployment.configuration;
  const values = typeof settings === 'string' ? {} : settings;
  const configuration = effectiveConfiguration({ file: { name: 'configuration', values } });
  const excluded = [
    ...configuration.scope.excludeBuckets,
    lakeBucket(deployment),
    ...deployment.sources.map(({ bucket }) => bucket),
    ...[deployment.lake.accessLogBucket, deployment.deploymentBucket].filter((bucket) => bucket !== undefined),
  ];
  // whoever changes its policy takes the first step to changing what is in it
  const evidenceBuckets = [...new Set([...configuration.policy.evidenceBuckets, lakeBucket(deployment)])];
  const policy = { ...configuration.policy, evidenceBuckets };
  return { ...configuration, scope: { ...configuration.scope, excludeBuckets: [...new Set(excluded)] }, policy };
}
