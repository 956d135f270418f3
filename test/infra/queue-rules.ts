/** The way of notifications: queues, what lies behind them, and who may send. */
import { at, flat, ofType, type Rule, statements, when } from './template-rules.ts';

export const queueRules: readonly Rule[] = [
  {
    name: 'every queue is encrypted, kept for 14 days, and has a queue behind it unless it is that queue',
    problems: (template) =>
      ofType(template, 'AWS::SQS::Queue').flatMap(([id, { Properties }]) => {
        const target = Properties['RedrivePolicy']?.deadLetterTargetArn?.['Fn::GetAtt']?.[0];
        return [
          ...when(Properties['SqsManagedSseEnabled'] !== true, `${id}: encryption`),
          ...when(Properties['MessageRetentionPeriod'] !== 1_209_600, `${id}: retention`),
          ...when(!id.endsWith('Dlq') && (target === undefined || !(target in template.Resources)), `${id}: nothing behind it`),
          ...when(!id.endsWith('Dlq') && Properties['RedrivePolicy']?.maxReceiveCount !== 5, `${id}: receives`),
        ];
      }),
    broken: [
      (template) => {
        at(template, 'CloudtrailQueue').RedrivePolicy = undefined;
      },
      (template) => {
        at(template, 'UsageReportDlq').SqsManagedSseEnabled = false;
      },
    ],
  },
  {
    name: 'a message stays hidden for six times as long as its function may take, and only what failed comes again',
    problems: (template) => {
      const mappings = ofType(template, 'AWS::Lambda::EventSourceMapping');
      return [
        ...when(mappings.length !== 4, 'mappings'),
        ...mappings.flatMap(([id, { Properties }]) => {
          const queue = at(template, Properties['EventSourceArn']['Fn::GetAtt'][0]);
          const taker = at(template, Properties['FunctionName']['Fn::GetAtt'][0]);
          return [
            ...when(!(queue.VisibilityTimeout >= 6 * taker.Timeout), `${id}: ${queue.VisibilityTimeout} s for ${taker.Timeout} s`),
            ...when(flat(Properties['FunctionResponseTypes']) !== '["ReportBatchItemFailures"]', `${id}: whole batches come again`),
          ];
        }),
      ];
    },
    broken: [
      (template) => {
        at(template, 'CloudtrailQueue').VisibilityTimeout = 1199;
      },
      (template) => {
        at(template, 'SessionCheckQueue').VisibilityTimeout = 719;
      },
      (template) => {
        at(template, 'IngestDashusageDashreportEventSourceMappingSQSUsageReportQueue').FunctionResponseTypes = undefined;
      },
    ],
  },
  {
    name: 'every rule may send to its queue and to the queue behind it, and no other service may',
    problems: (template) =>
      ofType(template, 'AWS::Events::Rule').flatMap(([id, { Properties }]) => {
        const [target] = Properties['Targets'];
        const queues: string[] = [target.Arn, target.DeadLetterConfig?.Arn].map((arn) => arn?.['Fn::GetAtt'][0]);
        return queues.flatMap((queue) => {
          const document = queue === undefined ? {} : at(template, `${queue}Policy`).PolicyDocument;
          const allowed = statements(document).filter(({ Effect }) => Effect === 'Allow');
          return [
            ...when(!allowed.some(({ Condition }) => flat(Condition?.['ArnEquals']).includes(`["${id}","Arn"]`)), `${id} to ${queue}`),
            ...allowed
              .filter(({ Principal, Condition }) => flat(Principal) !== '{"Service":"events.amazonaws.com"}' || Condition === undefined)
              .map(({ Sid }) => `${queue}: ${Sid}`),
          ];
        });
      }),
    broken: [
      (template) => {
        at(template, 'CloudtrailQueuePolicy').PolicyDocument.Statement.pop();
      },
      (template) => {
        at(template, 'CloudtrailRule1').Targets[0].DeadLetterConfig = undefined;
      },
      (template) => {
        at(template, 'UsageReportQueuePolicy').PolicyDocument.Statement[1].Principal = '*';
      },
    ],
  },
];
