/** The template as it is deployed: packaged once without network or credentials, then looked at. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkDeployment } from '../../infra/deployment-file.ts';
import { FUNCTION_NAMES } from '../../infra/names.ts';
import { allResources } from '../../infra/service.ts';
import { packageRoot } from '../../lib/local/package-root.ts';
import { listSqlFiles } from '../../lib/local/sql-files.ts';
import { bucketRules } from './bucket-rules.ts';
import { fullDeployment, smallDeployment } from './deployments.ts';
import { keyRules } from './key-rules.ts';
import { type Packaged, packageService } from './packaged.ts';
import { queueRules } from './queue-rules.ts';
import { roleRules } from './role-rules.ts';
import { at, ofType } from './template-rules.ts';
import { watchRules } from './watch-rules.ts';

let packaged: Packaged;
beforeAll(() => {
  packaged = packageService(fullDeployment);
}, 180_000);
afterAll(() => packaged?.remove());

const rules = [...bucketRules, ...keyRules, ...queueRules, ...roleRules, ...watchRules];

describe('the template', () => {
  test.each(rules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
    expect(rule.problems(packaged.template)).toEqual([]);
  });

  test.each(rules.flatMap((rule) => rule.broken.map((change, at) => [`${rule.name} (${at + 1})`, rule, change] as const)))(
    'is refused when it is not so that %s',
    (_, rule, change) => {
      const template = structuredClone(packaged.template);
      change(template);
      expect(rule.problems(template)).not.toEqual([]);
    },
  );

  test('names no partition but where the deployment does, and no place of this machine', () => {
    const given = JSON.stringify(fullDeployment);
    const arns = JSON.stringify(packaged.template).match(/arn:aws[\w-]*:[^"\\]+/g) ?? [];
    expect(arns.filter((arn) => !given.includes(arn))).toEqual([]);
    expect(JSON.stringify(packaged.template)).not.toContain(packageRoot());
  });

  test('stays far below what CloudFormation takes', () => {
    expect(Object.keys(packaged.template.Resources).length).toBeLessThan(400);
    expect(JSON.stringify(packaged.template).length).toBeLessThan(800_000);
  });

  test('tells the command line where everything is', () => {
    expect(Object.keys(packaged.template.Outputs)).toEqual(
      expect.arrayContaining([
        'LogBucketName',
        'DatabaseName',
        'WorkgroupName',
        'CloudTrailQueueUrl',
        'ReportQueueUrl',
        'FlowLogQueueUrl',
        'FlowLogDlqUrl',
        'SessionCheckQueueUrl',
        'SessionCheckDlqUrl',
        'VerifyFunctionName',
        'CloudTrailDlqUrl',
        'ReportDlqUrl',
        'StateMachineArn',
        'AlertTopicArn',
        'SnapshotFunctionName',
        'ReconcileFunctionName',
      ]),
    );
  });

  test('puts behind one condition exactly what the stand-ins refuse', () => {
    const conditional = Object.values(packaged.template.Resources).filter(({ Condition }) => Condition === 'InAws');
    expect([...new Set(conditional.map(({ Type }) => Type))].sort()).toEqual(['AWS::Athena::NamedQuery', 'AWS::Events::EventBusPolicy']);
  });

  test('listens to the named buckets and prefixes, forwarded ones too, and not to those without notifications', () => {
    const patterns = ofType(packaged.template, 'AWS::Events::Rule').map(([, { Properties }]) => {
      const { account, detail } = Properties['EventPattern'];
      return [
        account[0],
        detail.bucket.name[0],
        detail.object.key.map((key: { prefix?: string; suffix?: string }) => key.prefix ?? `…${key.suffix}`),
      ];
    });
    expect(patterns).toEqual([
      ['444455556666', 'acme-org-trail', ['AWSLogs/']],
      ['111122223333', 'audit-test-lake', ['trails/']],
      ['111122223333', 'appstream-logs-eu-west-1-111122223333-abc', ['sessions/', 'applications/']],
      ['111122223333', 'acme-flow-logs', ['AWSLogs/']],
      ['111122223333', 'appstream2-36fb080bb8-eu-west-1-111122223333', ['…/session.json']],
      ['444455556666', 'appstream2-36fb080bb8-eu-central-1-444455556666-a1b2', ['…/session.json']],
    ]);
    expect(at(packaged.template, 'LakeBucket').NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled).toBe(true);
    expect(at(packaged.template, 'BusPolicy444455556666').Statement.Principal.AWS['Fn::Sub']).toContain('444455556666:root');
  });

  test('projects the partitions of every table by day', () => {
    const tables = ofType(packaged.template, 'AWS::Glue::Table').map(([, { Properties }]) => Properties['TableInput']);
    const events = tables.find(({ Name }) => Name === 'events');
    expect(tables.every(({ Parameters }) => Parameters['projection.enabled'] === 'true')).toBe(true);
    expect(events.Parameters).toMatchObject({
      'projection.dt.type': 'date',
      'projection.dt.format': 'yyyy-MM-dd',
      'storage.location.template': 's3://audit-test-lake/events/dt=${dt}/',
    });
  });
});

describe('the smallest deployment, in GovCloud,', () => {
  const small = checkDeployment(smallDeployment, 'x');
  const resources = allResources(small);

  test('names its partition nowhere', () => {
    expect(JSON.stringify(resources)).not.toContain('arn:aws:');
  });

  test('has no alarm about what it has no source of, and no statement about nothing', () => {
    expect(
      Object.keys(resources).filter((id) =>
        /^(ReportSilent|SweepIncomplete|(UsageReport|FlowLog|SessionCheckQueue|SessionCheckDlq).*Alarm|HomeFolderRule)/.test(id),
      ),
    ).toEqual([]);
    expect(JSON.stringify(resources)).not.toMatch(/"Resource":\[\]/);
    expect(resources['SnapshotSchedule']).toBeUndefined();
  });

  test('makes its own roles and lets nobody delete evidence', () => {
    expect(Object.keys(resources).filter((id) => id.endsWith('Role'))).toHaveLength(10);
    expect(JSON.stringify(resources['LakeBucketPolicy'])).not.toContain('aws:PrincipalArn');
  });
});

describe('the bundle of', () => {
  test.each(FUNCTION_NAMES)('%s holds its handler and the configuration, and no engine', (name) => {
    const bundle = packaged.bundles.get(name);
    const handler = bundle?.get(`functions/${name}.mjs`)?.toString() ?? '';
    // the text is too long to be shown when it does not match
    expect(/export\s*\{[^}]*\bhandler\b/.test(handler)).toBe(true);
    expect(handler.includes('@duckdb')).toBe(false);
    expect(JSON.parse(bundle?.get('configuration.json')?.toString() ?? '').scope.excludeBuckets).toContain('audit-test-lake');
    expect([...(bundle?.keys() ?? [])].filter((path) => /^functions\//.test(path))).toEqual([`functions/${name}.mjs`]);
  });

  test.each(['correlate', 'alert'])('%s holds the SQL, and what its package root is known by', (name) => {
    const paths = [...(packaged.bundles.get(name)?.keys() ?? [])];
    const wanted = ['correlate', 'findings'].flatMap((folder) => listSqlFiles(folder).map((file) => `sql/${folder}/${file}.sql`));
    expect([...wanted, 'package.json'].filter((path) => !paths.includes(path))).toEqual([]);
  });
});
