/** From the answer to the evidence: the gravest findings, and whom they name most. */
import { type AnswerRecord, numberOf, textOf } from '../../answer/records.ts';
import { graveFindings, mostNamed } from '../answer-text.ts';
import { type Html, html } from '../html.ts';
import { momentOf, severity, value } from '../parts.ts';
import type { ReportModel } from '../report-model.ts';
import { plural } from '../shown-text.ts';
import { sentence } from './findings-section.ts';

/** Rules that are shown, one finding each. */
const RULES = 5;
/** Longest sentence. */
const LONGEST = 260;

/** Nothing when nothing grave stands. */
export function firstSection(model: ReportModel): Html | null {
  const grave = graveFindings(model);
  if (grave.length === 0) return null;
  const chosen = firstOfRules(grave, mostNamed(grave)?.user ?? null);
  return html`<div class="first"><h3>Look here first</h3><ol>${chosen.map((row) => entry(model, row))}</ol>
<p class="quiet"><a href="#findings">All ${plural(numberOf(grave[0] ?? {}, 'findings'), 'finding')}, with next steps</a></p></div>`;
}

/** Of each rule one finding: of the user whom most of them name where there is one, else the first. */
function firstOfRules(grave: readonly AnswerRecord[], user: string | null): AnswerRecord[] {
  const rules = [...new Set(grave.map((row) => String(row['rule_id'])))];
  const chosen = rules.map((rule) => {
    const of = grave.filter((row) => row['rule_id'] === rule);
    return of.find((row) => user !== null && row['user_id'] === user) ?? (of[0] as AnswerRecord);
  });
  const rank = (row: AnswerRecord) => (row['severity'] === 'critical' ? 0 : user !== null && row['user_id'] === user ? 1 : 2);
  return chosen
    .map((row, at) => ({ row, at }))
    .sort((a, b) => rank(a.row) - rank(b.row) || a.at - b.at)
    .slice(0, RULES)
    .map(({ row }) => row);
}

function entry(model: ReportModel, row: AnswerRecord): Html {
  const summary = textOf(row, 'summary');
  const title = model.rules.find((rule) => rule.id === row['rule_id'])?.title ?? String(row['rule_id']);
  return html`<li>${severity(String(row['severity']))} <span class="what">${
    summary === null
      ? html`${title}${textOf(row, 'user_id') !== null && html`: ${value(textOf(row, 'user_id'))}`}`
      : html`<bdi>${clipped(sentence(summary))}</bdi>`
  }</span> <span class="when">${momentOf(model, row, 'event_time_ms')}</span></li>`;
}

/** The beginning of a sentence, roles without their ARN: the whole of it stands under Findings. */
function clipped(text: string): string {
  const characters = [...text.replace(/arn:aws:sts::\d*:assumed-role\//g, '')];
  return characters.length <= LONGEST ? characters.join('') : `${characters.slice(0, LONGEST - 1).join('')}…`;
}
