/** `explain`: why an event has its verdict. */
import { Command } from 'commander';
import { explainEvent } from '../../lib/answer/explanation.ts';
import { explanationText } from '../../lib/answer/explanation-text.ts';
import { configurationRequest } from '../configuration-flags.ts';
import { EXIT } from '../exit-codes.ts';
import { addLakeOptions, type LakeFlags, withLake } from '../lake-options.ts';
import type { Start } from '../program.ts';

export function explainCommand(start: Start): Command {
  const command = new Command('explain')
    .description('Says why an event has its verdict: the evidence, the rule that decided, the files it came from, what it was before.')
    .argument('<event-id>', 'id of the event');
  addLakeOptions(command).option(
    '--config <file>',
    'configuration: its windows say which reports matter (default: APPSTREAM_AUDIT_CONFIG)',
  );
  return command.action((eventId: string, flags: LakeFlags & { readonly config?: string }) =>
    start(command, async (terminal) => {
      terminal.documentFormat; // refuses --output csv before the lake is opened
      const { configuration } = await terminal.io.services.loadConfiguration(configurationRequest(flags, terminal.io.env));
      const explanation = await withLake(terminal, flags, { mode: 'read', command: 'explain' }, (lake) =>
        explainEvent(lake, eventId, configuration.window),
      );
      await terminal.document(explanation, () => explanationText(explanation, terminal.bold));
      return EXIT.done;
    }),
  );
}
