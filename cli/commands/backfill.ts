/** `backfill`: a range of days of the source buckets, through the queues of a deployment. */
import { Command } from 'commander';
import { printable } from '../../lib/answer/cell.ts';
import { count } from '../../lib/answer/number-text.ts';
import type { Backfill, BackfilledSource } from '../../lib/aws/backfill.ts';
import type { SourcePrefix } from '../../lib/cloud/source-listing.ts';
import { resolveWindow } from '../../lib/correlate/window.ts';
import { InterruptedError, UsageError } from '../../lib/errors.ts';
import { formatDt } from '../../lib/time.ts';
import { addCloudOptions, type CloudFlags, cloudSettings } from '../cloud-options.ts';
import { EXIT } from '../exit-codes.ts';
import { collect } from '../lake-options.ts';
import type { Start } from '../program.ts';
import type { Terminal } from '../terminal.ts';

interface BackfillFlags extends CloudFlags {
  readonly from: string;
  readonly to?: string;
  readonly source?: readonly string[];
  readonly dryRun?: boolean;
  readonly again?: boolean;
}

interface Backfilled {
  readonly from: string;
  readonly to: string;
  readonly dryRun: boolean;
  readonly sources: readonly BackfilledSource[];
}

const SETTINGS = ['bucket', 'cloudtrailQueueUrl', 'reportQueueUrl', 'flowLogQueueUrl'] as const;
const KINDS = ['cloudtrail', 'usage_report', 'flow_log'] as const;

export function backfillCommand(start: Start): Command {
  const command = new Command('backfill')
    .description(
      'Sends what the source buckets of a deployment hold of some days through its queues. What is in the lake is left out; sending twice harms nothing.',
    )
    .requiredOption('--from <when>', 'first day: a date, a time or a span back such as -30d; inclusive')
    .option('--to <when>', 'last day: a date includes its day, a time excludes itself (default: today)')
    .option(
      '--source <kind=s3://bucket/prefix>',
      'source, its kind cloudtrail, usage_report or flow_log; may be given again (default: all of the deployment)',
      collect,
    )
    .option('--dry-run', 'only say what would be sent')
    .option('--again', 'send what is in the lake, too: it is recognised there and changes nothing');
  addCloudOptions(command, [...SETTINGS, 'reconcileFunction']);
  return command.action((flags: BackfillFlags) =>
    start(command, async (terminal) => {
      terminal.documentFormat; // refuses --output csv before anything is sent
      const nowMs = terminal.io.nowMs();
      const { from = '', to = '' } = resolveWindow({ from: flags.from, to: flags.to ?? formatDt(nowMs) }, nowMs);
      const given = flags.source?.map(readSource);
      const { settings, services } = await cloudSettings(terminal, flags, SETTINGS);
      const backfill = services.openBackfill(settings);
      const sources = given ?? (await deployedSources(terminal, flags, backfill));
      terminal.log(
        `days: ${from} to ${to} (UTC, both inclusive), ${sources.length} source ${sources.length === 1 ? 'prefix' : 'prefixes'}`,
      );
      const done = await send(terminal, backfill, sources, { from, to }, flags);
      const result: Backfilled = { from, to, dryRun: flags.dryRun === true, sources: done };
      await terminal.document(result, () => backfillText(result, terminal.bold));
      if (terminal.io.signal.aborted) throw new InterruptedError('interrupted');
      return EXIT.done;
    }),
  );
}

async function send(
  terminal: Terminal,
  backfill: Backfill,
  sources: readonly SourcePrefix[],
  days: { readonly from: string; readonly to: string },
  flags: BackfillFlags,
): Promise<BackfilledSource[]> {
  const bar = terminal.progress('backfill');
  const done: BackfilledSource[] = [];
  try {
    for (const source of sources) {
      if (terminal.io.signal.aborted) break;
      const name = `s3://${source.bucket}/${source.prefix}`;
      bar.update(null, `listing ${name}`);
      done.push(
        await backfill.source(source, days, {
          dryRun: flags.dryRun === true,
          again: flags.again === true,
          nowMs: terminal.io.nowMs(),
          signal: terminal.io.signal,
          onProgress: (sent, total) => bar.update(sent / total, `${count(sent)}/${count(total)} of ${name}`),
        }),
      );
    }
    return done;
  } finally {
    bar.end();
  }
}

/** What the environment says, else what the deployed function knows. */
async function deployedSources(terminal: Terminal, flags: CloudFlags, backfill: Backfill): Promise<readonly SourcePrefix[]> {
  const services = await terminal.io.services.cloud();
  if (terminal.io.env['APPSTREAM_AUDIT_SOURCES'] && flags.stack === undefined) return services.sourcesIn(terminal.io.env);
  const { settings } = await cloudSettings(terminal, flags, ['reconcileFunction']);
  return backfill.deployedSources(settings.reconcileFunction);
}

/** @throws UsageError unless it is `kind=s3://bucket/prefix` */
function readSource(text: string): SourcePrefix {
  const [, kindText, bucket, prefix = ''] = /^([a-z_-]+)=s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(text) ?? [];
  const kind = KINDS.find((each) => each === kindText?.replace('-', '_'));
  if (kind === undefined || bucket === undefined) {
    throw new UsageError(`--source ${JSON.stringify(text)} names no source`, {
      remedy: `write ${KINDS.map((each) => `${each}=s3://bucket/prefix`).join(' or ')}`,
    });
  }
  return { kind, bucket, prefix };
}

function backfillText({ sources, dryRun, from, to }: Backfilled, bold: (text: string) => string): string {
  const total = (of: 'listed' | 'known' | 'sent') => sources.reduce((sum, source) => sum + source[of], 0);
  const verb = dryRun ? 'to send' : 'sent';
  const lines = [
    bold(`${from} to ${to}`),
    ...sources.map(
      (source) =>
        `  ${source.kind.padEnd(12)} s3://${printable(source.bucket)}/${printable(source.prefix)}: ` +
        `${count(source.listed)} objects, ${count(source.known)} in the lake, ${count(source.sent)} ${verb}`,
    ),
    `  ${count(total('sent'))} ${verb} of ${count(total('listed'))}${dryRun ? '' : '; cloud status --wait waits until they are in the lake'}`,
  ];
  return `${lines.join('\n')}\n`;
}
