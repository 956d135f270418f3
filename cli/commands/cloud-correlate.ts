/** `cloud correlate`: starts the deployed correlation, and waits for its end where that is wanted. */
import { Command } from 'commander';
import { correlationText } from '../../lib/answer/correlation-text.ts';
import { type RunSummary, runSummary } from '../../lib/answer/run-summary.ts';
import { describeWindow, parseInstant, resolveWindow } from '../../lib/correlate/window.ts';
import { AuditError, UsageError } from '../../lib/errors.ts';
import { DAY_MS, formatDt, formatTime } from '../../lib/time.ts';
import { addCloudOptions, type CloudFlags, cloudSettings, LAKE_SETTINGS, waitFor, withCloudLake } from '../cloud-options.ts';
import { addWindowOptions, findingsReach, tellEvidence, type WindowFlags } from '../correlate-stage.ts';
import { EXIT } from '../exit-codes.ts';
import { positiveNumber } from '../lake-options.ts';
import type { Start } from '../program.ts';
import type { Terminal } from '../terminal.ts';

interface CorrelateFlags extends WindowFlags, CloudFlags {
  readonly wait?: boolean;
  readonly timeout: number;
}

const SETTINGS = [...LAKE_SETTINGS, 'stateMachineArn'] as const;
/** The first day that the deployment's tables show. */
const FIRST_DT = '2016-01-01';

export function cloudCorrelateCommand(start: Start): Command {
  const command = new Command('correlate').description(
    'Starts the correlation of the deployment, with the configuration it was deployed with. One run at a time: another that is in progress is waited for.',
  );
  addWindowOptions(command)
    .option('--wait', 'wait for the end of the run and show what it did')
    .option('--timeout <seconds>', 'how long to wait at most', positiveNumber, 43_200);
  addCloudOptions(command, SETTINGS);
  return command.action((flags: CorrelateFlags) =>
    start(command, async (terminal) => {
      terminal.documentFormat; // refuses --output csv before anything is started
      if (flags.failOn !== undefined && flags.wait !== true)
        throw new UsageError('--fail-on needs --wait: the findings are not known before');
      const nowMs = terminal.io.nowMs();
      const asOfMs = flags.asOf === undefined ? nowMs : parseInstant(flags.asOf, '--as-of', nowMs);
      const window = resolveWindow(
        { ...(flags.from === undefined ? {} : { from: flags.from }), ...(flags.to === undefined ? {} : { to: flags.to }) },
        asOfMs,
      );
      terminal.log(describeWindow(window, asOfMs));
      const isOpen = window.from === undefined && window.to === undefined;
      const { settings, services } = await cloudSettings(terminal, flags, SETTINGS);
      const correlation = services.cloudCorrelation(settings);
      const started = await correlation.start({
        ...(isOpen ? {} : { from: window.from ?? FIRST_DT, to: window.to ?? formatDt(nowMs + 2 * DAY_MS) }),
        // without it the run counts from when it starts
        ...(flags.asOf === undefined ? {} : { asOf: formatTime(asOfMs) }),
      });
      if (flags.wait !== true) {
        await terminal.document(started, () => `started ${started.requestId}\n  cloud status shows how far it is\n`);
        return EXIT.done;
      }
      const runId = await endOf(terminal, correlation, started, flags.timeout);
      const summary = await withCloudLake(terminal, flags, (lake) => runSummary(lake, runId));
      tellEvidence(terminal, summary.evidence);
      const reached = findingsReach(summary, flags.failOn);
      await terminal.document(summary satisfies RunSummary, () => correlationText(summary, terminal.bold));
      if (reached > 0) terminal.warn(`${reached} findings are ${flags.failOn} or worse`);
      return reached > 0 ? EXIT.findings : EXIT.done;
    }),
  );
}

type Correlation = ReturnType<Awaited<ReturnType<Terminal['io']['services']['cloud']>>['cloudCorrelation']>;

/** @returns the id of the run that answered the request @throws AuditError when it failed */
async function endOf(
  terminal: Terminal,
  correlation: Correlation,
  { requestId, executionArn }: { readonly requestId: string; readonly executionArn: string },
  timeoutSeconds: number,
): Promise<string> {
  const look = async () => ({ execution: await correlation.describe(executionArn), state: await correlation.state() });
  const { execution, state } = await waitFor(terminal, {
    what: 'correlate',
    timeoutSeconds,
    pauseMs: [500, 10_000],
    look,
    isDone: (seen) => seen.execution.status !== 'RUNNING',
    note: (seen) => (seen.state.run === null ? 'beginning or ending' : `${seen.state.run.phase}, ${seen.state.run.statements} statements`),
  });
  const outcome = state.outcomes.find((each) => each.requestId === requestId);
  if (outcome?.status === 'published') {
    // the run stands; that people were not told is another matter
    if (execution.status !== 'SUCCEEDED')
      terminal.warn(`the run was published, but its alerts failed: ${execution.cause ?? execution.status}`);
    return outcome.runId;
  }
  const halted = state.run?.requestId === requestId ? state.run.halted : null;
  const reason = outcome?.reason ?? halted ?? execution.cause ?? `the execution ended as ${execution.status}`;
  throw new AuditError(`the run${outcome === undefined ? '' : ` ${outcome.runId}`} failed: ${reason}`, {
    remedy: 'nothing of it was published unless it says so; the last good answer stands, the log of the function correlate says more',
  });
}
