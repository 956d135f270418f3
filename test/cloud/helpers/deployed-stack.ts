/** The deployed stack as its users meet it: through the command line, its source buckets and the queue of its alerts. */
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { runCli } from '../../../cli/program.ts';
import { services } from '../../../cli/services.ts';
import { auditConfiguration } from '../../../infra/audit-configuration.ts';
import { readDeployment } from '../../../infra/deployment-file.ts';
import type { Configuration } from '../../../schemas/configuration.ts';

export interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command of the command line in this process. @throws Error with what it said when it ends with another code than 0 */
export async function audit(...argv: string[]): Promise<Told> {
  const said = { out: '', err: '' };
  const into = (name: 'out' | 'err') => ({
    write: (text: string) => {
      said[name] += text;
      return true;
    },
  });
  const io = {
    stdout: into('out'),
    stderr: into('err'),
    env: process.env,
    nowMs: Date.now,
    signal: new AbortController().signal,
    services,
  };
  const code = await runCli(argv, io);
  if (code !== 0) throw new Error(`appstream-audit ${argv.join(' ')} ended with ${code}\n${said.err}`);
  return { code, ...said };
}

export type AnswerRow = Readonly<Record<string, unknown>>;

/** Rows of a query as NDJSON gives them. @param command `query` or `cloud query`, with where to ask */
export async function rowsOf(command: readonly string[], sql: string): Promise<AnswerRow[]> {
  const { out } = await audit(...command, '--sql', sql, '--output', 'ndjson');
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AnswerRow);
}

/** The configuration that the functions were deployed with. */
export function deployedConfiguration(): Configuration {
  return auditConfiguration(readDeployment(process.cwd(), process.env));
}

/** What alerts tell of: each finding or change by itself, or many as one digest. */
export interface Alert {
  readonly kind: 'finding' | 'verdict_change' | 'digest';
  readonly finding_id?: string;
  /** Of a digest: how many it tells of. */
  readonly total?: number;
}

/** Takes every alert that has come to the queue that is subscribed to them. */
export async function takeAlerts(queue: string): Promise<Alert[]> {
  const sqs = new SQSClient({});
  const alerts: Alert[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));
    if (Messages.length === 0) return alerts;
    for (const { Body = '{}', ReceiptHandle } of Messages) {
      alerts.push(JSON.parse((JSON.parse(Body) as { readonly Message: string }).Message) as Alert);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }));
    }
  }
}
