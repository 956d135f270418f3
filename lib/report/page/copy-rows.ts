/** Rows for a spreadsheet or a ticket. */
import { csvField } from '../../answer/cell.ts';
import { visible } from '../shown-text.ts';
import type { RowView } from './row-view.ts';

/** More than that is for a file: `query --output csv`. */
export const MOST_COPIED = 5000;

const COLUMNS = [
  'verdict',
  'user_id',
  'candidate_user_ids',
  'event_name',
  'error_code',
  'bucket',
  'object_key',
  'bytes_out',
  'bytes_in',
  'source_address',
  'session_id',
  'event_id',
];

/** CSV with a header; texts that a spreadsheet would run begin with an apostrophe. */
export function csvOf(view: RowView, places: Uint32Array): string {
  const lines = [['event_time_utc', ...COLUMNS].join(',')];
  for (const at of places.slice(0, MOST_COPIED))
    lines.push([csvField(view.time(at)), ...COLUMNS.map((column) => csvField(plain(view, at, column)))].join(','));
  return `${lines.join('\n')}\n`;
}

/** A table for tickets and wikis. */
export function markdownOf(view: RowView, places: Uint32Array): string {
  const cell = (text: string) => visible(text).replace(/[\\`*_{}[\]()#+!|<>~&@:$]/g, (character) => `\\${character}`);
  const lines = ['| Time, UTC | Verdict | User | Call | Object | From |', '| --- | --- | --- | --- | --- | --- |'];
  for (const at of places.slice(0, MOST_COPIED))
    lines.push(
      `| ${[view.time(at), view.text(at, 'verdict'), view.who(at), view.text(at, 'event_name'), view.object(at), view.text(at, 'source_address')].map(cell).join(' | ')} |`,
    );
  return `${lines.join('\n')}\n`;
}

function plain(view: RowView, at: number, column: string): string {
  const value = view.value(at, column);
  return value === null ? '' : Array.isArray(value) ? value.join(';') : String(value);
}

/** Puts text where the reader can paste it. @returns false when the browser refuses */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // pages that come from a file may not be trusted with the clipboard; the old way asks nobody
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'unseen';
    document.body.append(field);
    field.select();
    const isDone = document.execCommand('copy');
    field.remove();
    return isDone;
  }
}
