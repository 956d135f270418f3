/** What hangs together in a deployment: checked before packaging, because AWS would say it after minutes, or never. */
import { CLOUD_PREFIXES } from '../lib/lake/cloud-layout.ts';
import type { Deployment, HomeFolder, Source } from '../schemas/deployment.ts';
import { allTables } from '../schemas/tables.ts';
import { functionEnvironment } from './environment.ts';
import { lakeBucket } from './names.ts';

/** A function's variables may take 4 KB together; the others take their part. */
const LONGEST_LIST = 3000;

/** @returns one line a problem; none when the deployment can be packaged */
export function deploymentProblems(deployment: Deployment, options: { stage?: string | undefined; region?: string | undefined }): string[] {
  return [
    ...partitionProblems(deployment),
    ...deployment.sources.flatMap((source, at) => sourceProblems(deployment, source, `sources[${at}]`)),
    ...deployment.homeFolders.flatMap((folder, at) => homeFolderProblems(deployment, folder, `homeFolders[${at}]`)),
    ...duplicateSources(deployment),
    ...sweepProblems(deployment),
    ...limitProblems(deployment),
    ...lakeProblems(deployment),
    ...lengthProblems(deployment),
    ...optionProblems(deployment, options),
  ];
}

function partitionOf(region: string): string {
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

function partitionProblems(deployment: Deployment): string[] {
  const { region } = deployment;
  if (region.startsWith('cn-')) return [`region: ${region} is in the partition aws-cn; supported are aws and aws-us-gov`];
  const partition = partitionOf(region);
  return arnsIn(deployment, '')
    .filter(({ text }) => text.split(':')[1] !== partition)
    .map(({ path, text }) => `${path}: ${text} is in the partition ${text.split(':')[1]}, the region ${region} in ${partition}`);
}

function arnsIn(value: unknown, path: string): { path: string; text: string }[] {
  if (typeof value === 'string') return value.startsWith('arn:') ? [{ path, text: value }] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([key]) => !(path === '' && key === 'configuration'))
    .flatMap(([key, inner]) => arnsIn(inner, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`));
}

/** Where a bucket is, whence its news come, and where its key is. */
function placeProblems(
  deployment: Deployment,
  source: Pick<Source, 'keyArn' | 'region' | 'account' | 'notifications'>,
  path: string,
): string[] {
  const problems: string[] = [];
  const region = source.region ?? deployment.region;
  const keyRegion = source.keyArn?.split(':')[3];
  if (keyRegion !== undefined && keyRegion !== region) {
    problems.push(
      `${path}.keyArn: a bucket and its key lie in one region; the key is in ${keyRegion}, the bucket in ${region}; set ${path}.region`,
    );
  }
  const isElsewhere = region !== deployment.region || (source.account ?? deployment.account) !== deployment.account;
  if (isElsewhere && source.notifications === 'eventbridge') {
    const where = region === deployment.region ? `account ${source.account}` : `region ${region}`;
    problems.push(
      `${path}.notifications: events of ${where} do not come by themselves; forward them and say forwarded${'prefix' in source ? ', or say none' : ''}`,
    );
  }
  if (!isElsewhere && source.notifications === 'forwarded') {
    problems.push(`${path}.notifications: nothing is forwarded within an account and region; say eventbridge`);
  }
  return problems;
}

function sourceProblems(deployment: Deployment, source: Source, path: string): string[] {
  const problems = placeProblems(deployment, source, path);
  if (source.bucket === lakeBucket(deployment)) {
    const own = [...Object.values(CLOUD_PREFIXES), 'control/', ...allTables.map(({ name }) => `${name}/`)];
    if (source.prefix === '' || own.some((prefix) => source.prefix.startsWith(prefix))) {
      problems.push(`${path}.prefix: in the central bucket a source needs a prefix of its own, such as trails/`);
    }
    if (deployment.lake.trails.length === 0) problems.push(`lake.trails: name the trail that delivers into the central bucket`);
  }
  return problems;
}

/** Whose home folders are watched, their sessions have to be asked for: else none of their files is ever verified. */
function homeFolderProblems(deployment: Deployment, folder: HomeFolder, path: string): string[] {
  const [account, region] = [folder.account ?? deployment.account, folder.region ?? deployment.region];
  // without sweeps the function asks in its own place
  const asked = deployment.sweeps.length > 0 ? deployment.sweeps : [deployment];
  const isAsked = asked.some((each) => each.account === account && each.region === region);
  return [
    ...placeProblems(deployment, folder, path),
    ...(isAsked ? [] : [`${path}: nobody asks account ${account} in ${region} for its sessions; add it to sweeps`]),
  ];
}

function duplicateSources({ sources }: Deployment): string[] {
  return sources.flatMap((source, at) => {
    const before = sources.findIndex(
      (each) =>
        each.bucket === source.bucket &&
        each.kind === source.kind &&
        (each.prefix.startsWith(source.prefix) || source.prefix.startsWith(each.prefix)),
    );
    return before < at ? [`sources[${at}]: holds keys that sources[${before}] holds, too`] : [];
  });
}

function sweepProblems(deployment: Deployment): string[] {
  return deployment.sweeps.flatMap((sweep, at) => [
    ...(sweep.account !== deployment.account && sweep.roleArn === undefined
      ? [`sweeps[${at}].roleArn: account ${sweep.account} is another one; name a role there that the sweep may assume`]
      : []),
    ...(sweep.roleArn !== undefined && sweep.roleArn.split(':')[4] !== sweep.account
      ? [`sweeps[${at}].roleArn: the role is of account ${sweep.roleArn.split(':')[4]}, the sweep of ${sweep.account}`]
      : []),
    ...(deployment.sweeps.findIndex((each) => each.account === sweep.account && each.region === sweep.region) < at
      ? [`sweeps[${at}]: account and region are listed before`]
      : []),
  ]);
}

function limitProblems({ limits, localCloud, lake, region }: Deployment): string[] {
  const least = 6 * limits.ingestTimeoutSeconds;
  const problems: string[] = [];
  // AWS advises six times the timeout: Lambda may try a batch that was throttled again within it
  if (limits.visibilitySeconds !== undefined && limits.visibilitySeconds < least && !localCloud) {
    problems.push(`limits.visibilitySeconds: ${limits.visibilitySeconds} is less than six times limits.ingestTimeoutSeconds (${least})`);
  }
  if (lake.keyArn !== undefined && lake.keyArn.split(':')[3] !== region) {
    problems.push(`lake.keyArn: the key is in ${lake.keyArn.split(':')[3]}, the central bucket in ${region}`);
  }
  return problems;
}

function lakeProblems(deployment: Deployment): string[] {
  const problems: string[] = [];
  const name = lakeBucket(deployment);
  if (deployment.lake.readers.includes(deployment.account)) {
    problems.push(`lake.readers: ${deployment.account} is the account of the deployment; give its people roles instead`);
  }
  if (deployment.lake.accessLogBucket === name) problems.push('lake.accessLogBucket: a bucket must not log into itself');
  return problems;
}

function lengthProblems(deployment: Deployment): string[] {
  const { APPSTREAM_AUDIT_SOURCES: sources, APPSTREAM_AUDIT_SWEEPS: sweeps } = functionEnvironment(deployment);
  return [
    ['sources', sources],
    ['sweeps', sweeps],
  ]
    .filter(([, text]) => String(text).length > LONGEST_LIST)
    .map(
      ([key, text]) =>
        `${key}: ${String(text).length} characters do not fit into a variable of Lambda (${LONGEST_LIST}); make a second deployment`,
    );
}

function optionProblems(deployment: Deployment, options: { stage?: string | undefined; region?: string | undefined }): string[] {
  return (['stage', 'region'] as const)
    .filter((key) => options[key] !== undefined && options[key] !== deployment[key])
    .map((key) => `${key}: the file says ${deployment[key]}, --${key} says ${options[key]}; the file alone decides`);
}
