/** The table of all rows: only what is seen is there. One stop of the tab key, arrows inside. */
import { shortened } from '../shown-text.ts';
import { verdictClass, verdictWord } from '../words.ts';
import { bdi, element } from './dom.ts';
import type { RowView } from './row-view.ts';

const ROW_PX = 34;
const SPARE = 6;
/** Narrowest width of the list, width of all columns but the objects' with the gaps, width of a character there. */
const [LEAST_PX, OTHERS_PX, CHARACTER_PX] = [864, 792, 7.3];
const TITLES = ['Time, UTC', 'Verdict', 'User', 'Call', 'Object', 'Bytes', 'From'];

export class Grid {
  readonly root: HTMLElement;
  private readonly view: RowView;
  private readonly canvas: HTMLElement;
  private readonly onOpen: (at: number, opener: HTMLElement) => void;
  private places: Uint32Array = new Uint32Array(0);
  private active = 0;
  private open = -1;

  /** @param onOpen called with the place of a row that somebody wants to see whole */
  constructor(view: RowView, onOpen: (at: number, opener: HTMLElement) => void) {
    this.view = view;
    this.onOpen = onOpen;
    this.canvas = element('div', { class: 'canvas', role: 'rowgroup' });
    const head = element(
      'div',
      { class: 'row head', role: 'row', 'aria-rowindex': '1' },
      TITLES.map((title) => element('div', { role: 'columnheader' }, [title])),
    );
    this.root = element(
      'div',
      { class: 'list', role: 'grid', tabindex: '0', 'aria-label': 'Events', 'aria-colcount': String(TITLES.length) },
      [element('div', { class: 'top', role: 'rowgroup' }, [head]), this.canvas],
    );
    this.root.addEventListener('scroll', () => this.draw());
    this.root.addEventListener('click', (event) => {
      const row = (event.target as Element).closest<HTMLElement>('[data-row]');
      if (row !== null) this.choose(Number(row.dataset['row']), true);
    });
    this.root.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.root);
  }

  /** Shows other rows, from the first on. */
  show(places: Uint32Array): void {
    this.places = places;
    this.active = 0;
    this.open = -1;
    this.root.setAttribute('aria-rowcount', String(places.length + 1));
    this.canvas.style.height = `${places.length * ROW_PX}px`;
    this.root.scrollTop = 0;
    this.draw();
  }

  /** Puts a row into sight and opens it. @returns false when it is not among those shown */
  reveal(at: number): boolean {
    const index = this.places.indexOf(at);
    if (index < 0) return false;
    this.root.scrollTop = Math.max(0, index * ROW_PX - this.height / 2);
    this.choose(index, true);
    return true;
  }

  /** Nothing is open any more. */
  closed(): void {
    this.open = -1;
    this.draw();
  }

  /** Room for rows below the head, pixels. */
  private get height(): number {
    return this.root.clientHeight - ROW_PX;
  }

  /** Characters that the column of objects has room for: keys differ at their end, so the middle is left out. */
  private get room(): number {
    return Math.max(22, Math.floor((Math.max(this.root.clientWidth, LEAST_PX) - OTHERS_PX) / CHARACTER_PX));
  }

  private choose(index: number, isOpened: boolean): void {
    if (this.places.length === 0) return;
    this.active = Math.max(0, Math.min(this.places.length - 1, index));
    const top = this.active * ROW_PX;
    const { height } = this;
    if (top < this.root.scrollTop) this.root.scrollTop = top;
    else if (top + ROW_PX > this.root.scrollTop + height) this.root.scrollTop = top + ROW_PX - height;
    if (isOpened) {
      this.open = this.active;
      this.onOpen(this.places[this.active] as number, this.root);
    }
    this.draw();
  }

  private key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.height / ROW_PX) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -this.places.length,
      End: this.places.length,
    };
    const step = steps[event.key];
    if (step !== undefined) this.choose(this.active + step, this.open >= 0);
    else if (event.key === 'Enter' || event.key === ' ') this.choose(this.active, true);
    else return;
    event.preventDefault();
  }

  private draw(): void {
    const first = Math.max(0, Math.floor(this.root.scrollTop / ROW_PX) - SPARE);
    const last = Math.min(this.places.length, Math.ceil((this.root.scrollTop + this.height) / ROW_PX) + SPARE);
    const rows: HTMLElement[] = [];
    for (let index = first; index < last; index += 1) rows.push(this.row(index));
    if (this.places.length === 0)
      rows.push(
        element('div', { class: 'row nothing', role: 'row' }, [element('div', { role: 'gridcell' }, ['No event passes the filter.'])]),
      );
    this.canvas.replaceChildren(...rows);
    if (this.places.length > 0) this.root.setAttribute('aria-activedescendant', `row-${this.active}`);
    else this.root.removeAttribute('aria-activedescendant');
  }

  private row(index: number): HTMLElement {
    const at = this.places[index] as number;
    const { view } = this;
    const verdict = String(view.value(at, 'verdict'));
    const { word } = verdictWord(verdict);
    const failed = view.text(at, 'error_code');
    const local = view.local(Number(view.value(at, 'event_time_ms')));
    const cell = (kind: string, ...children: (Node | string | null)[]) => element('div', { role: 'gridcell', class: kind }, children);
    const made = element(
      'div',
      {
        role: 'row',
        id: `row-${index}`,
        'aria-rowindex': String(index + 2),
        'data-row': String(index),
        class: `row${index === this.active ? ' active' : ''}${index === this.open ? ' opened' : ''}`,
      },
      [
        cell('when', view.time(at), local === '' ? null : element('span', { class: 'local' }, [local])),
        cell(
          '',
          element('span', { class: `verdict ${verdictClass(verdict)}` }, [word]),
          view.findings.has(at) ? element('span', { class: 'flag', title: 'evidence of a finding' }, [' ◆']) : null,
        ),
        cell(view.value(at, 'user_id') === null ? 'who unnamed' : 'who', bdi(view.who(at))),
        cell('', bdi(view.text(at, 'event_name')), failed === '' ? null : element('span', { class: 'failed' }, [` ${failed}`])),
        cell('code', bdi(shortened(view.object(at), this.room))),
        cell('n', view.bytes(at)),
        cell('code', bdi(view.text(at, 'source_address'))),
      ],
    );
    if (index === this.open) made.setAttribute('aria-selected', 'true');
    made.style.top = `${index * ROW_PX}px`;
    return made;
  }
}
