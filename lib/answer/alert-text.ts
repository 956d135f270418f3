/**
 * What an alert says, to a tired person and to a program. Everything that comes from a log is made printable: whoever chose the
 * name of an object must not write the message.
 */
import { sha256Hex } from '../ingest/digest.ts';
import { formatDt, formatTime } from '../time.ts';
import { printable, shellQuoted } from './cell.ts';
import { restParameters } from './finding-rest.ts';
import { type FindingRule, SEVERITIES, type Severity } from './finding-rule.ts';
import { count } from './number-text.ts';
import { reasonSentence } from './reasons.ts';

/** A verdict as far as it is known: of a finding's first event, or one side of a change. */
export interface KnownVerdict {
  readonly verdict: string | null;
  readonly reason: string | null;
  readonly final: boolean | null;
  readonly userId: string | null;
  readonly sessionId: string | null;
}

interface FactBase {
  /** The run that found it. */
  readonly runId: string;
  readonly severity: Severity;
  /** When it happened, epoch milliseconds; null when nothing says. */
  readonly timeMs: number | null;
  readonly sourceAddress: string | null;
  readonly resource: string | null;
  readonly eventIds: readonly string[];
}

/** A finding that no run had before. */
export interface FindingFact extends FactBase {
  readonly kind: 'finding';
  readonly findingId: string;
  /** Whether an earlier run found it, and it was closed or suppressed since: it is told anew. */
  readonly isReopened?: boolean;
  readonly ruleId: string;
  readonly summary: string;
  readonly userId: string | null;
  readonly sessionId: string | null;
  /** Of its first event; null when that has none. */
  readonly verdict: KnownVerdict | null;
  readonly candidates: readonly string[];
}

/** A verdict that had been final and is another now, or that names somebody for an event that was told of because nobody could be named. */
export interface ChangeFact extends FactBase {
  readonly kind: 'verdict_change';
  readonly eventName: string | null;
  readonly before: KnownVerdict;
  readonly now: KnownVerdict;
  readonly cause: string;
}

export type AlertFact = FindingFact | ChangeFact;

/** A message, in every form that a subscription may want. */
export interface AlertMessage {
  /** The same for the same facts: it is sent once. */
  readonly hash: string;
  /** At most 100 printable ASCII characters. */
  readonly subject: string;
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly kind: 'finding' | 'verdict_change' | 'digest';
  /** The gravest of its facts. */
  readonly severity: Severity;
  /** Rules of its facts, each once; `verdict-changed` for changes. */
  readonly ruleIds: readonly string[];
  readonly facts: readonly AlertFact[];
}

/** Name under which changed verdicts stand among the rules. */
export const CHANGE_RULE = 'verdict-changed';
/** SNS allows no longer subject. */
const LONGEST_SUBJECT = 100;
/** Facts that a digest spells out. */
const DIGEST_FACTS = 20;
/** A name of a key can have 1,024 bytes; more than this of a text says nothing more. */
const LONGEST_TEXT = 600;

/** Names a state that is told once: the finding, or the change that a run made. */
export function factHash(fact: AlertFact): string {
  const parts =
    fact.kind === 'finding'
      ? [fact.findingId, ...(fact.isReopened === true ? [fact.runId] : [])]
      : [fact.runId, fact.eventIds[0] ?? '', String(fact.timeMs)];
  return sha256Hex([fact.kind, ...parts].join('\n')).slice(0, 32);
}

/** The message about one fact. @param rule of the finding; null when this program does not know it (any more) */
export function factMessage(fact: AlertFact, rule: FindingRule | null): AlertMessage {
  const title = fact.kind === 'finding' ? (rule?.title ?? fact.ruleId) : changeTitle(fact);
  return {
    hash: factHash(fact),
    subject: subjectOf(`${fact.severity.toUpperCase()}: ${title}: ${headline(fact)}`),
    text: fact.kind === 'finding' ? findingText(fact, title, rule) : changeText(fact, title),
    data: factData(fact),
    kind: fact.kind,
    severity: fact.severity,
    ruleIds: [ruleOf(fact)],
    facts: [fact],
  };
}

function changeTitle({ before }: ChangeFact): string {
  if (before.final === true) return 'Final verdict changed';
  return before.userId === null ? 'User found for an event without one' : 'User of an event no longer holds';
}

