/** Small parts that sections share: a value, a time, a verdict, a table. */
import { type AnswerRecord, numberOf, textOf, textsOf } from '../answer/records.ts';
import { type Content, type Html, html } from './html.ts';
import { utcClock, utcText, zoneText } from './moment-text.ts';
import type { ReportModel, Statement } from './report-model.ts';
import { countText, shortened, sizeText } from './shown-text.ts';
import { severityClass, verdictClass, verdictWord } from './words.ts';

/** Longest value of a table cell; the whole of it is in the details of the event. */
const LONGEST = 96;

/** A text out of a log, its direction its own. */
export function value(text: string | null, most: number = LONGEST): Html {
  return text === null || text === '' ? html`<span class="none">none</span>` : html`<bdi>${shortened(text, most)}</bdi>`;
}

/** The same in the type of ids and keys. */
export function code(text: string | null, most: number = LONGEST): Html {
  return text === null || text === '' ? html`<span class="none">none</span>` : html`<bdi class="code">${shortened(text, most)}</bdi>`;
}

/** An instant in UTC, and on the clock of the zone. */
export function moment(model: ReportModel, ms: number | null): Html {
  if (ms === null) return html`<span class="none">unknown</span>`;
  const local = model.zone === null ? null : html`<span class="local">${zoneText(ms, model.zone)}</span>`;
  return html`<time><i>${utcText(ms).slice(0, 10)}</i> ${utcClock(ms)}</time>${local}`;
}

/** A column that holds epoch milliseconds. */
export function momentOf(model: ReportModel, row: AnswerRecord, column: string): Html {
  return moment(model, textOf(row, column) === null ? null : numberOf(row, column));
}

/** A verdict as shape, word and colour. */
export function verdict(name: string | null): Html {
  if (name === null) return html`<span class="none">none</span>`;
  return html`<span class="verdict ${verdictClass(name)}">${verdictWord(name).word}</span>`;
}

export function severity(name: string): Html {
  return html`<span class="severity ${severityClass(name)}">${name}</span>`;
}

/** Several people: those that can be meant, none of them named. */
export function people(row: AnswerRecord): Html {
  const user = textOf(row, 'user_id');
  if (user !== null) return value(user, 48);
  const candidates = textsOf(row, 'candidate_user_ids');
  if (candidates.length === 0) return html`<span class="none">nobody</span>`;
  const more = numberOf(row, 'candidate_count') - 2;
  return html`<span class="candidates">${candidates.slice(0, 2).map((each, at) => [at > 0 && ' or ', value(each, 40)])}${more > 0 && ` or ${countText(more)} more`}</span>`;
}

/** `bucket/key`; it may break after a slash. */
export function object(bucket: string | null, key: string | null, most: number = LONGEST): Html {
  if (bucket === null) return html`<span class="none">no object</span>`;
  const parts = key === null ? [] : shortened(key, most).split('/');
  return html`<bdi class="code"><span class="bucket">${bucket}</span>${parts.map((part) => html`/<wbr>${part}`)}</bdi>`;
}

/** An address, on one line. */
export function address(text: string | null): Html {
  return text === null || text === '' ? html`<span class="none">none</span>` : html`<bdi class="code address">${shortened(text, 44)}</bdi>`;
}

export function bytes(n: number): Html | string {
  return n === 0 ? html`<i>0</i>` : sizeText(n);
}

export function amount(n: number): Html | string {
  return n === 0 ? html`<i>0</i>` : countText(n);
}

export interface Column {
  readonly title: Content;
  /** Right-aligned figures. */
  readonly number?: boolean;
  /** Keeps its words on one line. */
  readonly tight?: boolean;
  /** Gets room for a key. */
  readonly wide?: boolean;
}

/** A table in a frame that scrolls by itself where the page is narrow. The first cell of a row is its heading. */
export function table(label: string, columns: readonly Column[], rows: readonly (readonly Content[])[]): Html {
  const classOf = ({ number, tight, wide }: Column) =>
    number ? html` class="n"` : tight ? html` class="t"` : wide ? html` class="o"` : null;
  return html`<div class="frame" role="region" aria-label="${label}, table" tabindex="0"><table><thead><tr>${columns.map(
    (column) => html`<th scope="col"${classOf(column)}>${column.title}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((cell, at) => {
        const column = columns[at] ?? { title: '' };
        return at === 0 ? html`<th scope="row"${classOf(column)}>${cell}</th>` : html`<td${classOf(column)}>${cell}</td>`;
      })}</tr>\n`,
  )}</tbody></table></div>`;
}

/** A section with its heading. */
export function section(id: string, title: string, intro: Content, body: Content): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${intro !== null && html`<p class="intro">${intro}</p>`}${body}</section>\n`;
}

/** What stands where a section has nothing: a word, and why. */
export function nothing(text: string): Html {
  return html`<p class="empty">${text}</p>`;
}

/** `of 781`: what a table leaves out, in words. */
export function shownOf(shown: number, all: number, noun: string): string {
  return shown >= all ? `${countText(all)} ${noun}` : `${countText(shown)} of ${countText(all)} ${noun}`;
}

/** Our own prose with `code` in backticks. */
export function prose(text: string): Html {
  const pieces = text.split('`');
  return html`${pieces.map((piece, at) => (at % 2 === 1 ? html`<code>${piece}</code>` : piece))}`;
}

/** A link to an event of the table, by its place in the data; a text where it is not in. */
export function eventLink(id: string, place: number | undefined, text: Content = null): Html {
  const shown = text ?? html`<bdi class="code">${id}</bdi>`;
  return place === undefined ? html`${shown}` : html`<a href="#events" data-event="${place}">${shown}</a>`;
}

/** The words of a statement's state. */
export const STATE_WORDS: Readonly<Record<Statement['state'], string>> = {
  none: 'none',
  open: 'open',
  missing: 'missing',
  note: 'note',
};
