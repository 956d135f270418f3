/** A row sink that keeps the Parquet files of one input in memory, with their keys and what they mark. */
import { tableNamed } from '../../schemas/tables.ts';
import type { LandingRows, RowSink } from '../ingest/reader.ts';
import { EvidenceNotes } from '../lake/evidence-notes.ts';
import { ParquetFile } from '../lake/parquet-file.ts';

/** Rows that may wait to be encoded in all files together: bounds memory when an input is spread over many days. */
const MOST_BUFFERED = 100_000;

/** One finished landing file. */
export interface LandingFile {
  readonly table: keyof LandingRows;
  /** UTC day of the partition. */
  readonly dt: string;
  readonly rows: number;
  readonly bytes: Uint8Array;
}

interface OpenFile {
  readonly table: keyof LandingRows;
  readonly dt: string;
  readonly file: ParquetFile;
}

export class ParquetSink implements RowSink {
  readonly notes = new EvidenceNotes();
  readonly #open = new Map<string, OpenFile>();
  #buffered = 0;

  append<T extends keyof LandingRows>(table: T, dt: string, row: LandingRows[T]): void {
    const key = `${table} ${dt}`;
    let open = this.#open.get(key);
    if (open === undefined) {
      open = { table, dt, file: new ParquetFile(tableNamed(table)) };
      this.#open.set(key, open);
    }
    const before = open.file.buffered;
    open.file.append(row);
    this.#buffered += open.file.buffered - before;
    if (this.#buffered >= MOST_BUFFERED) this.#flushFullest();
    this.notes.note(table, dt, row);
  }

  /** Rows by table. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { table, file } of this.#open.values()) counts[table] = (counts[table] ?? 0) + file.rows;
    return counts;
  }

  /** The finished files, by table and day; each leaves the sink's memory as it is taken. Nothing may be appended after it. */
  *finish(): Generator<LandingFile> {
    for (const key of [...this.#open.keys()].sort()) {
      const { table, dt, file } = this.#open.get(key) as OpenFile;
      this.#open.delete(key);
      yield { table, dt, rows: file.rows, bytes: file.finish() };
    }
  }

  #flushFullest(): void {
    const [fullest] = [...this.#open.values()].sort((a, b) => b.file.buffered - a.file.buffered);
    if (fullest === undefined) return;
    this.#buffered -= fullest.file.buffered;
    fullest.file.flush();
  }
}
