/** The counts of one ingestion, as its batches come in. */
import { reportKey } from '../answer/contested-reports.ts';
import { changedText } from '../answer/ingest-text.ts';
import type { InputObject, StagedBatch } from '../lake/batch.ts';
import type { IngestSummary, InputProblem } from '../lake/ingest-summary.ts';
import { type KnownInputs, latestOf } from './known-inputs.ts';

/** How far an ingestion is. */
export interface IngestProgress {
  readonly inputsTotal: number;
  readonly inputsDone: number;
  readonly bytesTotal: number;
  readonly bytesDone: number;
  readonly records: number;
}

/** Kinds that AWS writes once: what changes later was rewritten by somebody. */
const EVIDENCE_KINDS: ReadonlySet<string> = new Set(['cloudtrail', 'usage_report']);

/** Sums up as batches come in. */
export class Totals {
  private readonly counts = { ingested: 0, partial: 0, rejected: 0, stillRejected: 0, failed: 0 };
  private readonly records = { read: 0, kept: 0, malformed: 0, notRecords: 0 };
  private readonly rows: Record<string, number> = {};
  private readonly problems: InputProblem[];
  private readonly listed: number;
  private readonly passedOver: Readonly<Record<string, number>>;
  private readonly onProgress: ((progress: IngestProgress) => void) | undefined;
  private state: IngestProgress;

  /** The reports that came: account, region and day, as `reportKey` writes them. */
  readonly reports = new Set<string>();

  /**
   * @param listed inputs that were found
   * @param passedOver what was found beside them, how many of each
   */
  constructor(
    listed: number,
    passedOver: Readonly<Record<string, number>>,
    wanted: readonly InputObject[],
    problems: InputProblem[],
    onProgress: ((progress: IngestProgress) => void) | undefined,
  ) {
    this.listed = listed;
    this.passedOver = passedOver;
    this.problems = problems;
    this.onProgress = onProgress;
    const bytesTotal = wanted.reduce((sum, object) => sum + object.sizeBytes, 0);
    this.state = { inputsTotal: wanted.length, inputsDone: 0, bytesTotal, bytesDone: 0, records: 0 };
  }

  readonly progress = (inputs: number, bytes: number, records: number): void => {
    const { inputsDone, bytesDone, records: before } = this.state;
    this.state = { ...this.state, inputsDone: inputsDone + inputs, bytesDone: bytesDone + bytes, records: before + records };
    this.onProgress?.(this.state);
  };

  add(batch: StagedBatch, rows: Readonly<Record<string, number>>, known: KnownInputs): void {
    for (const input of batch.inputs) {
      this.counts[input.status as 'ingested' | 'partial' | 'rejected']++;
      this.records.read += input.records_read;
      this.records.kept += input.kept;
      this.records.malformed += input.malformed;
      this.records.notRecords += input.not_records;
      if (input.status === 'rejected' && known.versions.get(input.location)?.some((version) => version.sha256 === input.sha256))
        this.counts.stillRejected++;
      const before = EVIDENCE_KINDS.has(input.kind) ? latestOf(input.location, known) : null;
      if (before !== null && before.sha256 !== input.sha256) {
        this.problems.push({ location: input.location, status: 'changed', reason: changedText(input, before) });
      }
      if (input.status !== 'ingested') {
        this.problems.push({ location: input.location, status: input.status as 'partial' | 'rejected', reason: input.reason ?? 'unknown' });
      }
    }
    for (const mark of batch.marks) {
      if (mark.kind === 'report') this.reports.add(reportKey(mark.account_id, mark.region, mark.report_day));
    }
    for (const { location, reason } of batch.failed) this.problems.push({ location, status: 'failed', reason });
    this.counts.failed += batch.failed.length;
    for (const [table, count] of Object.entries(rows)) this.rows[table] = (this.rows[table] ?? 0) + count;
  }

  summary(skipped: number, durationMs: number): IngestSummary {
    const passedOver = Object.values(this.passedOver).reduce((sum, n) => sum + n, 0);
    return {
      inputs: { found: this.listed + passedOver, ...this.counts, skipped, passedOver },
      passedOver: this.passedOver,
      records: this.records,
      rows: this.rows,
      problems: [...this.problems].sort((a, b) => (a.location < b.location ? -1 : a.location > b.location ? 1 : 0)),
      durationMs,
    };
  }
}
