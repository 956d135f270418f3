/** A process without a process: what a command wrote, and stages that only remember how they were called. */
import type { Io } from '../../cli/io.ts';
import { runCli } from '../../cli/program.ts';
import type { Services } from '../../cli/services.ts';
import type { QueryResult, QueryValue, RowStream } from '../../lib/lake/ports.ts';
import { defaultConfiguration } from '../../schemas/configuration.ts';

export const NOW = Date.UTC(2026, 2, 10, 3, 0, 0);

export interface FakeOptions {
  readonly tty?: boolean;
  readonly columns?: number;
  readonly env?: Record<string, string>;
  readonly services?: Partial<Services>;
  readonly signal?: AbortSignal;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. */
export async function cli(argv: readonly string[], options: FakeOptions = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const terminal = { isTTY: options.tty ?? false, ...(options.columns === undefined ? {} : { columns: options.columns }) };
  const write = (add: (text: string) => void) => (text: string) => {
    add(text);
    return true;
  };
  const io: Io = {
    stdout: { ...terminal, write: write((text) => (out += text)) },
    stderr: { ...terminal, write: write((text) => (err += text)) },
    env: options.env ?? {},
    nowMs: () => NOW,
    signal: options.signal ?? new AbortController().signal,
    services: { ...unavailable, ...options.services },
  };
  const code = await runCli(argv, io);
  return { code, out, err };
}

function refuse(name: string): () => never {
  return () => {
    throw new Error(`${name} must not be called here`);
  };
}

const unavailable: Services = {
  openLake: refuse('openLake'),
  listSources: async () => ({ objects: [], passedOver: {}, problems: [] }),
  ingest: refuse('ingest'),
  correlate: refuse('correlate'),
  keepAcceptances: refuse('keepAcceptances'),
  operatorName: refuse('operatorName'),
  exportLake: refuse('exportLake'),
  writeDemo: refuse('writeDemo'),
  loadConfiguration: async () => ({ configuration: defaultConfiguration, hash: 'h' }),
  openSessions: refuse('openSessions'),
  verifyLogs: refuse('verifyLogs'),
  openIntegritySource: refuse('openIntegritySource'),
  cloud: refuse('cloud'),
};

/** A lake that answers every question alike and remembers what it was asked. */
export function fakeLake(answer: QueryResult | ((sql: string, values: Readonly<Record<string, QueryValue>>) => QueryResult)) {
  const asked: { sql: string; values: Readonly<Record<string, QueryValue>> }[] = [];
  const opened: { directory: string; options: Record<string, unknown> }[] = [];
  let closed = 0;
  const query = async (sql: string, values: Readonly<Record<string, QueryValue>> = {}) => {
    asked.push({ sql, values });
    return typeof answer === 'function' ? answer(sql, values) : answer;
  };
  const lake = {
    directory: '/lake',
    query,
    stream: async (sql: string, values: Readonly<Record<string, QueryValue>> = {}): Promise<RowStream> => {
      const { columns, rows } = await query(sql, values);
      return { columns, chunks: inChunks(rows) };
    },
    close: async () => {
      closed += 1;
    },
  };
  const openLake = (async (directory: string, options: object) => {
    opened.push({ directory, options: { ...options } });
    return lake;
  }) as unknown as Services['openLake'];
  return { openLake, asked, opened, closed: () => closed };
}

/** As an engine gives them: some at a time. */
async function* inChunks(rows: QueryResult['rows']): AsyncGenerator<QueryResult['rows']> {
  for (let at = 0; at < rows.length; at += 500) yield rows.slice(at, at + 500);
}

export const ROWS: QueryResult = {
  columns: [
    { name: 'user_id', type: 'VARCHAR' },
    { name: 'n', type: 'BIGINT' },
  ],
  rows: [
    ['ada', 3],
    ['=grace', 1],
  ],
};

export const NO_ROWS: QueryResult = { columns: ROWS.columns, rows: [] };
