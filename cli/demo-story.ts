/** The demo from end to end: logs, a lake, verdicts before and after a late report, and what a responder would ask. */
import { join } from 'node:path';
import { printable, shellQuoted } from '../lib/answer/cell.ts';
import { correlationText, settledText } from '../lib/answer/correlation-text.ts';
import { explainEvent } from '../lib/answer/explanation.ts';
import { explanationText } from '../lib/answer/explanation-text.ts';
import { formatRows } from '../lib/answer/formats.ts';
import { headlineText } from '../lib/answer/headline-text.ts';
import { ingestText } from '../lib/answer/ingest-text.ts';
import { byteText, count } from '../lib/answer/number-text.ts';
import { parseReadyQuery, resolveParameters } from '../lib/answer/ready-query.ts';
import { numberOf, textOf, toRecords } from '../lib/answer/records.ts';
import { wrapped } from '../lib/answer/shortened-text.ts';
import type { DemoManifest } from '../lib/demo/manifest.ts';
import type { Lake } from '../lib/engine/lake.ts';
import type { LakeReader, QueryResult } from '../lib/lake/ports.ts';
import { readSqlFile } from '../lib/local/sql-files.ts';
import { runCorrelation, type ToldCorrelation } from './correlate-stage.ts';
import { runIngest } from './ingest-stage.ts';
import type { Terminal } from './terminal.ts';

export interface DemoRequest {
  /** Absolute; gets `logs/` and `lake/`. */
  readonly directory: string;
  /** The folder as it was typed, for the commands to type next. */
  readonly shownDirectory: string;
  readonly threads: number;
  /** True: every count, table and explanation; else the answers in a screen. */
  readonly verbose: boolean;
  readonly events?: number;
  readonly seed?: number;
}

/** Runs the demo and writes its answers: text on a terminal and in a pipe, JSON where it is asked for. */
export async function tellDemo(terminal: Terminal, request: DemoRequest): Promise<void> {
  const logs = join(request.directory, 'logs');
  const say = async (text: () => string | Promise<string>): Promise<void> => {
    if (!terminal.asksForData) await terminal.text(await text());
  };
  const manifest = await makeLogs(terminal, request, logs);
  await say(() => madeText(terminal, manifest, logs, request.verbose));
  const { configuration } = await terminal.io.services.loadConfiguration({
    file: join(logs, manifest.configuration),
    env: {},
    overrides: {},
  });
  const folder = (name: keyof DemoManifest['inputs']) => (manifest.inputs[name].files > 0 ? [join(logs, manifest.inputs[name].path)] : []);
  const settle = (asOf: string) => ({ configuration, window: {}, asOfMs: Date.parse(asOf) });
  const lake = await terminal.io.services.openLake(join(request.directory, 'lake'), {
    mode: 'write',
    create: true,
    command: 'demo',
    threads: request.threads,
    signal: terminal.io.signal,
  });
  try {
    const sources = {
      cloudtrail: folder('cloudtrail'),
      usageReports: folder('usageReports'),
      snapshots: folder('snapshots'),
      sessionChecks: folder('sessionChecks'),
      flowLogs: folder('flowLogs'),
    };
    const ingested = await runIngest(terminal, lake, sources, request);
    const first = await runCorrelation(terminal, lake, settle(manifest.asOf.first));
    await say(() =>
      request.verbose ? `${ingestText(ingested, terminal.bold)}\n${correlationText(first, terminal.bold)}` : settledText(first),
    );
    const late =
      manifest.inputs.late.files > 0
        ? await settleLate(terminal, lake, folder('late'), settle(manifest.asOf.withLate), request, say)
        : null;
    await say(() => (request.verbose ? answersText(terminal, lake, manifest) : shortAnswersText(terminal, lake, manifest)));
    const { headline } = late === null ? first : late.correlate;
    const next = `npx appstream-audit query findings-open ${lakeFlag(request)}`;
    await say(() => `\n${headlineText(headline, { ...terminal.form, next })}`);
    await say(() => nextText(terminal, manifest, request));
    if (terminal.asksForData) await terminal.document({ manifest, ingest: ingested, correlate: first, late }, () => '');
  } finally {
    await lake.close();
  }
}

