/** What a run needs of the world. Adapters: `lib/athena`. */
import type { Watermark } from './run-state.ts';

/** What the engine says of a statement. */
export interface StatementStatus {
  readonly state: 'running' | 'succeeded' | 'failed' | 'cancelled';
  /** The engine's words. */
  readonly reason?: string;
  /** True when the engine itself says that another try may succeed. */
  readonly retryable?: boolean;
  readonly scannedBytes: number;
}

/** The engine took the statement, will not now (too many at once, an error of its own), or never will. */
export type StartResult = { readonly executionId: string } | { readonly refusal: 'later' | 'never'; readonly reason: string };

export interface EventFile {
  /** `s3://bucket/key` */
  readonly location: string;
  readonly dt: string;
  /** By its name. */
  readonly rows: number;
}

export type Metric = 'BrokenIdentities' | 'RunPublished' | 'RunFailed' | 'PendingRows';

export interface RunEffects {
  nowMs(): number;
  /** Eight hex digits that no other run has. */
  chance(): string;
  /**
   * Starts a statement.
   * @param token the same token with the same text starts nothing twice; 32 to 128 characters
   */
  start(sql: string, token: string): Promise<StartResult>;
  check(executionIds: readonly string[]): Promise<ReadonlyMap<string, StatementStatus>>;
  /** Rows of a statement that succeeded, every value as text. */
  rows(executionId: string): Promise<Readonly<Record<string, string | null>>[]>;
  /** Days that have a folder below a table's, in order. */
  listDays(table: string): Promise<string[]>;
  /** Rows of the event files of each day. */
  countEvents(dts: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** @param untilMs files that came later are left out, epoch milliseconds */
  listEventFiles(dts: readonly string[], untilMs: number): Promise<EventFile[]>;
  /**
   * Ids of what brought marks since: inputs, by the day of their claim, failures and acceptances, by their own day.
   * @param days claimed, failed or accepted on one of these days
   */
  listNewInputs(sinceMs: number, days: readonly string[]): Promise<{ readonly id: string; readonly dt: string }[]>;
  putRunFiles(list: string, files: readonly { readonly location: string; readonly number: number }[]): Promise<void>;
  putRunInputs(list: string, ids: readonly string[]): Promise<void>;
  readWatermark(): Promise<Watermark | null>;
  writeWatermark(watermark: Watermark): Promise<void>;
  metric(name: Metric, value: number): void;
  log(message: string, facts: Readonly<Record<string, unknown>>): void;
}
