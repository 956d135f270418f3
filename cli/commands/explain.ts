/** `explain`: why an event has its verdict. */
import { Command } from 'commander';
import { explanationText } from '../../lib/answer/explanation-text.ts';
import { UsageError } from '../../lib/errors.ts';
import { configurationRequest } from '../configuration-flags.ts';
import { EXIT } from '../exit-codes.ts';
import { explain, showRule } from '../explain-stage.ts';
import { addLakeOptions, type LakeFlags, withLake } from '../lake-options.ts';
import type { Start } from '../program.ts';

export function explainCommand(start: Start): Command {
  const command = new Command('explain')
    .description('Says why an event has its verdict: the evidence, the rule that decided, the files it came from, what it was before.')
    .argument('[subject]', 'an event id or its first characters, a finding id, or s3://bucket/key@time');
  addLakeOptions(command).option(
    '--config <file>',
    'configuration: its windows say which reports matter (default: APPSTREAM_AUDIT_CONFIG)',
  );
  command.option('--rule <row>', 'say what a row of the table of verdicts means instead: 0 to 9, or S');
  return command.action((subject: string | undefined, flags: LakeFlags & { readonly config?: string; readonly rule?: string }) =>
    start(command, async (terminal) => {
      if (flags.rule !== undefined) return showRule(terminal, flags.rule);
      if (subject === undefined)
        throw new UsageError('explain needs an event', { remedy: 'give its id, a finding id, or s3://bucket/key@time' });
      terminal.documentFormat; // refuses --output csv before the lake is opened
      const { configuration } = await terminal.io.services.loadConfiguration(configurationRequest(flags, terminal.io.env));
      const explanation = await withLake(terminal, flags, { mode: 'read', command: 'explain' }, (lake) =>
        explain(terminal, lake, subject, configuration.window),
      );
      await terminal.document(explanation, () => explanationText(explanation, terminal.bold));
      return EXIT.done;
    }),
  );
}
