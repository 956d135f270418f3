/** `cloud explain`: why an event has its verdict, from the tables of a deployment. */
import { Command } from 'commander';
import { explanationText } from '../../lib/answer/explanation-text.ts';
import { UsageError } from '../../lib/errors.ts';
import { addCloudOptions, type CloudFlags, LAKE_SETTINGS, withCloudLake } from '../cloud-options.ts';
import { configurationRequest } from '../configuration-flags.ts';
import { EXIT } from '../exit-codes.ts';
import { explain, showRule } from '../explain-stage.ts';
import type { Start } from '../program.ts';

export function cloudExplainCommand(start: Start): Command {
  const command = new Command('explain')
    .description('Says why an event has its verdict: the evidence, the rule that decided, the files it came from, what it was before.')
    .argument('[subject]', 'an event id or its first characters, a finding id, or s3://bucket/key@time');
  addCloudOptions(command, LAKE_SETTINGS).option(
    '--config <file>',
    'configuration of the deployment: its windows say which reports matter (default: APPSTREAM_AUDIT_CONFIG)',
  );
  command.option('--rule <row>', 'say what a row of the table of verdicts means instead: 0 to 9, or S');
  return command.action((subject: string | undefined, flags: CloudFlags & { readonly config?: string; readonly rule?: string }) =>
    start(command, async (terminal) => {
      if (flags.rule !== undefined) return showRule(terminal, flags.rule);
      if (subject === undefined)
        throw new UsageError('explain needs an event', { remedy: 'give its id, a finding id, or s3://bucket/key@time' });
      terminal.documentFormat; // refuses --output csv before anything is asked
      const { configuration } = await terminal.io.services.loadConfiguration(configurationRequest(flags, terminal.io.env));
      const explanation = await withCloudLake(terminal, flags, (lake) => explain(terminal, lake, subject, configuration.window));
      await terminal.document(explanation, () => explanationText(explanation, terminal.bold));
      return EXIT.done;
    }),
  );
}
