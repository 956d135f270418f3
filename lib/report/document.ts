/** The whole file: head with its content security policy, sections, data, script. Pure. */
import { createHash } from 'node:crypto';
import type { AnswerRecord } from '../answer/records.ts';
import { AuditError } from '../errors.ts';
import { escapeText, type Html, html } from './html.ts';
import { byTime } from './report-data.ts';
import type { ReportModel } from './report-model.ts';
import { type PackedBlock, packBlock } from './rows-block.ts';
import { answerSection } from './sections/answer-section.ts';
import { completenessSection } from './sections/completeness-section.ts';
import { eventsSection, explanationSection } from './sections/events-section.ts';
import { changesSection, evidenceSection, glossarySection, manifestHash } from './sections/evidence-section.ts';
import { findingsSection } from './sections/findings-section.ts';
import { objectsSection } from './sections/objects-section.ts';
import { peopleSection, sessionsSection } from './sections/people-section.ts';
import { timelineSection } from './sections/timeline-section.ts';
import { documentTitle, provenanceSection, titleSection } from './sections/title-section.ts';
import { unnamedSection } from './sections/unnamed-section.ts';
import { countText, visible } from './shown-text.ts';

/** What comes with the package and is put into every report. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
}

export interface ReportDocument {
  readonly text: string;
  readonly bytes: number;
  /** Events in the list of the page. */
  readonly rows: number;
  /** Events that count and are not in the list. */
  readonly leftOut: number;
}

/** Rows are cut until the file is small enough; so many tries always do. */
const TRIES = 12;

/**
 * Draws a report.
 * @param model redacted already, where that is wanted
 * @param maxBytes of the file; the rows that matter least are cut until it holds
 * @throws AuditError when even a report without rows is larger
 */
export function renderReport(model: ReportModel, page: PageParts, maxBytes: number): ReportDocument {
  const ranked = [...model.events.rows].sort((a, b) => Number(a['priority']) - Number(b['priority']));
  let most = ranked.length;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const rows = byTime(ranked.slice(0, most));
    const block = packBlock(model, rows);
    const text = documentText(model, page, rows, block);
    const bytes = Buffer.byteLength(text);
    if (bytes <= maxBytes) return { text, bytes, rows: rows.length, leftOut: model.events.total - rows.length };
    if (most === 0) break;
    const fixed = bytes - block.base64.length;
    most = maxBytes <= fixed ? 0 : Math.floor(most * Math.min(0.97, ((maxBytes - fixed) / block.base64.length) * 0.99));
  }
  throw new AuditError(`the report does not fit into ${Math.round(maxBytes / 1e6)} MB`, {
    remedy: 'give a greater --max-mb, or a narrower window',
  });
}

function documentText(model: ReportModel, page: PageParts, rows: readonly AnswerRecord[], block: PackedBlock): string {
  const places = new Map(rows.map((row, at) => [String(row['event_id']), at] as const));
  const style = page.style + sheetStyle(model);
  const policy =
    `default-src 'none'; script-src '${hashOf(page.script)}'; style-src '${hashOf(style)}'; img-src data:; ` +
    "base-uri 'none'; form-action 'none'";
  const marking = model.marking === null ? null : html`<header class="marking"><bdi>${model.marking}</bdi></header>`;
  const main = html`${titleSection(model)}${answerSection(model)}${completenessSection(model, rows.length)}${explanationSection(model)}${timelineSection(model)}${findingsSection(model, places)}${unnamedSection(model, places)}${peopleSection(model)}${sessionsSection(model)}${objectsSection(model, places)}${eventsSection(model, rows)}${changesSection(model, places)}${evidenceSection(model, block)}${provenanceSection(model)}${glossarySection()}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="appstream-audit ${escapeText(model.toolVersion)}">
<title>${escapeText(documentTitle(model))}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#answer">To the answer</a>
${marking?.text ?? ''}
<div class="page">
${navigation(model).text}
<main id="top">
${main.text}</main>
</div>
<footer class="foot"><span>appstream-audit ${escapeText(model.toolVersion)}</span> <span>evidence manifest <span class="code">${manifestHash(model.inputs).slice(0, 16)}</span></span></footer>
<script type="application/vnd.appstream-audit+gzip;base64" id="rows" data-sha256="${block.sha256}">${block.base64}</script>
<script>${page.script}</script>
</body>
</html>
`;
}

/** What stands at the foot of every printed sheet. Texts out of the lake or the command line come in as escapes alone. */
function sheetStyle(model: ReportModel): string {
  const box = (place: string, content: string) => `@bottom-${place}{content:${content};font:7.5pt sans-serif;color:#555}`;
  const source = `appstream-audit ${model.toolVersion}, evidence ${manifestHash(model.inputs).slice(0, 16)}`;
  return `@page{${box('left', cssString(model.marking ?? ''))}${box('center', cssString(source))}${box('right', 'counter(page) " / " counter(pages)')}}`;
}

/** A text as a string of CSS: whatever is no letter or digit is its number. */
function cssString(text: string): string {
  return `"${visible(text).replace(/[^A-Za-z0-9 ]/gu, (character) => `\\${(character.codePointAt(0) ?? 0).toString(16)} `)}"`;
}

/** Sections with how much is in them. */
function navigation(model: ReportModel): Html {
  const first = (rows: readonly AnswerRecord[], column: string) => Number(rows[0]?.[column] ?? 0);
  const entries: [string, string, number | null][] = [
    ['answer', 'Answer', null],
    ['limits', 'Not said', model.statements.filter((each) => each.state === 'open' || each.state === 'missing').length || null],
    ...(model.subject.kind === 'event' ? [['explanation', 'Why', null] as [string, string, null]] : []),
    ['timeline', 'Timeline', null],
    ['findings', 'Findings', first(model.findings, 'findings')],
    ['unnamed', 'Unnamed writes', first(model.unnamedWrites, 'writes')],
    ['people', 'People', first(model.people, 'people')],
    ['sessions', 'Sessions', first(model.sessions, 'sessions')],
    ['objects', 'Objects', first(model.objects, 'objects')],
    ['events', 'Events', model.events.total],
    ['changes', 'Changes', first(model.changes, 'changes')],
    ['evidence', 'Evidence', model.inputs.length],
    ['about', 'About', null],
    ['glossary', 'Words', null],
  ];
  return html`<nav class="toc" aria-label="Sections"><ul>${entries.map(
    ([id, name, n]) => html`<li><a href="#${id}">${name}${n !== null && html` <span class="n">${countText(n)}</span>`}</a></li>`,
  )}</ul></nav>`;
}

/** @throws AuditError for a text that would end its own element */
function hashOf(text: string): string {
  if (/<\/(script|style)|<!--/i.test(text)) throw new AuditError('the page that comes with the package would end its own element');
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
