/** The filter as a person sets it. */
import { countText, visible } from '../shown-text.ts';
import { VERDICT_WORDS, VERDICTS, verdictClass } from '../words.ts';
import type { PageData } from './block-reader.ts';
import { element } from './dom.ts';
import { EVERYTHING, type Filter } from './filter.ts';

/** People to choose from; with more, a part of the name is typed into the search. */
const MOST_USERS = 1000;

export class Toolbar {
  readonly root: HTMLElement;
  private readonly count = element('p', { class: 'counted', role: 'status', 'aria-live': 'polite' });
  private readonly search = element('input', {
    type: 'search',
    id: 'filter-text',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'key, call, address, event id …',
  });
  private readonly user = element('select', { id: 'filter-user' });
  private readonly action = element('select', { id: 'filter-action' });
  private readonly from = element('input', { type: 'text', id: 'filter-from', size: '20', placeholder: '2026-03-02 02:00' });
  private readonly to = element('input', { type: 'text', id: 'filter-to', size: '20', placeholder: '2026-03-02 03:00' });
  private readonly found = element('input', { type: 'checkbox', id: 'filter-found' });
  private readonly boxes: readonly (readonly [string, HTMLInputElement])[];
  private readonly session = element('button', { type: 'button', class: 'chip', hidden: '' });
  private filter: Filter = EVERYTHING;

  /** @param onChange called with every new filter @param actions buttons beside the count */
  constructor(data: PageData, onChange: (filter: Filter) => void, actions: readonly HTMLElement[]) {
    const change = (part: Partial<Filter>) => {
      this.filter = { ...this.filter, ...part };
      onChange(this.filter);
    };
    this.boxes = VERDICTS.map((name) => [name, element('input', { type: 'checkbox', id: `filter-${name}` })] as const);
    fill(this.action, [
      ['', 'any call'],
      ['read', 'reads and listings'],
      ['write', 'writes'],
      ['delete', 'deletes'],
      ['admin', 'administration'],
      ['failed', 'calls that failed'],
    ]);
    fill(this.user, [['', 'anybody'], ...usersOf(data).map((name): [string, string] => [name, visible(name)])]);
    this.search.addEventListener('input', () => change({ text: this.search.value.trim() }));
    this.user.addEventListener('change', () => change({ user: this.user.value }));
    this.action.addEventListener('change', () => change({ action: this.action.value }));
    this.from.addEventListener('change', () => change({ fromMs: timeOf(this.from) }));
    this.to.addEventListener('change', () => change({ toMs: timeOf(this.to) }));
    this.found.addEventListener('change', () => change({ found: this.found.checked }));
    this.session.addEventListener('click', () => {
      change({ session: '' });
      this.set(this.filter);
    });
    for (const [, box] of this.boxes)
      box.addEventListener('change', () => change({ verdicts: this.boxes.filter(([, each]) => each.checked).map(([name]) => name) }));
    const reset = element('button', { type: 'button' }, ['Show everything']);
    reset.addEventListener('click', () => {
      this.set(EVERYTHING);
      onChange(this.filter);
    });
    this.root = element('div', { class: 'toolbar', role: 'search', 'aria-label': 'Filter events' }, [
      element('div', { class: 'fields' }, [
        labelled('Search', this.search, 'wide'),
        labelled('User', this.user),
        labelled('Call', this.action),
        labelled('From, UTC', this.from),
        labelled('To, UTC', this.to),
      ]),
      element('div', { class: 'choices', role: 'group', 'aria-label': 'Verdicts' }, [
        ...this.boxes.map(([name, box]) => {
          const { word } = VERDICT_WORDS[name as (typeof VERDICTS)[number]];
          return element('label', { class: `chip verdict ${verdictClass(name)}` }, [box, word]);
        }),
        element('label', { class: 'chip' }, [this.found, ' evidence of findings']),
        this.session,
      ]),
      element('div', { class: 'outcome' }, [this.count, ...actions, reset]),
    ]);
  }

  /** Shows a filter that came from elsewhere. */
  set(filter: Filter): void {
    this.filter = filter;
    this.search.value = filter.text;
    this.user.value = filter.user;
    this.action.value = filter.action;
    this.from.value = timeText(filter.fromMs);
    this.to.value = timeText(filter.toMs);
    this.found.checked = filter.found;
    for (const [name, box] of this.boxes) box.checked = filter.verdicts.includes(name);
    this.session.hidden = filter.session === '';
    this.session.textContent = `session ${visible(filter.session).slice(0, 40)} ✕`;
  }

  get current(): Filter {
    return this.filter;
  }

  counted(shown: number, listed: number, total: number): void {
    const of = shown === listed ? countText(listed) : `${countText(shown)} of ${countText(listed)}`;
    this.count.textContent = `${of} events${listed < total ? `; ${countText(total - listed)} more are counted and not listed here` : ''}`;
  }
}

function usersOf(data: PageData): string[] {
  const names = new Set<string>();
  for (const name of data.rows.get('user_id') ?? []) if (typeof name === 'string') names.add(name);
  for (const list of data.rows.get('candidate_user_ids') ?? []) if (Array.isArray(list)) for (const name of list) names.add(name);
  return [...names].sort().slice(0, MOST_USERS);
}

function labelled(text: string, field: HTMLElement, kind = ''): HTMLElement {
  return element('div', { class: `field ${kind}`.trim() }, [element('label', { for: field.id }, [text]), field]);
}

function fill(select: HTMLSelectElement, options: readonly (readonly [string, string])[]): void {
  for (const [value, text] of options) {
    const option = element('option', {}, [text]);
    option.value = value;
    select.append(option);
  }
}

/** `2026-03-02 02:00`, UTC; null when it is empty, or no time. */
function timeOf(field: HTMLInputElement): number | null {
  const text = field.value.trim();
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?))?Z?$/.exec(text);
  const ms = match === null ? Number.NaN : Date.parse(`${match[1]}T${(match[2] ?? '00:00').padEnd(8, ':00')}Z`);
  field.setAttribute('aria-invalid', String(text !== '' && Number.isNaN(ms)));
  return Number.isNaN(ms) ? null : ms;
}

function timeText(ms: number | null): string {
  return ms === null ? '' : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
