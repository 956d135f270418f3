/** One session out of the report rows that say the same (docs/verdicts.md, Disputed sessions). */
import type { SessionRow } from '../../schemas/sessions-table.ts';
import { compareText, type EvidenceBase, groupedBy } from './evidence-base.ts';
import { countingIssues, isFree, isMisplaced, statementsOf } from './issues.ts';
import { covers, joinedRow, joinRows } from './statements.ts';

/** A session as reports have it. */
export interface Reported {
  /** What its rows say, joined. */
  readonly row: SessionRow;
  readonly contested: boolean;
}

/** What one report states of one session: its rows that say the same. */
interface Statement {
  readonly row: SessionRow;
  readonly rows: readonly SessionRow[];
  /** True when it speaks for no day. */
  readonly free: boolean;
}

export function reportedSessions(base: EvidenceBase): Reported[] {
  const statements = statementsThatCount(base);
  return joinRows(statements.flatMap(({ rows }) => rows)).map((rows) => ({
    row: joinedRow(rows),
    contested: statements.some((statement) => rows.some((row) => statement.rows.includes(row)) && isContested(statement, statements, base)),
  }));
}

/** True when another statement of the same session and user, or an issue that counts of the report of its day, says otherwise. */
function isContested(statement: Statement, statements: readonly Statement[], base: EvidenceBase): boolean {
  const { row } = statement;
  const others = statements.filter((other) => other !== statement && isSameSessionOfUser(other.row, row));
  return others.some((other) => !covers(other.row, row)) || isDeniedByAnIssue(row, base);
}

function isSameSessionOfUser(a: SessionRow, b: SessionRow): boolean {
  return a.account_id === b.account_id && a.region === b.region && a.session_id === b.session_id && a.user_key === b.user_key;
}

function isDeniedByAnIssue(row: SessionRow, base: EvidenceBase): boolean {
  if (isMisplaced(row)) return false;
  const ofItsDay = countingIssues(base).filter(
    (issue) => row.account_id === issue.accountId && row.region === issue.region && row.report_day === issue.day,
  );
  return ofItsDay.some((issue) => !statementsOf(issue).some((stated) => covers(stated, row)));
}

/** Statements of issues that count and of rows that speak for no day, without those that others update. */
function statementsThatCount(base: EvidenceBase): Statement[] {
  const rows = base.sessions.filter(
    (row) => row.origin === 'report' && (isFree(row, base) || countingIssues(base).some((issue) => issue.rows.includes(row))),
  );
  const ofOneReport = (row: SessionRow) =>
    JSON.stringify([row.source_file, row.source_modified_ms, row.ingested_at_ms, row.report_day, isMisplaced(row), isFree(row, base)]);
  const statements = groupedBy(rows, ofOneReport)
    .flatMap(joinRows)
    .map((each) => ({ row: joinedRow(each), rows: each, free: isFree(each[0] as SessionRow, base) }));
  return statements.filter((statement) => !statements.some((other) => covers(other.row, statement.row) && updates(other, statement)));
}

/** True when a statement that covers another takes its place: of a later day, or of a report that speaks for a day. */
function updates(other: Statement, statement: Statement): boolean {
  if (isMisplaced(other.row) || isMisplaced(statement.row) || other.free) return false;
  return statement.free || compareText(other.row.report_day ?? '', statement.row.report_day ?? '') > 0;
}
