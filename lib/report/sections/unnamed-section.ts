/** Writes and deletes without a name: always shown, whatever the report is about. */

import { reasonSentence } from '../../answer/reasons.ts';
import { numberOf, textOf } from '../../answer/records.ts';
import { type Html, html } from '../html.ts';
import { address, eventLink, momentOf, nothing, object, people, section, shownOf, table, value, verdict } from '../parts.ts';
import type { ReportModel } from '../report-model.ts';
import { countText } from '../shown-text.ts';

/** @param places rows of the data block by event id */
export function unnamedSection(model: ReportModel, places: ReadonlyMap<string, number>): Html {
  const title = 'Writes and deletes without a name';
  const rows = model.unnamedWrites;
  const [first] = rows;
  if (first === undefined)
    return section(
      'unnamed',
      title,
      null,
      nothing('None in the window: every write and delete in scope is attributed, or cannot be joined to a session at all.'),
    );
  const all = numberOf(first, 'writes');
  const parts = ['unattributed', 'pending', 'ambiguous']
    .map((name) => ({ name, n: numberOf(first, `${name}_writes`) }))
    .filter(({ n }) => n > 0);
  return section(
    'unnamed',
    title,
    html`All of the window, whatever this report is about: ${parts.map(({ name, n }, at) => [at > 0 && ', ', `${countText(n)} ${name}`])}. Parts of uploads are not counted.`,
    html`${table(
      title,
      [
        { title: 'Time, UTC', tight: true },
        { title: 'Verdict', tight: true },
        { title: 'Call and object', wide: true },
        { title: 'Could be' },
        { title: 'From', tight: true },
      ],
      rows.map((row) => [
        eventLink(String(row['event_id']), places.get(String(row['event_id'])), momentOf(model, row, 'event_time_ms')),
        html`${verdict(textOf(row, 'verdict'))}<span class="why">${reasonWords(row['verdict'], row['reason'])}</span>`,
        html`${value(textOf(row, 'event_name'))}${textOf(row, 'error_code') !== null && html` <span class="failed">failed: ${textOf(row, 'error_code')}</span>`}<span class="under">${object(textOf(row, 'bucket'), textOf(row, 'object_key'), 72)}</span>`,
        people(row),
        address(textOf(row, 'source_address')),
      ]),
    )}<p class="quiet small">${shownOf(rows.length, all, 'writes and deletes')}${all > rows.length && html`; <code>query unnamed-writes</code> lists all`}.</p>`,
  );
}

/** `multi_session` as words; the sentence of a reason is in the details of the event. */
function reasonWords(verdictName: unknown, reason: unknown): string {
  const sentence = reasonSentence(String(verdictName), String(reason));
  return sentence === null ? String(reason) : String(reason).replaceAll('_', ' ');
}
