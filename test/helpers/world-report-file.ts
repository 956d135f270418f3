/** One report file of a generated world: its rows, what the ledger says of it, and what somebody accepted of it. */
import type { AcceptanceRow, FailedInputRow, InputRow, RejectedRecordRow } from '../../schemas/ledger-tables.ts';
import type { SessionRow } from '../../schemas/sessions-table.ts';
import { acceptanceRow, INGESTED_MS, inputRow, rejectedRow, reportedSession, sha256 } from './rows.ts';
import type { Accepted, Damage } from './world-report-recipe.ts';
import { common, type TrueSession } from './world-sessions.ts';

/** A session as a report has it. */
export interface Line {
  readonly session: TrueSession;
  readonly user: { readonly id: string; readonly authentication: string };
  /** By how much its end differs from the true one. */
  readonly laterMs: number;
}

export interface ReportFile {
  readonly location: string;
  /** Said by the place; null when it does not. */
  readonly account: string | null;
  readonly region: string | null;
  readonly day: string | null;
  readonly modifiedMs: number;
  readonly ingestedAtMs: number;
  readonly damage: Damage | null;
  readonly accepted: Accepted;
}

/** Everything that reports leave in a lake. */
export interface Books {
  readonly sessions: SessionRow[];
  readonly inputs: InputRow[];
  readonly rejected: RejectedRecordRow[];
  readonly failed: FailedInputRow[];
  readonly acceptances: AcceptanceRow[];
  addApplications(account: string, region: string, day: string): void;
  accept(accepted: Accepted, what: { location: string; version: string | null; line: number }): void;
}

export function emptyBooks(): Books {
  const inputs: InputRow[] = [];
  const acceptances: AcceptanceRow[] = [];
  return {
    sessions: [],
    inputs,
    rejected: [],
    failed: [],
    acceptances,
    addApplications(account, region, report_day) {
      const location = `/world/first/${account}/${region}/daily-app-report-${report_day}.csv`;
      inputs.push(inputRow({ location, content: 'applications_report', account_id: account, region, report_day }));
    },
    accept(accepted, { location, version, line }) {
      const word = {
        no: null,
        line: { version, source_index: line },
        input: { version },
        anyVersion: {},
        otherVersion: { version: sha256('another') },
        otherLine: { version, source_index: line + 1 },
      }[accepted];
      if (word) acceptances.push(acceptanceRow(location, { ...word, accepted_at_ms: INGESTED_MS + acceptances.length }));
    },
  };
}

/** Writes one file. A line that is set aside is no row; an input of which nothing is kept is rejected. */
export function writeFile(books: Books, given: readonly Line[], file: ReportFile): void {
  const isRejected = file.damage === 'rejected' || file.damage === 'refused';
  const lines = isRejected ? [] : given.filter(({ session }) => !session.recipe.setAside);
  const setAside = file.damage === 'refused' ? 0 : isRejected ? 1 : given.length - lines.length + (file.damage === 'partial' ? 1 : 0);
  const rows = lines.flatMap((line) => rowsOf(line, file)).map((row, n) => reportedSession({ ...row, source_index: n + 2 }));
  const isWhole = setAside === 0 && file.damage === null;
  const input = inputRow({
    location: file.location,
    version: sha256(`${file.location}/${file.modifiedMs}/${file.ingestedAtMs}`),
    content: file.damage === 'refused' ? 'unknown' : 'sessions_report',
    modified_ms: file.modifiedMs,
    ingested_at_ms: file.ingestedAtMs,
    status: isWhole ? 'ingested' : rows.length > 0 ? 'partial' : 'rejected',
    reason: isWhole ? null : 'made so',
    records_read: rows.length + setAside,
    kept: rows.length,
    malformed: setAside,
    account_id: rows.length > 0 ? unanimous(rows.map((row) => row.account_id)) : file.account,
    region: rows.length > 0 ? unanimous(rows.map((row) => row.region)) : file.region,
    report_day: file.day,
  });
  books.sessions.push(...rows);
  books.inputs.push(input);
  for (let n = 0; n < setAside; n++) books.rejected.push(rejectedRow(input, { source_index: rows.length + 2 + n, n }));
  if (!isWhole) books.accept(file.accepted, { location: input.location, version: input.version, line: rows.length + 2 });
}

function unanimous(values: readonly string[]): string | null {
  return new Set(values).size === 1 ? (values[0] as string) : null;
}

/** A row for each interface; an older report has neither flag nor instance. */
function rowsOf({ session, user, laterMs }: Line, file: ReportFile): Partial<SessionRow>[] {
  const { recipe } = session;
  const endMs = Math.max(session.startMs, session.endMs + laterMs);
  const interfaces = session.addresses.length === 0 ? [[]] : session.addresses.map((address) => [address]);
  return interfaces.map((private_addresses) => ({
    ...common(session),
    user_id: user.id,
    authentication_type: user.authentication,
    contradiction: recipe.contradiction,
    private_addresses,
    instance_id: recipe.oldReport ? null : session.instance,
    is_multisession: recipe.oldReport ? null : recipe.multi,
    session_end_ms: endMs,
    end_precision: recipe.hasFraction ? 'ms' : 's',
    connected: recipe.connected,
    ...(file.day === null ? {} : { report_day: file.day }),
    source_file: file.location,
    source_modified_ms: file.modifiedMs,
    ingested_at_ms: file.ingestedAtMs,
  }));
}
