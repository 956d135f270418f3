/** Query executions of the test double: started, run one after another on Trino, their answers kept in pages and put to S3. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { isQuery, statementType, translate } from './athena-dialect.ts';
import { athenaText, columnInfo, csvLine } from './athena-values.ts';
import type { Workgroup } from './athena-workgroups.ts';
import { ApiError, type Faults } from './json-service.ts';
import { runStatement, type TrinoAnswer, TrinoError } from './trino-client.ts';

export interface ExecutionRequest {
  readonly query: string;
  readonly database: string | undefined;
  readonly catalog: string;
  readonly workgroup: Workgroup;
  /** Folder of the results: s3://…/ */
  readonly outputLocation: string;
  readonly parameters: readonly string[];
}

export type State = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

export interface Execution {
  readonly id: string;
  readonly request: ExecutionRequest;
  readonly type: 'DML' | 'DDL' | 'UTILITY';
  /** The result file. */
  readonly outputFile: string;
  readonly submitted: number;
  readonly stop: AbortController;
  state: State;
  reason?: string;
  /** 1: the system's fault, 2: the user's. */
  category?: 1 | 2;
  completed?: number;
  startedMs?: number;
  scannedBytes: number;
  updateCount: number;
  columns: Record<string, unknown>[];
  /** Rows as Athena gives them, the header included; undefined once forgotten. */
  rows?: (string | null)[][];
}

/** Running at once; Athena queues the others too. */
const RUNNING_AT_ONCE = 4;
/** Running and waiting at once; one more is a TooManyRequestsException. */
const ACTIVE_AT_ONCE = 100;
/** Executions whose rows are kept. */
const KEPT_RESULTS = 300;

export class Executions {
  readonly #all = new Map<string, Execution>();
  readonly #waiting: Execution[] = [];
  readonly #trinoUrl: string;
  readonly #s3: S3Client;
  readonly #faults: Faults;
  #running = 0;

  /** @param faults those of the operation `Run` befall statements: `before` they run, or `after` they were done */
  constructor(trinoUrl: string, s3: S3Client, faults: Faults) {
    this.#trinoUrl = trinoUrl;
    this.#s3 = s3;
    this.#faults = faults;
  }

  /** @throws ApiError */
  get(id: unknown): Execution {
    const execution = this.#all.get(String(id));
    if (!execution)
      throw new ApiError('InvalidRequestException', `QueryExecution ${id} was not found`, { AthenaErrorCode: 'INVALID_INPUT' });
    return execution;
  }

