/** What the place of a usage report says about it (F§1.1). The content decides what kind of report it is. */
import { dtStart } from '../time.ts';

export interface ReportLocation {
  /** The UTC day the report is about, `YYYY-MM-DD`; null when the place does not say. */
  readonly reportDay: string | null;
  readonly accountId: string | null;
  readonly region: string | null;
}

const FILE_DAY = /^daily-(?:session|app)-report-(\d{4}-\d{2}-\d{2})(?!\d)/;
const FOLDER_DAY = /\/year=(\d{4})\/month=(\d{2})\/day=(\d{2})\//;
/** Region names hold dashes themselves (`us-gov-west-1`), hence the end at a number before the account. */
const BUCKET = /^appstream-logs-([a-z]{2,}(?:-[a-z]+)+-\d+)-(\d{12})(?:-|$)/;

/**
 * Reads bucket, folders and file name.
 * @param location path or `s3://bucket/key`, with `/`. The file name's day goes before the folders'; of several bucket
 *   names in a path (a copy of a bucket in a folder of another) the innermost counts.
 */
export function readReportLocation(location: string): ReportLocation {
  const segments = location.split('/');
  const file = FILE_DAY.exec(segments.at(-1) ?? '')?.[1];
  const folders = FOLDER_DAY.exec(location)?.slice(1).join('-');
  const bucket = segments.map((segment) => BUCKET.exec(segment)).findLast((match) => match !== null);
  return {
    reportDay: [file, folders].find((day) => day !== undefined && !Number.isNaN(dtStart(day))) ?? null,
    accountId: bucket?.[2] ?? null,
    region: bucket?.[1] ?? null,
  };
}
