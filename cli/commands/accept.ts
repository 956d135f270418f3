/** `accept`: what could not be read of a usage report will never be readable. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Lake } from '../../lib/engine/lake.ts';
import { type AcceptFlags, accept, addAcceptOptions } from '../accept-stage.ts';
import { addLakeOptions, type LakeFlags, withLake } from '../lake-options.ts';
import type { Start } from '../program.ts';

export function acceptCommand(start: Start): Command {
  const command = new Command('accept').description(
    'Says that a usage report, or one line of it, will never be readable: then it does not keep its day open any more. Who said so, when and why is kept. Without an argument: lists what could not be read.',
  );
  addLakeOptions(addAcceptOptions(command));
  return command.action((input: string | undefined, flags: LakeFlags & AcceptFlags) =>
    start(command, (terminal) =>
      accept(terminal, input, flags, {
        withLake: (mode, use) => withLake(terminal, flags, { mode, command: 'accept' }, use),
        by: () => terminal.io.services.operatorName(),
        keep: (lake, given) => terminal.io.services.keepAcceptances(lake as Lake, given),
        absolute: (path) => resolve(path),
        next: 'run correlate (or run): it judges the days again that this kept open',
      }),
    ),
  );
}