  /** Ids, the newest first. */
  ids(): string[] {
    return [...this.#all.keys()].reverse();
  }

  /** @throws ApiError when too many are active */
  start(request: ExecutionRequest): Execution {
    if (this.#running + this.#waiting.length >= ACTIVE_AT_ONCE) {
      const members = { Reason: 'CONCURRENT_QUERY_LIMIT_EXCEEDED' };
      throw new ApiError(
        'TooManyRequestsException',
        'You have exceeded the limit for the number of queries you can run concurrently.',
        members,
      );
    }
    const id = randomUUID();
    const type = statementType(request.query);
    const ending = isQuery(request.query) ? '.csv' : type === 'DML' ? '' : '.txt';
    const execution: Execution = {
      id,
      request,
      type,
      outputFile: `${request.outputLocation}${id}${ending}`,
      submitted: Date.now(),
      stop: new AbortController(),
      state: 'QUEUED',
      scannedBytes: 0,
      updateCount: 0,
      columns: [],
    };
    this.#all.set(id, execution);
    this.#waiting.push(execution);
    this.#forgetOldRows();
    this.#next();
    return execution;
  }

  stop(id: unknown): void {
    const execution = this.get(id);
    if (execution.state !== 'QUEUED' && execution.state !== 'RUNNING') return;
    execution.stop.abort();
    this.#end(execution, 'CANCELLED', 'Query cancelled by user');
  }

  #next(): void {
    while (this.#running < RUNNING_AT_ONCE) {
      const execution = this.#waiting.shift();
      if (!execution) return;
      if (execution.state !== 'QUEUED') continue;
      this.#running++;
      void this.#run(execution).finally(() => {
        this.#running--;
        this.#next();
      });
    }
  }

  async #run(execution: Execution): Promise<void> {
    execution.startedMs = Date.now();
    execution.state = 'RUNNING';
    const { query } = execution.request;
    try {
      const before = this.#faults.take('Run', 'before', query);
      if (before) throw new TrinoError(before.message, 'INTERNAL_ERROR');
      await this.#answer(execution);
      const after = this.#faults.take('Run', 'after', query);
      if (after) throw new TrinoError(after.message, 'INTERNAL_ERROR');
      this.#end(execution, 'SUCCEEDED');
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const byUser = error instanceof SyntaxError || (error instanceof TrinoError && error.kind === 'USER_ERROR');
      this.#end(execution, 'FAILED', error instanceof SyntaxError ? `SYNTAX_ERROR: ${message}` : message, byUser ? 2 : 1);
    }
  }

  async #answer(execution: Execution): Promise<void> {
    const { request } = execution;
    const context = {
      database: request.database,
      defaultLocation: `${request.outputLocation}tables/${execution.id}/`,
      enforced: request.workgroup.enforced,
    };
    const { statements, session } = translate(request.query, context);
    let answer: TrinoAnswer = { columns: [], rows: [], updateType: undefined, updateCount: 0, scannedBytes: 0 };
    for (const statement of statements) answer = await this.#statement(execution, withParameters(statement, request.parameters), session);
    const query = answer.updateType === undefined;
    execution.updateCount = answer.updateCount;
    execution.columns = query ? answer.columns.map(columnInfo) : [];
    const types = answer.columns.map((column) => column.typeSignature);
    const rows = query ? answer.rows.map((row) => row.map((value, at) => athenaText(value, types[at] ?? { rawType: 'varchar' }))) : [];
    const header = query && execution.type === 'DML';
    if (header) rows.unshift(answer.columns.map((column) => column.name));
    execution.rows = rows;
    const lines = header ? rows.map(csvLine) : rows.map((row) => row.map((value) => value ?? '').join('\t'));
    const { bucket, key } = locationOf(execution.outputFile);
    const body = lines.map((line) => `${line}\n`).join('');
    await this.#s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/octet-stream' }));
  }

  async #statement(execution: Execution, statement: string, session: Readonly<Record<string, string>>): Promise<TrinoAnswer> {
    const { request, stop } = execution;
    for (let attempt = 0; ; attempt++) {
      try {
        return await runStatement(statement, {
          url: this.#trinoUrl,
          catalog: request.catalog,
          schema: request.database,
          session,
          signal: stop.signal,
          onProgress: (scannedBytes) => {
            execution.scannedBytes = Math.max(execution.scannedBytes, scannedBytes);
            const limit = request.workgroup.scanLimit;
            if (limit === undefined || scannedBytes <= limit || stop.signal.aborted) return;
            stop.abort();
            this.#end(execution, 'CANCELLED', 'Query cancelled! : Bytes scanned limit was exceeded');
          },
        });
      } catch (error) {
        // in Trino's first seconds; Athena always has nodes
        if (attempt > 20 || !(error instanceof TrinoError) || !error.message.startsWith('NO_NODES_AVAILABLE')) throw error;
        await setTimeout(500);
      }
    }
  }

  /** The first end counts. */
  #end(execution: Execution, state: State, reason?: string, category?: 1 | 2): void {
    if (execution.completed !== undefined) return;
    execution.completed = Date.now();
    execution.state = state;
    if (reason !== undefined) execution.reason = reason;
    if (category !== undefined) execution.category = category;
  }

  #forgetOldRows(): void {
    let kept = 0;
    for (const execution of [...this.#all.values()].reverse()) {
      if (execution.rows !== undefined && ++kept > KEPT_RESULTS) delete execution.rows;
    }
  }
}

function withParameters(statement: string, parameters: readonly string[]): string {
  if (parameters.length === 0) return statement;
  return `EXECUTE IMMEDIATE '${statement.replaceAll("'", "''")}' USING ${parameters.join(', ')}`;
}

/** @throws ApiError when it is no location in S3 */
export function locationOf(location: string): { bucket: string; key: string } {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/.exec(location);
  if (!match) throw new ApiError('InvalidRequestException', `outputLocation is not a valid S3 path: ${location}`);
  return { bucket: match[1] as string, key: match[2] as string };
}
