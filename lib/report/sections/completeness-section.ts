/** What the report does not say: as prominent as the answer. */
import { numberOf } from '../../answer/records.ts';
import { type Html, html } from '../html.ts';
import { prose, STATE_WORDS } from '../parts.ts';
import type { ReportModel, Statement } from '../report-model.ts';
import { countText, shortened } from '../shown-text.ts';

export function completenessSection(model: ReportModel, rowsIn: number): Html {
  const statements = [...model.statements, ...pageStatements(model, rowsIn)];
  const said = statements.filter((each) => each.state !== 'none');
  const clear = statements.filter((each) => each.state === 'none');
  return html`<section id="limits" class="limits" aria-labelledby="limits-title"><h2 id="limits-title">What this report does not say</h2>
<ul class="statements">${said.map(statementHtml)}</ul>
${clear.length > 0 && html`<details class="clear"><summary>Looked for and not found: ${countText(clear.length)} other reasons for doubt</summary><ul>${clear.map((each) => html`<li><span class="state state-none">none</span> <b>${each.title}.</b> ${prose(each.text)}</li>`)}</ul></details>`}
</section>\n`;
}

function statementHtml(each: Statement): Html {
  return html`<li><p class="head"><span class="state state-${each.state}">${STATE_WORDS[each.state]}</span> <b>${each.title}</b>${each.n !== null && html` <span class="count">${countText(each.n)}</span>`}</p>
<p>${prose(each.text)}</p>${each.items.length > 0 && html`<ul class="items">${each.items.map((item) => html`<li><bdi>${shortened(item, 160)}</bdi></li>`)}${each.more > 0 && html`<li class="quiet">and ${countText(each.more)} more</li>`}</ul>`}</li>`;
}

/** What this page leaves out of what the lake knows, and what the lake itself never knows. */
function pageStatements(model: ReportModel, rowsIn: number): Statement[] {
  const left = model.events.total - rowsIn;
  const inState = (...states: string[]) =>
    model.otherFindings.filter((row) => states.includes(String(row['state']))).reduce((sum, row) => sum + numberOf(row, 'n'), 0);
  const standing = inState('open');
  const suppressed = inState('suppressed');
  const closed = inState('answered', 'withdrawn');
  const here = numberOf(model.findings[0] ?? {}, 'findings');
  const note = { items: [], more: 0 } as const;
  return [
    left > 0
      ? {
          state: 'open',
          title: 'Events that are counted here and not listed',
          n: left,
          text: 'They count in every sum, chart and table; the list of events has no room for them. Plain reads are left out first. `--rows` and `--max-mb` make room.',
          ...note,
        }
      : { state: 'none', title: 'Events that are not listed', n: 0, text: 'Every event of this report is in its list of events.', ...note },
    ...(standing > here
      ? [
          {
            state: 'note' as const,
            title: 'Findings about something else',
            n: standing - here,
            text: 'They stand in the same window and do not touch the subject of this report.',
            ...note,
          },
        ]
      : []),
    ...(suppressed > 0
      ? [
          {
            state: 'note' as const,
            title: 'Findings suppressed',
            n: suppressed,
            text: 'Exceptions of the configuration suppress them: `query findings-suppressed` says why, and until when.',
            ...note,
          },
        ]
      : []),
    ...(closed > 0
      ? [
          {
            state: 'note' as const,
            title: 'Findings closed',
            n: closed,
            text: 'Later evidence answered them, or other rules or settings withdrew them. They are kept in the lake and not shown here.',
            ...note,
          },
        ]
      : []),
    {
      state: 'note',
      title: 'Integrity of the log files',
      n: null,
      text: 'Each input is named with its SHA-256 under Evidence. Whether CloudTrail itself delivered these bytes is not said here: `verify-logs` holds them against the digests of CloudTrail, and `status` shows what it found.',
      ...note,
    },
    {
      state: 'note',
      title: 'Beyond S3 and the trail',
      n: null,
      text: 'Nothing here tells of files that never touched S3, of the clipboard, of screens or of printing; calls that the trail does not log leave no trace.',
      ...note,
    },
  ];
}
