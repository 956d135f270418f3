/** `cloud explain`: why an event has its verdict, from the tables of a deployment. */
import { Command } from 'commander';
import { explainEvent } from '../../lib/answer/explanation.ts';
import { explanationText } from '../../lib/answer/explanation-text.ts';
import { addCloudOptions, type CloudFlags, LAKE_SETTINGS, withCloudLake } from '../cloud-options.ts';
import { EXIT } from '../exit-codes.ts';
import type { Start } from '../program.ts';

export function cloudExplainCommand(start: Start): Command {
  const command = new Command('explain')
    .description('Says why an event has its verdict: the evidence, the rule that decided, the files it came from, what it was before.')
    .argument('<event-id>', 'id of the event');
  addCloudOptions(command, LAKE_SETTINGS);
  return command.action((eventId: string, flags: CloudFlags) =>
    start(command, async (terminal) => {
      terminal.documentFormat; // refuses --output csv before anything is asked
      const explanation = await withCloudLake(terminal, flags, (lake) => explainEvent(lake, eventId));
      await terminal.document(explanation, () => explanationText(explanation, terminal.bold));
      return EXIT.done;
    }),
  );
}
