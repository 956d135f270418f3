/** What the functions are told by variables. Nothing secret is among it. */
import type { Deployment } from '../schemas/deployment.ts';
import { arn, getAtt, ref, type Value } from './cloudformation.ts';
import { stackName, stateMachineName, workgroupName } from './names.ts';

/** A prefix of keys to ingest. `region` and `account` are those of the bucket. */
export interface SourcePrefix {
  readonly kind: 'cloudtrail' | 'usage_report' | 'flow_log';
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string;
  readonly account: string;
}

/** Where AppStream puts reports below a prefix: the same bucket may hold logs of session scripts (F§1.1). */
const REPORT_FOLDERS = ['sessions/', 'applications/'];

/** The prefixes that are ingested and reconciled; a source of reports has two. */
export function sourcePrefixes({ sources, region, account }: Deployment): SourcePrefix[] {
  return sources.flatMap((source) => {
    const place = { kind: source.kind, bucket: source.bucket, region: source.region ?? region, account: source.account ?? account };
    const folders = source.kind === 'usage_report' ? REPORT_FOLDERS : [''];
    return folders.map((folder) => ({ ...place, prefix: source.prefix + folder }));
  });
}

/** The variables of every function. */
export function functionEnvironment(deployment: Deployment): Record<string, Value> {
  const { region } = deployment;
  // what is as usual is left out: all variables of a function share 4 KB
  const sources = sourcePrefixes(deployment).map((source) => ({
    kind: source.kind,
    bucket: source.bucket,
    prefix: source.prefix,
    ...(source.region === region ? {} : { region: source.region }),
  }));
  return {
    APPSTREAM_AUDIT_BUCKET: ref('LakeBucket'),
    APPSTREAM_AUDIT_DATABASE: deployment.database,
    APPSTREAM_AUDIT_WORKGROUP: workgroupName(deployment),
    APPSTREAM_AUDIT_CLOUDTRAIL_QUEUE_URL: ref('CloudtrailQueue'),
    APPSTREAM_AUDIT_REPORT_QUEUE_URL: ref('UsageReportQueue'),
    APPSTREAM_AUDIT_FLOW_LOG_QUEUE_URL: ref('FlowLogQueue'),
    APPSTREAM_AUDIT_SESSION_CHECK_QUEUE_ARN: getAtt('SessionCheckQueue', 'Arn'),
    APPSTREAM_AUDIT_MAX_RECEIVES: String(deployment.limits.maxReceiveCount),
    // by name: the state machine names functions, which must not name it back
    APPSTREAM_AUDIT_STATE_MACHINE_ARN: arn('states', `stateMachine:${stateMachineName(deployment)}`),
    APPSTREAM_AUDIT_ALERT_TOPIC_ARN: ref('AlertTopic'),
    APPSTREAM_AUDIT_SOURCES: JSON.stringify(sources),
    APPSTREAM_AUDIT_ACCOUNT: deployment.account,
    APPSTREAM_AUDIT_SWEEPS: JSON.stringify(deployment.sweeps),
    POWERTOOLS_SERVICE_NAME: stackName(deployment),
    POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
    POWERTOOLS_LOG_LEVEL: 'INFO',
  };
}

/** Namespace of the functions' own metrics; their dimension `service` is the name of the stack. */
export const METRIC_NAMESPACE = 'AppstreamAudit';
