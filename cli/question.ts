/** Questions as `query` and `cloud query` ask them: which SQL, which values, how its rows are written. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { absentValues } from '../lib/answer/absent-value.ts';
import {
  parametersOf,
  parseAssignments,
  parseReadyQuery,
  type QueryParameter,
  type ReadyQuery,
  resolveParameters,
} from '../lib/answer/ready-query.ts';
import { nearest } from '../lib/config/near-miss.ts';
import { UsageError } from '../lib/errors.ts';
import type { LakeReader, QueryColumn, RowStream } from '../lib/lake/ports.ts';
import { listSqlFiles, readSqlFile } from '../lib/local/sql-files.ts';
import { EXIT } from './exit-codes.ts';
import { collect, wholeNumber } from './lake-options.ts';
import type { Terminal } from './terminal.ts';

/** Rows of a table on a terminal; more than that is for a file. */
const TABLE_ROWS = 50;

export interface QuestionFlags {
  readonly sql?: string;
  readonly file?: string;
  readonly param?: readonly string[];
  readonly describe?: boolean;
  readonly limit?: number;
  readonly wide?: boolean;
  readonly columns?: readonly string[];
  readonly blocks?: boolean;
}

interface Question {
  readonly name: string;
  readonly sql: string;
  readonly parameters: readonly QueryParameter[];
  /** The columns that matter most. */
  readonly columns?: readonly string[];
}

/** Who answers. */
export interface Answerer {
  /** How one asks it, for those who only look at the list: `query NAME --lake DIR`. */
  readonly usage: string;
  /** Lends the lake to `use`, whatever happens. @param name of the question */
  withLake(name: string, use: (lake: LakeReader) => Promise<void>): Promise<void>;
  /** True for an error of the engine that whoever wrote the SQL can mend. */
  isMistake(error: unknown): Promise<boolean>;
}

/** Adds the argument and the flags of a question. */
export function addQuestionOptions(command: Command): Command {
  command
    .argument('[name]', 'a question')
    .option('--sql <text>', 'SQL to run instead; :name stands for a parameter')
    .option('--file <file>', 'file with SQL to run instead')
    .option('--param <name=value>', 'value of a parameter; may be given again', collect)
    .option('--describe', 'say what the question asks for and show its SQL; no lake is needed');
  return addRowOptions(command);
}

/** Adds the flags that say which rows and columns are shown. */
export function addRowOptions(command: Command): Command {
  return command
    .option('--columns <names>', 'these columns in this order, separated by commas', names)
    .option('--wide', 'a table of all columns, nothing shortened, however wide it becomes')
    .option('--blocks', 'a table as one block a row, a line for each value')
    .option('--limit <n>', `at most so many rows; 0 for all (default: ${TABLE_ROWS} in a table, else all)`, wholeNumber);
}

/** Asks one question, or lists them all. */
export async function askQuestion(terminal: Terminal, name: string | undefined, flags: QuestionFlags, answerer: Answerer): Promise<0> {
  if ([name, flags.sql, flags.file].filter((each) => each !== undefined).length > 1) {
    throw new UsageError('give one of a name, --sql and --file');
  }
  if (name === undefined && flags.sql === undefined && flags.file === undefined) {
    if (flags.param !== undefined) throw new UsageError('--param needs a question', { remedy: 'query without a name lists them' });
    await listQuestions(terminal, answerer);
    return EXIT.done;
  }
  if (name !== undefined && flags.describe) {
    await terminal.text(describe(readyQuery(name)));
    return EXIT.done;
  }
  const question = readQuestion(name, flags);
  const values = resolveParameters(question, parseAssignments(flags.param ?? [], '--param'), terminal.io.nowMs());
  const limit = flags.limit ?? (terminal.rowFormat === 'table' ? TABLE_ROWS : 0);
  try {
    await answerer.withLake(question.name, async (lake) => {
      const rows = await terminal.stream(
        columnsOf(await lake.stream(question.sql, values, terminal.io.signal), flags.columns),
        limit === 0 ? Number.POSITIVE_INFINITY : limit,
        {
          important: flags.columns ?? question.columns ?? [],
          wide: flags.wide ?? false,
          blocks: flags.blocks ?? false,
        },
      );
      // a misspelt name must not look like one that did nothing
      if (rows === 0 && name !== undefined) for (const remark of await absentValues(lake, values)) terminal.warn(remark);
    });
  } catch (error) {
    // what is wrong with a ready question is wrong with this program
    if (name === undefined && (await answerer.isMistake(error))) throw wrongSql(question, error as Error);
    throw error;
  }
  return EXIT.done;
}

