/** What becomes of a finding that a rule finds again, or does not find again, and what is kept of it: the same on both engines. */
import type { Configuration } from '../../schemas/configuration.ts';
import { findingChanges } from '../../schemas/tables.ts';
import type { FindingRule, RuleSpan } from '../answer/finding-rule.ts';
import { sqlLiteral } from '../sql-template.ts';
import { formatDt } from '../time.ts';
import { type ConfiguredTable, likePattern } from './stages.ts';

/** The columns of `findings` that a rule's answer and its run fill, and the day that they are filed under. */
export const FINDING_COLUMNS =
  'finding_id, rule_id, severity, event_time, event_time_ms, subject, summary, user_id, session_id, source_address, resource, event_ids, run_id, state, state_run_id, dt';

/** The columns of `finding_changes`, and the day that they are filed under. */
export const CHANGE_COLUMNS = [...Object.keys(findingChanges.columns), 'dt'].join(', ');

/** Why a run finds, or does not find, what an earlier one said. */
export type FindingReason = 'new_evidence' | 'time_passed' | 'configuration' | 'rules';

/** What a run makes of findings that it does not find again. */
export interface Closing {
  readonly state: 'answered' | 'withdrawn';
  readonly reason: FindingReason;
}

/** The part of a day's settlement that tells runs apart. */
interface Settled {
  readonly settledAsOfMs: number | null;
  readonly configurationHash: string | null;
  readonly rulesVersion: string | null;
}

/**
 * Other rules or settings withdraw a finding, whatever else came: what they would have said before, nobody knows. With the same
 * ones, evidence or time has answered it.
 * @param days as earlier runs left them
 * @param hasNews whether evidence came since
 */
export function closingOf(
  days: readonly Settled[],
  now: { readonly configurationHash: string; readonly rulesVersion: string },
  hasNews: boolean,
): Closing {
  const last = days.reduce<Settled | null>(
    (latest, day) => ((day.settledAsOfMs ?? -1) > (latest?.settledAsOfMs ?? -1) ? day : latest),
    null,
  );
  if (last !== null && last.rulesVersion !== now.rulesVersion) return { state: 'withdrawn', reason: 'rules' };
  if (last !== null && last.configurationHash !== now.configurationHash) return { state: 'withdrawn', reason: 'configuration' };
  return { state: 'answered', reason: hasNews ? 'new_evidence' : 'time_passed' };
}

/**
 * Evidence that came since may have given it a name or taken one away, or may have brought more calls of the same hour. What the
 * rule says now replaces what it said: nobody is to stand there on evidence that does not hold any more. The id, and the run that
 * found it first, stay: it is not told again as a new one. A finding that is about several days is filed under the first of them:
 * it moves when an earlier one comes in, and not to a later one when a run looks at that alone.
 */
const REFRESHED = [
  'dt',
  'event_time',
  'event_time_ms',
  'summary',
  'user_id',
  'session_id',
  'source_address',
  'resource',
  'event_ids',
] as const;

const SAID = REFRESHED.filter((name) => name !== 'dt' && !name.startsWith('event_time'));
const DIFFERS = SAID.map((name) => `t.${name} IS DISTINCT FROM s.${name}`).join(' OR ');
const IS_FOUND_OTHERWISE = `(t.state IS DISTINCT FROM 'open' OR s.dt < t.dt OR (t.dt = s.dt AND (${DIFFERS})))`;

/** Clause of a MERGE of found rows `s` into `findings t`, in the words of both engines. One that was closed holds again. */
export function foundAgain({ reason }: Closing): string {
  const wasClosed = "t.state IS DISTINCT FROM 'open'";
  return (
    `WHEN MATCHED AND ${IS_FOUND_OTHERWISE} THEN UPDATE SET ${REFRESHED.map((name) => `${name} = s.${name}`).join(', ')}, ` +
    `text_run_id = CASE WHEN ${DIFFERS} THEN s.run_id ELSE t.text_run_id END, ` +
    `state_run_id = CASE WHEN ${wasClosed} THEN s.run_id ELSE t.state_run_id END, ` +
    `state_reason = CASE WHEN ${wasClosed} THEN ${sqlLiteral(reason)} ELSE t.state_reason END, state = 'open'`
  );
}

/**
 * The findings that a run asks a rule for anew, as a condition over `findings t`; null where it withdraws nothing.
 * @param days condition that the day of `t` is one of the run's
 * @param recentDt first of the recent days
 */
export function askedAgain(span: RuleSpan, days: string, recentDt: string): string | null {
  const recent = `t.dt >= '${recentDt}'`;
  const conditions: Readonly<Record<RuleSpan, string | null>> = {
    days,
    'recent days': recent,
    'days and recent days': `(${days} OR ${recent})`,
    everything: 'true',
    'days together': null,
  };
  return conditions[span];
}

