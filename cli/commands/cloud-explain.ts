/** `cloud explain`: why an event has its verdict, from the tables of a deployment. */
import { Command } from 'commander';
import { explainEvent } from '../../lib/answer/explanation.ts';
import { explanationText } from '../../lib/answer/explanation-text.ts';
import { addCloudOptions, type CloudFlags, LAKE_SETTINGS, withCloudLake } from '../cloud-options.ts';
import { configurationRequest } from '../configuration-flags.ts';
import { EXIT } from '../exit-codes.ts';
import type { Start } from '../program.ts';

export function cloudExplainCommand(start: Start): Command {
  const command = new Command('explain')
    .description('Says why an event has its verdict: the evidence, the rule that decided, the files it came from, what it was before.')
    .argument('<event-id>', 'id of the event');
  addCloudOptions(command, LAKE_SETTINGS).option(
    '--config <file>',
    'configuration of the deployment: its windows say which reports matter (default: APPSTREAM_AUDIT_CONFIG)',
  );
  return command.action((eventId: string, flags: CloudFlags & { readonly config?: string }) =>
    start(command, async (terminal) => {
      terminal.documentFormat; // refuses --output csv before anything is asked
      const { configuration } = await terminal.io.services.loadConfiguration(configurationRequest(flags, terminal.io.env));
      const explanation = await withCloudLake(terminal, flags, (lake) => explainEvent(lake, eventId, configuration.window));
      await terminal.document(explanation, () => explanationText(explanation, terminal.bold));
      return EXIT.done;
    }),
  );
}
