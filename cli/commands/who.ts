/** `who`: the touches of an object around a time, and `whois`: the sessions on an address at a time. */
import { Command } from 'commander';
import { parseInstant } from '../../lib/correlate/window.ts';
import { UsageError } from '../../lib/errors.ts';
import { formatTime } from '../../lib/time.ts';
import { addLakeOptions, type LakeFlags, withLake } from '../lake-options.ts';
import type { Start } from '../program.ts';
import { addRowOptions, askQuestion, type QuestionFlags } from '../question.ts';
import type { Terminal } from '../terminal.ts';

interface AtFlags extends LakeFlags, QuestionFlags {
  readonly at?: string;
  readonly within: string;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export function whoCommand(start: Start): Command {
  const command = new Command('who')
    .description('Who touched an object, or copied it, around a time (the question object-at).')
    .argument('<object>', 's3://bucket/key; a key that ends with / stands for all below it')
    .option('--at <when>', 'around this time: a date, a time or a span back such as -2h (default: ever)')
    .option('--within <span>', 'so long before and after it: 90s, 15m, 1h, 2d', '1h');
  addLakeOptions(addRowOptions(command));
  return command.action((object: string, flags: AtFlags) =>
    start(command, async (terminal) => {
      const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(object) ?? [];
      if (bucket === undefined || key === undefined) {
        throw new UsageError(`${JSON.stringify(object)} is no object`, { remedy: 'write it as s3://bucket/key' });
      }
      const { from, to } = around(terminal, flags);
      return ask(terminal, 'object-at', { ...flags, param: [`bucket=${bucket}`, `key=${key}`, ...from, ...to] });
    }),
  );
}

export function whoisCommand(start: Start): Command {
  const command = new Command('whois')
    .description('Whose sessions were on an address at a time (the question address-history).')
    .argument('<address>', 'IP address')
    .option('--at <when>', 'at this time: a date, a time or a span back such as -2h (default: ever)')
    .option('--within <span>', 'so long before and after it, too: 90s, 15m, 1h, 2d', '0s');
  addLakeOptions(addRowOptions(command));
  return command.action((address: string, flags: AtFlags) =>
    start(command, async (terminal) => {
      const { from, to } = around(terminal, flags);
      return ask(terminal, 'address-history', { ...flags, param: [`address=${address}`, ...from, ...to] });
    }),
  );
}

function ask(terminal: Terminal, question: string, flags: LakeFlags & QuestionFlags): Promise<0> {
  return askQuestion(terminal, question, flags, {
    usage: `query ${question} --lake DIR`,
    withLake: (name, use) => withLake(terminal, flags, { mode: 'read', command: `query ${name}` }, use),
    isMistake: async (error) => (await import('../../lib/engine/database.ts')).isMistakeInSql(error),
  });
}

/** The window around `--at` as values of parameters; none without it. */
function around(terminal: Terminal, { at, within }: AtFlags): { readonly from: string[]; readonly to: string[] } {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(within) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new UsageError(`--within ${JSON.stringify(within)} is no span of time`, { remedy: 'write it as 90s, 15m, 1h or 2d' });
  }
  if (at === undefined) return { from: [], to: [] };
  const ms = parseInstant(at, '--at', terminal.io.nowMs());
  const span = Number(amount) * (UNIT_MS[unit] as number);
  return { from: [`from=${formatTime(ms - span)}`], to: [`to=${formatTime(ms + span)}`] };
}
