/** When: the events over time, and the sessions beside them. */
import { numberOf, textOf } from '../../answer/records.ts';
import { lanesChart, lanesLeftOut, MARK_WORDS } from '../charts/lanes-chart.ts';
import { timelineChart, timelineSteps } from '../charts/timeline-chart.ts';
import { type Html, html } from '../html.ts';
import { durationText } from '../moment-text.ts';
import { amount, moment, nothing, section, table } from '../parts.ts';
import type { ReportModel } from '../report-model.ts';
import { countText } from '../shown-text.ts';
import { VERDICT_WORDS, VERDICTS, verdictClass } from '../words.ts';

export function timelineSection(model: ReportModel): Html {
  const { rows, stepMs } = model.timeline;
  if (rows.length === 0) return section('timeline', 'Timeline', null, nothing('No event in the window: there is nothing to draw.'));
  const steps = timelineSteps(rows);
  const figure = html`<figure><div class="frame plot" role="region" aria-label="Chart of events over time" tabindex="0">${timelineChart(rows, stepMs)}</div>
<figcaption><ul class="legend">${VERDICTS.filter((name) => steps.some((step) => (step.n[name] ?? 0) > 0)).map(
    (name) =>
      html`<li><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class="${verdictClass(name)}" width="10" height="10"/></svg> ${VERDICT_WORDS[name].word}</li>`,
  )}<li><span class="alarm" aria-hidden="true">▲</span> a write or delete without a name</li></ul></figcaption>
<details class="screen"><summary>The same as a table</summary>${table(
    'Events by step of time',
    [
      { title: 'From, UTC' },
      ...VERDICTS.map((name) => ({ title: VERDICT_WORDS[name].word, number: true })),
      { title: 'unnamed writes', number: true },
    ],
    steps.map((step) => [moment(model, step.atMs), ...VERDICTS.map((name) => amount(step.n[name] ?? 0)), amount(step.unnamedWrites)]),
  )}</details></figure>`;
  return section('timeline', 'Timeline', html`Each bar is ${durationText(stepMs)}, in UTC.`, [figure, lanesFigure(model)]);
}

function lanesFigure(model: ReportModel): Html | null {
  const { sessions, marks, stepMs } = model.lanes;
  if (sessions.length === 0) return null;
  const all = numberOf(model.sessions[0] ?? {}, 'sessions');
  const used = new Set(marks.map((row) => textOf(row, 'mark')));
  return html`<h3>Sessions over time</h3><p class="intro">A lane is a session from its start to its end; the bar before it is the sign-in. ${lanesLeftOut(sessions.length, all)}</p>
<figure><div class="frame plot" role="region" aria-label="Chart of sessions over time" tabindex="0">${lanesChart(sessions, marks, stepMs)}</div>
<figcaption><ul class="legend">${MARK_WORDS.filter(([mark]) => used.has(mark)).map(([mark, word]) => html`<li>${swatch(mark)} ${word}</li>`)}<li><span class="flag" aria-hidden="true">◆</span> findings stand against it</li></ul></figcaption></figure>
<p class="quiet small">Marks stand for ${countText(marks.reduce((sum, row) => sum + numberOf(row, 'n'), 0))} events.</p>`;
}

function swatch(mark: string): Html {
  const shapes: Readonly<Record<string, Html>> = {
    read: html`<path class="m-read" d="M5 1v8"/>`,
    write: html`<path class="m-write" d="M5 5h0"/>`,
    delete: html`<path class="m-delete" d="M2 2l6 6m0 -6l-6 6"/>`,
    denied: html`<path class="m-denied" d="M2 8h6l-3 -6z"/>`,
  };
  return html`<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">${shapes[mark] ?? null}</svg>`;
}
