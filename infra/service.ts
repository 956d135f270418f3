/** The parts of `serverless.yml` that are derived, for the deployment that the environment names. */
import { packageRoot } from '../lib/local/package-root.ts';
import type { Deployment } from '../schemas/deployment.ts';
import { alarmResources } from './alarms.ts';
import { bucketResources } from './bucket.ts';
import { bucketPolicyResources } from './bucket-policy.ts';
import { catalogResources } from './catalog.ts';
import { pascalCase, type Resources, type Value } from './cloudformation.ts';
import { dashboardResources } from './dashboard.ts';
import { type DeploymentOptions, readDeployment } from './deployment-file.ts';
import { functionEnvironment } from './environment.ts';
import { functionDefinitions } from './functions.ts';
import { keyResources, messageKeyArn } from './keys.ts';
import { namedQueryResources } from './named-queries.ts';
import { FUNCTION_NAMES, stackName } from './names.ts';
import { outputs } from './outputs.ts';
import { queueResources } from './queues.ts';
import { roleResources } from './roles.ts';
import { scheduleResources } from './schedules.ts';
import { sourceRuleResources } from './source-rules.ts';
import { stateMachineResources } from './state-machine.ts';
import { topicResources } from './topics.ts';

/** What `serverless.yml` takes from here. */
export interface Service {
  readonly service: string;
  readonly provider: Readonly<Record<string, Value>>;
  readonly functions: Readonly<Record<string, Value>>;
  readonly resources: Readonly<Record<string, unknown>>;
}

/**
 * @param options of the command line of the deployment tool
 * @throws ConfigurationError when the deployment file is absent or wrong
 */
export function service(options: DeploymentOptions): Service {
  const deployment = readDeployment(packageRoot(), process.env, options);
  return {
    service: deployment.service,
    provider: provider(deployment),
    functions: functionDefinitions(deployment),
    resources: {
      Parameters: parameters(deployment),
      // what the stand-ins of `npm run local-cloud` refuse
      Conditions: { InAws: { 'Fn::Equals': [{ Ref: 'LocalCloud' }, 'false'] } },
      Resources: allResources(deployment),
      extensions: logGroupExtensions(deployment),
      Outputs: outputs(deployment),
    },
  };
}

/** Everything but the functions and what hangs on them. */
export function allResources(deployment: Deployment): Resources {
  return {
    ...keyResources(deployment),
    ...bucketResources(deployment),
    ...bucketPolicyResources(deployment),
    ...queueResources(deployment),
    ...sourceRuleResources(deployment),
    ...catalogResources(deployment),
    ...namedQueryResources(),
    ...roleResources(deployment),
    ...stateMachineResources(deployment),
    ...scheduleResources(deployment),
    ...topicResources(deployment),
    ...alarmResources(deployment),
    ...dashboardResources(deployment),
  };
}

function provider(deployment: Deployment): Record<string, Value> {
  const { deploymentBucket, network, tags } = deployment;
  return {
    stage: deployment.stage,
    region: deployment.region,
    stackName: stackName(deployment),
    tags,
    stackTags: tags,
    environment: functionEnvironment(deployment),
    logRetentionInDays: deployment.logs.retentionDays,
    deploymentBucket: deploymentBucket === undefined ? { blockPublicAccess: true, versioning: true } : { name: deploymentBucket },
    stackParameters: [{ ParameterKey: 'LocalCloud', ParameterValue: String(deployment.localCloud) }],
    ...(network === undefined ? {} : { vpc: network }),
  };
}

function parameters({ localCloud }: Deployment) {
  return {
    LocalCloud: {
      Type: 'String',
      AllowedValues: ['true', 'false'],
      Default: String(localCloud),
      Description: 'true leaves out what the stand-ins of npm run local-cloud refuse',
    },
  };
}

/** The deployment tool makes the log groups; their key is ours. */
function logGroupExtensions({ logs }: Deployment): Record<string, Value> {
  if (!logs.encrypted) return {};
  return Object.fromEntries(FUNCTION_NAMES.map((name) => [`${logicalName(name)}LogGroup`, { Properties: { KmsKeyId: messageKeyArn } }]));
}

/** How the deployment tool makes a logical id of a function's name. */
function logicalName(name: string): string {
  return pascalCase(name.replaceAll('-', 'Dash')).replaceAll(/Dash(.)/g, 'Dash$1');
}
