/** `ingest`: logs into the lake. */
import { Command } from 'commander';
import { ingestText, rejectedSomething } from '../../lib/answer/ingest-text.ts';
import { EXIT } from '../exit-codes.ts';
import { addSourceOptions, listNamed, runIngest, type SourceFlags, sourcesOf } from '../ingest-stage.ts';
import { addEngineOptions, addLakeOptions, type LakeFlags, withLake } from '../lake-options.ts';
import type { Start } from '../program.ts';

export function ingestCommand(start: Start): Command {
  const command = new Command('ingest').description(
    'Reads logs into the lake. PATH is a file, a directory (with all below it), a glob or s3://bucket/prefix. What was ingested before is skipped.',
  );
  addEngineOptions(addLakeOptions(addSourceOptions(command)));
  return command.action((paths: readonly string[], flags: LakeFlags & SourceFlags) =>
    start(command, async (terminal) => {
      terminal.documentFormat; // refuses --output csv before anything is read
      // a path that names nothing makes no lake
      const sources = await listNamed(terminal, sourcesOf(flags, paths));
      const summary = await withLake(terminal, flags, { mode: 'write', create: true, command: 'ingest' }, (lake) =>
        runIngest(terminal, lake, sources, flags),
      );
      await terminal.document(summary, () => ingestText(summary, terminal.bold));
      return rejectedSomething(summary) ? EXIT.rejected : EXIT.done;
    }),
  );
}
