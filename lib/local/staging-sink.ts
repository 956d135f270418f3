/** A row sink that writes staging files, and notes what the rows will make a run look at again. */
import { join } from 'node:path';
import { tableNamed } from '../../schemas/tables.ts';
import type { LandingRows, RowSink } from '../ingest/reader.ts';
import type { StagedFile } from '../lake/batch.ts';
import { type EvidenceMark, EvidenceNotes } from '../lake/evidence-notes.ts';
import { stagingLine } from '../lake/staging-row.ts';
import { StagingFile } from './staging-file.ts';

/** Files give their memory back when all together hold this many bytes: events of hundreds of days may come in one batch. */
const ALL_HELD = 32 * 1024 * 1024;

/** The rows of a table and a day. */
interface DayFile {
  readonly table: keyof LandingRows;
  readonly dt: string;
  readonly line: ReturnType<typeof stagingLine>;
  readonly file: StagingFile;
  rows: number;
  /** As it was when the input that is being read now first wrote to it. */
  before: { readonly input: number; readonly rows: number; readonly size: number };
}

export class StagingSink implements RowSink {
  /** Also of rows that were taken back: looking at a day once more changes nothing. */
  readonly notes = new EvidenceNotes();
  readonly #folder: string;
  /** By table, then by day. */
  readonly #open = new Map<keyof LandingRows, Map<string, DayFile>>();
  #held = 0;
  #input = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  append<T extends keyof LandingRows>(table: T, dt: string, row: LandingRows[T], plain = false): void {
    const day = this.#open.get(table)?.get(dt) ?? this.#begin(table, dt);
    if (day.before.input !== this.#input) day.before = { input: this.#input, rows: day.rows, size: day.file.size };
    const { file } = day;
    const capacity = file.capacity;
    file.append(day.line(row, plain), plain);
    day.rows++;
    if (file.capacity !== capacity) {
      this.#held += file.capacity - capacity;
      if (this.#held > ALL_HELD) this.#release();
    }
    this.notes.note(table, dt, row);
  }

  /** Another input begins: `takeBack` goes back to here. */
  begin(): void {
    this.#input++;
  }

  /** Forgets the rows appended since `begin`. What they marked stays marked: looking at a day once more changes nothing. */
  takeBack(): void {
    for (const day of this.#days()) {
      const { input, rows, size } = day.before;
      if (input !== this.#input) continue;
      day.file.cutBack(size);
      day.rows = rows;
    }
  }

  /** Writes what is left. @returns the staging files and the marks of everything appended */
  finish(): { files: StagedFile[]; marks: EvidenceMark[] } {
    this.#release();
    const files = this.#days().filter((day) => day.rows > 0);
    return { files: files.map(({ table, dt, file, rows }) => ({ table, dt, path: file.path, rows })), marks: this.notes.marks() };
  }

  #begin(table: keyof LandingRows, dt: string): DayFile {
    const days = this.#open.get(table) ?? new Map<string, DayFile>();
    this.#open.set(table, days);
    const file = new StagingFile(join(this.#folder, `${table}.${dt}.csv`));
    const line = days.values().next().value?.line ?? stagingLine(tableNamed(table));
    const day = { table, dt, line, file, rows: 0, before: { input: this.#input, rows: 0, size: 0 } };
    days.set(dt, day);
    return day;
  }

  #days(): DayFile[] {
    return [...this.#open.values()].flatMap((days) => [...days.values()]);
  }

  #release(): void {
    for (const { file } of this.#days()) file.release();
    this.#held = 0;
  }
}
