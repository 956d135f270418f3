/** Account and region that the path of a CloudTrail file names (F§5.4). */

export interface CloudTrailLocation {
  readonly accountId: string | null;
  readonly region: string | null;
}

/** `AWSLogs/[o-…/]<account>/CloudTrail[-Digest …]/<region>/…` */
const FOLDERS = /(?:^|\/)AWSLogs\/(?:[oO]-[a-z0-9]+\/)?(\d{12})\/CloudTrail(?:-[A-Za-z]+)?\/([a-z]{2,}(?:-[a-z]+)+-\d+)\//;

/** `<account>_CloudTrail[-Digest …]_<region>_YYYYMMDDT…`; some files have `-` before the time. */
const FILE_NAME = /(?:^|\/)(\d{12})_CloudTrail(?:-[A-Za-z]+)?_([a-z]{2,}(?:-[a-z]+)+-\d+)[_-][^/]*$/;

/** @param location absolute path or `s3://bucket/key`, with `/` */
export function readCloudTrailLocation(location: string): CloudTrailLocation {
  const [, accountId = null, region = null] = FOLDERS.exec(location) ?? FILE_NAME.exec(location) ?? [];
  return { accountId, region };
}
