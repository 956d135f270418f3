/** `validate-config`: what is wrong with a configuration, and its effective values. */
import { Command } from 'commander';
import { addConfigurationOptions, type ConfigurationFlags, configurationRequest } from '../configuration-flags.ts';
import { EXIT } from '../exit-codes.ts';
import type { Start } from '../program.ts';

export function validateConfigCommand(start: Start): Command {
  const command = new Command('validate-config')
    .description('Says what is wrong with a configuration, and prints the effective values: flags over APPSTREAM_AUDIT_* over the file.')
    .argument('[file]', 'configuration, JSON or YAML');
  addConfigurationOptions(command);
  return command.action((file: string | undefined, flags: ConfigurationFlags) =>
    start(command, async (terminal) => {
      terminal.documentFormat; // refuses --output csv before anything is read
      const request = configurationRequest({ ...flags, ...(file === undefined ? {} : { config: file }) }, terminal.io.env);
      const { configuration, hash } = await terminal.io.services.loadConfiguration(request);
      terminal.log(`${request.file ?? 'defaults, environment and flags'}: valid, hash ${hash}`);
      await terminal.document(configuration, () => `${JSON.stringify(configuration, null, 2)}\n`);
      return EXIT.done;
    }),
  );
}
