/** What `report` and `cloud report` share: their flags, the report they make, the file they write. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { explainEvent } from '../lib/answer/explanation.ts';
import { explanationText } from '../lib/answer/explanation-text.ts';
import { parseFindingRule } from '../lib/answer/finding-rule.ts';
import { byteText, count } from '../lib/answer/number-text.ts';
import { lakeStatus } from '../lib/answer/status.ts';
import { parseInstant, parseMoment } from '../lib/correlate/window.ts';
import { UsageError } from '../lib/errors.ts';
import type { LakeReader } from '../lib/lake/ports.ts';
import { packageVersion } from '../lib/local/package-root.ts';
import { pageParts } from '../lib/local/page-files.ts';
import { listSqlFiles, readSqlFile } from '../lib/local/sql-files.ts';
import { renderReport } from '../lib/report/document.ts';
import { redactModel } from '../lib/report/redact.ts';
import { REDACTION_KINDS, type RedactionKind } from '../lib/report/redaction-kinds.ts';
import { type ReportRequest, reportModel } from '../lib/report/report-data.ts';
import { requestedKind } from '../lib/report/subject.ts';
import { DAY_MS, dtStart, formatTime } from '../lib/time.ts';
import type { Configuration } from '../schemas/configuration.ts';
import { EXIT } from './exit-codes.ts';
import { collect, positiveNumber } from './lake-options.ts';
import type { Terminal } from './terminal.ts';

export interface ReportFlags {
  readonly out: string;
  readonly user?: string;
  readonly session?: string;
  readonly finding?: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly event?: string;
  readonly from?: string;
  readonly to?: string;
  readonly asOf?: string;
  readonly rows: number;
  readonly maxMb: number;
  readonly redact?: readonly RedactionKind[];
  readonly tz?: string;
  readonly marking?: string;
}

/** Rows of a list that opens in a moment, and megabytes that a mail takes. */
const ROWS = 50_000;
const MAX_MB = 5;
/** More than that no person scrolls through and no browser likes. */
const MOST_ROWS = 1_000_000;

/** Adds the flags of a report. */
export function addReportOptions(command: Command): Command {
  return command
    .requiredOption('--out <file>', 'HTML file to write; one that is there is replaced')
    .option('--user <id>', 'about this user')
    .option('--session <id>', 'about this session')
    .option('--finding <id>', 'about this finding; the beginning of its id is enough')
    .option('--bucket <name>', 'about this bucket')
    .option('--key <key>', 'with --bucket: about this object')
    .option('--event <id>', 'about this event and what its session, or else its address, did; the beginning of its id is enough')
    .option('--from <when>', 'first instant: a date, a time or a span back (default: the first event)')
    .option('--to <when>', 'end: a date includes its day, a time is excluded (default: the last event)')
    .option('--as-of <when>', 'the time that the report is made at and the age of missing evidence counts from (default: now)')
    .option('--rows <n>', 'events to list at most; all are counted', rowNumber, ROWS)
    .option('--max-mb <n>', 'size of the file at most, MB; the events that matter least are left out of the list', positiveNumber, MAX_MB)
    .option('--redact <kinds>', `leave out ${REDACTION_KINDS.join(', ')} or all; several with commas`, redactionKinds)
    .option('--tz <zone>', 'show the clock of this zone beside UTC, for example Europe/Berlin')
    .option('--marking <text>', 'handling line at the head of the page and on every printed sheet, for example TLP:AMBER');
}

/** What makes one: where its rows come from. */
export interface Reporter {
  /** Lends the lake to `use`, whatever happens. */
  withLake(use: (lake: LakeReader) => Promise<void>): Promise<void>;
  /** The lake as `status` asks it, where that is another. */
  forStatus(this: void, lake: LakeReader): LakeReader;
  readonly configuration: Configuration;
  /** False when what the deployment was configured with is not known. */
  readonly isConfigured: boolean;
}

