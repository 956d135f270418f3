/** `cloud status`: the lake of a deployment, its queues, its correlation. */
import { Command } from 'commander';
import { type CloudFacts, cloudText, deadLetters, isQuiet, statusLake } from '../../lib/answer/cloud-status.ts';
import { lakeStatus, type Status } from '../../lib/answer/status.ts';
import { statusText } from '../../lib/answer/status-text.ts';
import { parseInstant } from '../../lib/correlate/window.ts';
import { addCloudOptions, type CloudFlags, cloudSettings, LAKE_SETTINGS, waitFor, withCloudLake } from '../cloud-options.ts';
import { EXIT } from '../exit-codes.ts';
import { positiveNumber } from '../lake-options.ts';
import type { Start } from '../program.ts';
import type { Terminal } from '../terminal.ts';

interface StatusFlags extends CloudFlags {
  readonly wait?: boolean;
  readonly timeout: number;
  readonly asOf?: string;
  readonly config?: string;
}

const SETTINGS = [
  ...LAKE_SETTINGS,
  'stateMachineArn',
  'cloudtrailQueueUrl',
  'reportQueueUrl',
  'flowLogQueueUrl',
  'sessionCheckQueueUrl',
] as const;
/** AWS counts messages about: so many looks in a row have to see nothing. */
const QUIET_LOOKS = 3;

export function cloudStatusCommand(start: Start): Command {
  const command = new Command('status')
    .description(
      'Says what is in the lake of the deployment and what is missing, how full the queues are, and what the correlation does. Ends with 1 when a dead-letter queue holds something.',
    )
    .option('--wait', 'wait until the queues are empty and no run is in progress')
    .option('--timeout <seconds>', 'how long to wait at most', positiveNumber, 3600)
    .option('--as-of <when>', 'the time that the age of a missing report counts from (default: now)')
    .option('--config <file>', 'configuration of the deployment, for hints on what it leaves unsaid (default: APPSTREAM_AUDIT_CONFIG)');
  addCloudOptions(command, SETTINGS);
  return command.action((flags: StatusFlags) =>
    start(command, async (terminal) => {
      terminal.documentFormat; // refuses --output csv before anything is asked
      const nowMs = terminal.io.nowMs();
      const asOfMs = flags.asOf === undefined ? nowMs : parseInstant(flags.asOf, '--as-of', nowMs);
      const facts = await cloudFacts(terminal, flags);
      const status = await statusOf(terminal, flags, asOfMs);
      await terminal.document({ ...status, ...facts }, () => `${statusText(status, terminal.bold)}\n${cloudText(facts, terminal.bold)}`);
      const dead = deadLetters(facts);
      if (dead === 0) return EXIT.done;
      terminal.warn(`${dead} ${dead === 1 ? 'message is' : 'messages are'} in a dead-letter queue: what they name is not in the lake`);
      return EXIT.failed;
    }),
  );
}

async function cloudFacts(terminal: Terminal, flags: StatusFlags): Promise<CloudFacts> {
  const { settings, services } = await cloudSettings(terminal, flags, SETTINGS);
  const correlation = services.cloudCorrelation(settings);
  const look = async (): Promise<CloudFacts> => {
    const [trails, reports, flowLogs, checks, state, executions] = await Promise.all([
      services.queueState('cloudtrail', settings.cloudtrailQueueUrl),
      services.queueState('usage_report', settings.reportQueueUrl),
      services.queueState('flow_log', settings.flowLogQueueUrl),
      services.queueState('session_check', settings.sessionCheckQueueUrl),
      correlation.state(),
      correlation.running(),
    ]);
    return { queues: [trails, reports, flowLogs, checks], run: state.run, outcomes: state.outcomes, executions };
  };
  if (flags.wait !== true) return look();
  let quiet = 0;
  return waitFor(terminal, {
    what: 'quiet',
    timeoutSeconds: flags.timeout,
    pauseMs: [500, 5000],
    look,
    isDone: (facts) => {
      quiet = isQuiet(facts) ? quiet + 1 : 0;
      return quiet === QUIET_LOOKS;
    },
    note: ({ queues, run, executions }) => {
      const left = queues.reduce((sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed, 0);
      const running = run === null ? (executions.length > 0 ? 'a run begins or ends' : 'no run') : `run in phase ${run.phase}`;
      return `${left} messages, ${running}`;
    },
  });
}

async function statusOf(terminal: Terminal, flags: StatusFlags, asOfMs: number): Promise<Status> {
  const file = flags.config ?? terminal.io.env['APPSTREAM_AUDIT_CONFIG'];
  const { configuration } = await terminal.io.services.loadConfiguration({
    env: terminal.io.env,
    ...(file === undefined || file === '' ? {} : { file }),
  });
  return withCloudLake(terminal, flags, async (lake) => {
    const status = await lakeStatus(statusLake(lake), configuration, asOfMs);
    // what the deployment was configured with is not known here: a hint on it would be a guess
    return file ? status : { ...status, hints: status.hints.filter((hint) => !/\b(scope|logons)\./.test(hint)) };
  });
}
