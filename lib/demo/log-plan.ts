/** Which log files there are, and what goes into each. A file can be made without any other: any thread can make it. */
import { DAY_MS, formatDt } from '../time.ts';
import { type ActivityName, activity } from './activity.ts';
import { GLOBAL_REGION, MAIN_ACCOUNT, REGION, SECOND_ACCOUNT } from './cast.ts';
import { demoWindow, type ResolvedDemoOptions } from './options.ts';
import { Random } from './random.ts';
import type { DemoSession } from './sessions.ts';
import { signInTime } from './sign-in.ts';
import type { StoryRecord } from './storyteller.ts';

export interface SignIn {
  readonly session: DemoSession;
  readonly t: number;
}

/** One log file. */
export interface LogFile {
  readonly account: string;
  readonly region: string;
  /** Place among the files of its account and region. */
  readonly place: number;
  /** The stretch of time it is about, epoch milliseconds, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** Everyday records. */
  crowd: number;
  /** How many more of them are in this file and in the next. */
  repeated: number;
  readonly signIns: SignIn[];
  readonly story: StoryRecord[];
  /** The file before it, whose repeated records are here too; null for the first. */
  readonly before: LogFile | null;
}

/** Bytes of an average record. */
const RECORD_BYTES = 1950;
/** How long files go on after the window: the story has a session over midnight. */
const TAIL_MS = 2 * 3_600_000;
const MINUTE_MS = 60_000;
/** Share of the everyday records that were delivered twice (F§5.4: uncommon). */
const REPEATED_SHARE = 0.002;

/** All log files, those without a record left out. */
export function planLogs(options: ResolvedDemoOptions, sessions: readonly DemoSession[], story: readonly StoryRecord[]): LogFile[] {
  const second = sessions.some((session) => session.fleet.account === SECOND_ACCOUNT);
  const main = channel(options, MAIN_ACCOUNT, REGION, options.skew === 'plain' ? 'office' : 'even', 5, second ? 0.9 : 1);
  const channels = [main, channel(options, MAIN_ACCOUNT, GLOBAL_REGION, 'even', 60, 0)];
  if (second) channels.push(channel(options, SECOND_ACCOUNT, REGION, 'night', 15, 0.1));
  const signIns = placeSignIns(options, sessions, channels);
  const told = placeStory(story, channels);
  fillCrowd(options, channels, Math.max(0, options.events - signIns - told));
  return channels.flatMap(({ files }) => files.filter(hasRecords));
}

interface Channel {
  readonly account: string;
  readonly region: string;
  /** Share of the everyday records. */
  readonly share: number;
  readonly files: LogFile[];
}

function channel(
  options: ResolvedDemoOptions,
  account: string,
  region: string,
  curve: ActivityName,
  minutes: number,
  share: number,
): Channel {
  const { start, end } = demoWindow(options);
  const bounds: number[] = [];
  if (options.filesize === null || share === 0) {
    for (let t = start; t < end + TAIL_MS; t += minutes * MINUTE_MS) bounds.push(t);
  } else {
    const files = Math.max(1, Math.round((options.events * share * RECORD_BYTES) / (options.filesize * 1_000_000)));
    const { at } = activity(curve);
    for (let place = 0; place < files; place++) bounds.push(start + at((place / files) * options.days));
    bounds.push(end);
  }
  bounds.push(end + TAIL_MS);
  const files: LogFile[] = [];
  for (const [place, from] of bounds.slice(0, -1).entries()) {
    const until = bounds[place + 1] as number;
    files.push({
      account,
      region,
      place,
      start: from,
      end: until,
      crowd: 0,
      repeated: 0,
      signIns: [],
      story: [],
      before: files[place - 1] ?? null,
    });
  }
  return { account, region, share, files };
}

/** @returns how many */
function placeSignIns(options: ResolvedDemoOptions, sessions: readonly DemoSession[], channels: readonly Channel[]): number {
  let count = 0;
  for (const session of sessions) {
    const t = signInTime(options.seed, session);
    const home = channels.find(({ account, region }) => account === session.fleet.account && region === REGION);
    if (t === null || !home || t < demoWindow(options).start) continue;
    fileAt(home, t).signIns.push({ session, t });
    count++;
  }
  return count;
}

