/** One row of the data by name, and what its cells show. */
import { utcText, zoneText } from '../moment-text.ts';
import { type CellValue, reasonKey } from '../rows-codec.ts';
import { sizeText, visible } from '../shown-text.ts';
import type { Zone } from '../zone.ts';
import type { PageData } from './block-reader.ts';

export class RowView {
  private readonly data: PageData;
  readonly zone: Zone | null;
  /** Rules that rest on a row, by its place. */
  readonly findings = new Map<number, string[]>();
  private readonly sessionPlaces = new Map<string, number>();

  constructor(data: PageData) {
    this.data = data;
    this.zone = data.block.zone;
    const places = new Map<string, number>();
    (data.rows.get('event_id') ?? []).forEach((id, at) => void places.set(String(id), at));
    for (const [id, rule, severity] of data.block.findings) {
      const at = places.get(id);
      if (at !== undefined) this.findings.set(at, [...(this.findings.get(at) ?? []), `${severity}: ${rule}`]);
    }
    (data.sessions.get('session_id') ?? []).forEach((id, at) => void this.sessionPlaces.set(String(id), at));
  }

  value(at: number, column: string): CellValue {
    return this.data.rows.get(column)?.[at] ?? null;
  }

  /** Text that may be shown: nothing in it acts or hides. */
  text(at: number, column: string): string {
    const value = this.value(at, column);
    return value === null ? '' : visible(Array.isArray(value) ? value.join(', ') : String(value));
  }

  time(at: number): string {
    return utcText(Number(this.value(at, 'event_time_ms')));
  }

  local(ms: number): string {
    return this.zone === null ? '' : zoneText(ms, this.zone);
  }

  who(at: number): string {
    const user = this.text(at, 'user_id');
    if (user !== '') return user;
    const candidates = this.value(at, 'candidate_user_ids');
    const list = Array.isArray(candidates) ? candidates : [];
    if (list.length === 0) return 'nobody';
    const more = Number(this.value(at, 'candidate_count')) - 2;
    return `${list.slice(0, 2).map(visible).join(' or ')}${more > 0 ? ` or ${more} more` : ''}`;
  }

  object(at: number): string {
    const bucket = this.text(at, 'bucket');
    const key = this.text(at, 'object_key');
    return bucket === '' ? '' : key === '' ? bucket : `${bucket}/${key}`;
  }

  bytes(at: number): string {
    const n = Number(this.value(at, 'bytes_out') ?? 0) + Number(this.value(at, 'bytes_in') ?? 0);
    return n === 0 ? '' : sizeText(n);
  }

  reason(at: number): string {
    return this.data.block.reasons[reasonKey(this.value(at, 'verdict_row'), this.value(at, 'verdict'), this.value(at, 'reason'))] ?? '';
  }

  /** A column of the session of a row; null when the session is not in the page. */
  session(at: number, column: string): CellValue {
    const place = this.sessionPlaces.get(String(this.value(at, 'session_id')));
    return place === undefined ? null : (this.data.sessions.get(column)?.[place] ?? null);
  }
}
