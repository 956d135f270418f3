/** What `cloud status` says beyond the lake: the queues and the correlation of a deployment. */
import type { LakeReader, QueryResult } from '../lake/ports.ts';
import { printable } from './cell.ts';
import { byteText, count } from './number-text.ts';
import * as queries from './status-queries.ts';

export interface QueueFacts {
  readonly name: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly deadLetters: number;
}

/** A run, as far as it is. */
export interface RunProgress {
  readonly runId: string;
  readonly requestId: string;
  readonly phase: string;
  /** Chunk of days it is at, from 1, and how many there are; null before it knows. */
  readonly chunk: number | null;
  readonly chunks: number | null;
  readonly days: number | null;
  readonly statements: number;
  readonly scannedBytes: number;
  /** RFC 3339. */
  readonly startedAt: string;
  /** When it was looked after last. */
  readonly lookedAfterAt: string;
  /** Why it stands still; the next run goes on with it. Null when it does not. */
  readonly halted: string | null;
}

export interface OutcomeFacts {
  readonly runId: string;
  readonly status: string;
  readonly reason?: string;
}

export interface CloudFacts {
  readonly queues: readonly QueueFacts[];
  /** The run in progress; null when there is none. */
  readonly run: RunProgress | null;
  /** How the last runs ended, newest first. */
  readonly outcomes: readonly OutcomeFacts[];
  /** Executions of the state machine that go on. */
  readonly executions: readonly { readonly name: string; readonly startedAt: string | null }[];
}

/** True when everything that was delivered is in the lake, or in a dead-letter queue, and no run is in progress. */
export function isQuiet({ queues, run, executions }: CloudFacts): boolean {
  const isIdle = run === null || run.halted !== null;
  return queues.every(({ visible, inFlight, delayed }) => visible + inFlight + delayed === 0) && isIdle && executions.length === 0;
}

/** Messages in the dead-letter queues. */
export function deadLetters({ queues }: CloudFacts): number {
  return queues.reduce((sum, queue) => sum + queue.deadLetters, 0);
}

/** @param bold marks headings */
export function cloudText(facts: CloudFacts, bold: (text: string) => string = (text) => text): string {
  const lines = [
    bold('queues'),
    ...facts.queues.map(
      (queue) =>
        `  ${queue.name.padEnd(13)} ${count(queue.visible + queue.delayed).padStart(8)} waiting, ${count(queue.inFlight)} being ingested, ` +
        `${count(queue.deadLetters)} in the dead-letter queue${queue.deadLetters > 0 ? ': they failed too often; see docs/operations.md' : ''}`,
    ),
    '',
    bold('correlation'),
    ...runLines(facts),
    ...facts.outcomes
      .slice(0, 5)
      .map((each) => `  ${each.runId} ${each.status}${each.reason === undefined ? '' : `: ${printable(each.reason)}`}`),
  ];
  return `${lines.join('\n')}\n`;
}

function runLines({ run, executions }: CloudFacts): string[] {
  if (run === null) {
    return executions.length === 0 ? ['  none in progress'] : [`  ${executions.map(({ name }) => name).join(', ')}: beginning or ending`];
  }
  const place = run.chunks === null || run.chunks < 2 ? '' : `, part ${run.chunk} of ${run.chunks}`;
  const lines = [
    `  ${run.runId} in phase ${run.phase}${place}, ${run.days === null ? 'days not known yet' : `${count(run.days)} days`}, ` +
      `since ${run.startedAt}, looked after at ${run.lookedAfterAt}`,
    `  ${count(run.statements)} statements, ${byteText(run.scannedBytes)} read`,
  ];
  if (run.halted !== null) lines.push(`  it stands still: ${printable(run.halted)}; the next run goes on with it`);
  return lines;
}

/** Questions asked at once: each waits for the engine rather than working it. */
const ASKED_AT_ONCE = 4;

/**
 * A lake for `lakeStatus`: its files are not in a ledger but in a listing, and its questions are asked ahead, several at once,
 * because each of them takes a second or more however little it asks.
 */
export function statusLake(lake: LakeReader & { listedFiles(): Promise<QueryResult> }): LakeReader {
  const texts = Object.values(queries).filter((text) => text !== queries.LISTED_FILES);
  const answers = new Map<string, Promise<QueryResult>>();
  const lanes: Promise<unknown>[] = Array.from({ length: ASKED_AT_ONCE }, () => Promise.resolve());
  texts.forEach((text, at) => {
    const before = lanes[at % ASKED_AT_ONCE] as Promise<unknown>;
    const answer = before.then(() => lake.query(text));
    answers.set(text, answer);
    // whoever asks gets the error; who does not must not fail by it
    lanes[at % ASKED_AT_ONCE] = answer.catch(() => undefined);
  });
  return {
    directory: lake.directory,
    query: (sql, parameters) => (sql === queries.LISTED_FILES ? lake.listedFiles() : (answers.get(sql) ?? lake.query(sql, parameters))),
    stream: (...given) => lake.stream(...given),
    close: () => lake.close(),
  };
}
