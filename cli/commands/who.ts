/** `who`: the touches of an object around a time. */
import { Command } from 'commander';
import { UsageError } from '../../lib/errors.ts';
import { addMomentOptions, askAround, type MomentFlags } from '../moment-stage.ts';
import type { Start } from '../program.ts';

export function whoCommand(start: Start): Command {
  const command = new Command('who')
    .description('Who touched an object, or copied it, around a time (the question object-at).')
    .argument('<object>', 's3://bucket/key; a key that ends with / stands for all below it');
  addMomentOptions(command, '1h');
  return command.action((object: string, flags: MomentFlags) =>
    start(command, async (terminal) => {
      const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(object) ?? [];
      if (bucket === undefined || key === undefined) {
        throw new UsageError(`${JSON.stringify(object)} is no object`, { remedy: 'write it as s3://bucket/key' });
      }
      return askAround(terminal, 'object-at', flags, [`bucket=${bucket}`, `key=${key}`]);
    }),
  );
}
