/** Athena's operations over {@link Executions}: what the project and its tests call, with Athena's checks and messages. */
import type { Execution, Executions } from './athena-executions.ts';
import { locationOf } from './athena-executions.ts';
import type { Workgroups } from './athena-workgroups.ts';
import { ApiError, type Operation } from './json-service.ts';

const ENGINE = { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: 'Athena engine version 3' };
const PAGE = 1000;

interface StartInput {
  readonly QueryString?: string;
  readonly ClientRequestToken?: string;
  readonly QueryExecutionContext?: { readonly Catalog?: string; readonly Database?: string };
  readonly ResultConfiguration?: { readonly OutputLocation?: string };
  readonly WorkGroup?: string;
  readonly ExecutionParameters?: readonly string[];
}

export function athenaOperations(executions: Executions, workgroups: Workgroups): Record<string, Operation> {
  const tokens = new Map<string, { readonly id: string; readonly request: string }>();

  async function start(input: StartInput): Promise<{ QueryExecutionId: string }> {
    if (!input.QueryString) throw invalid('queryString must not be empty');
    if (Buffer.byteLength(input.QueryString) > 262_144) throw invalid('Query string exceeds the maximum length of 262144');
    const token = input.ClientRequestToken;
    if (token !== undefined && (token.length < 32 || token.length > 128))
      throw invalid('clientRequestToken must have 32 to 128 characters');
    const request = JSON.stringify([
      input.QueryString,
      input.QueryExecutionContext,
      input.ResultConfiguration,
      input.WorkGroup,
      input.ExecutionParameters,
    ]);
    const workgroup = await workgroups.get(input.WorkGroup ?? 'primary');
    const former = tokens.get(token ?? '');
    if (former && former.request !== request) throw invalid('Idempotent parameters do not match');
    if (former) return { QueryExecutionId: former.id };
    const output = workgroup.enforced ? workgroup.outputLocation : (input.ResultConfiguration?.OutputLocation ?? workgroup.outputLocation);
    if (!output) {
      throw invalid(
        'No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.',
      );
    }
    locationOf(output);
    const { id } = executions.start({
      query: input.QueryString,
      database: input.QueryExecutionContext?.Database?.toLowerCase(),
      catalog: (input.QueryExecutionContext?.Catalog ?? 'awsdatacatalog').toLowerCase(),
      workgroup,
      outputLocation: output.replace(/\/?$/, '/'),
      parameters: input.ExecutionParameters ?? [],
    });
    if (token !== undefined) tokens.set(token, { id, request });
    return { QueryExecutionId: id };
  }

  function results(input: { QueryExecutionId?: string; MaxResults?: number; NextToken?: string }): unknown {
    const execution = executions.get(input.QueryExecutionId);
    if (execution.state === 'FAILED' || execution.state === 'CANCELLED') {
      throw invalid(`Query did not finish successfully. Final query state: ${execution.state}`, 'INVALID_QUERY_EXECUTION_STATE');
    }
    if (execution.state !== 'SUCCEEDED')
      throw invalid(`Query has not yet finished. Current state: ${execution.state}`, 'INVALID_QUERY_EXECUTION_STATE');
    if (execution.rows === undefined) throw invalid(`the results of ${execution.id} are forgotten: too many queries ran after it`);
    const size = input.MaxResults ?? PAGE;
    if (size < 1 || size > PAGE) throw invalid(`MaxResults is more than maximum allowed length ${PAGE}.`);
    const from = input.NextToken === undefined ? 0 : Number(Buffer.from(input.NextToken, 'base64url').toString());
    if (!Number.isInteger(from)) throw invalid('Malformed next token');
    const rows = execution.rows.slice(from, from + size);
    const more = from + size < execution.rows.length;
    return {
      UpdateCount: execution.updateCount,
      ResultSet: {
        Rows: rows.map((row) => ({ Data: row.map((value) => (value === null ? {} : { VarCharValue: value })) })),
        ResultSetMetadata: { ColumnInfo: execution.columns },
      },
      ...(more && { NextToken: Buffer.from(String(from + size)).toString('base64url') }),
    };
  }

  const asOperation =
    <T>(operation: (input: T) => unknown): Operation =>
    (input) =>
      operation(input as T);
  return {
    StartQueryExecution: asOperation(start),
    GetQueryExecution: (input) => ({ QueryExecution: describe(executions.get(input['QueryExecutionId'])) }),
    BatchGetQueryExecution: asOperation((input: { QueryExecutionIds?: readonly string[] }) => {
      const known = new Set(executions.ids());
      const ids = input.QueryExecutionIds ?? [];
      if (ids.length < 1 || ids.length > 50) throw invalid('QueryExecutionIds must have 1 to 50 members');
      return {
        QueryExecutions: ids.filter((id) => known.has(id)).map((id) => describe(executions.get(id))),
        UnprocessedQueryExecutionIds: ids
          .filter((id) => !known.has(id))
          .map((id) => ({
            QueryExecutionId: id,
            ErrorCode: 'INVALID_QUERY_EXECUTION_ID',
            ErrorMessage: `QueryExecution ${id} was not found`,
          })),
      };
    }),
    StopQueryExecution: (input) => executions.stop(input['QueryExecutionId']),
    GetQueryResults: asOperation(results),
    GetQueryRuntimeStatistics: (input) => ({
      QueryRuntimeStatistics: { Rows: { OutputRows: executions.get(input['QueryExecutionId']).rows?.length ?? 0 } },
    }),
    ListQueryExecutions: () => ({ QueryExecutionIds: executions.ids().slice(0, 50) }),
    GetWorkGroup: async (input) => {
      const { name, outputLocation, enforced, scanLimit } = await workgroups.get(String(input['WorkGroup']));
      return {
        WorkGroup: {
          Name: name,
          State: 'ENABLED',
          Configuration: {
            ...(outputLocation !== undefined && { ResultConfiguration: { OutputLocation: outputLocation } }),
            EnforceWorkGroupConfiguration: enforced,
            ...(scanLimit !== undefined && { BytesScannedCutoffPerQuery: scanLimit }),
            EngineVersion: ENGINE,
          },
        },
      };
    },
  };
}

