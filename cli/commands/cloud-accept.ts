/** `cloud accept`: the same, said to a deployment. */
import { Command } from 'commander';
import { type AcceptFlags, accept, addAcceptOptions } from '../accept-stage.ts';
import { addCloudOptions, type CloudFlags, cloudSettings, LAKE_SETTINGS, withCloudLake } from '../cloud-options.ts';
import type { Start } from '../program.ts';

export function cloudAcceptCommand(start: Start): Command {
  const command = new Command('accept').description(
    'Says that a usage report, or one line of it, will never be readable: then it does not keep its day open any more. Who said so (the ARN of the caller), when and why is kept. Without an argument: lists what could not be read.',
  );
  addCloudOptions(addAcceptOptions(command), LAKE_SETTINGS);
  return command.action((input: string | undefined, flags: CloudFlags & AcceptFlags) =>
    start(command, async (terminal) => {
      const { settings, services } = await cloudSettings(terminal, flags, ['bucket']);
      const acceptance = services.cloudAcceptance(settings);
      return accept(terminal, input, flags, {
        withLake: (_mode, use) => withCloudLake(terminal, flags, use),
        by: () => acceptance.callerArn(),
        keep: (_lake, given) => acceptance.keep(given),
        next: 'cloud correlate, or wait for the next run: it judges the days again that this kept open',
      });
    }),
  );
}
