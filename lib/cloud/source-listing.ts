/** Lists what lies in a source prefix for a range of days, without walking through years of logs. */
import type { InputKind } from '../ingest/reader.ts';
import { addDays, formatDt } from '../time.ts';
import type { ListedKey, ObjectStore } from './ports.ts';

/** Where inputs of one kind lie. */
export interface SourcePrefix {
  readonly kind: InputKind;
  readonly bucket: string;
  /** May be empty; need not end with `/`. */
  readonly prefix: string;
}

/** UTC dates, both inclusive. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** A prefix to be listed, and which of its objects count. */
export interface ListingPart {
  readonly prefix: string;
  /** The part is one day's folder: whatever is in it counts, whenever it was written. */
  readonly isDay: boolean;
}

/** `…AWSLogs/[o-…/]<account>/<service>/<region>/`: below it lies a folder a day. */
const logsOf = (service: string) => ({
  region: new RegExp(`(?:^|/)AWSLogs/(?:[oO]-[a-z0-9]+/)?\\d{12}/${service}/[^/]+/$`),
  /** On the way there. */
  folders: new RegExp(`(?:^|/)AWSLogs/(?:[oO]-[a-z0-9]+/)?(?:\\d{12}/(?:${service}/)?)?$`),
});

type DailyLogs = ReturnType<typeof logsOf>;

/** The kinds that AWS delivers so: `CloudTrail[-Digest …]`, `vpcflowlogs` (with Hive's folders it lies elsewhere). */
const DAILY: Readonly<Partial<Record<InputKind, DailyLogs>>> = { cloudtrail: logsOf('CloudTrail[^/]*'), flow_log: logsOf('vpcflowlogs') };

const REPORT_DAY = /\/year=(\d{4})\/month=(\d{2})\/day=(\d{2})\//;

/** The parts of a source to list: of a trail or flow logs in AWS's own layout a folder a day and region, else the whole prefix. */
export async function planListing(store: ObjectStore, source: SourcePrefix, days: DayRange): Promise<ListingPart[]> {
  if (source.kind === 'snapshot') return sweepDays(store, source, days);
  const whole = [{ prefix: source.prefix, isDay: false }];
  const logs = DAILY[source.kind];
  if (logs === undefined) return whole;
  const regions = await logRegions(store, source.bucket, source.prefix, logs);
  return regions.length === 0 ? whole : regions.flatMap((region) => datesOf(days).map((dt) => dayPart(region, dt)));
}

/** Whether an object belongs to the range: by the day of its folder, of its report, or of its last modification. */
export function isInRange(object: ListedKey, part: ListingPart, { from, to }: DayRange): boolean {
  if (part.isDay) return true;
  const written = formatDt(object.modifiedMs);
  const report = REPORT_DAY.exec(`/${object.key}`)?.slice(1).join('-');
  return [written, report].some((day) => day !== undefined && day >= from && day <= to);
}

async function logRegions(store: ObjectStore, bucket: string, prefix: string, logs: DailyLogs): Promise<string[]> {
  if (logs.region.test(prefix)) return [prefix];
  const folders = await store.folders(bucket, prefix);
  const onTheWay = folders.filter((folder) => logs.folders.test(folder) || logs.region.test(folder));
  const found = [];
  for (const folder of onTheWay) found.push(...(await logRegions(store, bucket, folder, logs)));
  return found;
}

/** The folder of a day. Its date is that of delivery, about; the neighbours of the range are the caller's to ask for. */
function dayPart(region: string, dt: string): ListingPart {
  return { prefix: `${region}${dt.replaceAll('-', '/')}/`, isDay: true };
}

/** Sweeps lie in a folder an account and region, their time in their name. */
async function sweepDays(store: ObjectStore, { bucket, prefix }: SourcePrefix, days: DayRange): Promise<ListingPart[]> {
  const parts: ListingPart[] = [];
  for (const account of await store.folders(bucket, prefix)) {
    for (const region of await store.folders(bucket, account)) {
      for (const dt of datesOf(days)) parts.push({ prefix: `${region}${dt}T`, isDay: true });
    }
  }
  return parts;
}

function datesOf({ from, to }: DayRange): string[] {
  const dates: string[] = [];
  for (let dt = from; dt <= to; dt = addDays(dt, 1)) dates.push(dt);
  return dates;
}