/** One message about many facts. @param facts at least one */
export function digestMessage(facts: readonly AlertFact[]): AlertMessage {
  const sorted = [...facts].sort(graver);
  const rules = [...new Set(sorted.map(ruleOf))];
  const severity = sorted[0]?.severity ?? 'low';
  const groups = rules.map((ruleId) => {
    const of = sorted.filter((fact) => ruleOf(fact) === ruleId);
    return { rule_id: ruleId, severity: of[0]?.severity ?? 'low', count: of.length };
  });
  const shown = sorted.slice(0, DIGEST_FACTS);
  const lines = [
    `${count(sorted.length)} new things to look at, the gravest first. They come as one message because they are many.`,
    '',
    ...groups.map((group) => `  ${group.severity.padEnd(8)} ${group.rule_id.padEnd(28)} ${count(group.count).padStart(9)}`),
    '',
    sorted.length > shown.length ? `The first ${shown.length} of them:` : 'They are:',
    '',
    ...shown.flatMap((fact) => [
      `- ${fact.severity} ${ruleOf(fact)}: ${clip(sentence(fact))}`,
      ...firstCommand(fact).map((each) => `    ${each}`),
    ]),
    '',
    'All of them:',
    '  appstream-audit cloud query findings-open',
    ...(rules.includes(CHANGE_RULE) ? ['  appstream-audit cloud query verdict-changes'] : []),
  ];
  return {
    hash: sha256Hex(['digest', ...sorted.map(factHash).sort()].join('\n')).slice(0, 32),
    subject: subjectOf(`${severity.toUpperCase()}: ${count(sorted.length)} new things to look at: ${rules.join(', ')}`),
    text: `${lines.join('\n')}\n`,
    data: { kind: 'digest', severity, total: sorted.length, rules: groups, first: shown.map((fact) => shortened(factData(fact))) },
    kind: 'digest',
    severity,
    ruleIds: rules,
    facts: sorted,
  };
}

/** Graver first; of equal ones the earlier. */
export function graver(a: AlertFact, b: AlertFact): number {
  return (
    SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
    (a.timeMs ?? 0) - (b.timeMs ?? 0) ||
    (factHash(a) < factHash(b) ? -1 : 1)
  );
}

function ruleOf(fact: AlertFact): string {
  return fact.kind === 'finding' ? fact.ruleId : CHANGE_RULE;
}

/** Printable ASCII within SNS's bounds; what was cut ends in dots. */
function subjectOf(text: string): string {
  const ascii = printable(text).replace(/[^\x20-\x7e]/g, '?');
  return ascii.length <= LONGEST_SUBJECT ? ascii : `${ascii.slice(0, LONGEST_SUBJECT - 3)}...`;
}

function headline(fact: AlertFact): string {
  if (fact.kind === 'verdict_change')
    return `${who(fact.before)} -> ${who(fact.now)}${fact.resource === null ? '' : ` (${fact.resource})`}`;
  return [fact.userId, fact.resource].filter((part) => part !== null).join(', ') || fact.summary;
}

function sentence(fact: AlertFact): string {
  if (fact.kind === 'finding') return fact.summary;
  const what = [fact.eventName, fact.resource].filter((part) => part !== null).join(' ');
  return `${what || `event ${fact.eventIds[0]}`} at ${timeText(fact.timeMs)}: ${who(fact.before)} -> ${who(fact.now)}`;
}

function who(side: KnownVerdict): string {
  if (side.verdict === null) return 'out of scope';
  return side.userId ?? `nobody named (${side.verdict}, ${side.reason})`;
}

function findingText(fact: FindingFact, title: string, rule: FindingRule | null): string {
  const lines = [
    title,
    clip(fact.summary),
    '',
    row('severity', `${fact.severity} (rule ${fact.ruleId})`),
    row('who', fact.userId ?? nobody(fact)),
    row('when', timeText(fact.timeMs)),
    row('from', fact.sourceAddress),
    row('what', fact.resource),
    row('session', fact.sessionId),
    row('how sure', sureness(fact)),
    row('events', fact.eventIds.length === 0 ? null : fact.eventIds.join(', ')),
    ...(rule === null
      ? []
      : ['', `What it means: ${rule.meaning}`, `What to do next: ${rule.next}`, `It can be harmless: ${rule.falsePositives}`]),
    ...more(fact, rule),
    `finding ${fact.findingId}, ${fact.isReopened === true ? 'found again' : 'first found'} by run ${fact.runId}`,
  ];
  return `${lines.filter((line) => line !== null).join('\n')}\n`;
}

function nobody(fact: FindingFact): string {
  if (fact.candidates.length === 0) return 'nobody is named';
  return `nobody is named; candidates or leads: ${fact.candidates.join(', ')}`;
}

function sureness(fact: FindingFact): string | null {
  const { verdict } = fact;
  if (verdict === null || verdict.verdict === null) return null;
  return `${verdictText(verdict)} ${finality(verdict)}`;
}

/** The verdict, and its reason as a sentence. */
function verdictText({ verdict, reason }: KnownVerdict): string {
  const said = verdict === null || reason === null ? null : reasonSentence(verdict, reason);
  return `${verdict} (${reason}).${said === null ? '' : ` ${said}`}`;
}

function finality({ final }: KnownVerdict): string {
  return final === true ? 'The verdict is final: the evidence is in.' : 'The verdict is not final: a report may still change it.';
}

