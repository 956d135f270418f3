/** What an ingestion did: what the adapter counts, and what the texts and the command line say of it. */

/** Something about one input (or one path that was given) that a person should know. */
export interface InputProblem {
  readonly location: string;
  /**
   * Of an input: `partial` or `rejected` as in the ledger, `failed` when it could not be read at all. Of a path that was
   * given: `empty` when no file is below it. Of a usage report: `contested` when several issues speak for its day and none
   * covers the others. Of a file that was found, not named: `unknown` when it is of no kind that is known. Of a log or a usage report: `changed` when it holds other bytes than when it was ingested. Only the
   * first three mean that an input is not whole in the lake.
   */
  readonly status: string;
  readonly reason: string;
}

/** The counts of one ingestion. `records`: read = kept + malformed + notRecords. */
export interface IngestSummary {
  readonly inputs: {
    /** What the paths name: ingested + partial + rejected + failed + skipped + passedOver. */
    readonly found: number;
    readonly ingested: number;
    readonly partial: number;
    readonly rejected: number;
    /** Known from before, unchanged. */
    readonly skipped: number;
    /** Of the rejected: those that a run before had rejected too. */
    readonly stillRejected: number;
    /** Could not be read for a reason that may pass; in `failed_inputs`, tried again next time. */
    readonly failed: number;
    /** Lies beside inputs and is none: never opened. */
    readonly passedOver: number;
  };
  /** What was passed over, how many of each: logs of other services by the name of the service, write tests, hidden files. */
  readonly passedOver: Readonly<Record<string, number>>;
  readonly records: { readonly read: number; readonly kept: number; readonly malformed: number; readonly notRecords: number };
  /** Rows written, by table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly problems: readonly InputProblem[];
  readonly durationMs: number;
}
