/** A findings rule: one file of `sql/findings/`, a comment header and a SELECT. Adding a rule is adding a file. */
import { AuditError } from '../errors.ts';
import { type FindingRest, parseRest } from './finding-rest.ts';
import { parseNeeds, type RuleNeed } from './rule-needs.ts';

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * The days whose findings a run asks a rule for anew. What it does not find there again does not hold any more:
 * `days` that the run settled or that are not final; `recent days`, the last thirty; both; `everything` there is; and
 * `days together`, where what is found depends on which days are looked at together, so that nothing is withdrawn.
 */
export const RULE_SPANS = ['days', 'recent days', 'days and recent days', 'everything', 'days together'] as const;
export type RuleSpan = (typeof RULE_SPANS)[number];

export interface FindingRule {
  /** Name of the file without its ending. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly looksAt: RuleSpan;
  readonly meaning: string;
  /** What to do next. */
  readonly next: string;
  readonly falsePositives: string;
  readonly source: string;
  /** ATT&CK technique ids with names, or `none`. */
  readonly attack: string;
  /** Settings without which it is silent, in whole or in part; none when the header has no `needs`. */
  readonly needs: readonly RuleNeed[];
  /** The ready question that lists all that a finding counts; null when the header has no `rest`. */
  readonly rest: FindingRest | null;
  /** The SELECT: columns event_time_ms, dt, subject, summary, user_id, session_id, source_address, resource, event_ids. */
  readonly sql: string;
}

const HEADINGS = {
  title: 'title',
  severity: 'severity',
  'looks at': 'looksAt',
  meaning: 'meaning',
  next: 'next',
  'false positives': 'falsePositives',
  source: 'source',
  'att&ck': 'attack',
} as const;

/** May be left out. */
const NEEDS = 'needs';
/** May be left out. */
const REST = 'rest';

/**
 * Reads a rule. The header is `-- heading: text` lines before the SELECT; a line `--   text` continues the one before.
 * @throws AuditError naming the heading that is missing or unknown
 */
export function parseFindingRule(id: string, text: string): FindingRule {
  const values = new Map<string, string>();
  let heading: string | null = null;
  for (const line of text.split('\n')) {
    if (!line.startsWith('--')) break;
    const start = /^-- ([a-z&]+(?: [a-z]+)?): (.*)$/i.exec(line);
    if (start) {
      heading = (start[1] as string).toLowerCase();
      values.set(heading, (start[2] as string).trim());
    } else if (heading !== null) {
      values.set(heading, `${values.get(heading)} ${line.slice(2).trim()}`);
    }
  }
  const rule: Record<string, unknown> = {
    id,
    sql: text,
    needs: parseNeeds(id, values.get(NEEDS) ?? ''),
    rest: parseRest(id, values.get(REST)),
  };
  for (const [name, field] of Object.entries(HEADINGS)) {
    const value = values.get(name);
    if (!value) throw new AuditError(`the rule ${id} has no "${name}"`, { remedy: `add a line "-- ${name}: …" to sql/findings/${id}.sql` });
    rule[field] = value;
  }
  const unknown = [...values.keys()].filter((name) => !(name in HEADINGS) && name !== NEEDS && name !== REST);
  if (unknown.length > 0) throw new AuditError(`the rule ${id} has the unknown heading "${unknown[0]}"`);
  if (!SEVERITIES.includes(rule['severity'] as Severity)) {
    throw new AuditError(`the rule ${id} has the severity ${rule['severity']}`, { remedy: `use one of ${SEVERITIES.join(', ')}` });
  }
  if (!RULE_SPANS.includes(rule['looksAt'] as RuleSpan)) {
    throw new AuditError(`the rule ${id} looks at ${rule['looksAt']}`, { remedy: `use one of ${RULE_SPANS.join(', ')}` });
  }
  return rule as unknown as FindingRule;
}
