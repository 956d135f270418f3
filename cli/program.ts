/** The command line as a whole: builds the commands, runs one, turns what happened into an exit code. */
import { Command, CommanderError, Option } from 'commander';
import { printableLines } from '../lib/answer/cell.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../lib/answer/formats.ts';
import { AuditError, InterruptedError, UsageError } from '../lib/errors.ts';
import { packageVersion } from '../lib/local/package-root.ts';
import { acceptCommand } from './commands/accept.ts';
import { backfillCommand } from './commands/backfill.ts';
import { cloudCommand } from './commands/cloud.ts';
import { correlateCommand } from './commands/correlate.ts';
import { demoCommand } from './commands/demo.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { ingestCommand } from './commands/ingest.ts';
import { queryCommand } from './commands/query.ts';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { statusCommand } from './commands/status.ts';
import { validateConfigCommand } from './commands/validate-config.ts';
import { verifyLogsCommand } from './commands/verify-logs.ts';
import { verifySessionCommand } from './commands/verify-session.ts';
import { whoCommand } from './commands/who.ts';
import { whoisCommand } from './commands/whois.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { Terminal } from './terminal.ts';

/** Does the work of one command. @returns how the process should end */
export type Body = (terminal: Terminal) => Promise<ExitCode>;

/** Handed to every command: runs its body with the terminal that the common flags ask for. */
export type Start = (command: Command, body: Body) => Promise<void>;

const COMMANDS = [
  demoCommand,
  ingestCommand,
  correlateCommand,
  runCommand,
  queryCommand,
  whoCommand,
  whoisCommand,
  explainCommand,
  reportCommand,
  statusCommand,
  acceptCommand,
  exportCommand,
  validateConfigCommand,
  verifySessionCommand,
  verifyLogsCommand,
  cloudCommand,
  backfillCommand,
];

interface CommonOptions {
  readonly output?: OutputFormat;
  readonly quiet?: boolean;
  readonly color?: boolean;
}

/**
 * Runs one command line.
 * @param argv without the names of the interpreter and the script
 * @returns the exit code; never throws
 */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  let running: Command | undefined;
  const program = buildProgram(io, async (command, body) => {
    running = command;
    const options = command.optsWithGlobals<CommonOptions>();
    code = await body(new Terminal(io, options));
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return report(error, io, running);
  }
}

/** Builds the commands without running any; the documentation of the flags is derived from it, too. */
export function buildProgram(io: Io, start: Start): Command {
  const program = new Command('appstream-audit')
    .description('Says who did what to which S3 object from which AppStream session, how we know, and how sure we are.')
    .version(packageVersion(), '-V, --version', 'show the version')
    .addOption(
      new Option('--output <format>', 'table, json, ndjson or csv (default: table on a terminal, else ndjson; documents: json)').choices(
        OUTPUT_FORMATS,
      ),
    )
    .option('--quiet', 'no progress and no remarks on stderr, only errors and warnings that evidence does not hold')
    .option('--no-color', 'no colours (also: NO_COLOR in the environment)')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', HELP);
  for (const make of COMMANDS) program.addCommand(make(start));
  for (const command of withSubcommands(program)) {
    command.exitOverride();
    command.configureHelp({ showGlobalOptions: true });
    command.configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) });
    command.showHelpAfterError(usageOf(command));
    command.helpOption('-h, --help', 'show this help');
  }
  return program;
}

/** A command and all below it. */
function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

const HELP = `
Data goes to stdout, progress and remarks to stderr.
Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 findings (with --fail-on) or a refused
session, 4 done but some input was rejected (before 3) or a session could not be decided, 130 interrupted.`;

function usageOf(command: Command): string {
  return `usage: ${command.createHelp().commandUsage(command)}\n(--help says more)`;
}

function report(error: unknown, io: Io, running: Command | undefined): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const interrupted = io.signal.aborted || error instanceof InterruptedError;
  const message = printableLines(error instanceof Error ? error.message : String(error));
  if (interrupted) io.stderr.write('interrupted: what was finished stays, the next run completes the work\n');
  else if (error instanceof AuditError || isSystemError(error)) io.stderr.write(`error: ${message}\n`);
  else io.stderr.write(`error: ${message}\nthis is a bug in appstream-audit: please report it; DEBUG=1 shows where it happened\n`);
  if (error instanceof UsageError && running && !interrupted) io.stderr.write(`${usageOf(running)}\n`);
  if (io.env['DEBUG'] && error instanceof Error) io.stderr.write(`${error.stack}\n${error.cause ? `cause: ${String(error.cause)}\n` : ''}`);
  if (interrupted) return EXIT.interrupted;
  return error instanceof AuditError ? (error.exitCode as ExitCode) : EXIT.failed;
}

/** A file that may not be written, a full disk: the message of the system says it all. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
