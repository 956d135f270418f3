/** The head of a report: what it is about, when, by what. */
import { shellQuoted } from '../../answer/cell.ts';
import { textOf } from '../../answer/records.ts';
import { type Html, html } from '../html.ts';
import { durationText } from '../moment-text.ts';
import { moment } from '../parts.ts';
import type { ReportModel } from '../report-model.ts';
import { visible } from '../shown-text.ts';
import type { SubjectKind } from '../subject.ts';

const KINDS: Readonly<Record<SubjectKind, string>> = {
  lake: 'Everything in the lake',
  user: 'User',
  session: 'Session',
  finding: 'Finding',
  bucket: 'Bucket',
  event: 'Event',
};

/** What a report is about, as a heading. */
export function subjectName(model: ReportModel): string {
  const { kind, id, key } = model.subject;
  if (kind === 'lake') return 'S3 activity from AppStream sessions';
  if (kind === 'finding') return findingTitle(model) ?? id;
  return key === '' ? id : `${id}/${key}`;
}

function findingTitle(model: ReportModel): string | null {
  const found = model.findings.find((row) => row['finding_id'] === model.subject.id) ?? model.findings[0];
  return model.rules.find((rule) => rule.id === found?.['rule_id'])?.title ?? null;
}

/** The title of the document: text of logs made visible, because a browser shows it in a place of its own. */
export function documentTitle(model: ReportModel): string {
  return visible(`${subjectName(model).slice(0, 80)} – appstream-audit report`);
}

export function titleSection(model: ReportModel): Html {
  const { kind, id, key } = model.subject;
  const what = kind === 'bucket' && key !== '' ? 'Object' : KINDS[kind];
  const { fromMs, shownToMs: toMs, isWhole } = model.window;
  const isEmpty = isWhole && fromMs === 0;
  return html`<header class="title">
<p class="eyebrow">${what}</p>
<h1><bdi>${subjectName(model)}</bdi></h1>
${kind === 'finding' && id !== '' && html`<p class="of"><bdi class="code">${id}</bdi></p>`}
${isEmpty ? html`<p class="window">No verdict is in the lake yet.</p>` : html`<p class="window">${moment(model, fromMs)} <span class="to">to</span> ${moment(model, toMs)} <span class="zone">UTC</span> <span class="quiet">· ${durationText(toMs - fromMs)}${isWhole ? ' · the whole lake' : ''}</span></p>`}
</header>\n`;
}

/** What made the report, and how to make it again. */
export function provenanceSection(model: ReportModel): Html {
  const [run] = model.runs;
  const facts: [string, Html | string][] = [
    ['As of', moment(model, model.asOfMs)],
    ['Made by', `appstream-audit ${model.toolVersion}`],
    ['Events chosen', model.subject.chosen],
    ['Last run', run === undefined ? 'no run: nothing was judged' : html`<span class="code">${textOf(run, 'run_id')}</span>`],
    ['Configuration', run === undefined ? 'none' : html`<span class="code">${textOf(run, 'configuration_hash')}</span>`],
    ['Rules', run === undefined ? 'none' : html`<span class="code">${textOf(run, 'rules_version')}</span>`],
    ['Times', model.zone === null ? 'UTC' : html`UTC; beside it the clock of ${model.zone.name}`],
    ['Again', html`<code class="command">appstream-audit report ${model.command.map(shellQuoted).join(' ')}</code>`],
  ];
  return html`<section id="about" aria-labelledby="about-title"><h2 id="about-title">About this report</h2><dl class="facts">${facts.map(
    ([name, said]) => html`<div><dt>${name}</dt><dd>${said}</dd></div>`,
  )}</dl></section>\n`;
}
