/** Events over time as stacked bars by verdict: SVG, readable without a script. Pure. */
import { type AnswerRecord, numberOf } from '../../answer/records.ts';
import { type Html, html } from '../html.ts';
import { durationText, utcText } from '../moment-text.ts';
import { countText } from '../shown-text.ts';
import { VERDICT_WORDS, VERDICTS, verdictClass } from '../words.ts';
import { timeTicks } from './time-ticks.ts';

const WIDTH = 960;
const HEIGHT = 190;
const LEFT = 44;
const RIGHT = 8;
const TOP = 12;
const BASE = 142;

export interface TimelineStep {
  readonly atMs: number;
  readonly n: Readonly<Record<string, number>>;
  /** Writes and deletes without a name. */
  readonly unnamedWrites: number;
}

/** Rows of `timeline.sql` by step, without empty steps. */
export function timelineSteps(rows: readonly AnswerRecord[]): TimelineStep[] {
  const steps = new Map<number, { atMs: number; n: Record<string, number>; unnamedWrites: number }>();
  for (const row of rows) {
    const atMs = numberOf(row, 'at_ms');
    const step = steps.get(atMs) ?? { atMs, n: {}, unnamedWrites: 0 };
    steps.set(atMs, step);
    const verdict = String(row['verdict']);
    step.n[verdict] = (step.n[verdict] ?? 0) + numberOf(row, 'n');
    if (row['kind'] === 'write' && ['ambiguous', 'pending', 'unattributed'].includes(verdict)) step.unnamedWrites += numberOf(row, 'n');
  }
  return [...steps.values()].sort((a, b) => a.atMs - b.atMs);
}

/** @param stepMs length of a step */
export function timelineChart(rows: readonly AnswerRecord[], stepMs: number): Html {
  const steps = timelineSteps(rows);
  const first = steps[0]?.atMs ?? 0;
  const count = Math.round(((steps.at(-1)?.atMs ?? first) - first) / stepMs) + 1;
  const highest = steps.reduce((most, step) => Math.max(most, totalOf(step)), 1);
  const top = niceCeiling(highest);
  const width = (WIDTH - LEFT - RIGHT) / count;
  const x = (ms: number) => LEFT + ((ms - first) / stepMs) * width;
  const y = (n: number) => BASE - (n / top) * (BASE - TOP);
  const ticks = timeTicks(first, first + count * stepMs, 9);
  return html`<svg class="chart timeline" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="timeline-name timeline-said" data-from="${first}" data-step="${stepMs}" data-steps="${count}" data-left="${LEFT}" data-right="${RIGHT}">
<title id="timeline-name">Events over time, by verdict</title>
<desc id="timeline-said">${said(steps, stepMs, highest)}</desc>
<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="5" height="5"/><rect class="hatch-line" width="2" height="5"/></pattern></defs>
${[0, top / 2, top].map((n) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(n))}" y2="${round(y(n))}"/><text class="tick" x="${LEFT - 6}" y="${round(y(n)) + 4}" text-anchor="end">${countText(n)}</text>`)}
${ticks.map((tick) => html`<line class="grid-x" x1="${round(x(tick.ms))}" x2="${round(x(tick.ms))}" y1="${BASE}" y2="${BASE + 5}"/><text class="${tick.isDay ? 'tick day' : 'tick'}" x="${round(x(tick.ms))}" y="${BASE + 18}" text-anchor="${x(tick.ms) < LEFT + 20 ? 'start' : 'middle'}">${tick.text}</text>`)}
${steps.map((step) => bar(step, x(step.atMs), Math.max(1, width - (width > 4 ? 1 : 0)), y))}
<text class="tick" x="${LEFT - 6}" y="${BASE + 38}" text-anchor="end" aria-hidden="true">▲</text>
<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${BASE + 34}" y2="${BASE + 34}"/>
${steps.filter((step) => step.unnamedWrites > 0).map((step) => alarm(step, x(step.atMs) + width / 2))}
<rect class="brush" x="0" y="${TOP}" width="0" height="${BASE - TOP}"/></svg>`;
}

function bar(step: TimelineStep, x: number, width: number, y: (n: number) => number): Html {
  let below = 0;
  const parts = VERDICTS.filter((verdict) => (step.n[verdict] ?? 0) > 0).map((verdict) => {
    const n = step.n[verdict] ?? 0;
    const [bottom, top] = [y(below), y(below + n)];
    below += n;
    return html`<rect class="${verdictClass(verdict)}" x="${round(x)}" y="${round(top)}" width="${round(width)}" height="${round(Math.max(0.6, bottom - top))}"/>`;
  });
  const words = VERDICTS.filter((verdict) => (step.n[verdict] ?? 0) > 0).map(
    (verdict) => `${countText(step.n[verdict] ?? 0)} ${VERDICT_WORDS[verdict].word}`,
  );
  return html`<g><title>${utcText(step.atMs)} UTC: ${words.join(', ')}</title>${parts}</g>`;
}

/** A step in which something was written and nobody is named: too few to be seen in a bar, and the first to be looked at. */
function alarm(step: TimelineStep, x: number): Html {
  const at = round(x);
  return html`<path class="alarm" d="M${round(at - 3.6)} ${BASE + 38}h7.2l-3.6 -7z"><title>${utcText(step.atMs)} UTC: ${countText(step.unnamedWrites)} writes or deletes without a name</title></path>`;
}

function totalOf(step: TimelineStep): number {
  return Object.values(step.n).reduce((sum, n) => sum + n, 0);
}

function said(steps: readonly TimelineStep[], stepMs: number, highest: number): string {
  const most = steps.find((step) => totalOf(step) === highest);
  if (most === undefined) return 'No events.';
  const unnamed = steps.filter((step) => step.unnamedWrites > 0).length;
  return (
    `Steps of ${durationText(stepMs)}. The busiest, with ${countText(highest)} events, begins at ${utcText(most.atMs)} UTC. ` +
    `${countText(unnamed)} steps have writes or deletes without a name. The table below has all numbers.`
  );
}

/** The next of 1, 2, 5 times a power of ten; even, so that half of it is whole. */
function niceCeiling(n: number): number {
  for (let power = 1; ; power *= 10) for (const factor of [2, 4, 6, 10]) if (n <= factor * power) return factor * power;
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
