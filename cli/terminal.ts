/** What a command says and how: data on stdout, everything else on stderr. */
import pc from 'picocolors';
import { jsonValue, printableJson, printableLines } from '../lib/answer/cell.ts';
import { type FormatOptions, formatRows, formatStream, type OutputFormat } from '../lib/answer/formats.ts';
import { UsageError } from '../lib/errors.ts';
import type { QueryResult, RowStream } from '../lib/lake/ports.ts';
import { type Io, writeAll } from './io.ts';
import { ProgressBar } from './progress-bar.ts';

export interface TerminalOptions {
  readonly output?: OutputFormat;
  readonly quiet?: boolean;
  /** False with `--no-color`. */
  readonly color?: boolean;
}

export class Terminal {
  readonly io: Io;
  readonly quiet: boolean;
  private readonly output: OutputFormat | undefined;
  private readonly colors: ReturnType<typeof pc.createColors>;
  private bar: ProgressBar | undefined;

  constructor(io: Io, options: TerminalOptions) {
    this.io = io;
    this.quiet = options.quiet ?? false;
    this.output = options.output;
    this.colors = pc.createColors(io.stdout.isTTY === true && options.color !== false && !io.env['NO_COLOR']);
  }

  /** Bold on a terminal, unless `NO_COLOR` or `--no-color`. Bound, so that it can be handed on. */
  readonly bold = (text: string): string => this.colors.bold(text);

  /** Format of rows: a table on a terminal, NDJSON in a pipe. */
  get rowFormat(): OutputFormat {
    return this.output ?? (this.io.stdout.isTTY ? 'table' : 'ndjson');
  }

  /**
   * Format of a document (one thing, not rows): text on a terminal, JSON in a pipe.
   * @throws UsageError for `--output csv`: call it before doing any work
   */
  get documentFormat(): Exclude<OutputFormat, 'csv'> {
    if (this.output === 'csv') throw new UsageError('this command has no CSV form', { remedy: 'use --output table, json or ndjson' });
    return this.output ?? (this.io.stdout.isTTY ? 'table' : 'json');
  }

  /** True when `--output` names a format for programs. */
  get asksForData(): boolean {
    return this.output !== undefined && this.output !== 'table';
  }

  /** A line for people on stderr; nothing with `--quiet`. */
  log(text: string): void {
    if (!this.quiet) this.write(text);
  }

  private write(text: string): void {
    this.bar?.clear();
    this.io.stderr.write(`${printableLines(text)}\n`);
    this.bar?.redraw();
  }

  /** A warning on stderr; nothing with `--quiet`. */
  warn(text: string): void {
    this.log(`warning: ${text}`);
  }

  /** A warning that an answer may not be true as it stands: on stderr, with `--quiet`, too. */
  caution(text: string): void {
    this.bar?.clear();
    this.io.stderr.write(`${printableLines(`warning: ${text}`)}\n`);
    this.bar?.redraw();
  }

  /** Rows as data. */
  async rows(result: QueryResult): Promise<void> {
    await writeAll(this.io.stdout, this.harmless(formatRows(result, this.rowFormat, this.tableForm), this.rowFormat));
    if (this.rowFormat === 'table' && result.rows.length === 0) this.log('no rows');
  }

  /** Rows as data, as they come; a slow reader is waited for. Says so when the answer has more of them. */
  async stream(stream: RowStream, limit: number = Number.POSITIVE_INFINITY): Promise<void> {
    const shown = firstRows(stream, limit);
    const text = formatStream(shown, this.rowFormat, this.tableForm);
    await writeAll(this.io.stdout, this.harmless(text, this.rowFormat), this.io.signal);
    if (this.rowFormat === 'table' && shown.count === 0) this.log('no rows');
    if (shown.more) this.log(`${shown.count} rows shown, there are more; --limit 0 shows all`);
  }

  /** Data for programs is exact in a pipe or a file; on a terminal nothing in it may act. */
  private async *harmless(chunks: Iterable<string> | AsyncIterable<string>, format: OutputFormat): AsyncGenerator<string> {
    const isShown = this.io.stdout.isTTY === true && format !== 'table';
    const show = format === 'csv' ? printableLines : printableJson;
    for await (const chunk of chunks) yield isShown ? show(chunk) : chunk;
  }

  private get tableForm(): FormatOptions {
    const width = this.io.stdout.columns;
    return { bold: this.bold, ...(width === undefined ? {} : { width }) };
  }

  /** One thing as data: its text for people, or its JSON. */
  async document(value: unknown, text: () => string): Promise<void> {
    const format = this.documentFormat;
    if (format === 'table') await this.text(text());
    else {
      const json = `${JSON.stringify(value, plainValue, format === 'json' ? 2 : 0)}\n`;
      await this.text(this.io.stdout.isTTY ? printableJson(json) : json);
    }
  }

  /** Text as data. */
  async text(text: string): Promise<void> {
    await writeAll(this.io.stdout, [text]);
  }

  /** A progress bar on stderr; it draws only on a terminal and without `--quiet`. End it in a `finally`. */
  progress(label: string): ProgressBar {
    const drawn = this.io.stderr.isTTY === true && !this.quiet && this.io.env['TERM'] !== 'dumb';
    this.bar = new ProgressBar(label, drawn ? this.io.stderr : null, this.io.nowMs);
    return this.bar;
  }
}

function plainValue(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? jsonValue(value) : value;
}

/** Not more than so many rows of a stream, and after reading them, how many there were and whether there are more. */
function firstRows(stream: RowStream, limit: number): RowStream & { count: number; more: boolean } {
  const shown = { columns: stream.columns, count: 0, more: false, chunks: read() };
  async function* read(): AsyncGenerator<QueryResult['rows']> {
    for await (const chunk of stream.chunks) {
      const rows = chunk.slice(0, limit - shown.count);
      shown.count += rows.length;
      if (rows.length > 0) yield rows;
      // the row after the last says that there are more; those behind it are never asked for
      shown.more = rows.length < chunk.length;
      if (shown.more) return;
    }
  }
  return shown;
}
