/** Who may do what: functions, roles, schedules, alarms. See `template-rules.ts` for the form of a rule. */
import type { Template } from './packaged.ts';
import { at, EVIDENCE, ofType, type PolicyStatement, type Rule } from './template-rules.ts';

// biome-ignore lint/suspicious/noExplicitAny: see template-rules.ts
type Any = any;

const FUNCTIONS = 8;

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

/** Every statement of every role, with the role's id. */
function grants(template: Template): { role: string; statement: PolicyStatement }[] {
  return ofType(template, 'AWS::IAM::Role').flatMap(([role, { Properties }]) =>
    (Properties['Policies'] as Any[]).flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.map((statement: PolicyStatement) => ({ role, statement })),
    ),
  );
}

/** Actions that IAM knows no resource for: "*" is all that can be said. */
const WITHOUT_RESOURCE = [
  'appstream:DescribeStacks',
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeSubnets',
];

function grant(template: Template, role: string, sid: string): Any {
  return at(template, role).Policies[0].PolicyDocument.Statement.find((statement: PolicyStatement) => statement.Sid === sid);
}

const roleRules: Rule[] = [
  {
    name: 'every function has a role, a log group that ends, Node 22 and arm64 of its own',
    problems: (template) => {
      const functions = ofType(template, 'AWS::Lambda::Function');
      const roles = new Set(functions.map(([, { Properties }]) => text(Properties['Role'])));
      const groups = ofType(template, 'AWS::Logs::LogGroup').filter(([, { Properties }]) => Properties['RetentionInDays'] === 365);
      return [
        ...(functions.length === FUNCTIONS && roles.size === FUNCTIONS ? [] : [`${functions.length} functions, ${roles.size} roles`]),
        ...(groups.length === FUNCTIONS ? [] : [`${groups.length} log groups`]),
        ...functions
          .filter(([, { Properties }]) => Properties['Runtime'] !== 'nodejs22.x' || text(Properties['Architectures']) !== '["arm64"]')
          .map(([id]) => id),
      ];
    },
    broken: [
      (template) => {
        at(template, 'CorrelateLambdaFunction').Role = at(template, 'AlertLambdaFunction').Role;
      },
      (template) => {
        at(template, 'AlertLogGroup').RetentionInDays = undefined;
      },
      (template) => {
        at(template, 'AlertLambdaFunction').Architectures = undefined;
      },
    ],
  },
  {
    name: 'no role may do all actions of a service, nor anything to "*" where a resource can be named',
    problems: (template) =>
      grants(template).flatMap(({ role, statement }) => {
        const actions = list(statement.Action) as string[];
        const isAnywhere = list(statement.Resource).some((resource) => resource === '*' || text(resource).includes(':*:*'));
        return [
          ...actions.filter((action) => action.includes('*')).map((action) => `${role}: ${action}`),
          ...(isAnywhere ? actions.filter((action) => !WITHOUT_RESOURCE.includes(action)).map((action) => `${role}: ${action} to *`) : []),
        ];
      }),
    broken: [
      (template) => {
        grant(template, 'CorrelateRole', 'Query').Resource = ['*'];
      },
      (template) => {
        grant(template, 'AlertRole', 'Publish').Action = ['sns:*'];
      },
    ],
  },
  {
    name: 'objects are named by bucket and prefix, keys by their ARN',
    problems: (template) =>
      grants(template).flatMap(({ role, statement }) => {
        const actions = list(statement.Action) as string[];
        const resources = list(statement.Resource).map(text);
        const isObject = actions.some((action) => /^s3:.*Object|^s3:ListMultipart/.test(action));
        const isKey = actions.some((action) => action.startsWith('kms:'));
        const isBucketWide = (resource: string) => /:s3:::[\w.-]*(?:\/?\*)?"/.test(resource) || resource.includes(':::*');
        // everything of a source that names no prefix
        const isWholeSource = statement.Sid === 'ReadSources';
        return [
          ...(isObject && !isWholeSource ? resources.filter(isBucketWide) : []),
          ...(isKey ? resources.filter((resource) => !/Key","Arn"\]|:key\/[\w-]+"/.test(resource)) : []),
        ].map((resource) => `${role}: ${resource}`);
      }),
    broken: [
      (template) => {
        grant(template, 'IngestCloudtrailRole', 'PutInputs').Resource.push({ 'Fn::Sub': 'arn:${AWS::Partition}:s3:::audit-test-lake/*' });
      },
      (template) => {
        grant(template, 'AlertRole', 'PublishKey').Resource = [{ 'Fn::Sub': 'arn:${AWS::Partition}:kms:eu-west-1:111122223333:key/*' }];
      },
    ],
  },
  {
    name: 'no role may delete evidence, and none but correlate deletes anything',
    problems: (template) =>
      grants(template)
        .filter(({ statement }) => (list(statement.Action) as string[]).some((action) => /^s3:Delete/.test(action)))
        .flatMap(({ role, statement }) => [
          ...(role === 'CorrelateRole' ? [] : [role]),
          ...list(statement.Resource)
            .map(text)
            .filter((resource) => EVIDENCE.some((prefix) => resource.includes(`lake/${prefix}`)) || resource.includes('lake/*')),
        ]),
    broken: [
      (template) => {
        grant(template, 'CorrelateRole', 'CleanUp').Resource.push({ 'Fn::Sub': 'arn:${AWS::Partition}:s3:::audit-test-lake/events/*' });
      },
      (template) => {
        grant(template, 'AlertRole', 'RememberAlerts').Action.push('s3:DeleteObject');
      },
    ],
  },
  {
    name: 'of home folders one role reads files named session.json, and nothing else',
    problems: (template) => {
      const reading = grants(template).flatMap(({ role, statement }) =>
        list(statement.Resource)
          .map(text)
          .filter((resource) => resource.includes(':s3:::appstream2-'))
          .map((resource) => ({ role, statement, resource })),
      );
      const problems = reading.filter(
        ({ role, statement, resource }) =>
          role !== 'VerifySessionRole' ||
          (statement.Sid === 'FindSessionFiles'
            ? text(statement.Condition) !== '{"StringLikeIfExists":{"s3:prefix":["user/*/session.json"]}}'
            : !/\/user\/\*\/session\.json"/.test(resource) ||
              !(list(statement.Action) as string[]).every((action) => /^s3:GetObject/.test(action))),
      );
      return [
        ...(reading.length === 4 ? [] : [`${reading.length} grants`]),
        ...problems.map(({ role, resource }) => `${role}: ${resource}`),
      ];
    },
    broken: [
      (template) => {
        grant(template, 'VerifySessionRole', 'ReadSessionFiles').Resource[0] = {
          'Fn::Sub': 'arn:${AWS::Partition}:s3:::appstream2-x/user/*',
        };
      },
      (template) => {
        grant(template, 'VerifySessionRole', 'ReadSessionFiles').Action.push('s3:PutObject');
      },
      (template) => {
        grant(template, 'VerifySessionRole', 'FindSessionFiles').Condition = undefined;
      },
      (template) => {
        grant(template, 'SnapshotSessionsRole', 'ReadOwnSweeps').Resource.push({
          'Fn::Sub': 'arn:${AWS::Partition}:s3:::appstream2-x/user/*/session.json',
        });
      },
    ],
  },
  {
    name: 'whoever touches the central bucket may use its key, and nobody else may',
    problems: (template) => {
      const withKey = new Set(
        grants(template)
          .filter(({ statement }) => text(statement.Action).includes('kms:') && text(statement.Resource).includes('"LakeKey"'))
          .map(({ role }) => role),
      );
      const touching = new Set(
        grants(template)
          .filter(
            ({ statement }) =>
              /s3:(?:Get|Put)Object"/.test(text(statement.Action)) && text(statement.Resource).includes('audit-test-lake/'),
          )
          .map(({ role }) => role),
      );
      return [
        ...[...touching].filter((role) => !withKey.has(role)),
        ...[...withKey].filter((role) => !touching.has(role)),
        ...(touching.size === FUNCTIONS ? [] : [`${touching.size} roles touch the bucket`]),
      ];
    },
    broken: [
      (template) => {
        const { Statement } = at(template, 'ReconcileRole').Policies[0].PolicyDocument;
        Statement.splice(
          Statement.findIndex(({ Sid }: Any) => Sid === 'ReadInputsKey'),
          1,
        );
      },
    ],
  },
  {
    name: 'every role that is made has the boundary, a given role is used as it is',
    problems: (template) => [
      ...ofType(template, 'AWS::IAM::Role')
        .filter(([, { Properties }]) => Properties['PermissionsBoundary'] !== 'arn:aws:iam::111122223333:policy/Boundary')
        .map(([id]) => id),
      ...('SchedulerRole' in template.Resources ? ['SchedulerRole'] : []),
      ...ofType(template, 'AWS::Scheduler::Schedule')
        .filter(([, { Properties }]) => Properties['Target'].RoleArn !== 'arn:aws:iam::111122223333:role/GivenScheduler')
        .map(([id]) => id),
    ],
    broken: [
      (template) => {
        at(template, 'ReconcileRole').PermissionsBoundary = undefined;
      },
      (template) => {
        at(template, 'DailySchedule').Target.RoleArn = { 'Fn::GetAtt': ['SchedulerRole', 'Arn'] };
      },
    ],
  },
];

