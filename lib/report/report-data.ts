/** Asks a lake all that a report says. */
import type { FindingRule } from '../answer/finding-rule.ts';
import { type AnswerRecord, numberOf } from '../answer/records.ts';
import type { Status } from '../answer/status.ts';
import type { LakeReader, QueryValue } from '../lake/ports.ts';
import { DAY_MS, formatDt } from '../time.ts';
import { completeness } from './completeness.ts';
import type { RedactionKind } from './redaction-kinds.ts';
import type { ReportModel } from './report-model.ts';
import { fileAsker, type ReadSql, subjectAsker } from './report-questions.ts';
import { type AskFile, resolveSubject, type SubjectRequest } from './subject.ts';
import { zoneBetween } from './zone.ts';

export interface ReportRequest {
  readonly subject: SubjectRequest;
  /** Epoch milliseconds, inclusive; absent: from the first event. */
  readonly fromMs?: number;
  /** Epoch milliseconds, exclusive; absent: to the last event. */
  readonly toMs?: number;
  readonly asOfMs: number;
  /** Rows of the data block at most. */
  readonly rows: number;
  readonly redact: readonly RedactionKind[];
  readonly tz: string | null;
  readonly marking: string | null;
  readonly command: readonly string[];
}

/** What a report needs of the world around the lake. */
export interface ReportPorts {
  readonly lake: LakeReader;
  readonly readSql: ReadSql;
  readonly rules: readonly FindingRule[];
  readonly toolVersion: string;
  /** What `status` says of the lake. */
  readonly status: () => Promise<Status>;
  /** What `explain` says of an event, as text. */
  readonly explain: (eventId: string) => Promise<string>;
}

/** Lengths of a step of the timeline, milliseconds. */
const STEPS_MS = [60_000, 300_000, 900_000, 3_600_000, 3 * 3_600_000, 6 * 3_600_000, DAY_MS, 7 * DAY_MS, 28 * DAY_MS];
/** Steps that a chart has room for. */
const MOST_STEPS = 120;
/** Lanes of sessions that are drawn. */
const LANES = 16;
/** Marks on a lane are thinned to so many steps. */
const LANE_STEPS = 400;

/**
 * Asks all questions.
 * @throws UsageError when the subject is not in the lake
 */
export async function reportModel(request: ReportRequest, ports: ReportPorts): Promise<ReportModel> {
  const askPlain = fileAsker(ports.lake, ports.readSql);
  const subject = await resolveSubject(request.subject, askPlain);
  const window = await windowOf(request, askPlain);
  const filter: Record<string, QueryValue> = {
    ...subject.filter,
    ...window.parameters,
    finding_id: subject.kind === 'finding' ? subject.id : '',
    event_id: subject.kind === 'event' ? subject.id : '',
  };
  const ask = subjectAsker(ports.lake, ports.readSql, filter);
  const plain = (name: string) => ask(name, {});
  const totals = await plain('totals');
  // the chart shows where something is, not the whole of a wide window
  const first = least(totals, 'first_ms') ?? window.fromMs;
  const last = most(totals, 'last_ms') ?? window.toMs;
  const stepMs = STEPS_MS.find((step) => (last - first) / step <= MOST_STEPS) ?? (STEPS_MS.at(-1) as number);
  const sessions = await plain('sessions');
  const laneStep = Math.max(1000, Math.ceil((last - first) / LANE_STEPS / 1000) * 1000);
  const lanes = [...sessions.slice(0, LANES)].sort(
    (a, b) =>
      numberOf(a, 'session_start_ms') - numberOf(b, 'session_start_ms') || (String(a['session_id']) < String(b['session_id']) ? -1 : 1),
  );
  const laneIds = ['', ...lanes.map((lane) => String(lane['session_id']))];
  const rows = await ask('rows', { most: request.rows });
  const total = totals.reduce((sum, row) => sum + numberOf(row, 'n'), 0);
  const model = {
    subject: { kind: subject.kind, id: subject.id, key: subject.key, chosen: subject.chosen },
    window: {
      fromMs: window.fromMs,
      toMs: window.toMs,
      isWhole: request.fromMs === undefined && request.toMs === undefined,
      shownToMs: request.toMs ?? window.toMs - 1,
    },
    asOfMs: request.asOfMs,
    toolVersion: ports.toolVersion,
    zone:
      request.tz === null ? null : zoneBetween(request.tz, Math.min(first, window.fromMs) - DAY_MS, Math.max(last, window.toMs) + DAY_MS),
    marking: request.marking,
    redacted: request.redact,
    command: request.command,
    totals,
    spread: (await plain('spread'))[0] ?? {},
    timeline: { stepMs, rows: await ask('timeline', { step_ms: stepMs }) },
    people: await plain('people'),
    sessions,
    lanes: { stepMs: laneStep, sessions: lanes, marks: await ask('lane-events', { step_ms: laneStep, session_ids: laneIds }) },
    objects: await plain('objects'),
    prefixes: await plain('prefixes'),
    copies: await plain('copies'),
    unnamedWrites: await plain('unnamed-writes'),
    findings: await plain('findings'),
    otherFindings: await plain('other-findings'),
    changes: await plain('changes'),
    inputs: await plain('inputs'),
    runs: await plain('runs'),
    events: { rows: byTime(rows), total },
    statements: completeness(await ports.status(), totals, window),
    explanation: subject.kind === 'event' ? await ports.explain(subject.id) : null,
    rules: ports.rules,
  };
  return model;
}

async function windowOf(request: ReportRequest, ask: AskFile) {
  const span = (await ask('span', {}))[0] ?? {};
  const fromMs = request.fromMs ?? numberOf(span, 'first_ms');
  const toMs = request.toMs ?? numberOf(span, 'last_ms') + 1;
  const parameters = {
    from_ms: fromMs,
    to_ms: toMs,
    from_dt: formatDt(Math.max(0, fromMs)),
    to_dt: formatDt(Math.max(0, toMs - 1)),
  };
  return { fromMs, toMs, parameters };
}

/** Rows in the order of time, ties by id. */
export function byTime(rows: readonly AnswerRecord[]): AnswerRecord[] {
  return [...rows].sort(
    (a, b) =>
      numberOf(a, 'event_time_ms') - numberOf(b, 'event_time_ms') ||
      (String(a['event_id']) < String(b['event_id']) ? -1 : String(a['event_id']) > String(b['event_id']) ? 1 : 0),
  );
}

function least(rows: readonly AnswerRecord[], column: string): number | null {
  return rows.length === 0 ? null : rows.reduce((low, row) => Math.min(low, numberOf(row, column)), Number.POSITIVE_INFINITY);
}

function most(rows: readonly AnswerRecord[], column: string): number | null {
  return rows.length === 0 ? null : rows.reduce((high, row) => Math.max(high, numberOf(row, column)), 0);
}
