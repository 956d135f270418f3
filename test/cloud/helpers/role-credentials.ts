/** Keys with the rights of what runs in the secured local cloud. */
import {
  CreateRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { FUNCTION_NAMES, type RoleName } from '../../../infra/names.ts';
import { unique } from './local-cloud.ts';

/** Keys as clients of the SDK take them. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The role under which `name` runs: of a function what Lambda says, so that two roles that were exchanged are seen. */
async function deployedRole(name: RoleName): Promise<string> {
  if (FUNCTION_NAMES.some((functionName) => functionName === name)) {
    const lambda = new LambdaClient({});
    try {
      const FunctionName = `${process.env['APPSTREAM_AUDIT_STACK']}-${name}`;
      const { Role } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      return String(Role?.split('/').at(-1));
    } finally {
      lambda.destroy();
    }
  }
  const iam = new IAMClient({});
  try {
    for await (const { Roles = [] } of paginateListRoles({ client: iam }, {})) {
      const found = Roles.find(({ RoleName }) => RoleName?.endsWith(`-${name}`));
      if (found?.RoleName !== undefined) return found.RoleName;
    }
  } finally {
    iam.destroy();
  }
  throw new Error(`the stack has no role of ${name}`);
}

const twins = new Map<RoleName, Promise<RoleCredentials>>();

/** What `name` may do, as keys: of a role with the same policies, because only a service may take the deployed one. */
export function rightsOf(name: RoleName): Promise<RoleCredentials> {
  const known = twins.get(name) ?? deployedRole(name).then(policiesOf).then(roleWith);
  twins.set(name, known);
  return known;
}

/** Keys of a role that IAM lets do anything: what is refused to them, a policy of the resource refuses. */
export function anyRights(): Promise<RoleCredentials> {
  return roleWith([JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] })]);
}

async function policiesOf(RoleName: string): Promise<string[]> {
  const client = new IAMClient({});
  try {
    const { AttachedPolicies = [] } = await client.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    if (AttachedPolicies.length > 0) throw new Error(`${RoleName} has attached policies, which are not looked at here`);
    const { PolicyNames = [] } = await client.send(new ListRolePoliciesCommand({ RoleName }));
    const policies = PolicyNames.map((PolicyName) => client.send(new GetRolePolicyCommand({ RoleName, PolicyName })));
    // IAM hands out documents as they would stand in a URL
    return (await Promise.all(policies)).map(({ PolicyDocument = '' }) => decodeURIComponent(PolicyDocument));
  } finally {
    client.destroy();
  }
}

async function roleWith(policies: readonly string[]): Promise<RoleCredentials> {
  const iam = new IAMClient({});
  const sts = new STSClient({});
  try {
    const RoleName = `trial-${unique()}`;
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] };
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
    for (const [at, PolicyDocument] of policies.entries()) {
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: `rights-${at + 1}`, PolicyDocument }));
    }
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'trial' }));
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  } finally {
    iam.destroy();
    sts.destroy();
  }
}