/** @returns how many records, those that are delivered twice counted twice */
function placeStory(story: readonly StoryRecord[], channels: readonly Channel[]): number {
  let count = 0;
  for (const record of story) {
    const home = channels.find(({ account, region }) => account === record.account && region === record.region) as Channel;
    const place = Math.min(fileAt(home, record.t).place + record.delay, home.files.length - 2);
    (home.files[Math.max(0, place)] as LogFile).story.push(record);
    count += record.repeated ? 2 : 1;
  }
  return count;
}

/** The file whose stretch contains t. */
function fileAt({ files }: Channel, t: number): LogFile {
  let low = 0;
  let high = files.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((files[middle] as LogFile).start <= t) low = middle;
    else high = middle - 1;
  }
  return files[low] as LogFile;
}

/** Spreads the everyday records over the files of the window, so that all records together are as many as asked for. */
function fillCrowd(options: ResolvedDemoOptions, channels: readonly Channel[], count: number): void {
  let given = 0;
  const busy = channels.filter(({ share }) => share > 0);
  for (const [n, { account, share, files }] of busy.entries()) {
    const part = n === busy.length - 1 ? count - given : Math.round(count * share);
    given += part;
    const inWindow = files.filter(({ start }) => start < demoWindow(options).end);
    const bounds = crowdShares(options, account, inWindow);
    let before = 0;
    let repeatedBefore = 0;
    for (const [place, file] of inWindow.entries()) {
      const until = Math.round(part * (bounds[place] as number));
      const repeated = Math.floor(part * (bounds[place] as number) * REPEATED_SHARE);
      const here = until - before;
      // each repeated record counts twice: in this file and in the next
      file.repeated = place === inWindow.length - 1 ? 0 : Math.min(repeated - repeatedBefore, here >> 1);
      file.crowd = here - 2 * file.repeated;
      before = until;
      repeatedBefore = repeated;
    }
  }
}

/** For each file the share of the crowd's records up to its end; one for the last. */
function crowdShares(options: ResolvedDemoOptions, account: string, files: readonly LogFile[]): number[] {
  if (options.filesize !== null) return files.map((_, place) => (place + 1) / files.length);
  const curve: ActivityName = account === SECOND_ACCOUNT ? 'night' : options.skew === 'plain' ? 'office' : 'even';
  const { start } = demoWindow(options);
  const { at } = activity(curve);
  const shares: number[] = [];
  // the curve is only known as share → time; its steps of an hour make the inverse a search
  for (const [place, { end }] of files.entries()) {
    let low = 0;
    let high = options.days;
    for (let round = 0; round < 40; round++) {
      const middle = (low + high) / 2;
      if (at(middle) < end - start) low = middle;
      else high = middle;
    }
    shares.push(place === files.length - 1 ? 1 : low / options.days);
  }
  return shares;
}

function hasRecords(file: LogFile): boolean {
  const { crowd, repeated, signIns, story, before } = file;
  const repeats = (before?.repeated ?? 0) + (before?.story.filter((record) => record.repeated).length ?? 0);
  return crowd + repeated + signIns.length + story.length + repeats > 0;
}

/** When CloudTrail delivered the file, epoch milliseconds: some minutes after its stretch. */
export function deliveredAt(seed: number, file: LogFile): number {
  return file.end + new Random(seed, 'delivered', file.account, file.region, file.place).between(60, 290) * 1000;
}

/** `AWSLogs/…`: the name as CloudTrail makes it, dated by delivery, to five minutes (F§5.4). */
export function logPath(seed: number, file: LogFile): string {
  const { account, region, place } = file;
  const delivered = deliveredAt(seed, file);
  const named = new Date(Math.floor(delivered / (5 * MINUTE_MS)) * 5 * MINUTE_MS).toISOString();
  const stamp = `${named.slice(0, 10).replaceAll('-', '')}T${named.slice(11, 13)}${named.slice(14, 16)}Z`;
  const unique = new Random(seed, 'name', account, region, place).base64(16).replaceAll('+', 'x').replaceAll('/', 'y');
  const day = formatDt(delivered).replaceAll('-', '/');
  return `AWSLogs/${account}/CloudTrail/${region}/${day}/${account}_CloudTrail_${region}_${stamp}_${unique}.json.gz`;
}

/** Days from the first day with sessions' ends to the last that any session of the set can end on, as midnights. */
export function reportDays(options: ResolvedDemoOptions): number[] {
  const { start } = demoWindow(options);
  return Array.from({ length: options.days + 1 }, (_, day) => start + day * DAY_MS);
}
