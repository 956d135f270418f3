/** Which reports speak for a day, and which of them count (docs/verdicts.md, Reports issued again). */
import type { SessionRow } from '../../schemas/sessions-table.ts';
import { compareText, type EvidenceBase, groupedBy, once, type ReportInput } from './evidence-base.ts';
import { covers, joinedRow, joinRows } from './statements.ts';

/** One sessions report as far as it speaks for one account, region and day. */
export interface Issue {
  readonly accountId: string;
  readonly region: string;
  readonly day: string;
  readonly input: ReportInput;
  readonly rows: readonly SessionRow[];
}

/** Every issue, whether it counts or not. */
export const issuesOf = once(findIssues);

function findIssues(base: EvidenceBase): Issue[] {
  const byRows = base.sessions
    .filter((row) => row.origin === 'report' && !isMisplaced(row))
    .flatMap((row) => {
      const input = inputOf(row, base);
      return input === undefined || input.report_day === null || row.report_day === null
        ? []
        : [{ accountId: row.account_id, region: row.region, day: row.report_day, input }];
    });
  const byPlace = base.inputs.flatMap((input) => {
    const { account_id, region, report_day } = input;
    const speaks = isSessionsReport(input) && input.status !== 'rejected';
    return speaks && account_id !== null && region !== null && report_day !== null
      ? [{ accountId: account_id, region, day: report_day, input }]
      : [];
  });
  const keyOf = (issue: Omit<Issue, 'rows'>) =>
    [issue.accountId, issue.region, issue.day, issue.input.location, issue.input.modified_ms, issue.input.ingested_at_ms].join('|');
  return groupedBy([...byRows, ...byPlace], keyOf).map(([issue]) => {
    const { accountId, region, day, input } = issue as Omit<Issue, 'rows'>;
    const rows = base.sessions.filter(
      (row) =>
        row.origin === 'report' &&
        !isMisplaced(row) &&
        isFrom(row, input) &&
        row.account_id === accountId &&
        row.region === region &&
        row.report_day === day,
    );
    return { accountId, region, day, input, rows };
  });
}

/** The issues that no other issue of their day replaces. */
export const countingIssues = once((base) => issuesOf(base).filter((issue) => !isReplaced(issue, issuesOf(base))));

/** True of a row that speaks for no day: its input says none, or it contradicts its place. */
export function isFree(row: SessionRow, base: EvidenceBase): boolean {
  return isMisplaced(row) || !issuesOf(base).some((issue) => issue.rows.includes(row));
}

/** True of a row that names another account or region than its place does. */
export function isMisplaced(row: SessionRow): boolean {
  const words = row.contradiction?.split(' ') ?? [];
  return words.includes('account') || words.includes('region');
}

export function isSessionsReport(input: ReportInput): boolean {
  return input.kind === 'usage_report' && input.content === 'sessions_report';
}

function inputOf(row: SessionRow, base: EvidenceBase): ReportInput | undefined {
  return base.inputs.find((input) => isFrom(row, input));
}

function isFrom(row: SessionRow, input: ReportInput): boolean {
  return row.source_file === input.location && row.source_modified_ms === input.modified_ms && row.ingested_at_ms === input.ingested_at_ms;
}

/** Modified later, or, of one location, read later. */
export function isLater(a: ReportInput, b: ReportInput): boolean {
  return a.location === b.location ? a.ingested_at_ms > b.ingested_at_ms : a.modified_ms > b.modified_ms;
}

export function areOfOneDay(a: Issue, b: Issue): boolean {
  return a.accountId === b.accountId && a.region === b.region && a.day === b.day;
}

function isReplaced(issue: Issue, issues: readonly Issue[]): boolean {
  return issues.some((other) => replaces(other, issue));
}

/** True when `other` covers every row of the issue and is later. Of two with equal rows the greater counts. */
export function replaces(other: Issue, issue: Issue): boolean {
  if (other === issue || !areOfOneDay(other, issue) || !coversAll(other, issue)) return false;
  if (coversAll(issue, other)) return compareInputs(other.input, issue.input) > 0;
  return isLater(other.input, issue.input);
}

/** Rows for several network interfaces are joined before they are compared. */
export function statementsOf(issue: Issue): SessionRow[] {
  return joinRows(issue.rows).map(joinedRow);
}

/** Rows that were set aside count by number: what they said nobody knows. */
function coversAll(other: Issue, issue: Issue): boolean {
  if (other.rows.length + other.input.malformed < issue.rows.length + issue.input.malformed) return false;
  const [said, saidByOther] = [statementsOf(issue), statementsOf(other)];
  return said.every((row) => saidByOther.some((candidate) => covers(candidate, row)));
}

function compareInputs(a: ReportInput, b: ReportInput): number {
  return a.modified_ms - b.modified_ms || a.ingested_at_ms - b.ingested_at_ms || compareText(a.location, b.location);
}
