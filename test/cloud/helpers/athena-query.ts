/** Runs statements through Athena's API as a test wants them: to their end, with their rows. */
import { setTimeout } from 'node:timers/promises';
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  type QueryExecution,
  StartQueryExecutionCommand,
  type StartQueryExecutionCommandInput,
} from '@aws-sdk/client-athena';

/** Where statements run and put their results. */
export interface QueryPlace {
  readonly client: AthenaClient;
  readonly database: string;
  /** s3://… */
  readonly output: string;
}

/** Starts a statement. @returns its id */
export async function startQuery(place: QueryPlace, sql: string, more: Partial<StartQueryExecutionCommandInput> = {}): Promise<string> {
  const input: StartQueryExecutionCommandInput = {
    QueryString: sql,
    QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: place.database },
    ResultConfiguration: { OutputLocation: place.output },
    ...more,
  };
  const { QueryExecutionId } = await place.client.send(new StartQueryExecutionCommand(input));
  return QueryExecutionId as string;
}

/** Waits for the end, whatever it is. */
export async function endOf(place: QueryPlace, id: string): Promise<QueryExecution> {
  for (;;) {
    const { QueryExecution: execution } = await place.client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
    if (execution && execution.Status?.State !== 'QUEUED' && execution.Status?.State !== 'RUNNING') return execution;
    await setTimeout(50);
  }
}

/** Runs a statement and says how it ended. */
export async function execute(
  place: QueryPlace,
  sql: string,
  more: Partial<StartQueryExecutionCommandInput> = {},
): Promise<QueryExecution> {
  return await endOf(place, await startQuery(place, sql, more));
}

/** Runs a query. @returns its rows without the header, as text; NULL is null @throws Error with Athena's reason */
export async function query(
  place: QueryPlace,
  sql: string,
  more: Partial<StartQueryExecutionCommandInput> = {},
): Promise<(string | null)[][]> {
  const execution = await execute(place, sql, more);
  if (execution.Status?.State !== 'SUCCEEDED')
    throw new Error(`${execution.Status?.State}: ${execution.Status?.StateChangeReason}\n${sql}`);
  const rows: (string | null)[][] = [];
  for await (const page of paginateGetQueryResults({ client: place.client }, { QueryExecutionId: execution.QueryExecutionId })) {
    for (const row of page.ResultSet?.Rows ?? []) rows.push((row.Data ?? []).map((datum) => datum.VarCharValue ?? null));
  }
  return execution.StatementType === 'DML' ? rows.slice(1) : rows;
}
