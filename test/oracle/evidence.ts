/** When evidence is closed (§4 "When is evidence closed?"). */
import { addDays, DAY_MS, dtStart, formatDt } from '../../lib/time.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import { distinct, type EvidenceBase } from './evidence-base.ts';
import { isServed, networkAccount } from './network.ts';
import { isReportInWhole, regionsWithReports } from './reports.ts';
import { addressOf } from './scope.ts';
import { sweepsOf } from './sweeps.ts';

const SWEEP_GAP_MS = 15 * 60_000;

/** Every report day on which a session covering t could have ended is closed: t - grace to t + the longest session. */
export function areDaysClosed(event: EventRow, base: EvidenceBase): boolean {
  const { graceSeconds, longestSessionHours } = base.configuration.window;
  const from = formatDt(event.join_time_ms - graceSeconds * 1000);
  const to = formatDt(event.join_time_ms + longestSessionHours * 3_600_000);
  for (let day = from; day <= to; day = addDays(day, 1)) {
    if (!isDayClosed(day, networkAccount(event, base.configuration), base)) return false;
  }
  return true;
}

/** By time, two days later; or by reports, in every region where the account has reports or sweeps. */
function isDayClosed(day: string, accountId: string | null, base: EvidenceBase): boolean {
  if (base.asOfMs >= dtStart(day) + 2 * DAY_MS) return true;
  if (accountId === null) return false;
  const regions = regionsOf(accountId, base);
  return regions.length > 0 && regions.every((region) => isReportInWhole(base, accountId, region, day));
}

/** The regions in which the account has reports or sweeps. */
function regionsOf(accountId: string, base: EvidenceBase): string[] {
  const swept = sweepsOf(base).filter((sweep) => sweep.accountId === accountId);
  return distinct([...regionsWithReports(base, accountId), ...swept.map((sweep) => sweep.region)]);
}

/**
 * Provisionally closed: in every region, complete sweeps on both sides of t, at most 15 minutes apart, list on the address
 * nobody but users of A, connected or not. A region with reports and no sweeps cannot show that.
 */
export function isSwept(event: EventRow, usersOfA: readonly string[], base: EvidenceBase): boolean {
  const t = event.join_time_ms;
  const address = addressOf(event);
  const accountId = networkAccount(event, base.configuration);
  if (address === null || accountId === null) return false;
  const regions = regionsOf(accountId, base);
  return (
    regions.length > 0 &&
    regions.every((region) => {
      const complete = sweepsOf(base).filter((sweep) => sweep.accountId === accountId && sweep.region === region && sweep.complete);
      const before = complete.filter((sweep) => sweep.timeMs <= t).at(-1);
      const after = complete.find((sweep) => sweep.timeMs >= t);
      if (!before || !after || after.timeMs - before.timeMs > SWEEP_GAP_MS) return false;
      return [...before.sightings, ...after.sightings]
        .filter((row) => row.private_addresses.includes(address) && isServed(event, row.fleet_name, base.configuration))
        .every((row) => usersOfA.includes(row.user_key));
    })
  );
}
