/** Who may do what: functions and roles. See `template-rules.ts` for the form of a rule. */
import { icebergTables } from '../../lib/athena/table-ddl.ts';
import type { Template } from './packaged.ts';
import { type Any, at, EVIDENCE, flat, listed, ofType, type PolicyStatement, type Rule } from './template-rules.ts';

const FUNCTIONS = 8;

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

export const roleRules: readonly Rule[] = [
  {
    name: 'every function has a role, a log group that ends, Node 22 and arm64 of its own',
    problems: (template) => {
      const functions = ofType(template, 'AWS::Lambda::Function');
      const roles = new Set(functions.map(([, { Properties }]) => flat(Properties['Role'])));
      const groups = ofType(template, 'AWS::Logs::LogGroup').filter(([, { Properties }]) => Properties['RetentionInDays'] === 365);
      return [
        ...(functions.length === FUNCTIONS && roles.size === FUNCTIONS ? [] : [`${functions.length} functions, ${roles.size} roles`]),
        ...(groups.length === FUNCTIONS ? [] : [`${groups.length} log groups`]),
        ...functions
          .filter(([, { Properties }]) => Properties['Runtime'] !== 'nodejs22.x' || flat(Properties['Architectures']) !== '["arm64"]')
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
        const actions = listed(statement.Action) as string[];
        const isAnywhere = listed(statement.Resource).some((resource) => resource === '*' || flat(resource).includes(':*:*'));
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
        const actions = listed(statement.Action) as string[];
        const resources = listed(statement.Resource).map(flat);
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
    name: 'no function may accept what could not be read: that is for people',
    problems: (template) =>
      grants(template)
        .filter(({ statement }) => (listed(statement.Action) as string[]).some((action) => /^s3:Put/.test(action)))
        .filter(({ statement }) => listed(statement.Resource).some((resource) => /:::[\w.-]+\/(acceptances\/)?\*/.test(flat(resource))))
        .map(({ role }) => role),
    broken: [
      (template) => {
        grant(template, 'IngestUsageReportRole', 'PutInputs').Resource.push({
          'Fn::Sub': 'arn:${AWS::Partition}:s3:::audit-test-lake/acceptances/*',
        });
      },
    ],
  },
  {
    name: 'no role may delete evidence, and none but correlate deletes anything',
    problems: (template) =>
      grants(template)
        .filter(({ statement }) => (listed(statement.Action) as string[]).some((action) => /^s3:Delete/.test(action)))
        .flatMap(({ role, statement }) => [
          ...(role === 'CorrelateRole' ? [] : [role]),
          ...listed(statement.Resource)
            .map(flat)
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
    name: 'of the catalog one role drops stage tables, and changes those and the tables of answers',
    problems: (template) =>
      grants(template)
        .filter(({ statement }) => (listed(statement.Action) as string[]).some((action) => /^glue:(?!Get|BatchGet)/.test(action)))
        .flatMap(({ role, statement }) => {
          const actions = listed(statement.Action) as string[];
          const stages = /:table\/audit_test\/w_\*"/;
          const answers = new RegExp(`:table/audit_test/(?:${icebergTables.map(({ name }) => name).join('|')})"`);
          const wrong = listed(statement.Resource)
            .map(flat)
            .filter((resource) => !/:(?:catalog|database\/audit_test)"/.test(resource) && !stages.test(resource))
            .filter((resource) => actions.includes('glue:DeleteTable') || !answers.test(resource));
          return [
            ...(role === 'CorrelateRole' ? [] : [role]),
            ...actions.filter((action) => !/^glue:(?:Create|Update|Delete)Table$/.test(action)),
            ...wrong.map((resource) => `${role}: ${resource}`),
          ];
        }),
    broken: [
      (template) => {
        grant(template, 'CorrelateRole', 'WriteStageTables').Resource.push({
          'Fn::Sub': 'arn:${AWS::Partition}:glue:eu-west-1:111122223333:table/audit_test/attributions',
        });
      },
      (template) => {
        grant(template, 'CorrelateRole', 'WriteAnswerTables').Resource.push({
          'Fn::Sub': 'arn:${AWS::Partition}:glue:eu-west-1:111122223333:table/another/w_*',
        });
      },
      (template) => {
        grant(template, 'CorrelateRole', 'WriteAnswerTables').Action.push('glue:BatchDeleteTable');
      },
    ],
  },
  {
    name: 'of home folders one role reads files named session.json, and nothing else',
    problems: (template) => {
      const reading = grants(template).flatMap(({ role, statement }) =>
        listed(statement.Resource)
          .map(flat)
          .filter((resource) => resource.includes(':s3:::appstream2-'))
          .map((resource) => ({ role, statement, resource })),
      );
      const problems = reading.filter(
        ({ role, statement, resource }) =>
          role !== 'VerifySessionRole' ||
          (statement.Sid === 'FindSessionFiles'
            ? flat(statement.Condition) !== '{"StringLikeIfExists":{"s3:prefix":["user/*/session.json"]}}'
            : !/\/user\/\*\/session\.json"/.test(resource) ||
              !(listed(statement.Action) as string[]).every((action) => /^s3:GetObject/.test(action))),
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
          .filter(({ statement }) => flat(statement.Action).includes('kms:') && flat(statement.Resource).includes('"LakeKey"'))
          .map(({ role }) => role),
      );
      const touching = new Set(
        grants(template)
          .filter(
            ({ statement }) =>
              /s3:(?:Get|Put)Object"/.test(flat(statement.Action)) && flat(statement.Resource).includes('audit-test-lake/'),
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
