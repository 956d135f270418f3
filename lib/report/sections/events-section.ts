/** The events themselves: a table that is there without a script, and the place where the script puts all of them. */
import { type AnswerRecord, numberOf, textOf } from '../../answer/records.ts';
import { type Html, html } from '../html.ts';
import { address, bytes, momentOf, nothing, object, people, section, shownOf, table, value, verdict } from '../parts.ts';
import type { ReportModel } from '../report-model.ts';
import { countText } from '../shown-text.ts';

/** Rows of the table that needs no script; also those that are printed. */
export const STATIC_ROWS = 100;

/** @param rows of the data block, by time */
export function eventsSection(model: ReportModel, rows: readonly AnswerRecord[]): Html {
  if (rows.length === 0) return section('events', 'Events', null, nothing('No event of this report is in the window.'));
  // those that matter most, then in the order of time again
  const chosen = new Set([...rows].sort((a, b) => numberOf(a, 'priority') - numberOf(b, 'priority')).slice(0, STATIC_ROWS));
  const shown = rows.filter((row) => chosen.has(row));
  return section(
    'events',
    'Events',
    null,
    html`<div id="grid" class="grid" hidden></div><div id="static" class="static"><p class="intro">${shownOf(shown.length, model.events.total, 'events')}${
      shown.length < model.events.total ? ', those first that matter most: evidence of findings, writes and deletes, failures.' : '.'
    }<span class="scriptless"> With scripts on, this page lists, filters and explains ${countText(rows.length)}.</span></p>${eventTable(model, shown)}</div>`,
  );
}

function eventTable(model: ReportModel, rows: readonly AnswerRecord[]): Html {
  return table(
    'Events',
    [
      { title: 'Time, UTC', tight: true },
      { title: 'Verdict', tight: true },
      { title: 'User' },
      { title: 'Call', tight: true },
      { title: 'Object', wide: true },
      { title: 'Bytes', number: true },
      { title: 'From', tight: true },
    ],
    rows.map((row) => [
      momentOf(model, row, 'event_time_ms'),
      html`${verdict(textOf(row, 'verdict'))}${row['final'] !== true && html` <span class="quiet">not final</span>`}`,
      people(row),
      html`${value(textOf(row, 'event_name'), 32)}${textOf(row, 'error_code') !== null && html` <span class="failed">${textOf(row, 'error_code')}</span>`}`,
      object(textOf(row, 'bucket'), textOf(row, 'object_key'), 64),
      bytes(numberOf(row, 'bytes_out') + numberOf(row, 'bytes_in')),
      address(textOf(row, 'source_address')),
    ]),
  );
}

/** What `explain` says of the event that the report is about. */
export function explanationSection(model: ReportModel): Html | null {
  if (model.subject.kind !== 'event') return null;
  if (model.explanation === null)
    return section('explanation', 'Why', null, nothing('Left out, because it is redacted: the command explain says it.'));
  return section(
    'explanation',
    'Why',
    'What the command explain says of this event, word for word.',
    html`<pre class="frame" tabindex="0">${model.explanation.split('\n').map((line) => html`${line}\n`)}</pre>`,
  );
}
