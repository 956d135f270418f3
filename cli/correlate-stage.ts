/** Correlation as `correlate`, `run` and `demo` call it: the window, `as_of`, `--fail-on`. */
import { type Command, Option } from 'commander';
import { correlationText, settledText } from '../lib/answer/correlation-text.ts';
import { parseFindingRule, SEVERITIES, type Severity } from '../lib/answer/finding-rule.ts';
import { type Headline, readHeadline } from '../lib/answer/headline.ts';
import { headlineText } from '../lib/answer/headline-text.ts';
import { evidenceRemarks, type RunEvidence, runEvidence } from '../lib/answer/run-evidence.ts';
import { type DayWindow, describeWindow, parseInstant, resolveWindow } from '../lib/correlate/window.ts';
import type { CorrelationSummary } from '../lib/engine/correlation.ts';
import type { Lake } from '../lib/engine/lake.ts';
import { packageVersion } from '../lib/local/package-root.ts';
import { listSqlFiles, readSqlFile } from '../lib/local/sql-files.ts';
import type { Configuration } from '../schemas/configuration.ts';
import { type ConfigurationFlags, configurationRequest } from './configuration-flags.ts';
import type { Terminal } from './terminal.ts';

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

/** A window with one side open reaches to the first or the last day there is. */
function bothSides({ from, to }: DayWindow): DayWindow {
  return from === undefined && to === undefined ? {} : { from: from ?? '0001-01-01', to: to ?? '9999-12-31' };
}

/** What a run did, what it has to say of its evidence, and where the lake stands after it. */
export type ToldCorrelation = CorrelationSummary & { readonly evidence: RunEvidence; readonly headline: Headline };

/** Correlates, naming the stage it is in. What does not hold in the evidence is told at once, whatever `--quiet` says. */
export async function runCorrelation(terminal: Terminal, lake: Lake, prepared: PreparedCorrelation): Promise<ToldCorrelation> {
  const summary = await correlateWithBar(terminal, lake, prepared);
  const evidence = await runEvidence(lake, summary.days, prepared.configuration.window.longestSessionHours);
  tellEvidence(terminal, evidence);
  return { ...summary, evidence, headline: await readHeadline(lake, evidence, prepared.configuration, findingTitles()) };
}

/** The titles of the findings rules, by id. */
function findingTitles(): ReadonlyMap<string, string> {
  return new Map(listSqlFiles('findings').map((id) => [id, parseFindingRule(id, readSqlFile(`findings/${id}.sql`)).title]));
}

/** Adds `--verbose`, for the commands that end with a headline. */
export function addVerboseOption(command: Command): Command {
  return command.option('--verbose', 'every count and the first findings of each rule before the headline');
}

/**
 * The text of a run for people: what it settled and the headline, with `--verbose` every count before.
 * @param next the command to type next, without the name of the program
 */
export function toldText(terminal: Terminal, told: ToldCorrelation, next: string, verbose = false): string {
  const before = verbose ? correlationText(told, terminal.bold) : settledText(told);
  return `${before}\n${headlineText(told.headline, { ...terminal.form, next: `appstream-audit ${next}` })}`;
}

/** A line for each kind of evidence that does not hold. */
export function tellEvidence(terminal: Terminal, evidence: RunEvidence): void {
  for (const [, text] of evidenceRemarks(evidence)) terminal.caution(text);
}

async function correlateWithBar(terminal: Terminal, lake: Lake, prepared: PreparedCorrelation): Promise<CorrelationSummary> {
  const bar = terminal.progress('correlate');
  try {
    return await terminal.io.services.correlate(lake, prepared.configuration, {
      ...bothSides(prepared.window),
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
 * How many findings are as severe as `--fail-on` or worse: new and known ones of the days this run settled and of the days
 * that are not final. A finding of a day that is final and was not touched does not fail a schedule for ever after.
 */
export function findingsReach(summary: CorrelationSummary, failOn: Severity | undefined): number {
  if (failOn === undefined) return 0;
  const grave = SEVERITIES.slice(SEVERITIES.indexOf(failOn));
  const standing = grave.reduce((sum, severity) => sum + (summary.findingsBySeverity[severity] ?? 0), 0);
  // a finding about absence may lie on a day that was not settled
  const fresh = summary.newFindings.filter(
    (finding) => (finding.suppressed_reason ?? null) === null && grave.includes(finding.severity as Severity),
  ).length;
  return Math.max(standing, fresh);
}
