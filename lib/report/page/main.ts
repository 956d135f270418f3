/** What a script adds to a report that is complete without it: all rows, a filter, details. */
import { readBlock } from './block-reader.ts';
import { brushTimeline, showBrush } from './brush.ts';
import { copyText, csvOf, MOST_COPIED, markdownOf } from './copy-rows.ts';
import { byId, element } from './dom.ts';
import { Drawer } from './drawer.ts';
import { EVERYTHING, type Filter, filterRows } from './filter.ts';
import { Grid } from './grid.ts';
import { filterOf, hashOf } from './hash-state.ts';
import { RowView } from './row-view.ts';
import { Toolbar } from './toolbar.ts';

document.documentElement.classList.add('scripted');

/** What is closed on the screen is open on paper. */
function openForPrint(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const each of opened) each.open = true;
  });
  addEventListener('afterprint', () => {
    for (const each of opened) each.open = false;
  });
}

async function begin(): Promise<void> {
  const holder = document.getElementById('grid');
  if (holder === null) return;
  const data = await readBlock();
  const view = new RowView(data);
  const evidence = new Set(view.findings.keys());
  let places: Uint32Array<ArrayBufferLike> = new Uint32Array(0);
  const drawer = new Drawer(view, () => grid.closed());
  const grid = new Grid(view, (at, opener) => drawer.show(at, opener));
  const toolbar = new Toolbar(data, (filter) => show(filter), [
    copyButton('Copy as CSV', () => csvOf(view, places)),
    copyButton('Copy as Markdown', () => markdownOf(view, places)),
  ]);

  const show = (filter: Filter, isKept = true) => {
    places = filterRows(data.rows, data.count, filter, evidence);
    toolbar.counted(places.length, data.count, data.block.total);
    grid.show(places);
    showBrush(filter.fromMs, filter.toMs);
    if (isKept) history.replaceState(null, '', hashOf(filter) || location.pathname);
  };
  const apply = (filter: Filter) => {
    toolbar.set(filter);
    show(filter);
    byId('events').scrollIntoView();
  };

  holder.append(toolbar.root, element('div', { class: 'split' }, [grid.root, drawer.root]));
  holder.hidden = false;
  brushTimeline((fromMs, toMs) => apply({ ...toolbar.current, fromMs, toMs }));
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-event]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      const at = Number(link.dataset['event']);
      byId('events').scrollIntoView();
      if (!grid.reveal(at)) {
        toolbar.set(EVERYTHING);
        show(EVERYTHING);
        grid.reveal(at);
      }
      grid.root.focus({ preventScroll: true });
    });
  }
  const users = data.block.people;
  for (const pick of document.querySelectorAll<HTMLElement>('[data-user]'))
    makeButton(pick, 'Show the events of this user', () => apply({ ...EVERYTHING, user: users[Number(pick.dataset['user'])] ?? '' }));
  const sessions = data.sessions.get('session_id') ?? [];
  for (const pick of document.querySelectorAll<HTMLElement>('[data-session]'))
    makeButton(pick, 'Show the events of this session', () =>
      apply({ ...EVERYTHING, session: String(sessions[Number(pick.dataset['session'])] ?? '') }),
    );

  const linked = filterOf(location.hash);
  toolbar.set(linked ?? EVERYTHING);
  show(linked ?? EVERYTHING, linked !== null);
  if (linked !== null) byId('events').scrollIntoView();
  addEventListener('hashchange', () => {
    const filter = filterOf(location.hash);
    if (filter !== null) apply(filter);
  });
  document.documentElement.classList.add('ready');
}

function copyButton(text: string, make: () => string): HTMLElement {
  const button = element('button', { type: 'button', title: `at most ${MOST_COPIED} rows` }, [text]);
  button.addEventListener('click', async () => {
    button.textContent = (await copyText(make())) ? 'Copied' : 'The browser refuses';
    setTimeout(() => {
      button.textContent = text;
    }, 1500);
  });
  return button;
}

/** Turns a text of the page into a button that keeps its looks. */
function makeButton(pick: HTMLElement, title: string, onPress: () => void): void {
  const button = element('button', { type: 'button', class: 'pick', title });
  button.append(...pick.childNodes);
  button.addEventListener('click', onPress);
  pick.replaceChildren(button);
}

openForPrint();
// the page is painted before its data is unpacked
requestAnimationFrame(() =>
  setTimeout(() => {
    begin().catch((error: unknown) => {
      const state = document.getElementById('data-state');
      if (state !== null) {
        state.textContent = `the list of all events cannot be shown here: ${error instanceof Error ? error.message : String(error)}`;
        state.classList.add('wrong');
      }
      document.documentElement.classList.remove('scripted');
    });
  }, 0),
);
