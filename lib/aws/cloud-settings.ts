/** Where a deployment is: what flags say, what a stack's outputs say, what the environment says, in this order. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { UsageError } from '../errors.ts';
import { CLIENT_OPTIONS } from './client-options.ts';

/** Each setting with its flag, its variable, and the output of the stack that has it. */
export const CLOUD_SETTINGS = {
  bucket: { flag: '--bucket', variable: 'APPSTREAM_AUDIT_BUCKET', output: 'LogBucketName' },
  database: { flag: '--database', variable: 'APPSTREAM_AUDIT_DATABASE', output: 'DatabaseName' },
  workgroup: { flag: '--workgroup', variable: 'APPSTREAM_AUDIT_WORKGROUP', output: 'WorkgroupName' },
  stateMachineArn: { flag: '--state-machine', variable: 'APPSTREAM_AUDIT_STATE_MACHINE_ARN', output: 'StateMachineArn' },
  cloudtrailQueueUrl: { flag: '--cloudtrail-queue', variable: 'APPSTREAM_AUDIT_CLOUDTRAIL_QUEUE_URL', output: 'CloudTrailQueueUrl' },
  reportQueueUrl: { flag: '--report-queue', variable: 'APPSTREAM_AUDIT_REPORT_QUEUE_URL', output: 'ReportQueueUrl' },
  flowLogQueueUrl: { flag: '--flow-log-queue', variable: 'APPSTREAM_AUDIT_FLOW_LOG_QUEUE_URL', output: 'FlowLogQueueUrl' },
  sessionCheckQueueUrl: {
    flag: '--session-check-queue',
    variable: 'APPSTREAM_AUDIT_SESSION_CHECK_QUEUE_URL',
    output: 'SessionCheckQueueUrl',
  },
  reconcileFunction: { flag: '--reconcile-function', variable: 'APPSTREAM_AUDIT_RECONCILE_FUNCTION', output: 'ReconcileFunctionName' },
} as const;

export type CloudSetting = keyof typeof CLOUD_SETTINGS;

export type GivenSettings = Readonly<Partial<Record<CloudSetting | 'stack', string>>>;

/** Settings that were asked for; each is there. */
export type CloudSettings<Name extends CloudSetting = CloudSetting> = Readonly<Record<Name, string>>;

/** What a setting is when nobody says. */
const DEFAULTS: GivenSettings = { database: 'appstream_audit' };

/**
 * @param given by flags; `stack` names a stack whose outputs go over the environment
 * @param readOutputs default: asks CloudFormation
 * @throws UsageError naming what is missing, or a stack that cannot be looked at
 */
export async function resolveSettings<Name extends CloudSetting>(
  names: readonly Name[],
  given: GivenSettings,
  environment: Readonly<Record<string, string | undefined>>,
  readOutputs: (stack: string) => Promise<Readonly<Record<string, string>>> = stackOutputs,
): Promise<CloudSettings<Name>> {
  const asked = given.stack === undefined ? {} : await readOutputs(given.stack);
  const direct = (name: Name) => given[name] ?? asked[CLOUD_SETTINGS[name].output] ?? filled(environment[CLOUD_SETTINGS[name].variable]);
  const stack = filled(environment['APPSTREAM_AUDIT_STACK']);
  const isShort = names.some((name) => direct(name) === undefined);
  const fallback = isShort && given.stack === undefined && stack !== undefined ? await readOutputs(stack) : {};
  const values = names.map((name) => [name, direct(name) ?? fallback[CLOUD_SETTINGS[name].output] ?? DEFAULTS[name]] as const);
  const missing = values.filter(([, value]) => value === undefined).map(([name]) => CLOUD_SETTINGS[name]);
  if (missing.length > 0) {
    throw new UsageError(`nothing says where the deployment is: ${missing.map(({ flag }) => flag).join(', ')}`, {
      remedy: `give --stack NAME, or the flags, or set ${missing.map(({ variable }) => variable).join(', ')}`,
    });
  }
  return Object.fromEntries(values) as CloudSettings<Name>;
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}

/** @throws UsageError when there is no such stack, or it may not be looked at */
async function stackOutputs(stack: string): Promise<Record<string, string>> {
  const client = new CloudFormationClient(CLIENT_OPTIONS);
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    return Object.fromEntries((Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (cause) {
    const { name, message } = cause as Error;
    throw new UsageError(`the stack ${stack} cannot be looked at (${name}: ${message})`, {
      remedy: 'check the name, the region, the credentials and cloudformation:DescribeStacks',
      cause,
    });
  } finally {
    client.destroy();
  }
}
