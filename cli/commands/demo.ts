/** placeholder until the demo's writer is there */
import { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import type { Start } from '../program.ts';
export function demoCommand(start: Start): Command {
  const command = new Command('demo');
  return command.action(() => start(command, async () => EXIT.done));
}