/** The open findings that a run asks its rules for anew and that are closed unless it finds them again, as a condition over `findings t`. */
export function mayClose(rules: readonly Pick<FindingRule, 'id' | 'looksAt'>[], days: string, recentDt: string): string {
  const asked = [...new Set(rules.map(({ looksAt }) => looksAt))].flatMap((span) => {
    const again = askedAgain(span, days, recentDt);
    const ids = rules.filter((rule) => rule.looksAt === span).map(({ id }) => sqlLiteral(id));
    return again === null ? [] : [`(t.rule_id IN (${ids.join(', ')}) AND ${again})`];
  });
  return `coalesce(t.state, 'open') = 'open' AND (${asked.length === 0 ? 'false' : asked.join(' OR ')})`;
}

/**
 * SELECT of the rows of `finding_changes` that publishing what a run found makes, in the words of both engines.
 * @param names tables: `findings` as they were, and `found` with the rows of every rule that was asked
 * @param closes condition over `t` of `mayClose`
 */
export function changesOf(
  names: { readonly findings: string; readonly found: string },
  runId: string,
  closing: Closing,
  closes: string,
): string {
  const now = (name: string) => `CASE WHEN s.finding_id IS NULL THEN t.${name} ELSE s.${name} END AS new_${name}`;
  return `SELECT t.finding_id, t.rule_id, ${sqlLiteral(runId)} AS run_id, 'evidence' AS kind, coalesce(t.text_run_id, t.run_id) AS old_run_id,
  ${sqlLiteral(closing.reason)} AS reason, coalesce(t.state, 'open') AS old_state,
  CASE WHEN s.finding_id IS NULL THEN ${sqlLiteral(closing.state)} ELSE 'open' END AS new_state,
  ${SAID.map((name) => `t.${name} AS old_${name}, ${now(name)}`).join(',\n  ')},
  t.suppressed_reason AS old_suppressed_reason, t.suppressed_reason AS new_suppressed_reason, t.dt
FROM ${names.findings} t LEFT JOIN ${names.found} s ON s.finding_id = t.finding_id
WHERE (s.finding_id IS NOT NULL AND ${IS_FOUND_OTHERWISE}) OR (s.finding_id IS NULL AND ${closes})`;
}

/** The exceptions that hold on the day of a run, as a table; patterns are of LIKE, with a backslash before what is meant itself. */
export function exceptionsTable({ findings }: Configuration, asOfMs: number): ConfiguredTable {
  const today = formatDt(asOfMs);
  return {
    name: 'configured_exceptions',
    columns: [
      ['rule_id', 'text'],
      ['pattern', 'text'],
      ['reason', 'text'],
      ['until_dt', 'text'],
    ],
    rows: findings.exceptions
      .filter(({ until }) => until >= today)
      .map(({ rule, subject, reason, until }) => [rule, likePattern(subject), reason, until]),
  };
}

/**
 * SELECT of the findings whose exception is another than they have, with `new_suppressed_reason` and `new_suppressed_until`. Of
 * several the one that holds longest counts.
 * @param findings name of the table
 */
export function suppressionChanges(findings: string): string {
  return `SELECT t.finding_id, t.rule_id, t.state, t.summary, t.user_id, t.session_id, t.source_address, t.resource, t.event_ids, t.run_id, t.text_run_id, t.dt,
  t.suppressed_reason AS old_suppressed_reason, x.reason AS new_suppressed_reason, x.until_dt AS new_suppressed_until
FROM ${findings} t
LEFT JOIN (
  SELECT f.finding_id, e.reason, e.until_dt, row_number() OVER (PARTITION BY f.finding_id ORDER BY e.until_dt DESC, e.reason) AS place
  FROM ${findings} f JOIN configured_exceptions e ON e.rule_id = f.rule_id
  WHERE f.subject LIKE e.pattern ESCAPE '\\'
) x ON x.finding_id = t.finding_id AND x.place = 1
WHERE t.suppressed_reason IS DISTINCT FROM x.reason OR t.suppressed_until IS DISTINCT FROM x.until_dt`;
}

/** SELECT of the rows of `finding_changes` about exceptions. @param changed a SELECT of `suppressionChanges` */
export function exceptionHistory(changed: string, runId: string): string {
  return `SELECT c.finding_id, c.rule_id, ${sqlLiteral(runId)} AS run_id, 'exception' AS kind, coalesce(c.text_run_id, c.run_id) AS old_run_id,
  CASE WHEN c.new_suppressed_reason IS NULL THEN 'exception_ended' ELSE 'exception' END AS reason,
  coalesce(c.state, 'open') AS old_state, coalesce(c.state, 'open') AS new_state,
  ${SAID.map((name) => `c.${name} AS old_${name}, c.${name} AS new_${name}`).join(', ')},
  c.old_suppressed_reason, c.new_suppressed_reason, c.dt
FROM (${changed}) c`;
}
