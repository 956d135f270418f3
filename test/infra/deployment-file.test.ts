import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { auditConfiguration } from '../../infra/audit-configuration.ts';
import { checkDeployment, readDeployment } from '../../infra/deployment-file.ts';
import { checkAccount } from '../../infra/packaged-files.ts';
import { packageRoot } from '../../lib/local/package-root.ts';
import { fullDeployment, smallDeployment } from './deployments.ts';

const folder = mkdtempSync(join(tmpdir(), 'appstream-audit-deployment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

const ROLE = 'arn:aws:iam::111122223333:role/Name';
const source = { kind: 'cloudtrail', bucket: 'trail' };

/** What is wrong with a small deployment that says this besides. */
const homes = { bucket: 'appstream2-36fb080bb8-eu-west-1-111122223333' };

const WRONG: [what: string, change: object, message: string][] = [
  ['an unknown key', { sorces: [] }, 'sorces: there is no such key; did you mean sources'],
  ['an unknown key further in', { lake: { reader: [] } }, 'lake.reader: there is no such key; did you mean lake.readers'],
  ['no source', { sources: undefined }, 'sources: found nothing, allowed: a list that is not empty'],
  [
    'a source without a bucket',
    { sources: [{ kind: 'cloudtrail' }] },
    'sources[0].bucket: found nothing, allowed: a bucket name without s3://',
  ],
  ['a URL for a bucket', { sources: [{ ...source, bucket: 's3://trail' }] }, 'sources[0].bucket: found "s3://trail"'],
  [
    'a kind of source that does not exist',
    { sources: [{ ...source, kind: 'vpc' }] },
    'sources[0].kind: found "vpc", allowed: cloudtrail or usage_report or flow_log',
  ],
  [
    'an account id that is a number',
    { account: 111122223333 },
    'account: found 111122223333, allowed: an account id of 12 digits, in quotes',
  ],
  ['a malformed ARN', { lake: { breakGlassRole: 'BreakGlass' } }, 'lake.breakGlassRole: found "BreakGlass", allowed: an ARN such as'],
  ['an alias for a key', { lake: { keyArn: 'alias/x' } }, 'lake.keyArn: found "alias/x"'],
  [
    'a schedule of another form',
    { schedule: { daily: 'every day' } },
    'schedule.daily: found "every day", allowed: off, rate(5 minutes) or cron(',
  ],
  ['a retention that logs do not know', { logs: { retentionDays: 31 } }, 'logs.retentionDays: found 31, allowed: 1 or 3 or 5'],
  [
    'a region of another partition',
    { region: 'cn-north-1' },
    'region: cn-north-1 is in the partition aws-cn; supported are aws and aws-us-gov',
  ],
  [
    'an ARN of another partition',
    { iam: { permissionsBoundary: 'arn:aws-us-gov:iam::111122223333:policy/B' } },
    'iam.permissionsBoundary: arn:aws-us-gov:iam::111122223333:policy/B is in the partition aws-us-gov, the region eu-west-1 in aws',
  ],
  [
    'a key in another region than its bucket',
    { sources: [{ ...source, keyArn: 'arn:aws:kms:us-east-1:111122223333:key/x' }] },
    'sources[0].keyArn: a bucket and its key lie in one region; the key is in us-east-1, the bucket in eu-west-1',
  ],
  [
    'events of another account that nobody forwards',
    { sources: [{ ...source, account: '444455556666' }] },
    'sources[0].notifications: events of account 444455556666 do not come by themselves',
  ],
  [
    'events of another region that nobody forwards',
    { sources: [{ ...source, region: 'us-east-1' }] },
    'sources[0].notifications: events of region us-east-1 do not come by themselves',
  ],
  ['home folders in a bucket that AppStream did not make', { homeFolders: [{ bucket: 'homes' }] }, 'homeFolders[0].bucket: found'],
  [
    'home folders of another account whose events nobody forwards',
    { homeFolders: [{ ...homes, account: '444455556666' }] },
    'homeFolders[0].notifications: events of account 444455556666 do not come by themselves; forward them and say forwarded',
  ],
  [
    'home folders with a key of another region',
    { homeFolders: [{ ...homes, keyArn: 'arn:aws:kms:us-east-1:111122223333:key/x' }] },
    'homeFolders[0].keyArn: a bucket and its key lie in one region',
  ],
  [
    'home folders of a place that nobody asks for sessions',
    { homeFolders: [homes], sweeps: [{ account: '111122223333', region: 'us-east-1' }] },
    'homeFolders[0]: nobody asks account 111122223333 in eu-west-1 for its sessions; add it to sweeps',
  ],
  ['home folders of which nothing is told', { homeFolders: [{ ...homes, notifications: 'none' }] }, 'homeFolders[0].notifications: found'],
  ['forwarding to oneself', { sources: [{ ...source, notifications: 'forwarded' }] }, 'nothing is forwarded within an account and region'],
  ['the same keys twice', { sources: [source, { ...source, prefix: 'AWSLogs/' }] }, 'sources[1]: holds keys that sources[0] holds, too'],
  [
    'a source in the central bucket without a prefix',
    { lake: { bucket: 'trail' } },
    'sources[0].prefix: in the central bucket a source needs a prefix of its own',
  ],
  [
    'a source among our own tables',
    { lake: { bucket: 'trail' }, sources: [{ ...source, prefix: 'events/AWSLogs/' }] },
    'sources[0].prefix: in the central bucket a source needs a prefix of its own',
  ],
  [
    'a sweep of another account without a role',
    { sweeps: [{ account: '444455556666', region: 'eu-west-1' }] },
    'sweeps[0].roleArn: account',
  ],
  [
    'a role of another account than the sweep',
    { sweeps: [{ account: '444455556666', region: 'eu-west-1', roleArn: ROLE }] },
    'sweeps[0].roleArn: the role is of account 111122223333, the sweep of 444455556666',
  ],
  ['a message that comes back too soon', { limits: { visibilitySeconds: 60 } }, 'limits.visibilitySeconds: 60 is less than six times'],
  [
    'a key that cannot encrypt the bucket',
    { lake: { keyArn: 'arn:aws:kms:us-east-1:111122223333:key/x' } },
    'lake.keyArn: the key is in us-east-1',
  ],
  ['oneself as a reader', { lake: { readers: ['111122223333'] } }, 'lake.readers: 111122223333 is the account of the deployment'],
  ['a bucket that logs into itself', { lake: { bucket: 'lake', accessLogBucket: 'lake' } }, 'a bucket must not log into itself'],
  [
    'more sources than a variable holds',
    { sources: Array.from({ length: 50 }, (_, at) => ({ ...source, bucket: `trail-with-a-long-name-${at}` })) },
    'sources: 3',
  ],
];

describe('a deployment file', () => {
  test('may say little or everything', () => {
    expect(checkDeployment(smallDeployment, 'x')).toMatchObject({ service: 'appstream-audit', stage: 'prod', localCloud: false });
    expect(checkDeployment(fullDeployment, 'x').sources).toHaveLength(5);
  });

  test.each(WRONG)('with %s is refused with the reason', (_, change, message) => {
    const values = { account: '111122223333', region: 'eu-west-1', sources: [source], ...change };
    expect(() => checkDeployment(values, 'deployment.yaml')).toThrow(message);
  });

  test('says every problem at once', () => {
    const wrong = { ...smallDeployment, stagee: 'x', lake: { workDays: 0 } };
    expect(() => checkDeployment(wrong, 'd.yaml')).toThrow(/^d\.yaml is wrong:\n.*lake\.workDays.*\n.*stagee/s);
  });

  test('alone decides on stage and region', () => {
    expect(() => checkDeployment(fullDeployment, 'x', { stage: 'prod', region: 'us-east-1' })).toThrow(
      /stage: the file says test, --stage says prod.*\n.*region: the file says eu-west-1, --region says us-east-1/,
    );
    expect(() => checkDeployment(fullDeployment, 'x', { stage: 'test', region: 'eu-west-1' })).not.toThrow();
  });

  test('lets failed messages come back at once on the stand-ins', () => {
    const local = { ...smallDeployment, localCloud: true, limits: { visibilitySeconds: 2 } };
    expect(checkDeployment(local, 'x').limits.visibilitySeconds).toBe(2);
  });

  test('that is absent is said to be so, and what to do', () => {
    expect(() => readDeployment(folder, {})).toThrow(/deployment\.yaml does not exist; copy deployment\.example\.yaml/);
  });

  test('is found by its variable, and the configuration beside it', () => {
    write('audit.yaml', 'window:\n  graceSeconds: 60\n');
    const name = write('mine.yaml', `${JSON.stringify(smallDeployment).slice(0, -1)}, "configuration": "audit.yaml" }`);
    const deployment = readDeployment(folder, { APPSTREAM_AUDIT_DEPLOYMENT: name });
    expect(auditConfiguration(deployment).window.graceSeconds).toBe(60);
  });

  test('whose configuration is wrong or absent is refused', () => {
    write('wrong.yaml', 'window:\n  graceSecond: 60\n');
    const naming = (name: string) => write('naming.yaml', `${JSON.stringify(smallDeployment).slice(0, -1)}, "configuration": "${name}" }`);
    expect(() => readDeployment(folder, { APPSTREAM_AUDIT_DEPLOYMENT: naming('wrong.yaml') })).toThrow('did you mean window.graceSeconds');
    expect(() => readDeployment(folder, { APPSTREAM_AUDIT_DEPLOYMENT: naming('none.yaml') })).toThrow('none.yaml does not exist');
  });

  test('of the repository is a valid example', () => {
    const deployment = readDeployment(packageRoot(), { APPSTREAM_AUDIT_DEPLOYMENT: 'deployment.example.yaml' });
    expect(deployment.sources).toHaveLength(2);
  });
});

test('the configuration of the functions leaves out the buckets of the stack and of its sources', () => {
  expect(auditConfiguration(checkDeployment(fullDeployment, 'x')).scope.excludeBuckets).toEqual([
    'acme-config',
    'audit-test-lake',
    'acme-org-trail',
    'appstream-logs-eu-west-1-111122223333-abc',
    'appstream-logs-eu-central-1-111122223333-def',
    'acme-flow-logs',
    'acme-access-logs',
    'acme-deployments',
  ]);
});

test('nothing is deployed with credentials of another account', () => {
  const before = process.env['APPSTREAM_AUDIT_DEPLOYMENT'];
  process.env['APPSTREAM_AUDIT_DEPLOYMENT'] = 'deployment.example.yaml';
  try {
    expect(() => checkAccount({}, '444455556666')).toThrow('the file says 111122223333, the credentials are of 444455556666');
    expect(() => checkAccount({}, '111122223333')).not.toThrow();
  } finally {
    if (before === undefined) delete process.env['APPSTREAM_AUDIT_DEPLOYMENT'];
    else process.env['APPSTREAM_AUDIT_DEPLOYMENT'] = before;
  }
});

test('the users of a file beside the configuration go into the bundles themselves', () => {
  write('people.csv', 'name,user\njane,jdoe\n');
  write('audit.yaml', 'identity: { users: [{ name: a, user: b }], usersFile: people.csv }');
  const name = write('users.json', JSON.stringify({ ...smallDeployment, configuration: 'audit.yaml' }));
  const configured = auditConfiguration(readDeployment(folder, { APPSTREAM_AUDIT_DEPLOYMENT: name }));
  expect(configured.identity).toMatchObject({
    users: [
      { name: 'a', user: 'b' },
      { name: 'jane', user: 'jdoe' },
    ],
    usersFile: '',
  });
  const inline = write('inline.json', JSON.stringify({ ...smallDeployment, configuration: { identity: { usersFile: 'absent.csv' } } }));
  expect(() => readDeployment(folder, { APPSTREAM_AUDIT_DEPLOYMENT: inline })).toThrow('absent.csv does not exist');
});
