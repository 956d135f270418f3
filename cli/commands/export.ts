/** `export`: every table as Hive-partitioned Parquet. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { requireFree } from '../../lib/local/export-folder.ts';
import { EXIT } from '../exit-codes.ts';
import { addLakeOptions, type LakeFlags, lakeDirectory, withLake } from '../lake-options.ts';
import type { Start } from '../program.ts';

interface ExportFlags extends LakeFlags {
  readonly out: string;
}

export function exportCommand(start: Start): Command {
  const command = new Command('export')
    .description('Writes every table as Parquet in folders by day, for DuckDB, pandas, Athena and others.')
    .requiredOption('--out <dir>', 'folder to write to; new, empty, or with an export that was stopped');
  addLakeOptions(command);
  return command.action((flags: ExportFlags) =>
    start(command, async (terminal) => {
      const out = resolve(flags.out);
      // before a lake is waited for
      requireFree(out, resolve(lakeDirectory(flags, terminal)));
      const tables = await withLake(terminal, flags, { mode: 'read', command: 'export' }, (lake) =>
        terminal.io.services.exportLake(lake, out, terminal.io.signal),
      );
      terminal.log(`written to ${out}`);
      await terminal.rows({
        columns: [
          { name: 'table', type: 'VARCHAR' },
          { name: 'rows', type: 'BIGINT' },
          { name: 'files', type: 'BIGINT' },
        ],
        rows: tables.map((each) => [each.table, each.rows, each.files]),
      });
      return EXIT.done;
    }),
  );
}
