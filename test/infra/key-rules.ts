/** Keys and who may use them. */
import { at, flat, listed, ofType, type Rule, statementOf, statements, when } from './template-rules.ts';

export const keyRules: readonly Rule[] = [
  {
    name: 'keys rotate, belong to the account, and let no other principal do everything',
    problems: (template) =>
      ofType(template, 'AWS::KMS::Key').flatMap(([id, { Properties }]) => [
        ...when(Properties['EnableKeyRotation'] !== true, `${id}: rotation`),
        ...when(!flat(statementOf(Properties['KeyPolicy'], 'Owner')).includes(':root'), `${id}: owner`),
        ...statements(Properties['KeyPolicy'])
          .filter(({ Sid, Action, Principal }) => Sid !== 'Owner' && (listed(Action).includes('kms:*') || Principal === '*'))
          .map(({ Sid }) => `${id}: ${Sid}`),
        ...statements(Properties['KeyPolicy'])
          .filter(({ Sid, Condition }) => Sid !== 'Owner' && Condition === undefined)
          .map(({ Sid }) => `${id}: ${Sid} has no condition`),
      ]),
    broken: [
      (template) => {
        at(template, 'LakeKey').EnableKeyRotation = false;
      },
      (template) => {
        statementOf(at(template, 'LakeKey').KeyPolicy, 'Readers').Action = ['kms:*'];
      },
      (template) => {
        statementOf(at(template, 'MessageKey').KeyPolicy, 'Alarms').Condition = undefined;
      },
    ],
  },
  {
    name: 'topics are encrypted, and CloudWatch may publish alarms to its one',
    problems: (template) => [
      ...ofType(template, 'AWS::SNS::Topic')
        .filter(([, { Properties }]) => flat(Properties['KmsMasterKeyId']) !== '{"Ref":"MessageKey"}')
        .map(([id]) => id),
      ...when(!flat(statementOf(at(template, 'MessageKey').KeyPolicy, 'Alarms')).includes('cloudwatch.amazonaws.com'), 'key'),
      ...when(
        !flat(statementOf(at(template, 'OperationsTopicPolicy').PolicyDocument, 'Alarms')).includes('cloudwatch.amazonaws.com'),
        'topic',
      ),
    ],
    broken: [
      (template) => {
        at(template, 'AlertTopic').KmsMasterKeyId = undefined;
      },
      (template) => {
        at(template, 'MessageKey').KeyPolicy.Statement.splice(1, 1);
      },
      (template) => {
        at(template, 'OperationsTopicPolicy').PolicyDocument.Statement.pop();
      },
    ],
  },
];
