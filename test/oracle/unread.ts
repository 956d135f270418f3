/** What of the reports was never read, and may say anything (docs/verdicts.md, When evidence is closed). */
import { type EvidenceBase, once, type ReportInput } from './evidence-base.ts';
import { areOfOneDay, countingIssues, type Issue, isLater, isSessionsReport, issuesOf, replaces } from './issues.ts';

/** A row, or an input, that could not be read and still matters. */
export interface Unread {
  readonly location: string;
  /** Null when the input was never opened. */
  readonly version: string | null;
  /** Line of the row; null for the whole input. */
  readonly sourceIndex: number | null;
  /** Null: any. */
  readonly accountId: string | null;
  readonly region: string | null;
  readonly day: string | null;
  /** Nothing was kept of its input, or it could not be opened. */
  readonly inputRejected: boolean;
  /** Somebody accepts that it will never be readable. */
  readonly accepted: boolean;
}

export const unreadOf = once(findUnread);

/** True when something that nobody accepted may belong to that account and day; a null account is that of nobody's network. */
export function isUnread(base: EvidenceBase, accountId: string | null, day: string): boolean {
  return unreadOf(base).some(
    (item) => !item.accepted && (item.accountId === null || item.accountId === accountId) && (item.day === null || item.day === day),
  );
}

function findUnread(base: EvidenceBase): Unread[] {
  const ofInputs = base.inputs
    .filter((input) => input.kind === 'usage_report' && !isReadSince(input, base) && !isReplacedByWhole(input, base))
    .flatMap((input) => unreadOfInput(input, base));
  const unopened = base.failed.filter((input) => input.kind === 'usage_report' && !isNamedApplications(input.location));
  const ofUnopened = unopened.map((input) => ({
    ...item(base, input.location, null, null),
    accountId: input.account_id,
    region: input.region,
    day: input.report_day,
    inputRejected: true,
  }));
  return [...ofInputs, ...ofUnopened];
}

function isNamedApplications(location: string): boolean {
  return location.split('/').at(-1)?.startsWith('daily-app-report') === true;
}

/** Its rows that were set aside; and the input itself when nothing was kept of it or it was cut off. */
function unreadOfInput(input: ReportInput, base: EvidenceBase): Unread[] {
  const isDamaged = input.status === 'partial' || input.status === 'rejected';
  const lines = base.rejected.filter((row) => row.location === input.location && row.version === input.version);
  const ofRows = isDamaged && isSessionsReport(input) ? lines.map((row) => row.source_index) : [];
  const isCutOff = input.status === 'partial' && isSessionsReport(input) && input.malformed === 0;
  const isRejected = input.status === 'rejected' && mayBeSessionsReport(input);
  return [...ofRows, ...(isCutOff || isRejected ? [null] : [])].map((sourceIndex) => ({
    ...item(base, input.location, input.version, sourceIndex),
    accountId: input.account_id,
    region: input.region,
    day: input.report_day,
    inputRejected: input.status === 'rejected',
  }));
}

/** Rejected before its header was read, an input may be of either kind. */
function mayBeSessionsReport(input: ReportInput): boolean {
  if (isSessionsReport(input)) return true;
  return input.content !== 'applications_report' && (input.report_day !== null || /\.csv(\.gz)?$/i.test(input.location));
}

function item(base: EvidenceBase, location: string, version: string | null, sourceIndex: number | null) {
  const accepted = base.acceptances.some(
    (acceptance) =>
      acceptance.location === location &&
      acceptance.version === version &&
      (acceptance.source_index === null || acceptance.source_index === sourceIndex),
  );
  return { location, version, sourceIndex, accepted };
}

/** True when the same location was read again, in whole and with as many rows. */
function isReadSince(input: ReportInput, base: EvidenceBase): boolean {
  return base.inputs.some(
    (other) =>
      other.location === input.location &&
      other.ingested_at_ms > input.ingested_at_ms &&
      other.status === 'ingested' &&
      other.kept >= input.kept + input.malformed,
  );
}

/**
 * True when a later issue that is whole by itself speaks instead. Of a rejected input nothing counts, so any such issue will do;
 * what was kept of a partial one has to be in it, for each account and region that it speaks for.
 */
function isReplacedByWhole(input: ReportInput, base: EvidenceBase): boolean {
  const laterWhole = countingIssues(base).filter((issue) => issue.input.status === 'ingested' && isLater(issue.input, input));
  if (input.status === 'rejected') return laterWhole.some((issue) => isOf(issue, input));
  const own = issuesOf(base).filter((issue) => issue.input === input);
  return own.length > 0 && own.every((issue) => laterWhole.some((later) => areOfOneDay(later, issue) && replaces(later, issue)));
}

function isOf(issue: Issue, input: ReportInput): boolean {
  return issue.accountId === input.account_id && issue.region === input.region && issue.day === input.report_day;
}
