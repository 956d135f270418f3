/** Findings, worst first: what, on what evidence, and what to do next. */
import { type AnswerRecord, numberOf, textOf, textsOf } from '../../answer/records.ts';
import { type Html, html } from '../html.ts';
import { eventLink, momentOf, nothing, prose, section, severity, value } from '../parts.ts';
import type { ReportModel } from '../report-model.ts';
import { countText, plural, sizeText } from '../shown-text.ts';
import { severityClass } from '../words.ts';

/** Findings shown of one rule; more are behind a click, and still more are in the lake. */
const SHOWN: Readonly<Record<string, number>> = { critical: 10, high: 5, medium: 3, low: 2 };
const MORE = 15;

/** @param places rows of the data block by event id */
export function findingsSection(model: ReportModel, places: ReadonlyMap<string, number>): Html {
  if (model.findings.length === 0)
    return section(
      'findings',
      'Findings',
      null,
      nothing(
        `None of ${plural(model.rules.length, 'rule')} finds anything here. Rules that are silent for want of a setting are named above.`,
      ),
    );
  const rules = [...new Set(model.findings.map((row) => String(row['rule_id'])))];
  const bySeverity = ['critical', 'high', 'medium', 'low']
    .map((name) => ({ name, n: numberOf(model.findings.find((row) => row['severity'] === name) ?? {}, 'of_severity') }))
    .filter(({ n }) => n > 0);
  return section(
    'findings',
    'Findings',
    html`${bySeverity.map(({ name, n }, at) => [at > 0 && ', ', html`${countText(n)} ${name}`])}; ${plural(rules.length, 'rule')}. A finding is a reason to look, no verdict on a person.`,
    html`<div class="cards">${rules.map((rule) =>
      card(
        model,
        model.findings.filter((row) => row['rule_id'] === rule),
        places,
      ),
    )}</div>`,
  );
}

function card(model: ReportModel, findings: readonly AnswerRecord[], places: ReadonlyMap<string, number>): Html {
  const [first] = findings as [AnswerRecord];
  const id = String(first['rule_id']);
  const rule = model.rules.find((each) => each.id === id);
  const name = String(first['severity']);
  const shown = SHOWN[name] ?? 2;
  const all = numberOf(first, 'of_rule');
  const more = findings.slice(shown, shown + MORE);
  const left = all - Math.min(findings.length, shown + MORE);
  return html`<article class="card ${severityClass(name)}"><h3>${severity(name)} <span>${rule?.title ?? id}</span>${all > 1 && html` <span class="count">${countText(all)}</span>`}</h3>
${list(model, findings.slice(0, shown), places)}${more.length > 0 && html`<details class="screen"><summary>${countText(more.length)} more of this rule</summary>${list(model, more, places)}${left > 0 && html`<p class="quiet">And ${countText(left)} more: <code>query findings-open</code> lists all.</p>`}</details>`}
${rule !== undefined && html`<p class="next"><b>Next.</b> ${prose(rule.next)}</p><details class="rule"><summary>What it means, and when it is harmless</summary><p>${prose(rule.meaning)}</p><p><b>Harmless if:</b> ${prose(rule.falsePositives)}</p><p class="quiet"><code>${id}</code>${rule.attack !== 'none' && html` · ATT&amp;CK ${rule.attack}`}</p></details>`}</article>`;
}

function list(model: ReportModel, findings: readonly AnswerRecord[], places: ReadonlyMap<string, number>): Html {
  return html`<ul class="found">${findings.map((row) => {
    const summary = textOf(row, 'summary');
    const user = textOf(row, 'user_id');
    return html`<li><span class="when">${momentOf(model, row, 'event_time_ms')}</span> <span class="what">${
      summary === null
        ? html`${user === null ? 'Nobody is named' : value(user)}${textOf(row, 'source_address') !== null && html`, from ${value(textOf(row, 'source_address'))}`}`
        : html`<bdi>${sentence(summary)}</bdi>`
    }</span>${evidence(row, places)}</li>`;
  })}</ul>`;
}

function evidence(row: AnswerRecord, places: ReadonlyMap<string, number>): Html | null {
  const ids = textsOf(row, 'event_ids');
  if (ids.length === 0) return null;
  const linked = ids.filter((id) => places.has(id));
  return html` <span class="evidence">${linked.length > 0 ? linked.slice(0, 6).map((id, at) => [at > 0 && ' ', eventLink(id, places.get(id), html`<span class="code">${id.slice(0, 8)}</span>`)]) : html`<span class="code">${ids[0]?.slice(0, 36)}</span>`}${ids.length > 6 && ` and ${countText(ids.length - 6)} more`}</span>`;
}

/** The sentence of a rule, for the eye: a capital at its beginning, sizes in units. */
export function sentence(summary: string): string {
  const sized = summary.replace(/(?<![\w.])(\d{4,15}) bytes\b/g, (_, n: string) => sizeText(Number(n)));
  return /^(the|a|an) /.test(sized) ? `${sized.charAt(0).toUpperCase()}${sized.slice(1)}` : sized;
}
