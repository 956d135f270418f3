/** What a command says and how: data on stdout, everything else on stderr. */
import pc from 'picocolors';
import { jsonValue, printableJson, printableLines } from '../lib/answer/cell.ts';
import { formatRows, formatStream, type OutputFormat } from '../lib/answer/formats.ts';
import { count } from '../lib/answer/number-text.ts';
import type { TableOptions } from '../lib/answer/table-text.ts';
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
  async rows(result: QueryResult, form: TableOptions = {}): Promise<void> {
    await writeAll(this.io.stdout, this.harmless(formatRows(result, this.rowFormat, { ...this.form, ...form }), this.rowFormat));
    if (this.rowFormat === 'table' && result.rows.length === 0) this.log('no rows');
  }

  /**
   * Rows as data, as they come; a slow reader is waited for. The last line says how many there are and what is not shown.
   * @returns how many were shown
   */
  async stream(stream: RowStream, limit: number = Number.POSITIVE_INFINITY, form: TableOptions = {}): Promise<number> {
    const shown = firstRows(stream, limit);
    let hidden: readonly string[] = [];
    const onHidden = (names: readonly string[]) => {
      hidden = names;
    };
    const text = formatStream(shown, this.rowFormat, { ...this.form, ...form, onHidden });
    await writeAll(this.io.stdout, this.harmless(text, this.rowFormat), this.io.signal);
    if (this.rowFormat === 'table' || shown.left > 0) this.log(shownText(shown, hidden));
    return shown.count;
  }

  /** Data for programs is exact in a pipe or a file; on a terminal nothing in it may act. */
  private async *harmless(chunks: Iterable<string> | AsyncIterable<string>, format: OutputFormat): AsyncGenerator<string> {
    const isShown = this.io.stdout.isTTY === true && format !== 'table';
    const show = format === 'csv' ? printableLines : printableJson;
    for await (const chunk of chunks) yield isShown ? show(chunk) : chunk;
  }

  /** How text and tables for people are written here: width of the terminal, marks of headings and severities. */
  get form(): {
    readonly width?: number;
    readonly bold: (text: string) => string;
    readonly paint: (column: string, text: string) => string;
  } {
    const width = this.io.stdout.columns;
    return { bold: this.bold, paint: this.paint, ...(width === undefined ? {} : { width }) };
  }

  /** A severity or a verdict in its colour; the word alone says the same. */
  private readonly paint = (column: string, text: string): string => {
    const colour = /(^|_)(severity|verdict)$/.test(column) ? COLOURS[text] : undefined;
    return colour === undefined ? text : this.colors[colour](text);
  };

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

/** Grave in red, in doubt in yellow, settled in green. */
const COLOURS: Readonly<Record<string, 'red' | 'yellow' | 'green' | 'cyan' | 'dim'>> = {
  critical: 'red',
  high: 'red',
  medium: 'yellow',
  low: 'dim',
  attributed: 'green',
  ambiguous: 'yellow',
  pending: 'cyan',
  unattributed: 'red',
  not_joinable: 'dim',
};

/** Rows behind the last one shown are counted up to here. */
const COUNTED = 100_000;

interface FirstRows extends RowStream {
  /** Rows that were given out. */
  count: number;
  /** Rows behind them. */
  left: number;
}

/** Not more than so many rows of a stream; after reading them, how many there were and how many there are behind. */
function firstRows(stream: RowStream, limit: number): FirstRows {
  const shown = { columns: stream.columns, count: 0, left: 0, chunks: read() };
  async function* read(): AsyncGenerator<QueryResult['rows']> {
    for await (const chunk of stream.chunks) {
      const rows = chunk.slice(0, limit - shown.count);
      shown.count += rows.length;
      shown.left += chunk.length - rows.length;
      if (rows.length > 0) yield rows;
      if (shown.left > COUNTED) return;
    }
  }
  return shown;
}

/** `20 of 781 rows; not shown: event_id (--wide shows all columns, --limit 0 all rows)`. */
function shownText({ count: rows, left }: FirstRows, hidden: readonly string[]): string {
  if (rows === 0 && left === 0) return 'no rows';
  const all = `${left > COUNTED ? 'more than ' : ''}${count(rows + Math.min(left, COUNTED))} ${rows + left === 1 ? 'row' : 'rows'}`;
  const hints = [...(hidden.length > 0 ? ['--wide shows all columns'] : []), ...(left > 0 ? ['--limit 0 shows all rows'] : [])];
  return [
    left > 0 ? `${count(rows)} of ${all}` : all,
    hidden.length > 0 ? `; not shown: ${hidden.join(', ')}` : '',
    hints.length > 0 ? ` (${hints.join(', ')})` : '',
  ].join('');
}
