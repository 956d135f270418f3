/** Sessions as lanes over time: from start to end, with what was written, deleted and refused in them. SVG. Pure. */
import { type AnswerRecord, numberOf, textOf } from '../../answer/records.ts';
import { type Html, html } from '../html.ts';
import { utcText } from '../moment-text.ts';
import { countText, plural, shortened } from '../shown-text.ts';
import { timeTicks } from './time-ticks.ts';

const WIDTH = 960;
const LEFT = 232;
const RIGHT = 8;
const LANE = 24;
const TOP = 8;

/** What each mark is drawn as, from the lowest layer up. */
const MARKS = ['read', 'write', 'delete', 'denied'] as const;

/** @param marks rows of `lane-events.sql` */
export function lanesChart(sessions: readonly AnswerRecord[], marks: readonly AnswerRecord[], stepMs: number): Html {
  const starts = sessions.map((row) => numberOf(row, 'session_start_ms'));
  const ends = sessions.map((row, at) => Math.max(numberOf(row, 'session_end_ms'), starts[at] ?? 0));
  const times = marks.map((row) => numberOf(row, 'at_ms'));
  const from = Math.min(
    ...starts,
    ...times.slice(0, 1),
    times.reduce((low, each) => Math.min(low, each), Number.POSITIVE_INFINITY),
  );
  const to = Math.max(
    ...ends,
    times.reduce((high, each) => Math.max(high, each), from + 60_000),
  );
  const x = (ms: number) => LEFT + ((ms - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const height = TOP + sessions.length * LANE + 26;
  const base = TOP + sessions.length * LANE;
  const ticks = timeTicks(from, to, 7);
  return html`<svg class="chart lanes" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="lanes-name lanes-said">
<title id="lanes-name">Sessions over time</title>
<desc id="lanes-said">${plural(sessions.length, 'session')} between ${utcText(from)} and ${utcText(to)} UTC, each a lane from its start to its end. The table of sessions has all numbers.</desc>
${ticks.map((tick) => html`<line class="grid-x" x1="${round(x(tick.ms))}" x2="${round(x(tick.ms))}" y1="${TOP}" y2="${base + 4}"/><text class="${tick.isDay ? 'tick day' : 'tick'}" x="${round(x(tick.ms))}" y="${base + 18}" text-anchor="middle">${tick.text}</text>`)}
${sessions.map((row, at) =>
  lane(
    row,
    TOP + at * LANE,
    marks.filter((mark) => mark['session_id'] === row['session_id']),
    x,
    stepMs,
  ),
)}</svg>`;
}

function lane(row: AnswerRecord, top: number, marks: readonly AnswerRecord[], x: (ms: number) => number, stepMs: number): Html {
  const start = numberOf(row, 'session_start_ms');
  const end = Math.max(numberOf(row, 'session_end_ms'), start);
  const middle = top + LANE / 2;
  const user = textOf(row, 'user_id') ?? 'unknown user';
  const flags = numberOf(row, 'findings');
  const label = html`<text class="lane-name${flags > 0 ? ' flagged' : ''}" x="${LEFT - 10}" y="${middle + 4}" text-anchor="end">${flags > 0 ? '◆ ' : ''}${shortened(user, 32)}</text>`;
  const words = `${user}, ${textOf(row, 'fleet_name') ?? 'no fleet'}: ${utcText(start)} to ${utcText(end)} UTC, ${plural(numberOf(row, 'n'), 'event')}`;
  const logon =
    textOf(row, 'logon_ms') === null ? null : html`<path class="logon" d="M${round(x(numberOf(row, 'logon_ms')))} ${middle - 7}v14"/>`;
  const drawn = MARKS.map((mark) => {
    const shapes = marks.filter((each) => each['mark'] === mark);
    const path = shapes.map((each) => shapeOf(mark, x(numberOf(each, 'at_ms') + stepMs / 2), middle, numberOf(each, 'n'))).join('');
    return path === '' ? null : html`<path class="m-${mark}" d="${path}"/>`;
  });
  return html`<g><title>${words}</title>${label}<rect class="lane" x="${round(x(start))}" y="${middle - 7}" width="${round(Math.max(2, x(end) - x(start)))}" height="14" rx="2"/>${logon}${drawn}</g>`;
}

/** A mark as a piece of a path: a lane has one path of each kind. */
function shapeOf(mark: (typeof MARKS)[number], x: number, y: number, n: number): string {
  const at = round(x);
  const half = round(Math.min(6, 1.5 + Math.log2(n + 1)));
  if (mark === 'read') return `M${at} ${round(y - half)}v${round(2 * half)}`;
  if (mark === 'write') return `M${at} ${y}h0`;
  if (mark === 'delete') return `M${round(at - 3)} ${y - 3}l6 6m0-6l-6 6`;
  return `M${round(at - 3)} ${y + 3}h6l-3-6z`;
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}

/** Words for the marks, for the legend. */
export const MARK_WORDS: readonly (readonly [mark: string, word: string])[] = [
  ['read', 'read'],
  ['write', 'write'],
  ['delete', 'delete'],
  ['denied', 'refused'],
];

/** How many sessions are not drawn, in words; empty when all are. */
export function lanesLeftOut(drawn: number, all: number): string {
  return all > drawn ? `The ${countText(drawn)} with most findings and bytes, of ${countText(all)}.` : '';
}
