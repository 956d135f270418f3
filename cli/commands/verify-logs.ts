/** `verify-logs`: are the log files those that CloudTrail wrote, and are they all here? */
import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { verificationDocument, verificationText } from '../../lib/answer/verification-text.ts';
import { parseInstant, resolveWindow } from '../../lib/correlate/window.ts';
import type { Lake } from '../../lib/engine/lake.ts';
import { LakeError, UsageError } from '../../lib/errors.ts';
import { isContradicted } from '../../lib/integrity/verification.ts';
import type { VerifyRequest, VerifyResult } from '../../lib/local/verify-logs.ts';
import { addDays, dtStart } from '../../lib/time.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { addLakeOptions, type LakeFlags, withLake } from '../lake-options.ts';
import type { Start } from '../program.ts';
import type { Terminal } from '../terminal.ts';

interface VerifyLogsFlags extends LakeFlags {
  readonly cloudtrail?: readonly string[];
  readonly keys?: readonly KeyFlag[];
  readonly from?: string;
  readonly to?: string;
  readonly asOf?: string;
  readonly online?: true;
  readonly saveKeys?: string;
}

type KeyFlag = VerifyRequest['keyFiles'][number];

/** Problems that are written to stderr one by one. */
const TOLD = 20;

export function verifyLogsCommand(start: Start): Command {
  const command = new Command('verify-logs')
    .description(
      'Checks log files against the digests of CloudTrail: which are as they were written, which were changed, which are gone, which nobody wrote. Offline: log files, digests and saved public keys are enough. Ends with 3 when something is not as CloudTrail wrote it.',
    )
    .option(
      '--cloudtrail <path...>',
      'digests and log files: a file, a folder, a glob or s3://bucket/prefix, beside the inputs of the lake',
    )
    .option(
      '--keys <file...>',
      'public keys: what --save-keys wrote, or REGION=FILE with the output of aws cloudtrail list-public-keys',
      keyFlag,
    )
    .option('--from <when>', 'check the log files delivered from here: a date, a time or a span back such as -7d; inclusive')
    .option('--to <when>', 'to here: a date includes its day, a time excludes itself')
    .option('--as-of <when>', 'the time up to which digests are due (default: now, or the newest delivery here if that is older)')
    .option('--online', 'ask AWS for public keys (cloudtrail:ListPublicKeys) and signatures (s3:GetObject) that are lacking')
    .option('--save-keys <file>', 'write all keys and signatures to this file: with it the next time needs no AWS');
  addLakeOptions(command);
  return command.action((flags: VerifyLogsFlags) =>
    start(command, async (terminal) => {
      terminal.documentFormat; // refuses --output csv before anything is read
      const request = requestOf(terminal, flags);
      const hasLake = flags.lake !== undefined || Boolean(terminal.io.env['APPSTREAM_AUDIT_LAKE']);
      if (!hasLake && request.paths.length === 0) {
        throw new UsageError('nothing to verify is named', { remedy: 'give --lake DIR, or --cloudtrail PATH with digests and log files' });
      }
      if (!hasLake) return tell(terminal, flags, await verify(terminal, null, flags, request));
      return withLake(terminal, flags, { mode: 'write', command: 'verify-logs' }, async (lake) =>
        tell(terminal, flags, await verify(terminal, lake, flags, request)),
      );
    }),
  );
}

/** `FILE`, or `REGION=FILE`. */
function keyFlag(text: string, before: readonly KeyFlag[] | undefined): KeyFlag[] {
  const [, region = null, path = ''] = /^(?:([a-z]{2,}(?:-[a-z]+)+-\d+)=)?(.*)$/s.exec(text) ?? [];
  if (path === '') throw new InvalidArgumentError('Not a file.');
  return [...(before ?? []), { path, region }];
}

function requestOf(terminal: Terminal, flags: VerifyLogsFlags): Omit<VerifyRequest, 'source'> {
  const nowMs = terminal.io.nowMs();
  const asOfMs = flags.asOf === undefined ? nowMs : parseInstant(flags.asOf, '--as-of', nowMs);
  const { from, to } = resolveWindow(
    { ...(flags.from === undefined ? {} : { from: flags.from }), ...(flags.to === undefined ? {} : { to: flags.to }) },
    asOfMs,
  );
  return {
    paths: flags.cloudtrail ?? [],
    keyFiles: flags.keys ?? [],
    window: {
      fromMs: from === undefined ? 0 : dtStart(from),
      toMs: to === undefined ? Number.MAX_SAFE_INTEGER : dtStart(addDays(to, 1)),
    },
    asOfMs,
    nowMs,
    signal: terminal.io.signal,
  };
}

async function verify(
  terminal: Terminal,
  lake: Lake | null,
  flags: VerifyLogsFlags,
  request: Omit<VerifyRequest, 'source'>,
): Promise<VerifyResult> {
  const source = flags.online ? await terminal.io.services.openIntegritySource() : null;
  const bar = terminal.progress('verify');
  try {
    const onProgress = (done: number, total: number) => bar.update(done / total, `${done}/${total} files`);
    return await terminal.io.services.verifyLogs(lake, { ...request, source, onProgress });
  } finally {
    bar.end();
    source?.close();
  }
}

async function tell(terminal: Terminal, flags: VerifyLogsFlags, result: VerifyResult): Promise<ExitCode> {
  for (const problem of result.problems.slice(0, TOLD)) terminal.warn(problem);
  if (result.problems.length > TOLD) terminal.warn(`${result.problems.length - TOLD} more could not be used (--output json lists all)`);
  // first the answer: a file that cannot be written must not keep it back
  const { filesRead, problems } = result;
  const asData = terminal.documentFormat === 'table' ? null : { ...verificationDocument(result), filesRead, problems };
  await terminal.document(asData, () => verificationText(result, terminal.bold));
  if (flags.saveKeys !== undefined) saveKeys(flags.saveKeys, result);
  if (result.problems.length > 0) return EXIT.rejected;
  return isContradicted(result) ? EXIT.findings : EXIT.done;
}

function saveKeys(path: string, { saved }: VerifyResult): void {
  try {
    writeFileSync(path, `${JSON.stringify(saved, null, 2)}\n`);
  } catch (cause) {
    throw new LakeError(`cannot write ${path}: ${(cause as Error).message}`, { remedy: 'name another file with --save-keys', cause });
  }
}
