/** The answer: a paragraph made of counts, the figures that matter, and beside them how far they go. */
import { answerSentences, percent, type Sentence, type Sums, sumsOf } from '../answer-text.ts';
import { type Html, html } from '../html.ts';
import { REDACTION_TEXTS } from '../redaction-kinds.ts';
import type { ReportModel } from '../report-model.ts';
import { countText, shortened, sizeText } from '../shown-text.ts';
import { VERDICT_WORDS, VERDICTS, verdictClass } from '../words.ts';
import { firstSection } from './first-section.ts';

export function answerSection(model: ReportModel): Html {
  const sums = sumsOf(model.totals);
  return html`<section id="answer" aria-labelledby="answer-title"><h2 id="answer-title" class="unseen">The answer</h2>
<p class="answer">${answerSentences(model).map((sentence, at) => [at > 0 && ' ', sentenceHtml(sentence)])}</p>
${verdictBar(sums)}${firstSection(model)}${figures(sums)}${redactionNote(model)}</section>\n`;
}

function sentenceHtml(sentence: Sentence): Html {
  return html`${sentence.map((piece) =>
    typeof piece === 'string'
      ? piece
      : 'strong' in piece
        ? html`<strong>${piece.strong}</strong>`
        : html`<bdi class="name">${shortened(piece.name, 96)}</bdi>`,
  )}`;
}

/** All events as one bar: how much of it has a name. */
function verdictBar(sums: Sums): Html | null {
  if (sums.events === 0) return null;
  const parts = VERDICTS.map((name) => ({ name, n: sums.verdicts[name] ?? 0 })).filter(({ n }) => n > 0);
  let x = 0;
  const rects = parts.map(({ name, n }) => {
    const width = (n / sums.events) * 1000;
    const at = x;
    x += width;
    return html`<rect class="${verdictClass(name)}" x="${at.toFixed(2)}" y="0" width="${Math.max(1.5, width - 1.5).toFixed(2)}" height="10"/>`;
  });
  return html`<div class="share"><svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">${rects}</svg><ul class="legend">${parts.map(
    ({ name, n }) =>
      html`<li><span class="verdict ${verdictClass(name)}">${VERDICT_WORDS[name].word}</span> <b>${countText(n)}</b> <span class="quiet">${percent(n, sums.events)}</span></li>`,
  )}</ul></div>`;
}

function figures(sums: Sums): Html {
  const of: [string, string][] = [
    ['reads and listings', countText(sums.reads)],
    ['writes', countText(sums.writes)],
    ['deletes', countText(sums.deletes)],
    ['calls that failed', countText(sums.denied)],
    ['left S3', sizeText(sums.bytesOut)],
    ['came into S3', sizeText(sums.bytesIn)],
  ];
  return html`<dl class="figures">${of.map(([name, n]) => html`<div><dt>${name}</dt><dd>${n}</dd></div>`)}</dl>`;
}

function redactionNote(model: ReportModel): Html | null {
  if (model.redacted.length === 0) return null;
  return html`<aside class="redacted"><strong>Redacted.</strong> ${model.redacted.map((kind) => `${REDACTION_TEXTS[kind]} `)}Sentences of findings that could hold such names are left out.</aside>`;
}
