/** `correlate`: verdicts and findings. */
import { Command } from 'commander';
import { addConfigurationOptions, type ConfigurationFlags } from '../configuration-flags.ts';
import {
  addVerboseOption,
  addWindowOptions,
  findingsReach,
  prepareCorrelation,
  runCorrelation,
  toldText,
  type WindowFlags,
} from '../correlate-stage.ts';
import { EXIT } from '../exit-codes.ts';
import { addEngineOptions, addLakeOptions, type LakeFlags, nextCommand, withLake } from '../lake-options.ts';
import type { Start } from '../program.ts';

export function correlateCommand(start: Start): Command {
  const command = new Command('correlate').description('Gives every event in scope its verdict, and finds what a person should look at.');
  addVerboseOption(addConfigurationOptions(addEngineOptions(addLakeOptions(addWindowOptions(command)))));
  return command.action((flags: LakeFlags & WindowFlags & ConfigurationFlags & { readonly verbose?: boolean }) =>
    start(command, async (terminal) => {
      terminal.documentFormat; // refuses --output csv before anything is read
      const prepared = await prepareCorrelation(terminal, flags);
      const summary = await withLake(terminal, flags, { mode: 'write', command: 'correlate' }, (lake) =>
        runCorrelation(terminal, lake, prepared),
      );
      const reached = findingsReach(summary, flags.failOn);
      await terminal.document(summary, () => toldText(terminal, summary, nextCommand(terminal, flags), flags.verbose));
      if (reached > 0) terminal.warn(`${reached} findings are ${flags.failOn} or worse`);
      return reached > 0 ? EXIT.findings : EXIT.done;
    }),
  );
}
