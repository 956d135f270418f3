/** The words of CloudFormation that the template is made of. No ARN names its partition: it holds in `aws` and `aws-us-gov`. */

export type Value = string | number | boolean | null | undefined | readonly Value[] | { readonly [key: string]: Value };

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, Value>>;
  readonly DependsOn?: readonly string[];
  readonly Condition?: string;
  /** `Retain` for evidence: neither deleting the stack nor replacing the resource removes it. */
  readonly DeletionPolicy?: 'Retain';
  readonly UpdateReplacePolicy?: 'Retain';
}

export type Resources = Readonly<Record<string, Resource>>;

/** What CloudFormation fills in. */
export type Text =
  | string
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': readonly [string, string] }
  | { readonly 'Fn::Sub': string };

export function ref(logicalId: string): { Ref: string } {
  return { Ref: logicalId };
}

export function getAtt(logicalId: string, attribute: string): { 'Fn::GetAtt': [string, string] } {
  return { 'Fn::GetAtt': [logicalId, attribute] };
}

/** Text with `${LogicalId}` and `${AWS::Region}` in it. */
export function sub(text: string): { 'Fn::Sub': string } {
  return { 'Fn::Sub': text };
}

/** An ARN of this account and region: `arn('sqs', 'name')`. */
export function arn(service: string, resource: string): { 'Fn::Sub': string } {
  return sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);
}

/** The ARN of a bucket, or of keys in it: `bucketArn('name', 'prefix/*')`. */
export function bucketArn(bucket: string, keys?: string): { 'Fn::Sub': string } {
  return sub(`arn:\${AWS::Partition}:s3:::${bucket}${keys === undefined ? '' : `/${keys}`}`);
}

/** The root of an account: whoever that account lets. */
export function accountRoot(account: string): { 'Fn::Sub': string } {
  return sub(`arn:\${AWS::Partition}:iam::${account}:root`);
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: Value;
  readonly Action: string | readonly string[];
  /** Absent only in a trust policy, which is about its own role. */
  readonly Resource?: Value;
  readonly Condition?: Readonly<Record<string, Value>>;
}

/** A statement of a role: what it may do, on what. */
export function allow(sid: string, actions: readonly string[], resources: readonly Value[], condition?: Statement['Condition']): Statement {
  return { Sid: sid, Effect: 'Allow', Action: actions, Resource: resources, ...(condition === undefined ? {} : { Condition: condition }) };
}

export function policyDocument(statements: readonly Statement[]): { readonly [key: string]: Value } {
  return { Version: '2012-10-17', Statement: statements as unknown as readonly Value[] };
}

/** Refuses what does not come over TLS. */
export function denyWithoutTls(action: string, resource: Value): Statement {
  return {
    Sid: 'DenyWithoutTls',
    Effect: 'Deny',
    Principal: '*',
    Action: action,
    Resource: resource,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

/** `ingest-cloudtrail` as a part of a logical id: `IngestCloudtrail`. */
export function pascalCase(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
