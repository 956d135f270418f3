/** Which rows are shown. Pure. */
import type { CellValue } from '../rows-codec.ts';
import type { Columns } from './block-reader.ts';

export interface Filter {
  /** Words that all have to stand in the row, lower case. */
  readonly text: string;
  readonly verdicts: readonly string[];
  /** `read`, `write`, `delete`, `failed`, or empty for all. */
  readonly action: string;
  readonly user: string;
  readonly session: string;
  /** Epoch milliseconds, inclusive and exclusive. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Only evidence of findings. */
  readonly found: boolean;
}

export const EVERYTHING: Filter = { text: '', verdicts: [], action: '', user: '', session: '', fromMs: null, toMs: null, found: false };

/** Columns that a text is looked for in. */
const SEARCHED = [
  'object_key',
  'bucket',
  'event_name',
  'user_id',
  'source_address',
  'principal_arn',
  'copy_source',
  'error_code',
  'access_key_id',
  'event_id',
  'session_id',
];

/** Places of the rows that pass, in the order of the rows. @param evidence places of rows that findings rest on */
export function filterRows(rows: Columns, count: number, filter: Filter, evidence: ReadonlySet<number>): Uint32Array {
  const column = (name: string): readonly CellValue[] => rows.get(name) ?? [];
  const [times, verdicts, actions, users, sessions, errors, candidates] = [
    column('event_time_ms'),
    column('verdict'),
    column('action'),
    column('user_id'),
    column('session_id'),
    column('error_code'),
    column('candidate_user_ids'),
  ] as const;
  const words = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const searched = SEARCHED.map(column);
  const passed = new Uint32Array(count);
  let n = 0;
  for (let at = 0; at < count; at += 1) {
    if (filter.fromMs !== null && Number(times[at]) < filter.fromMs) continue;
    if (filter.toMs !== null && Number(times[at]) >= filter.toMs) continue;
    if (filter.verdicts.length > 0 && !filter.verdicts.includes(String(verdicts[at]))) continue;
    if (filter.action !== '' && !isAction(filter.action, String(actions[at]), errors[at] ?? null)) continue;
    if (filter.user !== '' && users[at] !== filter.user && !isIn(candidates[at], filter.user)) continue;
    if (filter.session !== '' && sessions[at] !== filter.session) continue;
    if (filter.found && !evidence.has(at)) continue;
    if (words.length > 0 && !words.every((word) => searched.some((values) => holds(values[at] ?? null, word)))) continue;
    passed[n] = at;
    n += 1;
  }
  return passed.slice(0, n);
}

function isAction(wanted: string, action: string, error: CellValue): boolean {
  if (wanted === 'failed') return error !== null;
  if (wanted === 'read') return action === 'read' || action === 'list';
  return action === wanted;
}

function isIn(list: CellValue | undefined, user: string): boolean {
  return Array.isArray(list) && list.includes(user);
}

const lowered = new Map<string, string>();

function holds(value: CellValue, word: string): boolean {
  if (typeof value !== 'string') return false;
  if (value.includes(word)) return true;
  // a key is looked at once per letter typed; most are lower case already
  let lower = lowered.get(value);
  if (lower === undefined) {
    lower = value.toLowerCase();
    if (lowered.size < 200_000) lowered.set(value, lower);
  }
  return lower.includes(word);
}