/** Makes a report and writes it: all of it or nothing. */
export async function makeReport(terminal: Terminal, flags: ReportFlags, reporter: Reporter): Promise<0> {
  terminal.documentFormat; // refuses --output csv before anything is asked
  const request = reportRequest(flags, terminal.io.nowMs());
  const page = pageParts();
  const out = resolve(flags.out);
  const { configuration, isConfigured } = reporter;
  const rules = listSqlFiles('findings').map((id) => parseFindingRule(id, readSqlFile(`findings/${id}.sql`)));
  await reporter.withLake(async (lake) => {
    const model = await reportModel(request, {
      lake,
      readSql: readSqlFile,
      rules,
      toolVersion: packageVersion(),
      status: async () => {
        const status = await lakeStatus(reporter.forStatus(lake), configuration, request.asOfMs, isConfigured ? rules : []);
        return isConfigured ? status : { ...status, hints: [] };
      },
      explain: async (eventId) => explanationText(await explainEvent(lake, eventId, configuration.window)),
    });
    const made = renderReport(redactModel(model), page, flags.maxMb * 1_000_000);
    writeWhole(out, made.text);
    const summary = { file: out, bytes: made.bytes, events: model.events.total, listed: made.rows, left_out: made.leftOut };
    await terminal.document(
      summary,
      () =>
        `wrote ${out}: ${byteText(made.bytes)}, ${count(model.events.total)} events, ${count(made.rows)} of them listed` +
        `${made.leftOut === 0 ? '' : `; ${count(made.leftOut)} are counted and not listed (--rows, --max-mb)`}\n`,
    );
  });
  return EXIT.done;
}

/** @throws UsageError when flags contradict each other */
export function reportRequest(flags: ReportFlags, nowMs: number): ReportRequest {
  const { user, session, finding, bucket, key, event } = flags;
  const subject = Object.fromEntries(
    Object.entries({ user, session, finding, bucket, key, event }).filter(([, value]) => value !== undefined),
  );
  requestedKind(subject);
  const asOfMs = flags.asOf === undefined ? nowMs : parseInstant(flags.asOf, '--as-of', nowMs);
  const fromMs = flags.from === undefined ? undefined : parseInstant(flags.from, '--from', asOfMs);
  const toMs = flags.to === undefined ? undefined : endOf(flags.to, asOfMs);
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs)
    throw new UsageError(`the window from ${flags.from} to ${flags.to} is empty`, {
      remedy: 'a --to with a time excludes it, a date includes the day',
    });
  return {
    subject,
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
    asOfMs,
    rows: flags.rows,
    redact: flags.redact ?? [],
    tz: flags.tz ?? null,
    marking: flags.marking ?? null,
    command: commandOf(flags, { fromMs, toMs, asOfMs }),
  };
}

function endOf(text: string, nowMs: number): number {
  const moment = parseMoment(text, '--to', nowMs);
  return moment.kind === 'date' ? dtStart(moment.dt) + DAY_MS : moment.ms;
}

/** The flags that make the report again, times in full. The place of the lake is left out: it is another one elsewhere. */
function commandOf(flags: ReportFlags, times: { fromMs: number | undefined; toMs: number | undefined; asOfMs: number }): string[] {
  const given: [string, string | undefined][] = [
    ['--out', 'report.html'],
    ['--user', flags.user],
    ['--session', flags.session],
    ['--finding', flags.finding],
    ['--bucket', flags.bucket],
    ['--key', flags.key],
    ['--event', flags.event],
    ['--from', times.fromMs === undefined ? undefined : formatTime(times.fromMs)],
    ['--to', times.toMs === undefined ? undefined : formatTime(times.toMs)],
    ['--as-of', formatTime(times.asOfMs)],
    ['--rows', flags.rows === ROWS ? undefined : String(flags.rows)],
    ['--max-mb', flags.maxMb === MAX_MB ? undefined : String(flags.maxMb)],
    ['--redact', flags.redact?.join(',')],
    ['--tz', flags.tz],
    ['--marking', flags.marking],
  ];
  return given.flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
}

/** The whole file or none: a reader never sees half of one. */
function writeWhole(out: string, text: string): void {
  const part = `${out}.tmp`;
  try {
    writeFileSync(part, text);
    renameSync(part, out);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

function rowNumber(text: string): number {
  const rows = positiveNumber(text);
  if (rows > MOST_ROWS) throw new InvalidArgumentError(`More than ${count(MOST_ROWS)} rows are for query and export.`);
  return rows;
}

/** @throws InvalidArgumentError (usage) for a kind that does not exist */
function redactionKinds(text: string, before: readonly RedactionKind[] | undefined): RedactionKind[] {
  const names = collect(text, undefined)
    .flatMap((each) => each.split(','))
    .map((each) => each.trim());
  const unknown = names.find((name) => name !== 'all' && !REDACTION_KINDS.includes(name as RedactionKind));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`There is no kind ${JSON.stringify(unknown)}: give ${REDACTION_KINDS.join(', ')} or all.`);
  return REDACTION_KINDS.filter((kind) => names.includes(kind) || names.includes('all') || (before ?? []).includes(kind));
}
