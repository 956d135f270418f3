/** The deployed correlation: started, and looked after, from outside. */
import { randomBytes } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { RunProgress } from '../answer/cloud-status.ts';
import { S3StateStore } from '../athena/state-store.ts';
import type { RunOutcome, RunRequest, RunState } from '../cloud/run-state.ts';
import { AuditError } from '../errors.ts';
import { formatTime } from '../time.ts';
import { awsFault } from './aws-fault.ts';
import { CLIENT_OPTIONS, s3ClientOptions } from './client-options.ts';

export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly startedAt: string | null;
}

export interface CorrelationState {
  /** Null when none is in progress. */
  readonly run: RunProgress | null;
  /** The last ones, newest first. */
  readonly outcomes: readonly RunOutcome[];
}

export interface CloudCorrelation {
  /** @throws UsageError, ObjectFault */
  start(request: Omit<RunRequest, 'requestId'>): Promise<{ readonly requestId: string; readonly executionArn: string }>;
  /** `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`, and why it failed. */
  describe(executionArn: string): Promise<{ readonly status: string; readonly cause: string | null }>;
  /** Executions that go on. */
  running(): Promise<Execution[]>;
  state(): Promise<CorrelationState>;
}

export function cloudCorrelation(place: { readonly bucket: string; readonly stateMachineArn: string }): CloudCorrelation {
  const sfn = new SFNClient(CLIENT_OPTIONS);
  const store = new S3StateStore(new S3Client(s3ClientOptions()), place.bucket);
  const { stateMachineArn } = place;
  return {
    async start(request) {
      const requestId = `cli-${new Date().toISOString().replace(/[-:.]/g, '')}-${randomBytes(4).toString('hex')}`;
      const input = JSON.stringify({ requestId, ...request });
      try {
        const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn, name: requestId, input }));
        return { requestId, executionArn };
      } catch (cause) {
        throw awsFault(cause, stateMachineArn, 'be started');
      }
    },

    async describe(executionArn) {
      try {
        const { status = 'RUNNING', cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        return { status, cause: cause ?? null };
      } catch (cause) {
        throw awsFault(cause, executionArn, 'be looked at');
      }
    },

    async running() {
      try {
        const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
        return executions.map(({ executionArn = '', name = '', status = '', startDate }) => ({
          arn: executionArn,
          name,
          status,
          startedAt: startDate === undefined ? null : formatTime(startDate.getTime()),
        }));
      } catch (cause) {
        throw awsFault(cause, stateMachineArn, 'be looked at');
      }
    },

    async state() {
      try {
        const state = (await store.load())?.state;
        if (state === undefined) return { run: null, outcomes: [] };
        return { run: state.phase === 'ended' ? null : progressOf(state), outcomes: state.outcomes };
      } catch (cause) {
        if (cause instanceof AuditError) throw cause;
        throw awsFault(cause, `the state of the correlation in ${place.bucket}`, 'be read');
      }
    },
  };
}

function progressOf(state: RunState): RunProgress {
  const chunks = state.chunks?.length ?? null;
  return {
    runId: state.runId,
    requestId: state.request.requestId,
    phase: state.phase,
    chunk: chunks === null ? null : Math.min(state.chunk + 1, chunks),
    chunks,
    days: state.planned?.length ?? null,
    statements: state.statements,
    scannedBytes: state.scannedBytes,
    startedAt: formatTime(state.startedAtMs),
    lookedAfterAt: formatTime(state.heartbeatMs),
    halted: state.halted ?? null,
  };
}
