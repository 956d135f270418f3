/** What a report states of a session: the rows that say the same, joined (docs/verdicts.md, Disputed sessions). */
import type { SessionRow } from '../../schemas/sessions-table.ts';
import { compareText, distinct, first, groupedBy } from './evidence-base.ts';

/** Rows that say the same: account, id, user, start, end, instance and fleet. */
export function joinRows(rows: readonly SessionRow[]): SessionRow[][] {
  return groupedBy(rows, (row) =>
    JSON.stringify([
      row.account_id,
      row.region,
      row.session_id,
      row.user_key,
      row.session_start_ms,
      row.session_end_ms,
      row.instance_id ?? '',
      row.fleet_name ?? '',
    ]),
  );
}

/** What rows that say the same say together; what they do not agree on is the last word's. */
export function joinedRow(rows: readonly SessionRow[]): SessionRow {
  const last = first(rows, lastWordFirst) as SessionRow;
  const flags = rows.map((row) => row.is_multisession);
  const contradictions = rows.map((row) => row.contradiction);
  return {
    ...last,
    private_addresses: distinct(rows.flatMap((row) => row.private_addresses)),
    connected: rows.some((row) => row.connected),
    is_multisession: flags.includes(true) ? true : flags.includes(false) ? false : null,
    contradiction: contradictions.includes(null) ? null : (first(contradictions as string[], compareText) ?? null),
    end_precision: rows.some((row) => row.end_precision === 'ms') ? 'ms' : 's',
  };
}

function lastWordFirst(a: SessionRow, b: SessionRow): number {
  return (
    compareText(b.report_day ?? '', a.report_day ?? '') ||
    b.source_modified_ms - a.source_modified_ms ||
    compareText(b.source_file, a.source_file) ||
    b.source_index - a.source_index ||
    b.ingested_at_ms - a.ingested_at_ms ||
    compareText(b.record_sha256, a.record_sha256)
  );
}

/** True when statement `b` says everything that `a` says: the same session, at least as long, on the same addresses. */
export function covers(b: SessionRow, a: SessionRow): boolean {
  return (
    b.account_id === a.account_id &&
    b.region === a.region &&
    b.session_id === a.session_id &&
    b.user_key === a.user_key &&
    b.fleet_name === a.fleet_name &&
    (a.instance_id === null || a.instance_id === b.instance_id) &&
    b.session_start_ms <= a.session_start_ms &&
    (b.session_end_ms ?? 0) >= (a.session_end_ms ?? 0) &&
    JSON.stringify(distinct(a.private_addresses)) === JSON.stringify(distinct(b.private_addresses)) &&
    !(a.connected && !b.connected) &&
    !(a.is_multisession === true && b.is_multisession !== true)
  );
}
