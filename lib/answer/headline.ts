/** The answer in a few facts, which `run`, `correlate` and `demo` end with: how much has a name, what is worst, what is missing. */
import type { Configuration } from '../../schemas/configuration.ts';
import type { LakeReader } from '../lake/ports.ts';
import { plural } from './number-text.ts';
import { reasonSentence } from './reasons.ts';
import { type AnswerRecord, ask, numberOf, textOf } from './records.ts';
import type { RunEvidence } from './run-evidence.ts';
import { STANDING_FINDINGS } from './standing-findings.ts';
import { hints } from './status.ts';
import { FINDINGS, VERDICTS } from './status-queries.ts';

export interface HeadlineFinding {
  readonly severity: string;
  /** Of the rule. */
  readonly title: string;
  /** The user, else the address; null when the finding has neither. */
  readonly about: string | null;
  readonly resource: string | null;
  /** RFC 3339, UTC. */
  readonly time: string | null;
}

export interface Headline {
  /** Events in scope by verdict, over all days that have verdicts. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Attributed events that are final. */
  readonly finalAttributed: number;
  /** Open findings by severity. */
  readonly findings: Readonly<Record<string, number>>;
  /** The worst open findings, each of another rule. */
  readonly worst: readonly HeadlineFinding[];
  /** What evidence lacks, each in a few words. */
  readonly missing: readonly string[];
  /** Why nobody is named, and what to do; null when somebody is, or nothing is in scope. */
  readonly whyNobody: string | null;
}

/** Findings of the headline. */
const WORST = 3;

/** Of each rule the first; one that names a user comes before those that do not, for it can be acted on. */
const WORST_FINDINGS = `
SELECT severity, rule_id, user_id, source_address, resource, event_time FROM (
  SELECT f.*, row_number() OVER (PARTITION BY rule_id ORDER BY CASE WHEN user_id IS NULL THEN 1 ELSE 0 END, event_time_ms, finding_id) AS place
  FROM (${STANDING_FINDINGS}) f
) firsts
WHERE place = 1
ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END,
  CASE WHEN user_id IS NULL THEN 1 ELSE 0 END, event_time_ms, rule_id
LIMIT ${WORST}`;
const SESSIONS = 'SELECT count(*) AS n FROM resolved_sessions';
const EVENTS = 'SELECT count(*) AS n FROM (SELECT 1 FROM events LIMIT 1) any_event';

/** @param titles of the findings rules, by id */
export async function readHeadline(
  lake: LakeReader,
  evidence: RunEvidence,
  configuration: Configuration,
  titles: ReadonlyMap<string, string>,
): Promise<Headline> {
  const reasons = await ask(lake, VERDICTS);
  const verdicts = sums(reasons, 'verdict');
  const worst = await ask(lake, WORST_FINDINGS);
  return {
    verdicts,
    finalAttributed: reasons.filter((row) => row['verdict'] === 'attributed').reduce((sum, row) => sum + numberOf(row, 'final_n'), 0),
    findings: sums(await ask(lake, FINDINGS), 'severity'),
    worst: worst.map((row) => ({
      severity: String(row['severity']),
      title: titles.get(String(row['rule_id'])) ?? String(row['rule_id']),
      about: textOf(row, 'user_id') ?? textOf(row, 'source_address'),
      resource: textOf(row, 'resource'),
      time: textOf(row, 'event_time'),
    })),
    missing: missingOf(evidence),
    whyNobody: (verdicts['attributed'] ?? 0) > 0 ? null : await whyNobody(lake, configuration, reasons),
  };
}

/** The counts of rows, added up by one of their columns. */
function sums(rows: readonly AnswerRecord[], column: string): Record<string, number> {
  const total: Record<string, number> = {};
  for (const row of rows) total[String(row[column])] = (total[String(row[column])] ?? 0) + numberOf(row, 'n');
  return total;
}

function missingOf({ contested, unread, closedByTime }: RunEvidence): string[] {
  return [
    ...(unread.inputs > 0 ? [`${plural(unread.inputs, 'report')} not read`] : []),
    ...(contested.length > 0 ? [`${plural(contested.length, 'report day')} contested`] : []),
    ...(closedByTime.length > 0 ? [`${plural(closedByTime.length, 'day')} closed without the report`] : []),
  ];
}

async function whyNobody(lake: LakeReader, configuration: Configuration, reasons: readonly AnswerRecord[]): Promise<string | null> {
  const hasEvents = numberOf((await ask(lake, EVENTS))[0] ?? {}, 'n') > 0;
  const hasSessions = numberOf((await ask(lake, SESSIONS))[0] ?? {}, 'n') > 0;
  const [most] = reasons.toSorted((a, b) => numberOf(b, 'n') - numberOf(a, 'n'));
  if (!hasEvents || !hasSessions) return hints(configuration, { hasEvents, hasSessions, hasLogons: false })[0] ?? null;
  if (most === undefined) return 'no event is in scope: look at scope.buckets, and at the accounts of logs and reports';
  const [verdict, reason] = [String(most['verdict']), String(most['reason'])];
  return `most events are ${verdict} (${reason}): ${reasonSentence(verdict, reason) ?? 'see docs/verdicts.md'}`;
}
