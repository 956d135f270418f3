/** One session out of the report rows that say the same (docs/verdicts.md, Disputed sessions). */
import type { SessionRow } from '../../schemas/sessions-table.ts';
import { compareText, distinct, type EvidenceBase, first, groupedBy } from './evidence-base.ts';
import { countingIssues, covers, isFree, isMisplaced } from './issues.ts';

/** A session as reports have it. */
export interface Reported {
  /** What its rows say, joined. */
  readonly row: SessionRow;
  readonly contested: boolean;
}

export function reportedSessions(base: EvidenceBase): Reported[] {
  const joined = joinRows(rowsThatCount(base)).map((group) => ({ group, row: joinedRow(group) }));
  return joined.map(({ group, row }) => {
    const others = joined.map((each) => each.row).filter((other) => other !== row && isSameSessionOfUser(other, row));
    return { row, contested: isDeniedByAnIssue(group, row, base) || others.some((other) => !covers(other, row)) };
  });
}

function isSameSessionOfUser(a: SessionRow, b: SessionRow): boolean {
  return a.account_id === b.account_id && a.region === b.region && a.session_id === b.session_id && a.user_key === b.user_key;
}

/** Rows of issues that count and rows that speak for no day, without those that others update. */
function rowsThatCount(base: EvidenceBase): SessionRow[] {
  const counting = base.sessions.filter(
    (row) => row.origin === 'report' && (isFree(row, base) || countingIssues(base).some((issue) => issue.rows.includes(row))),
  );
  return counting.filter((row) => !counting.some((other) => other !== row && covers(other, row) && updates(other, row, base)));
}

/** True when a row that covers another takes its place: of a later day, or of a report that speaks for a day. */
function updates(other: SessionRow, row: SessionRow, base: EvidenceBase): boolean {
  if (isMisplaced(other) || isMisplaced(row)) return false;
  if (isFree(other, base)) return isFree(row, base) && other.source_modified_ms > row.source_modified_ms;
  if (isFree(row, base)) return true;
  return compareText(other.report_day ?? '', row.report_day ?? '') > 0;
}

/** Rows that say the same: user, start, end, instance and fleet. */
function joinRows(rows: readonly SessionRow[]): SessionRow[][] {
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
function joinedRow(rows: readonly SessionRow[]): SessionRow {
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

/** True when an issue that counts, of a day of one of the rows, has nothing that covers the session. */
function isDeniedByAnIssue(group: readonly SessionRow[], row: SessionRow, base: EvidenceBase): boolean {
  const ofItsDays = countingIssues(base).filter((issue) =>
    group.some(
      (each) => !isMisplaced(each) && each.account_id === issue.accountId && each.region === issue.region && each.report_day === issue.day,
    ),
  );
  // rows for several network interfaces are joined within an issue before they are compared
  return ofItsDays.some((issue) => !joinRows(issue.rows).some((rows) => covers(joinedRow(rows), row)));
}
