/** DescribeSessions sweeps: all pages of one account, region and time (docs/verdicts.md, Snapshots). */
import type { SessionRow } from '../../schemas/sessions-table.ts';
import { type EvidenceBase, once } from './evidence-base.ts';

export interface Sweep {
  readonly accountId: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly timeMs: number;
  /** True when a page says that everything was read and none denies it. */
  readonly complete: boolean;
  /** What it lists, EXPIRED left out: an expired session counts as not seen. */
  readonly sightings: readonly SessionRow[];
}

/** Every sweep, earliest first. */
export const sweepsOf = once(findSweeps);

function findSweeps(base: EvidenceBase): Sweep[] {
  const sweeps = new Map<string, Sweep>();
  for (const page of base.snapshots) {
    const pages = base.snapshots.filter(
      (other) => other.account_id === page.account_id && other.region === page.region && other.sweep_time_ms === page.sweep_time_ms,
    );
    sweeps.set(`${page.account_id}/${page.region}/${page.sweep_time_ms}`, {
      accountId: page.account_id,
      region: page.region,
      timeMs: page.sweep_time_ms,
      complete: pages.some((other) => other.complete === true) && !pages.some((other) => other.complete === false),
      sightings: sightingsOf(base).filter(
        (row) => row.account_id === page.account_id && row.region === page.region && row.observed_at_ms === page.sweep_time_ms,
      ),
    });
  }
  return [...sweeps.values()].sort((a, b) => a.timeMs - b.timeMs);
}

/** Every session that a sweep saw alive. */
export function sightingsOf(base: EvidenceBase): SessionRow[] {
  return base.sessions.filter((row) => row.origin === 'snapshot' && row.state !== 'EXPIRED' && row.observed_at_ms !== null);
}
