/** The headline as text: at most eight lines, each as wide as the terminal at most. */
import { printable } from './cell.ts';
import type { Headline, HeadlineFinding } from './headline.ts';
import { count } from './number-text.ts';
import { shortenedTo, wrapped } from './shortened-text.ts';

export interface HeadlineForm {
  /** Columns of the terminal; default: 120. */
  readonly width?: number;
  readonly bold?: (text: string) => string;
  /** Marks severities. */
  readonly paint?: (column: string, text: string) => string;
  /** The command to type next. */
  readonly next: string;
}

const WITHOUT_NAME = ['ambiguous', 'pending', 'unattributed', 'not_joinable'] as const;
const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;

export function headlineText(
  headline: Headline,
  { width = 120, bold = asItIs, paint = (_column, text) => text, next }: HeadlineForm,
): string {
  const { verdicts } = headline;
  const cut = (text: string) => shortenedTo(printable(text), width, 'start');
  const named = verdicts['attributed'] ?? 0;
  const total = Object.values(verdicts).reduce((sum, n) => sum + n, 0);
  const lines = [bold(cut(namedText(named, total, headline.finalAttributed)))];
  if (named < total) lines.push(cut(unnamedText(total - named, verdicts)));
  if (headline.whyNobody !== null) lines.push(wrapped(printable(headline.whyNobody), width).trimEnd());
  // the reason why takes their place
  for (const finding of headline.whyNobody === null ? headline.worst : headline.worst.slice(0, 1)) {
    const text = shortenedTo(printable(findingText(finding)), width - 10, 'start');
    lines.push(`${paint('severity', finding.severity)}${' '.repeat(Math.max(1, 10 - finding.severity.length))}${text}`);
  }
  lines.push(cut(countsText(headline.findings)));
  if (headline.missing.length > 0) lines.push(cut(`missing   ${headline.missing.join(', ')}: these verdicts are not final (status)`));
  lines.push(`next      ${printable(next)}`);
  return `${lines.join('\n')}\n`;
}

function namedText(named: number, total: number, final: number): string {
  if (total === 0) return 'no action is in scope: nothing has a verdict yet';
  if (named === 0) return `none of ${count(total)} actions has a name`;
  const share = Math.floor((named * 1000) / total) / 10;
  return `${count(named)} of ${count(total)} actions have a name (${share} %)${final < named ? `, ${count(final)} of them final` : ', all final'}`;
}

function unnamedText(unnamed: number, verdicts: Readonly<Record<string, number>>): string {
  const parts = WITHOUT_NAME.filter((verdict) => (verdicts[verdict] ?? 0) > 0);
  return `${count(unnamed)} have none: ${parts.map((verdict) => `${count(verdicts[verdict] as number)} ${verdict.replace('_', ' ')}`).join(', ')}`;
}

/** `2026-03-02 02:00Z  m.keller@example.com: bulk read, acme-research-data`. */
function findingText({ title, about, resource, time }: HeadlineFinding): string {
  const when = time === null ? '' : `${time.slice(0, 10)} ${time.slice(11, 16)}Z  `;
  return `${when}${about === null ? '' : `${about}: `}${title}${resource ? `, ${resource}` : ''}`;
}

function countsText(findings: Readonly<Record<string, number>>): string {
  const total = Object.values(findings).reduce((sum, n) => sum + n, 0);
  if (total === 0) return 'no finding is open';
  const parts = SEVERITIES.filter((severity) => (findings[severity] ?? 0) > 0);
  return `${count(total)} ${total === 1 ? 'finding is' : 'findings are'} open: ${parts.map((each) => `${count(findings[each] as number)} ${each}`).join(', ')}`;
}

function asItIs(text: string): string {
  return text;
}
