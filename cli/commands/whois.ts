/** `whois`: the sessions on an address at a time. */
import { Command } from 'commander';
import { addMomentOptions, askAround, type MomentFlags } from '../moment-stage.ts';
import type { Start } from '../program.ts';

export function whoisCommand(start: Start): Command {
  const command = new Command('whois')
    .description('Whose sessions were on an address at a time (the question address-history).')
    .argument('<address>', 'IP address');
  addMomentOptions(command, '0s');
  return command.action((address: string, flags: MomentFlags) =>
    start(command, (terminal) => askAround(terminal, 'address-history', flags, [`address=${address}`])),
  );
}
