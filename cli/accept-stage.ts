/** Acceptance as `accept` and `cloud accept` call it: what is named, what is kept, what is said. */
import type { Command } from 'commander';
import { checkedReason, type NewAcceptance, namedUnreadable, newAcceptance } from '../lib/answer/acceptance.ts';
import { OPEN_UNREAD } from '../lib/answer/acceptance-queries.ts';
import { type Accepted, acceptedText } from '../lib/answer/acceptance-text.ts';
import { UsageError } from '../lib/errors.ts';
import type { LakeReader } from '../lib/lake/ports.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

export interface AcceptFlags {
  readonly reason?: string;
}

/** Where acceptances are kept. */
export interface AcceptanceKeeper {
  /** Lends the lake. @param mode whether it will be written to */
  withLake(mode: 'read' | 'write', use: (lake: LakeReader) => Promise<ExitCode>): Promise<ExitCode>;
  /** Who accepts. */
  by(): Promise<string>;
  keep(lake: LakeReader, given: readonly NewAcceptance[]): Promise<void>;
  /** Path as an ingestion would have written it. */
  readonly absolute?: (path: string) => string;
  /** What to run next. */
  readonly next: string;
}

/** Adds the argument and `--reason`. */
export function addAcceptOptions(command: Command): Command {
  return command
    .argument('[input]', 'INPUT or INPUT:LINE: a location as the ledger has it, or the end of one; the line from 1')
    .option('--reason <text>', 'why it will never be readable; kept, and shown to everybody who asks');
}

/** Keeps an acceptance, or lists what could be accepted. */
export async function accept(
  terminal: Terminal,
  input: string | undefined,
  flags: AcceptFlags,
  keeper: AcceptanceKeeper,
): Promise<ExitCode> {
  if (input === undefined) {
    if (flags.reason !== undefined) throw new UsageError('--reason is given and no input', { remedy: 'name the input, or INPUT:LINE' });
    return keeper.withLake('read', async (lake) => {
      const result = await lake.query(OPEN_UNREAD);
      await terminal.rows(result);
      if (result.rows.length > 0) terminal.log('accept INPUT:LINE --reason TEXT says that one will never be readable');
      return EXIT.done;
    });
  }
  terminal.documentFormat; // refuses --output csv before anything is kept
  const reason = checkedReason(flags.reason);
  return keeper.withLake('write', async (lake) => {
    const { open, accepted } = await namedUnreadable(lake, input, keeper.absolute);
    const by = open.length > 0 ? await keeper.by() : '';
    const given = open.map((each) => newAcceptance(each, reason, by, terminal.io.nowMs()));
    if (given.length > 0) await keeper.keep(lake, given);
    const done: Accepted = {
      accepted: given.map(({ acceptance }) => acceptance),
      before: accepted,
      next: given.length > 0 ? keeper.next : null,
    };
    await terminal.document(done, () => acceptedText(done, terminal.bold));
    return EXIT.done;
  });
}
