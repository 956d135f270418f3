/** On what all this rests: changes of verdict, inputs with their hashes, and the words. */
import { createHash } from 'node:crypto';
import { type AnswerRecord, numberOf, textOf } from '../../answer/records.ts';
import { type Html, html } from '../html.ts';
import { amount, code, eventLink, momentOf, nothing, object, section, shownOf, table, value, verdict } from '../parts.ts';
import type { ReportModel } from '../report-model.ts';
import { countText, plural, sizeText } from '../shown-text.ts';
import { VERDICT_WORDS, VERDICTS, verdictClass } from '../words.ts';

/** Inputs listed; the manifest hash is over all. */
const INPUTS = 80;

/** @param places rows of the data block by event id */
export function changesSection(model: ReportModel, places: ReadonlyMap<string, number>): Html {
  const rows = model.changes;
  if (rows.length === 0)
    return section(
      'changes',
      'Changes of verdict',
      null,
      nothing('No verdict of these events ever named somebody else, or nobody, before.'),
    );
  const all = numberOf(rows[0] ?? {}, 'changes');
  return section(
    'changes',
    'Changes of verdict',
    'What was believed before, and what made a run look again.',
    html`${table(
      'Changes of verdict',
      [
        { title: 'Event, UTC', tight: true },
        { title: 'Call and object', wide: true },
        { title: 'Before' },
        { title: 'Now' },
        { title: 'Because of', tight: true },
        { title: 'As of', tight: true },
      ],
      rows.map((row) => [
        eventLink(String(row['event_id']), places.get(String(row['event_id'])), momentOf(model, row, 'event_time_ms')),
        html`${value(textOf(row, 'event_name'), 28)} <span class="under">${object(textOf(row, 'bucket'), textOf(row, 'object_key'), 56)}</span>`,
        believed(row, 'old'),
        believed(row, 'new'),
        (textOf(row, 'cause') ?? '').replaceAll('_', ' '),
        momentOf(model, row, 'as_of_ms'),
      ]),
    )}<p class="quiet small">${shownOf(rows.length, all, 'changes')}.</p>`,
  );
}

function believed(row: AnswerRecord, when: 'old' | 'new'): Html {
  const user = textOf(row, `${when}_user_id`);
  return html`${verdict(textOf(row, `${when}_verdict`))}${user !== null && html` <span class="under">${value(user, 40)}</span>`}`;
}

/** SHA-256 over `sha256 location` of all inputs, a line each, sorted: changes when any byte of any input does. */
export function manifestHash(inputs: readonly AnswerRecord[]): string {
  const lines = inputs.map((row) => `${textOf(row, 'sha256')} ${textOf(row, 'location')}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}

export function evidenceSection(model: ReportModel, data: { readonly sha256: string; readonly rows: number }): Html {
  const { inputs } = model;
  const listed = [...inputs].sort((a, b) => numberOf(b, 'n') - numberOf(a, 'n')).slice(0, INPUTS);
  const kinds = [...new Set(inputs.map((row) => String(row['kind'])))].sort();
  return section(
    'evidence',
    'Evidence',
    html`${plural(inputs.length, 'input')}: log files of these events, and everything that tells of sessions. ${sizeText(inputs.reduce((sum, row) => sum + numberOf(row, 'size_bytes'), 0))} as stored.`,
    html`<dl class="facts"><div><dt>Manifest</dt><dd><span class="code">${manifestHash(inputs)}</span> <span class="quiet">SHA-256 over the hash and place of every input${model.redacted.length > 0 && ', as they stand in this report'}</span></dd></div>
<div><dt>Data of this page</dt><dd><span class="code">${data.sha256}</span> <span class="quiet" id="data-state">SHA-256 of ${plural(data.rows, 'row')}; not checked without a script</span></dd></div>
<div><dt>Kinds</dt><dd>${kinds.map((kind, at) => [at > 0 && ', ', `${countText(inputs.filter((row) => row['kind'] === kind).length)} ${kind.replaceAll('_', ' ')}`])}</dd></div></dl>
<details><summary>${shownOf(listed.length, inputs.length, 'inputs')}, those first that most events come from</summary>${table(
      'Inputs',
      [
        { title: 'Input', wide: true },
        { title: 'SHA-256' },
        { title: 'Kind', tight: true },
        { title: 'State', tight: true },
        { title: 'Size', number: true },
        { title: 'Records', number: true },
        { title: 'Set aside', number: true },
        { title: 'Events here', number: true },
      ],
      listed.map((row) => [
        code(textOf(row, 'location'), 110),
        html`<span class="hash">${textOf(row, 'sha256')}</span>`,
        (textOf(row, 'kind') ?? '').replaceAll('_', ' '),
        textOf(row, 'status') ?? '',
        sizeText(numberOf(row, 'size_bytes')),
        amount(numberOf(row, 'records_read')),
        amount(numberOf(row, 'malformed')),
        amount(numberOf(row, 'n')),
      ]),
    )}</details>`,
  );
}

export function glossarySection(): Html {
  const words: [Html | string, string][] = [
    ...VERDICTS.map((name): [Html, string] => [
      html`<span class="verdict ${verdictClass(name)}">${VERDICT_WORDS[name].word}</span>`,
      VERDICT_WORDS[name].meaning,
    ]),
    [
      'final',
      'Every report that could matter is in or overdue, and nothing that was weighed is disputed. Evidence that arrives against expectation may still change the verdict; the change is kept.',
    ],
    [
      'corroborated',
      'A second sign names the same user: a home-folder key, the credentials of the caller, or the instance in the role session name.',
    ],
    ['finding', 'What a rule saw and a person should look at. It stands until later evidence answers it.'],
    ['left S3, came into S3', 'Bytes as CloudTrail logs them. Parts of uploads count; what was read twice counts twice.'],
  ];
  return section(
    'glossary',
    'Words',
    null,
    html`<dl class="glossary">${words.map(([word, meaning]) => html`<div><dt>${word}</dt><dd>${meaning}</dd></div>`)}</dl>`,
  );
}
