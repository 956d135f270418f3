/** Statements on Athena: started, asked after, and their answers read. */
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  type GetQueryResultsCommandOutput,
  paginateGetQueryResults,
  type QueryExecution,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import type { StartResult, StatementStatus } from '../cloud/run-ports.ts';

export interface StatementPlace {
  readonly database: string;
  readonly workgroup: string;
  /** `s3://bucket/prefix/` for results, where the workgroup does not say it. */
  readonly outputLocation: string;
}

export type AnswerRow = Readonly<Record<string, string | null>>;

/** Athena will take the same statement a little later. */
const LATER = /TooManyRequests|Throttl|InternalServer|ServiceUnavailable|RequestTimeout|Timeout|ECONN|EPIPE|socket/i;

export class AthenaStatements {
  readonly #client: AthenaClient;
  readonly #place: StatementPlace;

  constructor(client: AthenaClient, place: StatementPlace) {
    this.#client = client;
    this.#place = place;
  }

  /** @param token the same token with the same text starts nothing twice; 32 to 128 characters */
  async start(sql: string, token: string): Promise<StartResult> {
    const { database, workgroup, outputLocation } = this.#place;
    const command = new StartQueryExecutionCommand({
      QueryString: sql,
      ClientRequestToken: token,
      QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: database },
      WorkGroup: workgroup,
      ResultConfiguration: { OutputLocation: outputLocation },
    });
    try {
      const { QueryExecutionId } = await this.#client.send(command);
      return { executionId: QueryExecutionId ?? '' };
    } catch (error) {
      const { name, message } = error as Error;
      return { refusal: LATER.test(`${name} ${message}`) ? 'later' : 'never', reason: `${name}: ${message}` };
    }
  }

  /** What does not answer is taken to run still: it is asked again. */
  async check(executionIds: readonly string[]): Promise<Map<string, StatementStatus>> {
    const found = await Promise.all(
      executionIds.map(async (id): Promise<[string, StatementStatus]> => {
        try {
          const { QueryExecution } = await this.#client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
          return [id, statusOf(QueryExecution)];
        } catch (error) {
          const { name, message } = error as Error;
          if (LATER.test(`${name} ${message}`)) return [id, { state: 'running', scannedBytes: 0 }];
          if (name === 'InvalidRequestException') return [id, { state: 'failed', reason: message, retryable: true, scannedBytes: 0 }];
          throw error;
        }
      }),
    );
    return new Map(found);
  }

  /** Rows of a SELECT that succeeded, every value as text. */
  async rows(executionId: string): Promise<AnswerRow[]> {
    const rows: AnswerRow[] = [];
    let names: string[] | undefined;
    for await (const page of paginateGetQueryResults({ client: this.#client }, { QueryExecutionId: executionId, MaxResults: 1000 })) {
      const values = valuesOf(page);
      // the first row of the first page names the columns once more
      const data = names === undefined ? values.slice(1) : values;
      names ??= (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map((column) => column.Name ?? '');
      const columns = names;
      for (const row of data) rows.push(Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null])));
    }
    return rows;
  }
}

function valuesOf(page: GetQueryResultsCommandOutput): (string | null)[][] {
  return (page.ResultSet?.Rows ?? []).map((row) => (row.Data ?? []).map((datum) => datum.VarCharValue ?? null));
}

function statusOf(execution: QueryExecution | undefined): StatementStatus {
  const scannedBytes = execution?.Statistics?.DataScannedInBytes ?? 0;
  const { State, StateChangeReason, AthenaError } = execution?.Status ?? {};
  if (State === 'QUEUED' || State === 'RUNNING') return { state: 'running', scannedBytes };
  if (State === 'SUCCEEDED') return { state: 'succeeded', scannedBytes };
  const reason = StateChangeReason ?? AthenaError?.ErrorMessage ?? 'Athena gave no reason';
  // category 1: the system's fault, not the statement's
  const retryable = AthenaError?.Retryable === true || AthenaError?.ErrorCategory === 1;
  return { state: State === 'CANCELLED' ? 'cancelled' : 'failed', reason, retryable, scannedBytes };
}
