/** `explain`: why an event has its verdict. */
import { Command } from 'commander';
import { explainEvent } from '../../lib/answer/explanation.ts';
import { explanationText } from '../../lib/answer/explanation-text.ts';
import { EXIT } from '../exit-codes.ts';
import { addLakeOptions, type LakeFlags, withLake } from '../lake-options.ts';
import type { Start } from '../program.ts';

export function explainCommand(start: Start): Command {
  const command = new Command('explain')
    .description('Says why an event has its verdict: the evidence, the rule that decided, the files it came from, what it was before.')
    .argument('<event-id>', 'id of the event');
  addLakeOptions(command);
  return command.action((eventId: string, flags: LakeFlags) =>
    start(command, async (terminal) => {
      terminal.documentFormat; // refuses --output csv before the lake is opened
      const explanation = await withLake(terminal, flags, { mode: 'read', command: 'explain' }, (lake) => explainEvent(lake, eventId));
      await terminal.document(explanation, () => explanationText(explanation, terminal.bold));
      return EXIT.done;
    }),
  );
}
