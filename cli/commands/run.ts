/** `run`: `ingest`, then `correlate`, under one hold of the lake. */
import { Command } from 'commander';
import { ingestedText, ingestText, rejectedSomething } from '../../lib/answer/ingest-text.ts';
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
import { addSourceOptions, listNamed, runIngest, type SourceFlags, sourcesOf } from '../ingest-stage.ts';
import { addEngineOptions, addLakeOptions, type LakeFlags, nextCommand, withLake } from '../lake-options.ts';
import type { Start } from '../program.ts';

interface RunFlags extends LakeFlags, SourceFlags, WindowFlags, ConfigurationFlags {
  readonly verbose?: boolean;
}

export function runCommand(start: Start): Command {
  const command = new Command('run').description('Ingests and correlates: what a schedule calls.');
  addVerboseOption(addConfigurationOptions(addEngineOptions(addLakeOptions(addWindowOptions(addSourceOptions(command))))));
  return command.action((paths: readonly string[], flags: RunFlags) =>
    start(command, async (terminal) => {
      terminal.documentFormat; // refuses --output csv before anything is read
      const named = sourcesOf(flags, paths);
      const prepared = await prepareCorrelation(terminal, flags);
      // a path that names nothing makes no lake
      const sources = await listNamed(terminal, named);
      const done = await withLake(terminal, flags, { mode: 'write', create: true, command: 'run' }, async (lake) => {
        const ingested = await runIngest(terminal, lake, sources, flags);
        const correlated = await runCorrelation(terminal, lake, prepared);
        return { ingested, correlated, reached: findingsReach(correlated, flags.failOn) };
      });
      await terminal.document(
        { ingest: done.ingested, correlate: done.correlated },
        () =>
          (flags.verbose ? `${ingestText(done.ingested, terminal.bold)}\n` : ingestedText(done.ingested)) +
          toldText(terminal, done.correlated, nextCommand(terminal, flags), flags.verbose),
      );
      if (done.reached > 0) terminal.warn(`${done.reached} findings are ${flags.failOn} or worse`);
      if (rejectedSomething(done.ingested)) return EXIT.rejected;
      return done.reached > 0 ? EXIT.findings : EXIT.done;
    }),
  );
}