async function makeLogs(terminal: Terminal, request: DemoRequest, logs: string): Promise<DemoManifest> {
  const bar = terminal.progress('make logs');
  const wanted = {
    ...(request.events === undefined ? {} : { events: request.events }),
    ...(request.seed === undefined ? {} : { seed: request.seed }),
  };
  try {
    return await terminal.io.services.writeDemo(logs, wanted, {
      threads: request.threads,
      onProgress: (done, total) => bar.update(done / total, `${done}/${total} files`),
    });
  } finally {
    bar.end();
  }
}

function madeText(terminal: Terminal, manifest: DemoManifest, logs: string, verbose: boolean): string {
  const { inputs } = manifest;
  const head = terminal.bold(`a day of logs in ${logs}`);
  if (!verbose) {
    return `${head}\n  ${count(manifest.records)} CloudTrail records (${byteText(manifest.unpackedBytes)}), ${count(manifest.sessions)} sessions of ${count(manifest.users)} users\n`;
  }
  return [
    head,
    `  ${count(manifest.records)} CloudTrail records in ${count(inputs.cloudtrail.files)} files (${byteText(manifest.unpackedBytes)}), ${count(manifest.duplicates)} of them duplicates`,
    `  ${count(manifest.sessions)} sessions of ${count(manifest.users)} users in ${count(inputs.usageReports.files)} usage reports, ${count(inputs.snapshots.files)} snapshot files, ${count(inputs.flowLogs.files)} flow logs, ${count(manifest.signIns)} sign-ins`,
    ...(manifest.truth ? [`  what really happened is in ${manifest.truth}`] : []),
    '',
    '',
  ].join('\n');
}

async function settleLate(
  terminal: Terminal,
  lake: Lake,
  paths: string[],
  prepared: Parameters<typeof runCorrelation>[2],
  request: DemoRequest,
  say: (text: () => string | Promise<string>) => Promise<void>,
): Promise<{ readonly ingest: unknown; readonly correlate: ToldCorrelation }> {
  const ingested = await runIngest(terminal, lake, { cloudtrail: [], usageReports: paths, snapshots: [], flowLogs: [] }, request);
  const again = await runCorrelation(terminal, lake, prepared);
  await say(async () => {
    if (!request.verbose) return `a late usage report arrives: ${settledText(again).replace(/^settled .*?: /, '')}`;
    const changed = await ready(lake, 'verdict-changes', {});
    const columns = ['event_time', 'what_changed', 'old_verdict', 'new_verdict', 'new_reason', 'new_user_id', 'event_name'];
    return (
      `\n${terminal.bold('a late usage report arrives')}\n${ingestText(ingested, terminal.bold)}\n` +
      `${correlationText(again, terminal.bold)}\n${terminal.bold('what changed (query verdict-changes)')}\n${table(changed, columns, 8)}`
    );
  });
  return { ingest: ingested, correlate: again };
}

async function answersText(terminal: Terminal, lake: LakeReader, manifest: DemoManifest): Promise<string> {
  const readers = await ready(lake, 'busiest-readers', {});
  const writes = await ready(lake, 'unattributed-writes', {});
  const parts = [
    '',
    terminal.bold('who read the most? (query busiest-readers)'),
    table(readers, ['user_id', 'reads', 'objects', 'bytes_out', 'first_read', 'last_read'], 5),
    terminal.bold('which writes has nobody made, as far as we can see? (query unattributed-writes)'),
    table(writes, ['event_time', 'event_name', 'object_key', 'reason', 'source_address', 'leads'], 8),
  ];
  const { story } = manifest;
  if (!story) return parts.join('\n');
  const copies = await ready(lake, 'copies', { bucket: story.thief.targetBucket });
  return [
    ...parts,
    terminal.bold(`what went into the foreign bucket ${story.thief.targetBucket}? (query copies)`),
    table(copies, ['event_time', 'copy_source', 'to_key', 'verdict', 'user_id'], 5),
    terminal.bold(`why do we say so? (explain ${story.thief.copyEventId})`),
    explanationText(await explainEvent(lake, story.thief.copyEventId), terminal.bold),
  ].join('\n');
}

