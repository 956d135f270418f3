/** What: buckets, objects, and copies from one to another. */
import { numberOf, textOf } from '../../answer/records.ts';
import { type Html, html } from '../html.ts';
import { amount, bytes, code, eventLink, momentOf, nothing, object, people, section, shownOf, table, verdict } from '../parts.ts';
import type { ReportModel } from '../report-model.ts';

/** @param places rows of the data block by event id */
export function objectsSection(model: ReportModel, places: ReadonlyMap<string, number>): Html {
  if (model.prefixes.length === 0)
    return section('objects', 'Objects and copies', null, nothing('No event of this report names a bucket.'));
  return section(
    'objects',
    'Objects and copies',
    'By bytes in and out.',
    html`${prefixTable(model)}${objectTable(model)}${copyTable(model, places)}`,
  );
}

function prefixTable(model: ReportModel): Html {
  const all = numberOf(model.prefixes[0] ?? {}, 'prefixes');
  return html`<h3>Buckets</h3>${table(
    'Buckets and prefixes',
    [
      { title: 'Bucket and prefix' },
      ...['Objects', 'Users', 'Events', 'Writes', 'Deletes', 'Unnamed', 'Out', 'In'].map((title) => ({ title, number: true })),
    ],
    model.prefixes.map((row) => [
      object(textOf(row, 'bucket'), textOf(row, 'prefix'), 64),
      ...['objects', 'users', 'n', 'writes', 'deletes', 'unnamed'].map((column) => amount(numberOf(row, column))),
      bytes(numberOf(row, 'bytes_out')),
      bytes(numberOf(row, 'bytes_in')),
    ]),
  )}<p class="quiet small">${shownOf(model.prefixes.length, all, 'prefixes')}.</p>`;
}

function objectTable(model: ReportModel): Html | null {
  if (model.objects.length === 0) return null;
  const all = numberOf(model.objects[0] ?? {}, 'objects');
  return html`<h3>Objects</h3>${table(
    'Objects',
    [
      { title: 'Object' },
      ...['Users', 'Events', 'Writes', 'Deletes', 'Unnamed', 'Out', 'In'].map((title) => ({ title, number: true })),
      { title: 'Last', tight: true },
    ],
    model.objects.map((row) => [
      object(textOf(row, 'bucket'), textOf(row, 'object_key'), 84),
      ...['users', 'n', 'writes', 'deletes', 'unnamed'].map((column) => amount(numberOf(row, column))),
      bytes(numberOf(row, 'bytes_out')),
      bytes(numberOf(row, 'bytes_in')),
      momentOf(model, row, 'last_ms'),
    ]),
  )}<p class="quiet small">${shownOf(model.objects.length, all, 'objects')}.</p>`;
}

function copyTable(model: ReportModel, places: ReadonlyMap<string, number>): Html {
  const heading = html`<h3>Copies</h3>`;
  if (model.copies.length === 0) return html`${heading}${nothing('No event of this report copies an object.')}`;
  const all = numberOf(model.copies[0] ?? {}, 'copies');
  return html`${heading}${table(
    'Copies',
    [
      { title: 'Time, UTC', tight: true },
      { title: 'From', wide: true },
      { title: 'To', wide: true },
      { title: 'By' },
      { title: 'Verdict', tight: true },
    ],
    model.copies.map((row) => [
      eventLink(String(row['event_id']), places.get(String(row['event_id'])), momentOf(model, row, 'event_time_ms')),
      code(textOf(row, 'copy_source'), 64),
      object(textOf(row, 'to_bucket'), textOf(row, 'to_key'), 48),
      people(row),
      html`${verdict(textOf(row, 'verdict'))}${textOf(row, 'error_code') !== null && html` <span class="failed">failed: ${textOf(row, 'error_code')}</span>`}`,
    ]),
  )}<p class="quiet small">${shownOf(model.copies.length, all, 'copies')}${all > model.copies.length && html`; <code>query copies</code> lists all`}.</p>`;
}
