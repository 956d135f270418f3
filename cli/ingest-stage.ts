/** Ingestion as `ingest`, `run` and `demo` call it: flags to sources, progress, remarks. */
import type { Command } from 'commander';
import { problemText } from '../lib/answer/ingest-text.ts';
import { byteText } from '../lib/answer/number-text.ts';
import type { Lake } from '../lib/engine/lake.ts';
import { UsageError } from '../lib/errors.ts';
import type { InputKind } from '../lib/ingest/reader.ts';
import type { IngestSources, IngestSummary, ListedSources } from '../lib/local/ingest.ts';
import type { Terminal } from './terminal.ts';

export interface SourceFlags {
  readonly cloudtrail?: readonly string[];
  readonly usageReports?: readonly string[];
  readonly snapshots?: readonly string[];
  readonly flowLogs?: readonly string[];
  readonly sessionChecks?: readonly string[];
}

/** Adds `--cloudtrail`, `--usage-reports`, `--snapshots`, `--session-checks` and `--flow-logs`. */
export function addSourceOptions(command: Command): Command {
  return command
    .argument('[path...]', 'folders or files of any kind: what each file is, is found out')
    .option('--cloudtrail <path...>', 'CloudTrail log files')
    .option('--usage-reports <path...>', 'AppStream usage reports (sessions and applications)')
    .option('--snapshots <path...>', 'DescribeSessions sweeps, JSON lines')
    .option('--session-checks <path...>', 'records of verify-session, JSON lines')
    .option('--flow-logs <path...>', 'VPC flow logs, text or Parquet');
}

/** @throws UsageError when no source is named */
export function sourcesOf(flags: SourceFlags, anything: readonly string[] = []): IngestSources {
  const sources = {
    cloudtrail: [...(flags.cloudtrail ?? [])],
    usageReports: [...(flags.usageReports ?? [])],
    snapshots: [...(flags.snapshots ?? [])],
    flowLogs: [...(flags.flowLogs ?? [])],
    ...(anything.length === 0 ? {} : { anything: [...anything] }),
    ...(flags.sessionChecks === undefined ? {} : { sessionChecks: [...flags.sessionChecks] }),
  };
  if (Object.values(sources).every((paths) => paths.length === 0)) {
    throw new UsageError('nothing to ingest is named', {
      remedy: 'give a folder, or --cloudtrail, --usage-reports, --snapshots, --session-checks or --flow-logs with a path',
    });
  }
  return sources;
}

const KIND_NAMES: Readonly<Record<InputKind, string>> = {
  cloudtrail: 'CloudTrail logs',
  usage_report: 'usage reports',
  snapshot: 'sweeps of DescribeSessions',
  session_check: 'session checks',
  flow_log: 'flow logs',
};

/** Lists what the paths name before any lake is made, and says in one line a kind what was found where no flag says it. */
export async function listNamed(terminal: Terminal, sources: IngestSources): Promise<ListedSources> {
  const listed = await terminal.io.services.listSources(sources);
  const counts = new Map<InputKind, number>();
  for (const { kind, isKindFound } of listed.objects) if (isKindFound) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const [kind, n] of counts) terminal.log(`found: ${n} ${n === 1 ? 'file' : 'files'} read as ${KIND_NAMES[kind]}`);
  return listed;
}

/** Ingests, with a bar on a terminal, and one remark per input that is not whole. */
export async function runIngest(
  terminal: Terminal,
  lake: Lake,
  sources: IngestSources | ListedSources,
  flags: { readonly threads?: number },
): Promise<IngestSummary> {
  const bar = terminal.progress('ingest');
  try {
    const summary = await terminal.io.services.ingest(lake, sources, {
      nowMs: terminal.io.nowMs(),
      ...(flags.threads === undefined ? {} : { threads: flags.threads }),
      signal: terminal.io.signal,
      onProgress: (p) =>
        bar.update(
          p.bytesTotal === 0 ? null : p.bytesDone / p.bytesTotal,
          `${p.inputsDone}/${p.inputsTotal} inputs, ${byteText(p.bytesDone)}, ${p.records} records`,
        ),
    });
    bar.end();
    for (const { status, location, reason } of summary.problems) {
      const text = `${status}: ${problemText(location, reason)}`;
      // evidence that is not what it was: whoever counts on silence has to hear of it
      if (status === 'contested' || status === 'changed') terminal.caution(text);
      else terminal.warn(text);
    }
    return summary;
  } finally {
    bar.end();
  }
}
