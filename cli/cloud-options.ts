/** The flags of every command that asks a deployment, and what such commands share. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { CloudLake } from '../lib/aws/cloud-lake.ts';
import type { CloudSetting, CloudSettings, GivenSettings } from '../lib/aws/cloud-settings.ts';
import { AuditError, InterruptedError } from '../lib/errors.ts';
import type { CloudServices } from './services.ts';
import type { Terminal } from './terminal.ts';

/** What each setting is, for its flag. */
const FLAGS: Readonly<Record<CloudSetting, readonly [flag: string, doc: string]>> = {
  bucket: ['--bucket <name>', 'central bucket (default: APPSTREAM_AUDIT_BUCKET)'],
  database: ['--database <name>', 'Glue database (default: APPSTREAM_AUDIT_DATABASE, else appstream_audit)'],
  workgroup: ['--workgroup <name>', 'Athena workgroup (default: APPSTREAM_AUDIT_WORKGROUP)'],
  stateMachineArn: ['--state-machine <arn>', 'state machine of the correlation (default: APPSTREAM_AUDIT_STATE_MACHINE_ARN)'],
  cloudtrailQueueUrl: ['--cloudtrail-queue <url>', 'queue of trail files (default: APPSTREAM_AUDIT_CLOUDTRAIL_QUEUE_URL)'],
  reportQueueUrl: ['--report-queue <url>', 'queue of usage reports (default: APPSTREAM_AUDIT_REPORT_QUEUE_URL)'],
  flowLogQueueUrl: ['--flow-log-queue <url>', 'queue of flow logs (default: APPSTREAM_AUDIT_FLOW_LOG_QUEUE_URL)'],
  sessionCheckQueueUrl: [
    '--session-check-queue <url>',
    'queue of session.json files to check (default: APPSTREAM_AUDIT_SESSION_CHECK_QUEUE_URL)',
  ],
  reconcileFunction: [
    '--reconcile-function <name>',
    'function that knows the source prefixes (default: APPSTREAM_AUDIT_RECONCILE_FUNCTION)',
  ],
};

export interface CloudFlags {
  readonly stack?: string;
  readonly bucket?: string;
  readonly database?: string;
  readonly workgroup?: string;
  readonly stateMachine?: string;
  readonly cloudtrailQueue?: string;
  readonly reportQueue?: string;
  readonly flowLogQueue?: string;
  readonly sessionCheckQueue?: string;
  readonly reconcileFunction?: string;
}

/** What a question needs to know. */
export const LAKE_SETTINGS = ['bucket', 'database', 'workgroup'] as const;

/** Adds `--stack` and the flags of some settings. */
export function addCloudOptions(command: Command, names: readonly CloudSetting[]): Command {
  command.option('--stack <name>', 'stack of the deployment: its outputs say all of this (default: APPSTREAM_AUDIT_STACK)');
  for (const name of names) command.option(...FLAGS[name]);
  return command;
}

/** @throws UsageError naming what nobody said */
export async function cloudSettings<Name extends CloudSetting>(
  terminal: Terminal,
  flags: CloudFlags,
  names: readonly Name[],
): Promise<{ readonly settings: CloudSettings<Name>; readonly services: CloudServices }> {
  const given = Object.entries({
    stack: flags.stack,
    bucket: flags.bucket,
    database: flags.database,
    workgroup: flags.workgroup,
    stateMachineArn: flags.stateMachine,
    cloudtrailQueueUrl: flags.cloudtrailQueue,
    reportQueueUrl: flags.reportQueue,
    flowLogQueueUrl: flags.flowLogQueue,
    sessionCheckQueueUrl: flags.sessionCheckQueue,
    reconcileFunction: flags.reconcileFunction,
  }).filter(([, value]) => value !== undefined);
  const services = await terminal.io.services.cloud();
  const settings = await services.resolveSettings(names, Object.fromEntries(given) as GivenSettings, terminal.io.env);
  return { settings, services };
}

/** Opens the lake of a deployment, lends it to `use`, and closes it whatever happens. Ctrl-C stops what Athena is busy with. */
export async function withCloudLake<T>(terminal: Terminal, flags: CloudFlags, use: (lake: CloudLake) => Promise<T>): Promise<T> {
  const { settings, services } = await cloudSettings(terminal, flags, LAKE_SETTINGS);
  const lake = services.openCloudLake(settings, terminal.io.signal);
  try {
    return await use(lake);
  } catch (error) {
    if (terminal.io.signal.aborted) throw new InterruptedError('interrupted');
    throw error;
  } finally {
    await lake.close();
  }
}

/** Looks until something is so. */
export interface Waiting<T> {
  /** What is waited for, for the message of who waited in vain. */
  readonly what: string;
  readonly timeoutSeconds: number;
  /** Pauses between two looks, milliseconds: they grow from the first to the last. */
  readonly pauseMs: readonly [first: number, last: number];
  readonly look: () => Promise<T>;
  readonly isDone: (seen: T) => boolean;
  /** What there is to say of what was seen, for the progress bar. */
  readonly note: (seen: T) => string;
}

/**
 * @throws AuditError when the time is up, InterruptedError at Ctrl-C
 */
export async function waitFor<T>(terminal: Terminal, waiting: Waiting<T>): Promise<T> {
  const until = Date.now() + waiting.timeoutSeconds * 1000;
  const bar = terminal.progress(waiting.what);
  try {
    for (let pause = waiting.pauseMs[0]; ; pause = Math.min(pause * 1.5, waiting.pauseMs[1])) {
      const seen = await waiting.look();
      if (waiting.isDone(seen)) return seen;
      bar.update(null, waiting.note(seen));
      if (Date.now() + pause > until) {
        throw new AuditError(`waited ${waiting.timeoutSeconds} s for ${waiting.what}: ${waiting.note(seen)}`, {
          remedy: 'what was begun goes on; cloud status shows it, --timeout gives it longer',
        });
      }
      await sleep(pause, undefined, { signal: terminal.io.signal }).catch((cause: unknown) => {
        throw new InterruptedError('interrupted', { cause });
      });
    }
  } finally {
    bar.end();
  }
}
