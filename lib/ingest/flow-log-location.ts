/** Account and region that the path of a flow log names (F§7). */

export interface FlowLogLocation {
  readonly accountId: string | null;
  readonly region: string | null;
}

const REGION = '[a-z]{2,}(?:-[a-z]+)+-\\d+';

/** `AWSLogs/[o-…/]<account>/vpcflowlogs/<region>/…` */
const FOLDERS = new RegExp(`(?:^|/)AWSLogs/(?:[oO]-[a-z0-9]+/)?(\\d{12})/vpcflowlogs/(${REGION})/`);

/** `AWSLogs/aws-account-id=…/aws-service=vpcflowlogs/aws-region=…/…` */
const HIVE_FOLDERS = new RegExp(`(?:^|/)aws-account-id=(\\d{12})/aws-service=vpcflowlogs/aws-region=(${REGION})/`);

/** `<account>_vpcflowlogs_<region>_fl-…` */
const FILE_NAME = new RegExp(`(?:^|/)(\\d{12})_vpcflowlogs_(${REGION})_[^/]*$`);

/** @param location absolute path or `s3://bucket/key`, with `/` */
export function readFlowLogLocation(location: string): FlowLogLocation {
  const [, accountId = null, region = null] = FOLDERS.exec(location) ?? HIVE_FOLDERS.exec(location) ?? FILE_NAME.exec(location) ?? [];
  return { accountId, region };
}
