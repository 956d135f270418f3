/** What watches and starts: alarms, schedules, the workgroup. See `template-rules.ts` for the form of a rule. */
import { type Any, at, flat, ofType, type Rule } from './template-rules.ts';

export const watchRules: readonly Rule[] = [
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
          (actions) => flat(actions) === '[{"Ref":"OperationsTopic"}]',
        );
        const watched: unknown[] = (Properties['Dimensions'] as Any[]).map(({ Value }) => Value);
        const isThere = (value: unknown) =>
          names.has(value as never) ||
          value === 'audit-test' ||
          ['cloudtrail', 'usage_report', 'flow_log', 'session_check', 'snapshot'].includes(value as string) ||
          flat(value).includes('"Ref":"StateMachine"');
        return [
          ...(Properties['MetricName'] && Properties['Namespace'] && Properties['Period'] ? [] : [`${id}: no metric`]),
          ...(isTold ? [] : [`${id}: nobody is told`]),
          ...(watched.length > 0 && watched.every(isThere) ? [] : [`${id}: watches ${flat(watched)}`]),
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
      const sorted = (value: object) => flat(Object.entries(value).sort());
      return sorted(spans) === sorted(wanted) ? [] : [flat(spans)];
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
        ([, { Properties }]) => `${Properties['MetricName']} ${flat((Properties['Dimensions'] as Any[]).map(({ Value }) => Value))}`,
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
      return flat(targets) === flat(wanted) ? [] : [flat(targets)];
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
        ...(encryption?.EncryptionOption === 'SSE_KMS' && flat(encryption.KmsKey).includes('LakeKey') ? [] : ['results in the clear']),
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