/** @throws InvalidArgumentError (usage) when a name is empty */
function names(text: string): string[] {
  const list = text.split(',').map((name) => name.trim());
  if (list.includes('')) throw new InvalidArgumentError('Column names separated by commas are wanted.');
  return [...new Set(list)];
}

/** The rows with the columns that were asked for, in any format. @throws UsageError naming the one that is not there */
function columnsOf(stream: RowStream, wanted: readonly string[] | undefined): RowStream {
  if (wanted === undefined) return stream;
  const present = stream.columns.map(({ name }) => name);
  const places = wanted.map((name) => {
    const at = present.indexOf(name);
    if (at >= 0) return at;
    const near = nearest(name, present);
    throw new UsageError(`--columns: the answer has no column ${name}`, {
      remedy: near ? `did you mean ${near}?` : `it has ${present.join(', ')}`,
    });
  });
  async function* chunks(): RowStream['chunks'] {
    for await (const chunk of stream.chunks) yield chunk.map((row) => places.map((at) => row[at] ?? null));
  }
  return { columns: places.map((at) => stream.columns[at] as QueryColumn), chunks: chunks() };
}

function wrongSql(question: Question, cause: Error): UsageError {
  const remedy = /^Permission Error/.test(cause.message) ? { remedy: 'a question reads the lake and nothing else' } : {};
  return new UsageError(`the SQL of ${question.name} is wrong: ${cause.message}`, { cause, ...remedy });
}

/** @throws UsageError when the name is unknown, the file cannot be read, or there is no SQL in it */
function readQuestion(name: string | undefined, flags: QuestionFlags): Question {
  if (name !== undefined) return readyQuery(name);
  if (flags.sql !== undefined) return ownQuestion('--sql', flags.sql);
  const file = flags.file as string;
  try {
    // some editors begin a file with a mark that is no SQL
    return ownQuestion(basename(file), readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`the SQL file ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function ownQuestion(name: string, sql: string): Question {
  if (/^[\s;]*$/.test(sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ''))) {
    throw new UsageError(`${name} holds no SQL`, { remedy: 'give one SELECT, or the name of a question' });
  }
  return { name, sql, parameters: parametersOf(name, sql) };
}

function readyQuery(name: string): ReadyQuery {
  const names = listSqlFiles('queries');
  if (names.includes(name)) return parseReadyQuery(name, readSqlFile(`queries/${name}.sql`));
  const near = nearest(name, names);
  throw new UsageError(`there is no question ${name}`, { remedy: near ? `did you mean ${near}?` : 'query without a name lists them' });
}

async function listQuestions(terminal: Terminal, answerer: Answerer): Promise<void> {
  const questions = listSqlFiles('queries').map((name) => readyQuery(name));
  await terminal.rows({
    columns: ['name', 'question', 'parameters'].map((name) => ({ name, type: 'VARCHAR' })),
    rows: questions.map((each) => [each.name, each.question, each.parameters.map(shortParameter).join(' ')]),
  });
  terminal.log(`ask one with: appstream-audit ${answerer.usage} --param NAME=VALUE …; query NAME --describe says more`);
}

function shortParameter(parameter: QueryParameter): string {
  return parameter.default === undefined ? parameter.name : `[${parameter.name}]`;
}

function describe(question: ReadyQuery): string {
  const parameters = question.parameters.map((each) => {
    const value = each.default === undefined ? 'must be given' : `default ${each.default === '' ? 'empty' : each.default}`;
    return `  ${each.name.padEnd(20)} ${each.type.padEnd(6)}  ${each.doc} (${value})\n`;
  });
  return `${question.name}: ${question.question}\n\nparameters${parameters.length > 0 ? `\n${parameters.join('')}` : ': none\n'}\n${question.sql.trimEnd()}\n`;
}
