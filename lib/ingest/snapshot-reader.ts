/** Snapshots: pages of DescribeSessions sweeps as JSON lines, one page a line (form: `schemas/snapshot.ts`). */
import { type SnapshotPage, type SnapshotSweep, snapshotPageSchema, snapshotSweepSchema } from '../../schemas/snapshot.ts';
import type { SnapshotRow } from '../../schemas/snapshots-table.ts';
import { InputError } from '../errors.ts';
import { formatDt } from '../time.ts';
import { type Line, readLines } from './line-reader.ts';
import type { InputContext, Reader, ReadOutcome, RejectedRecord, RowSink } from './reader.ts';
import { readSnapshotSession } from './snapshot-session-row.ts';
import { whyOutOfRange } from './time-range.ts';
import { Unanimous } from './unanimous.ts';

const ENVELOPE =
  'write each answer on one line with the fields time, account, region, fleets and, on the last page of a sweep, complete: ' +
  `aws appstream describe-sessions … | jq -c '{time: "2026-03-02T10:05:00Z", account: "111122223333", region: "eu-west-1", fleets: ["…"]} + .'`;

/** A file whose first lines hold no page is something else: reading on would only pile up rejections. */
const GIVE_UP_AFTER = 1000;

/**
 * Reads snapshot pages: one row of `snapshots` for each page, one of `sessions` for each session on it. A record is a page
 * or a session.
 *
 * What cannot be read makes absence unprovable, so the sweep it may belong to is not complete: a page with a bad session is
 * stored as not complete; a page that cannot be read but says of which sweep it is leaves a row that denies that sweep. A
 * line that does not even say that, or bytes that are lost, may be of the sweep before it or after it: for each account and
 * region the last sweep that was called complete is denied, and the next page that calls its sweep complete is not believed.
 */
