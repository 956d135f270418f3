/** A row sink that writes staging files, and notes what the rows will make a run look at again. */
import { appendFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { tableNamed } from '../../schemas/tables.ts';
import { AuditError, LakeError } from '../errors.ts';
import type { LandingRows, RowSink } from '../ingest/reader.ts';
import type { StagedFile } from '../lake/batch.ts';
import { type EvidenceMark, EvidenceNotes } from '../lake/evidence-notes.ts';
import { explainWriteError } from '../lake/full-disk.ts';
import { stagingLine } from '../lake/staging-row.ts';

/** Written out when a file's buffer, or all buffers together, hold this many characters. */
const FILE_BUFFER = 256 * 1024;
const ALL_BUFFERS = 32 * 1024 * 1024;

interface OpenFile {
  readonly table: keyof LandingRows;
  readonly dt: string;
  readonly path: string;
  buffer: string;
  rows: number;
  /** Bytes on disk. */
  written: number;
  /** As it was when the input that is being read now first wrote to it. */
  before: { readonly input: number; readonly buffer: string; readonly rows: number; readonly written: number };
}

export class StagingSink implements RowSink {
  /** Also of rows that were taken back: looking at a day once more changes nothing. */
  readonly notes = new EvidenceNotes();
  private readonly folder: string;
  private readonly open = new Map<string, OpenFile>();
  private readonly lines = new Map<string, (row: Readonly<Record<string, unknown>>) => string>();
  private buffered = 0;
  private input = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  append<T extends keyof LandingRows>(table: T, dt: string, row: LandingRows[T]): void {
    const key = `${table}.${dt}`;
    let file = this.open.get(key);
    if (!file) {
      const nothing = { input: this.input, buffer: '', rows: 0, written: 0 };
      file = { table, dt, path: join(this.folder, `${key}.csv`), ...nothing, before: nothing };
      this.open.set(key, file);
    } else if (file.before.input !== this.input) {
      file.before = { input: this.input, buffer: file.buffer, rows: file.rows, written: file.written };
    }
    const line = this.lineOf(table)(row);
    file.buffer += line;
    file.rows++;
    this.buffered += line.length;
    if (file.buffer.length >= FILE_BUFFER) this.flush(file);
    else if (this.buffered >= ALL_BUFFERS) for (const each of this.open.values()) this.flush(each);
    this.notes.note(table, dt, row);
  }

  /** Another input begins: `takeBack` goes back to here. */
  begin(): void {
    this.input++;
  }

  /** Forgets the rows appended since `begin`. What they marked stays marked: looking at a day once more changes nothing. */
  takeBack(): void {
    for (const [key, file] of this.open) {
      const { input, buffer, rows, written } = file.before;
      if (input !== this.input) continue;
      if (file.written > written) cutBack(file.path, written);
      this.buffered += buffer.length - file.buffer.length;
      Object.assign(file, { buffer, rows, written });
      if (rows === 0) this.open.delete(key);
    }
  }

  /** Writes what is left. @returns the staging files and the marks of everything appended */
  finish(): { files: StagedFile[]; marks: EvidenceMark[] } {
    for (const file of this.open.values()) this.flush(file);
    const files = [...this.open.values()].map(({ table, dt, path, rows }) => ({ table, dt, path, rows }));
    return { files, marks: this.notes.marks() };
  }

  private lineOf(table: string): (row: Readonly<Record<string, unknown>>) => string {
    let line = this.lines.get(table);
    if (!line) {
      line = stagingLine(tableNamed(table));
      this.lines.set(table, line);
    }
    return line;
  }

  private flush(file: OpenFile): void {
    if (file.buffer === '') return;
    const bytes = Buffer.from(file.buffer);
    try {
      appendFileSync(file.path, bytes);
    } catch (cause) {
      throw stagingError(file.path, cause);
    }
    this.buffered -= file.buffer.length;
    file.written += bytes.length;
    file.buffer = '';
  }
}

function cutBack(path: string, size: number): void {
  try {
    truncateSync(path, size);
  } catch (cause) {
    throw stagingError(path, cause);
  }
}

/** What cannot be staged is no fault of the input that is being read: a part of a row may be on disk, so the batch cannot go on. */
function stagingError(path: string, cause: unknown): AuditError {
  const explained = explainWriteError(path, cause);
  if (explained instanceof AuditError) return explained;
  return new LakeError(`cannot write ${path}: ${(cause as Error).message}`, {
    remedy: 'see that the lake can be written and run the same command again',
    cause,
  });
}
