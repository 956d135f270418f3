/** What the command line and the tests ask the stack for. */
import type { Deployment } from '../schemas/deployment.ts';
import { ref, type Value } from './cloudformation.ts';
import { lakeKeyArn } from './keys.ts';
import { deadLetterQueueId, functionName, queueId, workgroupName } from './names.ts';

export function outputs(deployment: Deployment): Record<string, { Description: string; Value: Value }> {
  return {
    LogBucketName: { Description: 'Central bucket', Value: ref('LakeBucket') },
    LogBucketKeyArn: { Description: 'Key of the central bucket', Value: lakeKeyArn(deployment) },
    DatabaseName: { Description: 'Glue database', Value: deployment.database },
    WorkgroupName: { Description: 'Athena workgroup', Value: workgroupName(deployment) },
    CloudTrailQueueUrl: { Description: 'Objects of trails to ingest', Value: ref(queueId('cloudtrail')) },
    ReportQueueUrl: { Description: 'Usage reports to ingest', Value: ref(queueId('usage_report')) },
    CloudTrailDlqUrl: { Description: 'Objects of trails that failed too often', Value: ref(deadLetterQueueId('cloudtrail')) },
    ReportDlqUrl: { Description: 'Usage reports that failed too often', Value: ref(deadLetterQueueId('usage_report')) },
    FlowLogQueueUrl: { Description: 'Flow logs to ingest', Value: ref(queueId('flow_log')) },
    FlowLogDlqUrl: { Description: 'Flow logs that failed too often', Value: ref(deadLetterQueueId('flow_log')) },
    SessionCheckQueueUrl: { Description: 'session.json files to check', Value: ref(queueId('session_check')) },
    SessionCheckDlqUrl: { Description: 'session.json files whose check failed too often', Value: ref(deadLetterQueueId('session_check')) },
    StateMachineArn: { Description: 'Correlation', Value: ref('StateMachine') },
    AlertTopicArn: { Description: 'Findings', Value: ref('AlertTopic') },
    OperationsTopicArn: { Description: 'Alarms', Value: ref('OperationsTopic') },
    SnapshotFunctionName: { Description: 'Sweeps of running sessions', Value: functionName(deployment, 'snapshot-sessions') },
    VerifyFunctionName: {
      Description: 'Says whether a session is what it is claimed to be',
      Value: functionName(deployment, 'verify-session'),
    },
    ReconcileFunctionName: { Description: 'Finds what no notification brought', Value: functionName(deployment, 'reconcile') },
  };
}