/** The same answers in a line each. */
async function shortAnswersText(terminal: Terminal, lake: LakeReader, { story }: DemoManifest): Promise<string> {
  const [reader] = toRecords(await ready(lake, 'busiest-readers', {}));
  const lines = reader
    ? [
        [
          'who read the most?',
          `${textOf(reader, 'user_id')}: ${count(numberOf(reader, 'objects'))} objects, ${byteText(numberOf(reader, 'bytes_out'))}`,
        ],
      ]
    : [];
  if (story) {
    const bucket = story.thief.targetBucket;
    const copies = toRecords(await ready(lake, 'copies', { bucket }));
    const users = [...new Set(copies.map((row) => textOf(row, 'user_id') ?? 'nobody we can name'))];
    lines.push([`what went into ${bucket}?`, `${count(copies.length)} copies, all by ${users.join(' and ')}`]);
    const { verdicts } = await explainEvent(lake, story.thief.copyEventId);
    const decided = verdicts[0];
    if (decided?.decided) lines.push(['why do we say so?', decided.decided.sentence]);
  }
  const width = terminal.form.width ?? 120;
  return `\n${lines.map(([question, answer]) => wrapped(`${terminal.bold(printable(question as string))} ${printable(answer as string)}`, width)).join('')}`;
}

function lakeFlag(request: DemoRequest): string {
  return `--lake ${shellQuoted(join(request.shownDirectory, 'lake'))}`;
}

function nextText(terminal: Terminal, manifest: DemoManifest, request: DemoRequest): string {
  const lake = lakeFlag(request);
  const { story } = manifest;
  const commands = [
    ...(story ? [`explain ${lake} ${story.thief.copyEventId}`] : []),
    ...(story && request.verbose
      ? [
          `query ${lake} session-timeline --param session=${shellQuoted(story.thief.sessionId)}`,
          `query ${lake} object-history --param bucket=${shellQuoted(story.thief.sourceBucket)} --param key=${shellQuoted(story.thief.stolenObjectKey)}`,
          `explain ${lake} ${story.unattributedWriteEventId}`,
          `explain ${lake} ${story.pending.eventId}`,
          `query ${lake} --sql "SELECT verdict, reason, count(*) AS events FROM attributions GROUP BY verdict, reason ORDER BY 3 DESC"`,
          `query ${lake}`,
          `status ${lake} --config ${shellQuoted(join(request.shownDirectory, 'logs', manifest.configuration))}`,
        ]
      : []),
  ];
  const lines = commands.map((command) => `  npx appstream-audit ${command}\n`).join('');
  return request.verbose ? `\n${terminal.bold('type next')}\n${lines}` : `${lines}  --verbose tells everything\n`;
}

async function ready(lake: LakeReader, name: string, given: Record<string, string>): Promise<QueryResult> {
  const query = parseReadyQuery(name, readSqlFile(`queries/${name}.sql`));
  return lake.query(query.sql, resolveParameters(query, given, 0));
}

/** Some columns and the first rows, and how many there are in all. */
function table(result: QueryResult, names: readonly string[], most: number): string {
  const places = names.map((name) => result.columns.findIndex((column) => column.name === name)).filter((at) => at >= 0);
  const shown: QueryResult = {
    columns: places.flatMap((at) => result.columns[at] ?? []),
    rows: result.rows.slice(0, most).map((row) => places.map((at) => row[at] ?? null)),
  };
  const rest = result.rows.length - shown.rows.length;
  return [...formatRows(shown, 'table')].join('').replace(/^/gm, '  ').trimEnd() + (rest > 0 ? `\n  … ${count(rest)} more\n` : '\n');
}
