/** Keys with the rights of what runs in the secured local cloud. */
import {
  CreateRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { RoleName } from '../../../infra/names.ts';
import { unique } from './local-cloud.ts';

/** Keys as clients of the SDK take them. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** ARN and name of the role under which `name` runs. @throws Error when the stack has no such role */
export async function deployedRole(name: RoleName): Promise<{ readonly arn: string; readonly roleName: string }> {
  const client = new IAMClient({});
  try {
    for await (const { Roles = [] } of paginateListRoles({ client }, {})) {
      const found = Roles.find(({ RoleName }) => RoleName?.endsWith(`-${name}`));
      if (found !== undefined) return { arn: found.Arn ?? '', roleName: found.RoleName ?? '' };
    }
  } finally {
    client.destroy();
  }
  throw new Error(`the stack has no role of ${name}`);
}

const twins = new Map<RoleName, Promise<RoleCredentials>>();

/** What `name` may do, as keys: of a role with the same policies, because only a service may take the deployed one. */
export function rightsOf(name: RoleName): Promise<RoleCredentials> {
  const known = twins.get(name) ?? deployedRole(name).then(({ roleName }) => policiesOf(roleName).then(roleWith));
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