function invalid(message: string, code = 'INVALID_INPUT'): ApiError {
  return new ApiError('InvalidRequestException', message, { AthenaErrorCode: code });
}

function describe(execution: Execution): Record<string, unknown> {
  const { request } = execution;
  const took = (execution.completed ?? Date.now()) - (execution.startedMs ?? execution.submitted);
  const error = {
    ErrorCategory: execution.category,
    ErrorType: execution.category === 1 ? 1 : 1003,
    Retryable: false,
    ErrorMessage: execution.reason,
  };
  return {
    QueryExecutionId: execution.id,
    Query: request.query,
    StatementType: execution.type,
    WorkGroup: request.workgroup.name,
    EngineVersion: ENGINE,
    ResultConfiguration: { OutputLocation: execution.outputFile },
    QueryExecutionContext: { Catalog: request.catalog, ...(request.database !== undefined && { Database: request.database }) },
    ...(request.parameters.length > 0 && { ExecutionParameters: request.parameters }),
    Status: {
      State: execution.state,
      SubmissionDateTime: execution.submitted / 1000,
      ...(execution.completed !== undefined && { CompletionDateTime: execution.completed / 1000 }),
      ...(execution.reason !== undefined && { StateChangeReason: execution.reason }),
      ...(execution.category !== undefined && { AthenaError: error }),
    },
    Statistics: {
      DataScannedInBytes: execution.scannedBytes,
      EngineExecutionTimeInMillis: took,
      TotalExecutionTimeInMillis: (execution.completed ?? Date.now()) - execution.submitted,
      QueryQueueTimeInMillis: (execution.startedMs ?? Date.now()) - execution.submitted,
      ServiceProcessingTimeInMillis: 0,
    },
  };
}