/** What made a run look again, in words. */
const CAUSES: Readonly<Record<string, string>> = {
  new_evidence: 'evidence arrived that was not there before: a report, a log file, a sweep or a sign-in',
  time_passed: 'the time for evidence to arrive ran out',
  configuration: 'the configuration or the rules were changed',
  requested: 'somebody asked for the day to be judged again',
  left_scope: 'the event is not in scope any more',
};

function changeText(fact: ChangeFact, title: string): string {
  const lines = [
    title,
    clip(sentence(fact)),
    '',
    row('severity', `${fact.severity} (what was reported before may rest on the old verdict)`),
    row('before', sideText(fact.before)),
    row('now', sideText(fact.now)),
    row('why', CAUSES[fact.cause] ?? fact.cause),
    row('when', timeText(fact.timeMs)),
    row('from', fact.sourceAddress),
    row('what', [fact.eventName, fact.resource].filter((part) => part !== null).join(' ') || null),
    row('how sure', fact.now.verdict === null ? null : `${verdictText(fact.now)} ${finality(fact.now)}`),
    row('events', fact.eventIds.join(', ')),
    ...more(fact),
    `changed by run ${fact.runId}`,
  ];
  return `${lines.filter((line) => line !== null).join('\n')}\n`;
}

function sideText(side: KnownVerdict): string {
  if (side.verdict === null) return 'no verdict: the event is out of scope';
  return `${side.verdict}${side.userId === null ? '' : ` to ${side.userId}`} (${side.reason})${side.sessionId === null ? '' : `, session ${side.sessionId}`}`;
}

/** Commands that show more; those that were tried on the local lake are the same without `cloud`. */
function more(fact: AlertFact, rule: FindingRule | null = null): string[] {
  const commands = firstCommand(fact);
  if (fact.kind === 'verdict_change' && fact.eventIds[0] !== undefined)
    commands.push(`appstream-audit cloud query event-changes --param ${shellQuoted(printable(`event_id=${fact.eventIds[0]}`))}`);
  if (fact.kind === 'finding')
    commands.push(...restCommand(fact, rule), `appstream-audit cloud query findings-open --param severity=${fact.severity}`);
  return ['', 'See more:', ...commands.map((command) => `  ${command}`), ''];
}

function firstCommand(fact: AlertFact): string[] {
  const [eventId] = fact.eventIds;
  return eventId === undefined ? [] : [`appstream-audit cloud explain ${shellQuoted(printable(eventId))}`];
}

/** The question that lists all that the finding counts. */
function restCommand(fact: FindingFact, rule: FindingRule | null): string[] {
  if (rule === null || rule.rest === null || fact.timeMs === null) return [];
  const { resource, sourceAddress, userId } = fact;
  const values = { dt: formatDt(fact.timeMs), resource, source_address: sourceAddress, user_id: userId };
  const parameters = restParameters(rule.rest, values).map((each) => ` --param ${shellQuoted(printable(each))}`);
  return [`appstream-audit cloud query ${rule.rest.question}${parameters.join('')}`];
}

function row(label: string, value: string | null): string | null {
  return value === null ? null : `${`${label}:`.padEnd(10)} ${clip(value)}`;
}

function clip(text: string): string {
  const safe = printable(text);
  return safe.length <= LONGEST_TEXT ? safe : `${safe.slice(0, LONGEST_TEXT - 1)}…`;
}

function timeText(ms: number | null): string {
  return ms === null ? 'unknown' : formatTime(ms);
}

/** Twenty facts have to fit into one message. */
function shortened(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const short = (value: unknown) =>
    typeof value === 'string' && value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT - 1)}…` : value;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, Array.isArray(value) ? value.map(short) : short(value)]));
}

/** What a program gets: the columns of the lake under their names. Texts are as they are, JSON escapes them. */
function factData(fact: AlertFact): Record<string, unknown> {
  const common = {
    kind: fact.kind,
    rule_id: ruleOf(fact),
    severity: fact.severity,
    event_time: fact.timeMs === null ? null : formatTime(fact.timeMs),
    source_address: fact.sourceAddress,
    resource: fact.resource,
    event_ids: fact.eventIds,
    run_id: fact.runId,
  };
  if (fact.kind === 'finding') {
    const { verdict } = fact;
    return {
      ...common,
      finding_id: fact.findingId,
      summary: fact.summary,
      user_id: fact.userId,
      session_id: fact.sessionId,
      verdict: verdict?.verdict ?? null,
      reason: verdict?.reason ?? null,
      final: verdict?.final ?? null,
      candidate_user_ids: fact.candidates,
    };
  }
  const side = (prefix: string, { verdict, reason, final, userId, sessionId }: KnownVerdict) => ({
    [`${prefix}_verdict`]: verdict,
    [`${prefix}_reason`]: reason,
    [`${prefix}_final`]: final,
    [`${prefix}_user_id`]: userId,
    [`${prefix}_session_id`]: sessionId,
  });
  return { ...common, event_name: fact.eventName, ...side('old', fact.before), ...side('new', fact.now), cause: fact.cause };
}
