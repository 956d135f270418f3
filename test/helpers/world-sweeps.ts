/** The sweeps of a generated world. */
import type { InputRow } from '../../schemas/ledger-tables.ts';
import type { SessionRow } from '../../schemas/sessions-table.ts';
import type { SnapshotRow } from '../../schemas/snapshots-table.ts';
import { inputRow, seenSession, sweepPage } from './rows.ts';
import type { SweepsRecipe } from './world-recipe.ts';
import { ACCOUNTS, addressBeside, at, common, EVENING_MS, REGIONS, type TrueSession } from './world-sessions.ts';

interface Swept {
  readonly sessions: SessionRow[];
  readonly snapshots: SnapshotRow[];
  readonly inputs: InputRow[];
}

/** All sweeps until `as_of`. */
export function sweepsOfWorld(sessions: readonly TrueSession[], recipes: readonly SweepsRecipe[], asOfMs: number): Swept {
  const made: Swept = { sessions: [], snapshots: [], inputs: [] };
  for (const [n, recipe] of recipes.entries()) {
    const place = {
      account_id: at(ACCOUNTS, recipe.account),
      region: at(REGIONS, recipe.region),
      source_file: `/world/snapshots-${n}.jsonl`,
    };
    const gaps = [recipe.startMs, ...recipe.gaps];
    const times = gaps.map((_, k) => EVENING_MS + gaps.slice(0, k + 1).reduce((sum, gap) => sum + gap, 0));
    const failed = recipe.failed.map((each) => each % times.length);
    const before = made.snapshots.length + made.sessions.length;
    for (const [k, timeMs] of times.entries()) {
      if (timeMs > asOfMs) continue;
      const line = 2 * k + 1;
      const seen = onePerUser(
        sessions
          .filter((session) => session.account === place.account_id && session.region === place.region)
          .flatMap((session) => sighting(session, k, timeMs, { ...place, source_index: line })),
      );
      const page = { ...place, sweep_time_ms: timeMs, sessions_seen: seen.length, source_index: line };
      const complete = !failed.includes(k);
      made.sessions.push(...seen);
      made.snapshots.push(sweepPage({ ...page, complete: recipe.twoPages ? null : complete }));
      if (recipe.twoPages) made.snapshots.push(sweepPage({ ...page, complete, sessions_seen: 0, source_index: line + 1 }));
    }
    const kept = made.snapshots.length + made.sessions.length - before;
    const about = { account_id: place.account_id, region: place.region, report_day: null };
    made.inputs.push(inputRow({ location: place.source_file, kind: 'snapshot', content: 'sweeps', ...about, records_read: kept, kept }));
  }
  return made;
}

/** A sweep lists an id of a user once, whatever reports make of it. */
function onePerUser(rows: readonly SessionRow[]): SessionRow[] {
  return [...new Map([...rows].reverse().map((row) => [`${row.session_id}/${row.user_key}`, row])).values()].reverse();
}

/** What the k-th sweep says of a session: nothing, alive, or EXPIRED. */
function sighting(session: TrueSession, k: number, timeMs: number, place: Partial<SessionRow>): SessionRow[] {
  const { recipe, startMs, endMs } = session;
  if (recipe.known === 'report') return [];
  const isListedTooLong = recipe.listedTooLong && startMs - 1000 <= timeMs && timeMs <= endMs + 1_200_000;
  const isAlive = (startMs <= timeMs && timeMs <= endMs) || isListedTooLong;
  const isMissed = (recipe.missedBySweeps & (1 << (k % 3))) !== 0;
  const isExpired = !isAlive && recipe.expiredAfterEnd && endMs < timeMs && timeMs <= endMs + 900_000;
  if (isMissed || !(isAlive || isExpired)) return [];
  const addresses = recipe.sweptElsewhere === 'address' ? [addressBeside(session)] : session.addresses;
  return [
    seenSession({
      ...common(session),
      ...place,
      private_addresses: recipe.ipv6 && recipe.interfaces !== 'none' ? [...addresses, session.address6] : [...addresses],
      ...(recipe.sweptElsewhere === 'instance' ? { instance_id: 'i-shared' } : {}),
      state: isAlive ? 'ACTIVE' : 'EXPIRED',
      connected: recipe.connectedInSweeps === 'yes' || (recipe.connectedInSweeps === 'later' && timeMs >= startMs + 600_000),
      observed_at_ms: timeMs,
    }),
  ];
}
