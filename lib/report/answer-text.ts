/** The answer in a paragraph: every number of it is a sum of counts of the lake. Pure. */
import { type AnswerRecord, numberOf, textOf } from '../answer/records.ts';
import type { ReportModel } from './report-model.ts';
import { countText, plural, sizeText } from './shown-text.ts';

/** Counts of a report, summed up. */
export interface Sums {
  readonly events: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly reads: number;
  readonly writes: number;
  readonly deletes: number;
  readonly others: number;
  readonly denied: number;
  readonly final: number;
  readonly corroborated: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

/** @param of the totals that count; default: all */
export function sumsOf(totals: readonly AnswerRecord[], of: (row: AnswerRecord) => boolean = () => true): Sums {
  const rows = totals.filter(of);
  const sum = (column: string, matches: (row: AnswerRecord) => boolean = () => true) =>
    rows.filter(matches).reduce((total, row) => total + numberOf(row, column), 0);
  const action = (...names: string[]) => sum('n', (row) => names.includes(String(row['action'])));
  const verdicts: Record<string, number> = {};
  for (const row of rows) verdicts[String(row['verdict'])] = (verdicts[String(row['verdict'])] ?? 0) + numberOf(row, 'n');
  return {
    events: sum('n'),
    verdicts,
    reads: action('read', 'list'),
    writes: action('write'),
    deletes: action('delete'),
    others: sum('n', (row) => !['read', 'list', 'write', 'delete'].includes(String(row['action']))),
    denied: sum('denied_n'),
    final: sum('n', (row) => row['final'] === true),
    corroborated: sum('corroborated_n'),
    bytesOut: sum('bytes_out'),
    bytesIn: sum('bytes_in'),
    firstMs: rows.length === 0 ? null : rows.reduce((low, row) => Math.min(low, numberOf(row, 'first_ms')), Number.POSITIVE_INFINITY),
    lastMs: rows.length === 0 ? null : rows.reduce((high, row) => Math.max(high, numberOf(row, 'last_ms')), 0),
  };
}

/** Sentences; each a list of pieces, of which those in `strong` matter most. */
export type Sentence = readonly (string | { readonly strong: string } | { readonly name: string })[];

const strong = (text: string) => ({ strong: text });
const name = (text: string) => ({ name: text });

export function answerSentences(model: ReportModel): Sentence[] {
  const all = sumsOf(model.totals);
  if (all.events === 0)
    return [
      ['No event in scope of this report lies in the window. That is an answer only if the evidence of the window is whole: see below.'],
    ];
  return [...subjectSentences(model, all), ...doubtSentences(all), ...worstSentences(model), ...finalSentences(all)];
}

function subjectSentences(model: ReportModel, all: Sums): Sentence[] {
  const named = sumsOf(model.totals, (row) => row['verdict'] === 'attributed');
  const { subject } = model;
  const did = actions(named);
  const moved = `${sizeText(named.bytesOut)} left S3, ${sizeText(named.bytesIn)} came in`;
  if (subject.kind === 'user') {
    const own = model.people.filter((row) => row['user_id'] === subject.id);
    const n = total(own, 'n');
    const others = named.events - n;
    if (n === 0) return [[name(subject.id), ' is ', strong('named for no event'), ` of the ${countText(all.events)} in this report.`]];
    return [
      [
        name(subject.id),
        ' is named for ',
        strong(plural(n, 'event')),
        `: ${countText(total(own, 'reads'))} reads and listings, `,
        strong(`${plural(total(own, 'writes'), 'write')} and ${plural(total(own, 'deletes'), 'delete')}`),
        ` in ${plural(total(own, 'sessions'), 'session')}; `,
        strong(`${sizeText(total(own, 'bytes_out'))} left S3`),
        `, ${sizeText(total(own, 'bytes_in'))} came in, and ${countText(total(own, 'denied'))} calls failed.`,
      ],
      ...(others > 0
        ? [
            [
              `${countText(others)} further ${others === 1 ? 'event that touches' : 'events that touch'} this user ${others === 1 ? 'is' : 'are'} attributed to somebody else.`,
            ],
          ]
        : []),
    ];
  }
  const people = numberOf(model.spread, 'users');
  const subjectName: Sentence =
    subject.kind === 'lake'
      ? ['Of ', strong(plural(all.events, 'event')), ' in scope, ']
      : subject.kind === 'bucket'
        ? ['Of ', strong(plural(all.events, 'event')), ' on ', name(subject.key === '' ? subject.id : `${subject.id}/${subject.key}`), ', ']
        : ['Of ', strong(plural(all.events, 'event')), ' in this report, '];
  if (named.events === 0) return [[...subjectName, strong('none has a name'), '.']];
  return [
    [
      ...subjectName,
      strong(`${countText(named.events)} ${named.events === 1 ? 'has' : 'have'} a name`),
      ` (${percent(named.events, all.events)}): ${plural(people, 'user')} in ${plural(numberOf(model.spread, 'sessions'), 'session')}, with ${did}; ${moved}.`,
    ],
  ];
}

function doubtSentences(all: Sums): Sentence[] {
  const parts: Sentence[] = [];
  const n = (verdict: string) => all.verdicts[verdict] ?? 0;
  if (n('ambiguous') > 0)
    parts.push([
      strong(`${countText(n('ambiguous'))} ${n('ambiguous') === 1 ? 'event is' : 'events are'} ambiguous`),
      ': several people are possible, none is named.',
    ]);
  if (n('unattributed') > 0)
    parts.push([
      strong(`${countText(n('unattributed'))} ${n('unattributed') === 1 ? 'is' : 'are'} unattributed`),
      ': the evidence is in, and no session explains them.',
    ]);
  if (n('not_joinable') > 0) parts.push([`${countText(n('not_joinable'))} cannot be joined to a session at all.`]);
  return parts;
}

function worstSentences(model: ReportModel): Sentence[] {
  const [worst] = model.findings;
  if (worst === undefined) return [['No finding stands.']];
  const all = numberOf(worst, 'findings');
  const grave = graveFindings(model);
  const stand: Sentence = [
    strong(plural(all, 'finding stands', 'findings stand')),
    `, ${countText(numberOf(worst, 'grave'))} of them critical or high`,
  ];
  // where not all of them are at hand, nobody knows whom most of them name
  const most = grave.length === numberOf(worst, 'grave') ? mostNamed(grave) : null;
  // of the subject itself this would be no news
  if (most === null || most.user === model.subject.id) return [[...stand, '.']];
  return [[...stand, ': ', strong(`${countText(most.n)} of these name `), name(most.user), '.']];
}

/** Findings that are critical or high. */
export function graveFindings(model: Pick<ReportModel, 'findings'>): AnswerRecord[] {
  return model.findings.filter((row) => ['critical', 'high'].includes(String(row['severity'])));
}

/** The user whom most of some findings name; null when none is named more than once. */
export function mostNamed(findings: readonly AnswerRecord[]): { readonly user: string; readonly n: number } | null {
  const named = new Map<string, number>();
  for (const row of findings) {
    const user = textOf(row, 'user_id');
    if (user !== null) named.set(user, (named.get(user) ?? 0) + 1);
  }
  const [most] = [...named].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return most === undefined || most[1] < 2 ? null : { user: most[0], n: most[1] };
}

function finalSentences(all: Sums): Sentence[] {
  const pending = all.verdicts['pending'] ?? 0;
  const open = all.events - all.final;
  if (pending > 0)
    return [
      [
        strong(`${countText(pending)} ${pending === 1 ? 'verdict is' : 'verdicts are'} pending`),
        ` and ${countText(open)} not final: make this report again when the missing reports are in.`,
      ],
    ];
  if (open > 0) return [[`Nothing is pending; ${countText(open)} ${open === 1 ? 'verdict is' : 'verdicts are'} not final yet.`]];
  return [['Nothing here is pending, and every verdict is final.']];
}

function actions(sums: Sums): string {
  return [plural(sums.reads, 'read or listing', 'reads and listings'), plural(sums.writes, 'write'), plural(sums.deletes, 'delete')].join(
    ', ',
  );
}

function total(rows: readonly AnswerRecord[], column: string): number {
  return rows.reduce((sum, row) => sum + numberOf(row, column), 0);
}

/** `97 %`, `< 1 %`: never 100 when some are missing, never 0 when there are some. */
export function percent(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  if (part === whole) return '100 %';
  const share = (part / whole) * 100;
  return share < 1 ? '< 1 %' : share > 99 ? '> 99 %' : `${Math.round(share)} %`;
}
