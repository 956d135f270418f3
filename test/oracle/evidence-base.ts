/** What the oracle is given, and the resolved session it thinks in. Slow and obvious on purpose. */
import type { Configuration } from '../../schemas/configuration.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import type { AcceptanceRow, FailedInputRow, InputRow, RejectedRecordRow } from '../../schemas/ledger-tables.ts';
import type { LogonRow } from '../../schemas/logons-table.ts';
import type { SessionRow } from '../../schemas/sessions-table.ts';
import type { SnapshotRow } from '../../schemas/snapshots-table.ts';

/** What the oracle needs to know of an input. Inputs that are no usage report are ignored. */
export type ReportInput = Pick<
  InputRow,
  | 'location'
  | 'version'
  | 'modified_ms'
  | 'ingested_at_ms'
  | 'kind'
  | 'content'
  | 'status'
  | 'account_id'
  | 'region'
  | 'report_day'
  | 'kept'
  | 'malformed'
>;

/** Everything a run can look at. Rows are as the readers give them: duplicates, re-issues and repeated sightings included. */
export interface EvidenceBase {
  readonly events: readonly EventRow[];
  readonly sessions: readonly SessionRow[];
  readonly logons: readonly LogonRow[];
  readonly snapshots: readonly SnapshotRow[];
  readonly inputs: readonly ReportInput[];
  /** Records of inputs that were set aside. */
  readonly rejected: readonly RejectedRecordRow[];
  /** Inputs that could not be opened. */
  readonly failed: readonly FailedInputRow[];
  readonly acceptances: readonly AcceptanceRow[];
  readonly configuration: Configuration;
  /** The time the run counts from, epoch milliseconds. */
  readonly asOfMs: number;
}

/** One session after report rows, issues and sightings are resolved (docs/verdicts.md, Snapshots, Disputed sessions). */
export interface Session {
  /** Unique only together with account, region and what the session says. */
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  readonly userKey: string;
  readonly userId: string;
  readonly authenticationType: string;
  readonly userHash: string;
  readonly fleetName: string | null;
  readonly stackName: string | null;
  readonly instanceId: string | null;
  /** True when several users may share the instance; null when nothing says. */
  readonly multiSession: boolean | null;
  /** Its instance is multi-session, whatever the session itself says. */
  readonly instanceIsShared: boolean;
  /** True when it is multi-session, or another session of its fleet is. */
  readonly multiFleet: boolean;
  readonly addresses: readonly string[];
  /** Epoch milliseconds, inclusive. */
  readonly startMs: number;
  /** The end of the report, inclusive; of a session known from snapshots only, its last sighting. */
  readonly endMs: number;
  /** `s`: for an event that knows its millisecond the end lasts to .999. A sweep's time is exact: `ms`. */
  readonly endPrecision: 's' | 'ms';
  readonly connected: boolean;
  /** False when no report has it: it then rests on snapshots alone. */
  readonly reported: boolean;
  /** Another issue, or another row of its id, says otherwise. */
  readonly contested: boolean;
  /** The row contradicts itself or its place. */
  readonly doubtful: boolean;
  /** Its id is also another user's. */
  readonly reused: boolean;
  /**
   * Snapshots only: the first complete sweep without it, else start + the longest session; it may have lasted until then
   * (plus grace). Null when reported.
   */
  readonly goneByMs: number | null;
}

/** What a run knows before it looks at an event. */
export interface Known {
  readonly base: EvidenceBase;
  readonly configuration: Configuration;
  readonly sessions: readonly Session[];
  /** Accounts with a session. */
  readonly accounts: readonly string[];
}

/** Byte order, as every sorted column has it. */
export function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Distinct values in byte order. */
export function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort(compareText);
}

/** The first by an order; undefined of nothing. */
export function first<T>(values: readonly T[], order: (a: T, b: T) => number): T | undefined {
  return [...values].sort(order)[0];
}

/** Values by a key, in the order in which the keys are met. */
export function groupedBy<T>(values: readonly T[], keyOf: (value: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return [...groups.values()];
}

/** Finds something out about a base once: the only shortcut here, and it changes nothing but the time it takes. */
export function once<T>(find: (base: EvidenceBase) => T): (base: EvidenceBase) => T {
  const found = new WeakMap<EvidenceBase, T>();
  return (base) => {
    const known = found.get(base);
    if (known !== undefined) return known;
    const value = find(base);
    found.set(base, value);
    return value;
  };
}
