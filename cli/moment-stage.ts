/** What `who` and `whois` have in common: a moment with some time around it, as the window of a ready question. */
import type { Command } from 'commander';
import { parseInstant, parseSpan } from '../lib/correlate/window.ts';
import { formatTime } from '../lib/time.ts';
import { addLakeOptions, type LakeFlags, withLake } from './lake-options.ts';
import { addRowOptions, askQuestion, type QuestionFlags } from './question.ts';
import type { Terminal } from './terminal.ts';

export interface MomentFlags extends LakeFlags, QuestionFlags {
  readonly at?: string;
  readonly within: string;
}

/** Adds `--at`, `--within` and the flags of a lake and of rows. @param within what it is unless it is given */
export function addMomentOptions(command: Command, within: string): Command {
  command
    .option('--at <when>', 'around this time: a date, a time or a span back such as -2h (default: ever)')
    .option('--within <span>', 'so long before and after it: 90s, 15m, 1h, 2d', within);
  return addLakeOptions(addRowOptions(command));
}

/**
 * Asks a ready question of the window around `--at`, or of ever.
 * @param given the other parameters, as `name=value`
 */
export async function askAround(terminal: Terminal, question: string, flags: MomentFlags, given: readonly string[]): Promise<0> {
  const spanMs = parseSpan(flags.within, '--within');
  const atMs = flags.at === undefined ? null : parseInstant(flags.at, '--at', terminal.io.nowMs());
  const window = atMs === null ? [] : [`from=${formatTime(atMs - spanMs)}`, `to=${formatTime(atMs + spanMs)}`];
  return askQuestion(
    terminal,
    question,
    { ...flags, param: [...given, ...window] },
    {
      usage: `query ${question} --lake DIR`,
      withLake: (name, use) => withLake(terminal, flags, { mode: 'read', command: `query ${name}` }, use),
      isMistake: async (error) => (await import('../lib/engine/database.ts')).isMistakeInSql(error),
    },
  );
}