const watchRules: Rule[] = [
  {
    name: 'every alarm has a metric, watches something that is there, and tells operations',
    problems: (template) => {
      const alarms = ofType(template, 'AWS::CloudWatch::Alarm');
      const names = new Set(
        Object.values(template.Resources).flatMap(({ Properties }) =>
          ['FunctionName', 'QueueName', 'TopicName', 'Name'].map((key) => Properties?.[key]).filter((name) => typeof name === 'string'),
        ),
      );
      return alarms.flatMap(([id, { Properties }]) => {
        const isTold = [Properties['AlarmActions'], Properties['OKActions']].every(
          (actions) => text(actions) === '[{"Ref":"OperationsTopic"}]',
        );
        const watched: unknown[] = (Properties['Dimensions'] as Any[]).map(({ Value }) => Value);
        const isThere = (value: unknown) =>
          names.has(value as never) ||
          value === 'audit-test' ||
          ['cloudtrail', 'usage_report', 'flow_log', 'session_check', 'snapshot'].includes(value as string) ||
          text(value).includes('"Ref":"StateMachine"');
        return [
          ...(Properties['MetricName'] && Properties['Namespace'] && Properties['Period'] ? [] : [`${id}: no metric`]),
          ...(isTold ? [] : [`${id}: nobody is told`]),
          ...(watched.length > 0 && watched.every(isThere) ? [] : [`${id}: watches ${text(watched)}`]),
          // CloudWatch looks back seven days at most, one day in steps below an hour
          ...(Properties['Period'] * Properties['EvaluationPeriods'] <= (Properties['Period'] < 3600 ? 86_400 : 604_800)
            ? []
            : [`${id}: too long`]),
        ];
      });
    },
    broken: [
      (template) => {
        at(template, 'RunFailedAlarm').AlarmActions = [];
      },
      (template) => {
        at(template, 'RunFailedAlarm').MetricName = '';
      },
      (template) => {
        at(template, 'CorrelateErrorsAlarm').Dimensions[0].Value = 'audit-test-corelate';
      },
    ],
  },
  {
    name: 'silence goes off where something has to happen, and nowhere else',
    problems: (template) => {
      const wanted = { TrailSilentAlarm: 3600, ReportSilentAlarm: 72 * 3600, RunMissingAlarm: 26 * 3600 };
      const breaching = ofType(template, 'AWS::CloudWatch::Alarm').filter(
        ([, { Properties }]) => Properties['TreatMissingData'] === 'breaching',
      );
      const spans = Object.fromEntries(
        breaching.map(([id, { Properties }]) => [id, Properties['Period'] * Properties['EvaluationPeriods']]),
      );
      const sorted = (value: object) => text(Object.entries(value).sort());
      return sorted(spans) === sorted(wanted) ? [] : [text(spans)];
    },
    broken: [
      (template) => {
        at(template, 'RunMissingAlarm').TreatMissingData = 'notBreaching';
      },
      (template) => {
        at(template, 'TrailSilentAlarm').EvaluationPeriods = 2;
      },
    ],
  },
  {
    name: 'each queue, each function and the correlation are watched for what the issue names',
    problems: (template) => {
      const watched = ofType(template, 'AWS::CloudWatch::Alarm').map(
        ([, { Properties }]) => `${Properties['MetricName']} ${text((Properties['Dimensions'] as Any[]).map(({ Value }) => Value))}`,
      );
      const functions = ofType(template, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties['FunctionName']);
      const queues = ['cloudtrail', 'usage-report', 'flow-log'].map((kind) => `audit-test-${kind}`);
      const wanted = [
        ...functions.flatMap((name) => ['Errors', 'Throttles', 'Duration'].map((metric) => `${metric} ["${name}"]`)),
        ...queues.flatMap((queue) => [
          `ApproximateNumberOfMessagesVisible ["${queue}-dlq"]`,
          `ApproximateAgeOfOldestMessage ["${queue}-dlq"]`,
          `ApproximateAgeOfOldestMessage ["${queue}"]`,
        ]),
        ...['BrokenIdentities', 'RunFailed', 'RunPublished'].map((metric) => `${metric} ["audit-test"]`),
        'SweepIncomplete ["audit-test","snapshot"]',
        ...['cloudtrail', 'usage_report'].flatMap((kind) =>
          ['InputsIngested', 'InputsRejected'].map((metric) => `${metric} ["audit-test","${kind}"]`),
        ),
        'InputsRejected ["audit-test","flow_log"]',
        'InputsRejected ["audit-test","session_check"]',
        'ExecutionsFailed [{"Ref":"StateMachine"}]',
        'ExecutionsTimedOut [{"Ref":"StateMachine"}]',
      ];
      return wanted.filter((each) => !watched.includes(each));
    },
    broken: [
      (template) => {
        delete (template.Resources as Any).BrokenIdentitiesAlarm;
      },
      (template) => {
        delete (template.Resources as Any).ReconcileThrottlesAlarm;
      },
    ],
  },
  {
    name: 'schedules start what exists, the correlation under an id that is the same at each try',
    problems: (template) => {
      const targets = Object.fromEntries(
        ofType(template, 'AWS::Scheduler::Schedule').map(([id, { Properties }]) => [
          id,
          `${Properties['Target'].Arn['Fn::GetAtt']?.[0] ?? Properties['Target'].Arn.Ref} ${Properties['Target'].Input}`,
        ]),
      );
      const run = 'StateMachine {"requestId":"<aws.scheduler.execution-id>"}';
      const wanted = {
        SnapshotSchedule: 'SnapshotDashsessionsLambdaFunction {}',
        ReconcileSchedule: 'ReconcileLambdaFunction {}',
        HourlySchedule: run,
        DailySchedule: run,
      };
      return text(targets) === text(wanted) ? [] : [text(targets)];
    },
    broken: [
      (template) => {
        at(template, 'DailySchedule').Target.Input = '{}';
      },
      (template) => {
        delete (template.Resources as Any).ReconcileSchedule;
      },
    ],
  },
  {
    name: 'the workgroup encrypts results, limits what a query reads, and lets nobody choose otherwise',
    problems: (template) => {
      const configuration = at(template, 'Workgroup').WorkGroupConfiguration;
      const { EncryptionConfiguration: encryption, OutputLocation: location } = configuration.ResultConfiguration;
      return [
        ...(configuration.EnforceWorkGroupConfiguration === true ? [] : ['not enforced']),
        ...(configuration.BytesScannedCutoffPerQuery === 1024 ** 4 ? [] : ['no limit']),
        ...(configuration.PublishCloudWatchMetricsEnabled === true ? [] : ['no metrics']),
        ...(encryption?.EncryptionOption === 'SSE_KMS' && text(encryption.KmsKey).includes('LakeKey') ? [] : ['results in the clear']),
        ...(location === 's3://audit-test-lake/athena-results/' ? [] : [location]),
      ];
    },
    broken: [
      (template) => {
        at(template, 'Workgroup').WorkGroupConfiguration.EnforceWorkGroupConfiguration = false;
      },
      (template) => {
        at(template, 'Workgroup').WorkGroupConfiguration.BytesScannedCutoffPerQuery = undefined;
      },
      (template) => {
        at(template, 'Workgroup').WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration = undefined;
      },
    ],
  },
];

export const accessRules: readonly Rule[] = [...roleRules, ...watchRules];
