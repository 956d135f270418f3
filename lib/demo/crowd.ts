/** Everyday events of one stretch of time: people at work in their sessions, and everything else an account logs. */
import type { RecordSink } from './collector.ts';
import { addFleetCall, type FleetContext } from './fleet-calls.ts';
import { homeFolderCall } from './home-folder-calls.ts';
import { addNoise } from './noise.ts';
import type { ResolvedDemoOptions } from './options.ts';
import type { Random } from './random.ts';
import type { DemoSession, SessionIndex } from './sessions.ts';
import { expectedBySession } from './truth.ts';

export interface Stretch {
  readonly account: string;
  /** Epoch milliseconds, start inclusive, end exclusive. */
  readonly start: number;
  readonly end: number;
}

export interface CrowdContext extends FleetContext {
  readonly options: ResolvedDemoOptions;
  readonly index: SessionIndex;
  /** End of the set: nobody does anything later, except in the story. */
  readonly windowEnd: number;
}

/** Share of the events that are made in sessions; the rest is noise. */
const IN_SESSIONS = 0.72;
/** How many of 100 events in a session are AppStream's own sync of home folders and settings. */
const HOME_FOLDER_SHARE = 0.11;
/** How many come after the session's end, while the instance still works off its uploads. */
const AFTER_END_SHARE = 0.012;

/** Adds exactly `count` records. The same random stream gives the same records. */
export function addCrowd(context: CrowdContext, stretch: Stretch, count: number, random: Random, sink: RecordSink): void {
  const active = context.index
    .during(stretch.account, stretch.start, stretch.end - 1)
    .filter((session) => session.connected && !session.told);
  const busiest = context.options.skew === 'one-address' ? active.filter((session) => session.address === context.busyAddress) : [];
  const share = active.length === 0 ? 0 : context.options.skew === 'plain' ? IN_SESSIONS : 0.95;
  let left = count;
  while (left > 0) {
    const chosen = random.chance(share) ? random.pick(busiest.length > 0 && random.chance(0.947) ? busiest : active) : null;
    const moment = chosen && momentIn(context, chosen, stretch, random);
    left -= chosen && moment ? addInSession(context, chosen, moment, left, random, sink) : addNoise(stretch, random, sink);
  }
}

export interface Moment {
  readonly t: number;
  readonly precise: boolean;
  /** After the session's end, within the grace. */
  readonly late: boolean;
}

/** A time at which the session's user can be told from the evidence; null when the stretch has none. */
function momentIn(context: CrowdContext, session: DemoSession, stretch: Stretch, random: Random): Moment | null {
  const length = session.end - session.start;
  // records that know only their second stay clear of the bounds
  const margin = Math.min(2000, length >> 2);
  const precise = random.chance(0.6) || length < 10_000;
  if (context.options.skew === 'plain' && random.chance(AFTER_END_SHARE)) {
    const until = Math.min(session.end + 280_000, session.freeUntil - 3000, context.windowEnd - 1000);
    const t = session.end + 2000 + Math.floor(random.fraction() * (until - session.end - 2000));
    if (until - session.end > 5000) return { t, precise, late: true };
  }
  const from = Math.max(session.start + margin, stretch.start);
  const until = Math.min(session.end - margin, stretch.end - 1);
  return until < from ? null : { t: from + Math.floor(random.fraction() * (until - from)), precise, late: false };
}

/** @returns how many records were added */
function addInSession(context: CrowdContext, session: DemoSession, moment: Moment, room: number, random: Random, sink: RecordSink): number {
  if (context.options.skew === 'plain' && random.chance(moment.late ? 0.6 : HOME_FOLDER_SHARE)) {
    const { eventId, text } = homeFolderCall(context.options.seed, session, moment, random);
    sink.add({ eventId, t: moment.t, text, kind: 'home_folder', session, expected: 'attributed' });
    return 1;
  }
  const expected = context.options.truth ? expectedBySession(context.index, session, moment.t, moment.precise) : null;
  return addFleetCall(context, session, moment, room, expected, random, sink);
}
