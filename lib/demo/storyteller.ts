/** Writes down the events of the story, each with the file it belongs to. */

import { type GLOBAL_REGION, REGION } from './cast.ts';
import type { MadeRecord } from './collector.ts';
import { type FleetContext, fleetS3Call } from './fleet-calls.ts';
import { homeFolderCall } from './home-folder-calls.ts';
import type { ResolvedDemoOptions } from './options.ts';
import { Random } from './random.ts';
import type { S3Call } from './record.ts';
import type { DemoSession } from './sessions.ts';
import type { DemoKind, ExpectedVerdict } from './truth.ts';

export interface StoryRecord extends MadeRecord {
  readonly account: string;
  readonly region: typeof REGION | typeof GLOBAL_REGION;
  /** Also delivered a second time, in the next file. */
  readonly repeated: boolean;
  /** How many files later it was delivered. */
  readonly delay: number;
}

type Change = Partial<S3Call> & Pick<S3Call, 'name' | 'key'>;
type Extra = Partial<Pick<StoryRecord, 'kind' | 'session' | 'expected' | 'repeated' | 'delay' | 'account'>>;

export class Storyteller {
  readonly records: StoryRecord[] = [];
  readonly random: Random;
  private readonly context: FleetContext;
  private readonly start: number;

  /**
   * @param start midnight of the first day, epoch milliseconds
   * @param purpose tales of different purposes have nothing random in common: telling one more changes no other
   */
  constructor(options: ResolvedDemoOptions, start: number, purpose = 'story') {
    this.random = new Random(options.seed, purpose);
    this.context = { options, busyAddress: null };
    this.start = start;
  }

  get seed(): number {
    return this.context.options.seed;
  }

  /** An instant of the first day. */
  at(hour: number, minute: number, second = 0, ms = 0): number {
    return this.start + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
  }

  /** An S3 call with the fleet role from the session's instance. @returns its event id */
  call(session: DemoSession, t: number, change: Change, extra: Extra = {}): string {
    const made = fleetS3Call(this.context, session, { t, precise: true }, this.random, change);
    this.tell({ ...made, t, kind: 'fleet', session, expected: 'attributed', account: session.fleet.account, ...extra });
    return made.eventId;
  }

  /** An upload into a home folder by AppStream itself. @returns its event id */
  upload(session: DemoSession, t: number, key: string, expected: ExpectedVerdict): string {
    const change = { bucket: session.fleet.homes, key };
    const made = homeFolderCall(this.seed, session, { t, precise: true, late: true }, this.random, change);
    this.tell({ ...made, t, kind: 'home_folder', session, expected, account: session.fleet.account });
    return made.eventId;
  }

  /** A record made elsewhere. */
  tell(record: { eventId: string; t: number; text: string; kind: DemoKind; account: string } & Partial<StoryRecord>): void {
    this.records.push({ session: null, expected: null, region: REGION, repeated: false, delay: 0, ...record });
  }
}
