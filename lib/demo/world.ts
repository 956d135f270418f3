/** Everything that is decided before the first byte is written. Small enough to be decided again in every thread. */

import type { Fleet } from './cast.ts';
import { Collector, type DemoCounts } from './collector.ts';
import { addCrowd, type CrowdContext } from './crowd.ts';
import { tellIncidents } from './incidents.ts';
import { type LogFile, planLogs } from './log-plan.ts';
import { type DemoOptions, demoWindow, type ResolvedDemoOptions, resolveDemoOptions } from './options.ts';
import { Random } from './random.ts';
import { type DemoSession, planSessions, SessionIndex, skewedFleets } from './sessions.ts';
import { signInRecord } from './sign-in.ts';
import { spoofedCheck } from './spoof.ts';
import { type DemoStory, tellStory } from './story.ts';
import { storyCast } from './story-cast.ts';

export interface DemoWorld {
  readonly options: ResolvedDemoOptions;
  readonly fleets: readonly Fleet[];
  readonly sessions: readonly DemoSession[];
  readonly index: SessionIndex;
  readonly story: DemoStory | null;
  readonly logs: readonly LogFile[];
  /** What `verify-session` kept; null without the story. */
  readonly check: ReturnType<typeof spoofedCheck> | null;
}

/** Decides everything. @throws UsageError when an option is outside its range */
export function planDemo(options: DemoOptions = {}): DemoWorld {
  const resolved = resolveDemoOptions(options);
  const { start } = demoWindow(resolved);
  const cast = resolved.story ? storyCast(resolved.seed, start) : null;
  const sessions = planSessions(resolved, cast ? Object.values(cast) : []);
  const told = cast ? tellStory(resolved, start, cast) : null;
  const incidents = cast ? tellIncidents(resolved, start, cast) : [];
  return {
    options: resolved,
    fleets: skewedFleets(resolved),
    sessions,
    index: new SessionIndex(sessions),
    story: told?.story ?? null,
    logs: planLogs(resolved, sessions, [...(told?.records ?? []), ...incidents]),
    check: cast ? spoofedCheck(cast, start) : null,
  };
}

/** The contents of one log file. */
export interface MadeLog {
  /** JSON, unpacked. */
  readonly bytes: Uint8Array;
  /** Lines of the truth of the events that are first told here; empty when no truth is made. */
  readonly truth: string;
  readonly counts: DemoCounts;
}

/** Makes one log file; equal worlds and places give equal bytes, in any order and any thread. */
export function makeLog(world: DemoWorld, file: LogFile): MadeLog {
  const { options, index, sessions } = world;
  const { seed } = options;
  const context: CrowdContext = {
    options,
    index,
    busyAddress: options.skew === 'one-address' ? (sessions[0]?.address ?? null) : null,
    windowEnd: demoWindow(options).end,
  };
  const collector = new Collector(options.truth);
  const stream = (purpose: string, { account, region, place }: LogFile) => new Random(seed, purpose, account, region, place);
  if (file.before) {
    const again = { add: (record: Parameters<Collector['add']>[0]) => collector.repeat(record) };
    addCrowd(context, file.before, file.before.repeated, stream('repeated', file.before), again);
    for (const record of file.before.story) if (record.repeated) collector.repeat(record);
  }
  addCrowd(context, file, file.repeated, stream('repeated', file), collector);
  addCrowd(context, file, file.crowd, stream('crowd', file), collector);
  for (const { session, t } of file.signIns) {
    collector.add({ ...signInRecord(seed, session, t), t, kind: 'sign_in', session, expected: null });
  }
  for (const record of file.story) collector.add(record);
  const bytes = collector.bytes(stream('order', file).chance(0.75));
  return { bytes, truth: collector.truthText(), counts: collector.counts };
}