export const readSnapshots: Reader = async (bytes, context, sink) => {
  const reading = new SnapshotReading(context, sink);
  try {
    for await (const lines of readLines(bytes, context.limits)) {
      for (const line of lines) reading.take(line);
      if (reading.isStopped) break;
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    reading.lose(error.message);
  }
  return reading.outcome();
};

class SnapshotReading {
  problem: string | null = null;
  isStopped = false;
  readonly #context: InputContext;
  readonly #sink: RowSink;
  readonly #rejected: RejectedRecord[] = [];
  readonly #accounts = new Unanimous();
  readonly #regions = new Unanimous();
  /** For each account and region, the last sweep that a page called complete and nothing has denied since. */
  readonly #believed = new Map<string, SnapshotSweep>();
  /** For each account and region, how many unreadable lines its last page that said `complete` has answered for. */
  readonly #answeredFor = new Map<string, number>();
  #unreadableLines = 0;
  #pages = 0;
  #sessions = 0;
  #lines = 0;

  constructor(context: InputContext, sink: RowSink) {
    this.#context = context;
    this.#sink = sink;
  }

  take(line: Line): void {
    if (this.isStopped || (line.flaw === null && line.text.trim() === '')) return;
    this.#lines += 1;
    if (this.#lines === 1 && isPrettyPrinted(line)) {
      this.#stop(`is one JSON document over several lines, not JSON lines; ${ENVELOPE}`);
      return;
    }
    const refusal = line.flaw === null ? this.#readPage(line) : { reason: line.flaw, sweep: null };
    if (refusal === null) return;
    this.#rejected.push({ index: line.number, reason: refusal.reason });
    if (refusal.sweep === null) this.#doubtNeighbours(line.number);
    else this.#deny(refusal.sweep, line.number);
    if (this.#pages === 0 && this.#rejected.length === GIVE_UP_AFTER) {
      this.#stop(`holds no page of DescribeSessions in its first ${GIVE_UP_AFTER} lines; ${ENVELOPE}`);
    }
  }

  /** The rest of the input is lost: it may have held pages of the last sweeps. */
  lose(problem: string): void {
    this.problem = problem;
    this.#doubtNeighbours(this.#lines + 1);
  }

  #stop(problem: string): void {
    this.isStopped = true;
    this.problem = `${this.#context.location} ${problem}`;
  }

  /** @returns why the line is no page, with the sweep that it is of where it says so; null when it is one */
  #readPage(line: Line): Refusal | null {
    let parsed: unknown;
    try {
      parsed = JSON.parse(line.text);
    } catch {
      // the parser's own message quotes the text
      return { reason: line.ending === '' ? 'not JSON; the last line may be cut off' : 'not JSON', sweep: null };
    }
    if (Array.isArray(parsed) && parsed.some((each) => isSession(each))) {
      this.problem ??= `${this.#context.location} holds a list of sessions, as PowerShell writes it, without when and where it was asked; ${ENVELOPE}`;
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { reason: 'not a JSON object', sweep: null };
    const refuse = (reason: string) => ({ reason, sweep: this.#sweepOf(parsed) });
    const { Sessions, sessions = Sessions } = parsed as { Sessions?: unknown; sessions?: unknown };
    const absent = ['time', 'account', 'region'].filter((field) => !(field in parsed));
    if (Array.isArray(sessions) && absent.length > 0) {
      const reason = `a page of sessions without ${absent.join(', ')}`;
      this.problem ??= `${this.#context.location} has ${reason}; ${ENVELOPE}`;
      return refuse(reason);
    }
    const page = snapshotPageSchema.safeParse(parsed);
    if (!page.success) return refuse(page.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join(', '));
    if (!Array.isArray(sessions)) return refuse('Sessions must be a list');
    const impossible = whyOutOfRange(page.data.time, 'time', this.#context.limits);
    if (impossible !== null) return refuse(impossible);
    this.#keepPage(page.data, sessions, line.number);
    return null;
  }

  /** The sweep that a page says it is of; null when it does not say. */
  #sweepOf(parsed: object): SnapshotSweep | null {
    const { data } = snapshotSweepSchema.safeParse(parsed);
    return data === undefined || whyOutOfRange(data.time, 'time', this.#context.limits) !== null ? null : data;
  }

  #keepPage(page: SnapshotPage, listed: readonly unknown[], line: number): void {
    const dt = formatDt(page.time);
    let isWhole = !this.#isInDoubt(page);
    for (const [at, session] of listed.entries()) {
      const row = readSnapshotSession(session, page, line, this.#context);
      if ('reason' in row) {
        isWhole = false;
        this.#rejected.push({ index: line, reason: `session ${at + 1} of the page: ${row.reason}` });
        continue;
      }
      this.#sink.append('sessions', dt, row);
      this.#sessions += 1;
    }
    // AWS itself says that more follows: whoever calls this the last page is mistaken
    const complete = page.complete === true && (page.NextToken ?? page.nextToken ?? '') !== '' ? null : (page.complete ?? null);
    this.#append(page, line, { fleets: page.fleets ?? [], complete: isWhole ? complete : false, sessions_seen: listed.length });
    if (isWhole && complete === true) this.#believed.set(placeOf(page), page);
    this.#pages += 1;
    this.#accounts.add(page.account);
    this.#regions.add(page.region.trim());
  }

  #append(sweep: SnapshotSweep, line: number, said: Pick<SnapshotRow, 'fleets' | 'complete' | 'sessions_seen'>): void {
    const row: SnapshotRow = {
      sweep_time_ms: sweep.time,
      account_id: sweep.account,
      region: sweep.region.trim(),
      ...said,
      source_file: this.#context.location,
      source_index: line,
      ingested_at_ms: this.#context.ingestedAtMs,
    };
    this.#sink.append('snapshots', formatDt(sweep.time), row);
  }

  /** What was listed on a page of the sweep is not known: nobody's absence is proven by it. */
  #deny(sweep: SnapshotSweep, line: number): void {
    this.#append(sweep, line, { fleets: [], complete: false, sessions_seen: 0 });
  }

  /** What is lost may be of the sweep before it, or of that after it, of any account and region. */
  #doubtNeighbours(line: number): void {
    this.#unreadableLines += 1;
    for (const sweep of this.#believed.values()) this.#deny(sweep, line);
    this.#believed.clear();
  }

  /** True for the first page of its account and region that says `complete` after an unreadable line: the line may be of its sweep. */
  #isInDoubt(page: SnapshotPage): boolean {
    const place = placeOf(page);
    if (page.complete !== true || (this.#answeredFor.get(place) ?? 0) === this.#unreadableLines) return false;
    this.#answeredFor.set(place, this.#unreadableLines);
    return true;
  }

  outcome(): ReadOutcome {
    const kept = this.#pages + this.#sessions;
    const isEmpty = this.#lines === 0;
    return {
      content: isEmpty ? 'empty' : this.#pages > 0 ? 'sweeps' : 'unknown',
      recordsRead: kept + this.#rejected.length,
      kept,
      malformed: this.#rejected.length,
      notRecords: 0,
      rejected: this.#rejected,
      problem: this.problem ?? (isEmpty ? `${this.#context.location} is empty; ${ENVELOPE}` : null),
      accountId: this.#accounts.value,
      region: this.#regions.value,
      reportDay: null,
    };
  }
}

/** Of DescribeSessions, in the spelling of the API or of PowerShell. */
function isSession(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'UserId' in value;
}

/** Why a line is no page. */
interface Refusal {
  readonly reason: string;
  /** The sweep that it says it is of; null when it does not say. */
  readonly sweep: SnapshotSweep | null;
}

function placeOf({ account, region }: SnapshotSweep): string {
  return `${account}/${region.trim()}`;
}

/** What `aws … --output json` and `jq` without `-c` begin with. */
function isPrettyPrinted(line: Line): boolean {
  return /^[[{]$/.test(line.text.trim());
}
