/** The filter in the address of the page: a link in a ticket shows the same rows. */
import { EVERYTHING, type Filter } from './filter.ts';

/** `#events?q=…&v=…`; empty for everything. */
export function hashOf(filter: Filter): string {
  const state = new URLSearchParams();
  if (filter.text !== '') state.set('q', filter.text);
  if (filter.verdicts.length > 0) state.set('v', filter.verdicts.join('.'));
  if (filter.action !== '') state.set('a', filter.action);
  if (filter.user !== '') state.set('u', filter.user);
  if (filter.session !== '') state.set('s', filter.session);
  if (filter.fromMs !== null) state.set('from', new Date(filter.fromMs).toISOString());
  if (filter.toMs !== null) state.set('to', new Date(filter.toMs).toISOString());
  if (filter.found) state.set('found', '1');
  const text = state.toString();
  return text === '' ? '' : `#events?${text}`;
}

/** The filter of an address; null when it holds none. */
export function filterOf(hash: string): Filter | null {
  if (!hash.startsWith('#events?')) return null;
  const state = new URLSearchParams(hash.slice('#events?'.length));
  const time = (name: string) => {
    const ms = Date.parse(state.get(name) ?? '');
    return Number.isNaN(ms) ? null : ms;
  };
  return {
    ...EVERYTHING,
    text: state.get('q') ?? '',
    verdicts: (state.get('v') ?? '').split('.').filter((each) => each !== ''),
    action: state.get('a') ?? '',
    user: state.get('u') ?? '',
    session: state.get('s') ?? '',
    fromMs: time('from'),
    toMs: time('to'),
    found: state.get('found') === '1',
  };
}
