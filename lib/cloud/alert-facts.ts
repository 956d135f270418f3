/** The answers of the report questions (`run-reports.ts`) as facts to tell. */
import type { AlertFact, ChangeFact, FindingFact, KnownVerdict } from '../answer/alert-text.ts';
import { SEVERITIES, type Severity } from '../answer/finding-rule.ts';

export type TextRow = Readonly<Record<string, string | null>>;

/** Findings from a severity on. A rule whose severity nobody knows counts as high: better told than lost. */
export function findingFacts(rows: readonly TextRow[], minimumSeverity: Severity): FindingFact[] {
  const least = SEVERITIES.indexOf(minimumSeverity);
  return rows.map(findingFact).filter((fact) => SEVERITIES.indexOf(fact.severity) >= least);
}

function findingFact(row: TextRow): FindingFact {
  const severity = SEVERITIES.find((each) => each === row['severity']) ?? 'high';
  return {
    kind: 'finding',
    runId: textOf(row, 'run_id'),
    severity,
    findingId: textOf(row, 'finding_id'),
    isReopened: row['first_run_id'] != null && row['first_run_id'] !== row['run_id'],
    ruleId: textOf(row, 'rule_id'),
    summary: textOf(row, 'summary'),
    timeMs: numberOf(row, 'event_time_ms'),
    sourceAddress: row['source_address'] ?? null,
    resource: row['resource'] ?? null,
    eventIds: listOf(row, 'event_ids'),
    userId: row['user_id'] ?? null,
    sessionId: row['session_id'] ?? null,
    verdict: row['verdict'] == null ? null : { ...sideOf(row, ''), userId: row['user_id'] ?? null, sessionId: row['session_id'] ?? null },
    candidates: listOf(row, 'candidate_user_ids'),
  };
}

/** Verdicts that people were told of, or that had been final. They are always told: somebody may have acted on what was said before. */
export function changeFacts(rows: readonly TextRow[]): AlertFact[] {
  return rows.map((row): ChangeFact => {
    const [before, now] = [sideOf(row, 'old_'), sideOf(row, 'new_')];
    const object = [row['bucket'], row['object_key']].filter((part) => part != null && part !== '').join('/');
    return {
      kind: 'verdict_change',
      runId: textOf(row, 'run_id'),
      // a name that was given is withdrawn, or goes to another
      severity: before.userId !== null && before.userId !== now.userId ? 'high' : 'medium',
      timeMs: numberOf(row, 'event_time_ms'),
      sourceAddress: row['source_address'] ?? null,
      resource: object === '' ? null : object,
      eventIds: [textOf(row, 'event_id')],
      eventName: row['event_name'] ?? null,
      before,
      now,
      cause: textOf(row, 'cause'),
    };
  });
}

function sideOf(row: TextRow, prefix: string): KnownVerdict {
  const final = row[`${prefix}final`] ?? null;
  return {
    verdict: row[`${prefix}verdict`] ?? null,
    reason: row[`${prefix}reason`] ?? null,
    final: final === null ? null : final === 'true',
    userId: row[`${prefix}user_id`] ?? null,
    sessionId: row[`${prefix}session_id`] ?? null,
  };
}

function textOf(row: TextRow, column: string): string {
  return row[column] ?? '';
}

function numberOf(row: TextRow, column: string): number | null {
  const text = row[column];
  return text == null || text === '' ? null : Number(text);
}

function listOf(row: TextRow, column: string): string[] {
  const text = row[column];
  return text == null || text === '' ? [] : text.split('\n');
}
