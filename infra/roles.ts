/** A role for each function, one for the state machine, one for the schedules; or those that were given. */
import type { Deployment } from '../schemas/deployment.ts';
import {
  allow,
  arn,
  getAtt,
  pascalCase,
  policyDocument,
  type Resource,
  type Resources,
  type Statement,
  type Value,
} from './cloudformation.ts';
import { type FunctionName, functionName, ROLE_NAMES, type RoleName, roleName, stateMachineName } from './names.ts';
import { commonStatements, functionStatements } from './permissions.ts';

/** `correlate` → `CorrelateRole`. */
export function roleId(name: RoleName): string {
  return `${pascalCase(name)}Role`;
}

/** ARN of what `name` runs as. */
export function roleArnOf(deployment: Deployment, name: RoleName): Value {
  return deployment.iam.roles[name] ?? getAtt(roleId(name), 'Arn');
}

export function roleResources(deployment: Deployment): Resources {
  const made = ROLE_NAMES.filter((name) => deployment.iam.roles[name] === undefined);
  return Object.fromEntries(made.map((name) => [roleId(name), role(deployment, name)]));
}

function role(deployment: Deployment, name: RoleName): Resource {
  const { permissionsBoundary } = deployment.iam;
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: roleName(deployment, name),
      Description: `${name} of ${deployment.service}-${deployment.stage}`,
      AssumeRolePolicyDocument: policyDocument([trust(name)]),
      Policies: [{ PolicyName: 'rights', PolicyDocument: policyDocument(statementsOf(deployment, name)) }],
      ...(permissionsBoundary === undefined ? {} : { PermissionsBoundary: permissionsBoundary }),
    },
  };
}

const SERVICES: Readonly<Partial<Record<RoleName, string>>> = {
  'state-machine': 'states.amazonaws.com',
  scheduler: 'scheduler.amazonaws.com',
};

function trust(name: RoleName): Statement {
  const service = SERVICES[name];
  return {
    Sid: 'Trust',
    Effect: 'Allow',
    Principal: { Service: service ?? 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
    // Lambda names no source account when it assumes
    ...(service === undefined ? {} : { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } }),
  };
}

function statementsOf(deployment: Deployment, name: RoleName): Statement[] {
  if (name === 'state-machine') return [invoke(deployment, ['correlate', 'alert'])];
  if (name === 'scheduler') {
    return [
      invoke(deployment, ['snapshot-sessions', 'reconcile']),
      allow('Start', ['states:StartExecution'], [arn('states', `stateMachine:${stateMachineName(deployment)}`)]),
    ];
  }
  return [...commonStatements(deployment, name), ...functionStatements(deployment, name)];
}

function invoke(deployment: Deployment, names: readonly FunctionName[]): Statement {
  return allow(
    'Invoke',
    ['lambda:InvokeFunction'],
    names.map((name) => arn('lambda', `function:${functionName(deployment, name)}`)),
  );
}
