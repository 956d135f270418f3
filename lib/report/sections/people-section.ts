/** Who: the people that events name or could mean, and the sessions. */
import { type AnswerRecord, numberOf, textOf, textsOf } from '../../answer/records.ts';
import { type Html, html } from '../html.ts';
import { durationText } from '../moment-text.ts';
import { address, amount, bytes, code, momentOf, nothing, section, shownOf, table, value } from '../parts.ts';
import type { ReportModel } from '../report-model.ts';
import { plural } from '../shown-text.ts';

/** People shown at once; the others are behind a click. */
const SHOWN = 25;
const SESSIONS_SHOWN = 25;
const SESSIONS_LISTED = 45;

export function peopleSection(model: ReportModel): Html {
  const rows = model.people;
  if (rows.length === 0)
    return section('people', 'People', null, nothing('No event of this report names anybody, and none has a candidate.'));
  const all = numberOf(rows[0] ?? {}, 'people');
  return section(
    'people',
    'People',
    'By what they took out of S3. Ambiguous are events of which they are one candidate among several.',
    html`${peopleTable(model, rows.slice(0, SHOWN), 0)}${
      rows.length > SHOWN &&
      html`<details><summary>${shownOf(rows.length - SHOWN, all - SHOWN, 'more people')}</summary>${peopleTable(model, rows.slice(SHOWN), SHOWN)}</details>`
    }`,
  );
}

function peopleTable(model: ReportModel, rows: readonly AnswerRecord[], from: number): Html {
  return table(
    from === 0 ? 'People' : 'More people',
    [
      { title: 'User' },
      { title: 'Sessions', number: true },
      { title: 'Reads', number: true },
      { title: 'Writes', number: true },
      { title: 'Deletes', number: true },
      { title: 'Failed', number: true },
      { title: 'Out', number: true },
      { title: 'In', number: true },
      { title: 'Ambiguous', number: true },
      { title: 'First', tight: true },
      { title: 'Last', tight: true },
    ],
    rows.map((row, at) => [
      html`<span class="pick" data-user="${from + at}">${value(textOf(row, 'user_id'), 44)}</span> <span class="quiet">${textOf(row, 'authentication_type')}</span>`,
      ...['sessions', 'reads', 'writes', 'deletes', 'denied'].map((column) => amount(numberOf(row, column))),
      bytes(numberOf(row, 'bytes_out')),
      bytes(numberOf(row, 'bytes_in')),
      amount(numberOf(row, 'candidate_n')),
      textOf(row, 'first_ms') === null ? html`<span class="none">never named</span>` : momentOf(model, row, 'first_ms'),
      textOf(row, 'last_ms') === null ? '' : momentOf(model, row, 'last_ms'),
    ]),
  );
}

export function sessionsSection(model: ReportModel): Html {
  const rows = model.sessions;
  if (rows.length === 0) return section('sessions', 'Sessions', null, nothing('No session belongs to this report: no event names one.'));
  const all = numberOf(rows[0] ?? {}, 'sessions');
  return section(
    'sessions',
    'Sessions',
    'Those with findings first, then by what was taken out of S3. Open doors are ways out of a session that its stack allowed.',
    html`${sessionTable(model, rows.slice(0, SESSIONS_SHOWN), 0)}${
      rows.length > SESSIONS_SHOWN &&
      html`<details><summary>${shownOf(Math.min(rows.length, SESSIONS_LISTED) - SESSIONS_SHOWN, all - SESSIONS_SHOWN, 'more sessions')}</summary>${sessionTable(model, rows.slice(SESSIONS_SHOWN, SESSIONS_LISTED), SESSIONS_SHOWN)}</details>`
    }`,
  );
}

function sessionTable(model: ReportModel, rows: readonly AnswerRecord[], from: number): Html {
  return table(
    from === 0 ? 'Sessions' : 'More sessions',
    [
      { title: 'User and session' },
      { title: 'Start and length', tight: true },
      { title: 'Fleet and address' },
      { title: 'Signed in from' },
      { title: 'Open doors', tight: true },
      { title: 'Events', number: true },
      { title: 'Writes', number: true },
      { title: 'Out', number: true },
    ],
    rows.map((row, at) => [
      html`${value(textOf(row, 'user_id'), 44)}${flags(row)}<span class="under pick" data-session="${from + at}">${code(textOf(row, 'session_id'), 40)}</span>`,
      html`${momentOf(model, row, 'session_start_ms')}<span class="under">${lasted(row)}</span>${remarks(row)}`,
      html`${value(textOf(row, 'fleet_name'), 32)}${textsOf(row, 'private_addresses').map((each) => html`<span class="under">${address(each)}</span>`)}`,
      signIn(row),
      doors(row),
      amount(numberOf(row, 'n')),
      amount(numberOf(row, 'writes')),
      bytes(numberOf(row, 'bytes_out')),
    ]),
  );
}

/** Findings that stand against a session. */
function flags(row: AnswerRecord): Html | null {
  const n = numberOf(row, 'findings');
  return n === 0 ? null : html` <span class="flag" aria-hidden="true">◆</span> <span class="quiet">${plural(n, 'finding')}</span>`;
}

function lasted(row: AnswerRecord): string {
  if (textOf(row, 'session_end_ms') === null) return 'end unknown';
  return durationText(numberOf(row, 'session_end_ms') - numberOf(row, 'session_start_ms'));
}

/** What makes a session less certain than others. */
function remarks(row: AnswerRecord): Html | null {
  const said = [
    row['origin'] !== 'report' && 'seen in sweeps only',
    row['connected'] === false && 'never connected',
    row['is_multisession'] === true && 'multi-session',
    row['contested'] === true && 'reports disagree',
    textOf(row, 'contradiction') !== null && 'contradicts itself',
    row['doubtful'] === true && 'doubtful',
    row['reused'] === true && 'id used again',
  ].filter((each) => each !== false);
  return said.length === 0 ? null : html`<span class="under quiet">${said.join(', ')}</span>`;
}

function signIn(row: AnswerRecord): Html {
  const addresses = [
    ...new Set([...(textOf(row, 'logon_address') === null ? [] : [String(row['logon_address'])]), ...textsOf(row, 'client_addresses')]),
  ];
  if (addresses.length === 0) return html`<span class="none">not known</span>`;
  return html`${addresses.slice(0, 3).map((each) => html`<span class="line">${address(each)}</span>`)}${addresses.length > 3 && html`<span class="under">and ${addresses.length - 3} more</span>`}`;
}

const DOORS: readonly (readonly [column: string, word: string])[] = [
  ['file_download', 'download'],
  ['clipboard_to_device', 'clipboard out'],
  ['printing', 'printing'],
  ['google_drive', 'Google Drive'],
  ['one_drive', 'OneDrive'],
  ['file_upload', 'upload'],
  ['clipboard_from_device', 'clipboard in'],
];

function doors(row: AnswerRecord): Html | string {
  const known = DOORS.filter(([column]) => row[column] !== null && row[column] !== undefined);
  if (known.length === 0) return html`<span class="none">not reported</span>`;
  const open = known.filter(([column]) => row[column] === true).map(([, word]) => word);
  return open.length === 0
    ? html`<span class="none">all closed</span>`
    : html`${open.map((word) => html`<span class="line">${word}</span>`)}`;
}
