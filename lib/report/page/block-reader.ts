/** Unpacks the data of the page. */
import { type CellValue, type ReportBlock, unpackRows } from '../rows-codec.ts';
import { byId } from './dom.ts';

export type Columns = ReadonlyMap<string, readonly CellValue[]>;

export interface PageData {
  readonly block: ReportBlock;
  readonly rows: Columns;
  readonly count: number;
  readonly sessions: Columns;
}

/** Unpacks rows and sessions, and says whether the bytes are those that were written. */
export async function readBlock(): Promise<PageData> {
  const holder = byId('rows');
  const packed = fromBase64(holder.textContent ?? '');
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const bytes = await new Response(stream).arrayBuffer();
  holder.textContent = '';
  const block = JSON.parse(new TextDecoder().decode(bytes)) as ReportBlock;
  await checkHash(bytes, holder.dataset['sha256'] ?? '');
  return { block, rows: unpackRows(block.rows), count: block.rows.rows, sessions: unpackRows(block.sessions) };
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** Some browsers have no hashes for pages that come from a file. */
async function checkHash(bytes: ArrayBuffer, expected: string): Promise<void> {
  const state = document.getElementById('data-state');
  if (state === null) return;
  if (globalThis.crypto?.subtle === undefined) {
    state.textContent = 'not checked: this browser has no hashes for files';
    return;
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const found = [...digest].map((each) => each.toString(16).padStart(2, '0')).join('');
  state.textContent = found === expected ? 'checked: these are the bytes that were written' : 'WRONG: the data of this page was changed';
  if (found !== expected) state.classList.add('wrong');
}
