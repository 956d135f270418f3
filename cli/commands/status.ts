/** `status`: what is in the lake and what is missing. */
import { Command } from 'commander';
import { lakeStatus } from '../../lib/answer/status.ts';
import { statusText } from '../../lib/answer/status-text.ts';
import { parseInstant } from '../../lib/correlate/window.ts';
import { findingRules } from '../../lib/engine/finding-rules.ts';
import { addConfigurationOptions, type ConfigurationFlags, configurationRequest } from '../configuration-flags.ts';
import { EXIT } from '../exit-codes.ts';
import { addLakeOptions, type LakeFlags, withLake } from '../lake-options.ts';
import type { Start } from '../program.ts';

interface StatusFlags extends LakeFlags, ConfigurationFlags {
  readonly asOf?: string;
}

export function statusCommand(start: Start): Command {
  const command = new Command('status')
    .description('Says what is in the lake, what is missing, whether the counts add up, and what the last runs did.')
    .option('--as-of <when>', 'the time that the age of a missing report counts from (default: now)');
  addConfigurationOptions(addLakeOptions(command));
  return command.action((flags: StatusFlags) =>
    start(command, async (terminal) => {
      terminal.documentFormat; // refuses --output csv before anything is read
      const nowMs = terminal.io.nowMs();
      const asOfMs = flags.asOf === undefined ? nowMs : parseInstant(flags.asOf, '--as-of', nowMs);
      const { configuration } = await terminal.io.services.loadConfiguration(configurationRequest(flags, terminal.io.env));
      const status = await withLake(terminal, flags, { mode: 'read', command: 'status' }, (lake) =>
        lakeStatus(lake, configuration, asOfMs, findingRules()),
      );
      await terminal.document(status, () => statusText(status, terminal.bold));
      return EXIT.done;
    }),
  );
}
