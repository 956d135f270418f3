/** Correlation as `correlate`, `run` and `demo` call it: the window, `as_of`, `--fail-on`. */
import { type Command, Option } from 'commander';
import { type AnswerRecord, ask, numberOf, textOf } from '../lib/answer/records.ts';
import { type DayWindow, describeWindow, parseInstant, resolveWindow } from '../lib/correlate/window.ts';
import type { CorrelationSummary } from '../lib/engine/correlation.ts';
import type { Lake } from '../lib/engine/lake.ts';
import type { LakeReader } from '../lib/lake/ports.ts';
import { packageVersion } from '../lib/local/package-root.ts';
import type { Configuration } from '../schemas/configuration.ts';
import { type ConfigurationFlags, configurationRequest } from './configuration-flags.ts';
import type { Terminal } from './terminal.ts';

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface WindowFlags {
  readonly from?: string;
  readonly to?: string;
  readonly asOf?: string;
  readonly failOn?: Severity;
}

export interface PreparedCorrelation {
  readonly configuration: Configuration;
  readonly window: DayWindow;
  readonly asOfMs: number;
}

/** Adds `--from`, `--to`, `--as-of` and `--fail-on`. */
export function addWindowOptions(command: Command): Command {
  return command
    .option(
      '--from <when>',
      'settle the days from here: a date, a time or a span back such as -7d; inclusive (default: every day with news)',
    )
    .option('--to <when>', 'to here: a date includes its day, a time excludes itself')
    .option('--as-of <when>', 'the time to count from: which reports are overdue, what -7d means (default: now)')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 3 when the settled days have findings of this severity or worse').choices(SEVERITIES),
    );
}

/**
 * Checks the window and the configuration and prints the window, before anything is read.
 * @throws UsageError or ConfigurationError
 */
export async function prepareCorrelation(terminal: Terminal, flags: WindowFlags & ConfigurationFlags): Promise<PreparedCorrelation> {
  const nowMs = terminal.io.nowMs();
  const asOfMs = flags.asOf === undefined ? nowMs : parseInstant(flags.asOf, '--as-of', nowMs);
  const window = resolveWindow(
    { ...(flags.from === undefined ? {} : { from: flags.from }), ...(flags.to === undefined ? {} : { to: flags.to }) },
    asOfMs,
  );
  const { configuration } = await terminal.io.services.loadConfiguration(configurationRequest(flags, terminal.io.env));
  terminal.log(describeWindow(window, asOfMs));
  return { configuration, window, asOfMs };
}

/** Correlates, naming the stage it is in. */
export async function runCorrelation(terminal: Terminal, lake: Lake, prepared: PreparedCorrelation): Promise<CorrelationSummary> {
  const bar = terminal.progress('correlate');
  try {
    return await terminal.io.services.correlate(lake, prepared.configuration, {
      ...prepared.window,
      asOfMs: prepared.asOfMs,
      nowMs: terminal.io.nowMs(),
      toolVersion: packageVersion(),
      signal: terminal.io.signal,
      onStage: (name) => bar.update(null, name),
    });
  } finally {
    bar.end();
  }
}

/**
 * Counts the findings, new and known, of the days this run settled that are as severe as `--fail-on` or worse. A run that
 * settled nothing has none: a schedule fails on the run that finds, not for ever after.
 */
export async function findingsReach(
  lake: LakeReader,
  summary: CorrelationSummary,
  failOn: Severity | undefined,
): Promise<{ count: number }> {
  if (failOn === undefined) return { count: 0 };
  const least = SEVERITIES.indexOf(failOn);
  const days = new Set(summary.days);
  const reaches = (row: AnswerRecord) =>
    days.has(textOf(row, 'dt') ?? '') && SEVERITIES.indexOf(textOf(row, 'severity') as Severity) >= least;
  const counted = await ask(lake, 'SELECT dt, severity, count(*) AS n FROM findings GROUP BY dt, severity');
  return { count: counted.filter(reaches).reduce((sum, row) => sum + numberOf(row, 'n'), 0) };
}
