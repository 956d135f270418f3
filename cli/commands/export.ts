/** `export`: every table as Hive-partitioned Parquet. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { UsageError } from '../../lib/errors.ts';
import { EXIT } from '../exit-codes.ts';
import { addLakeOptions, type LakeFlags, withLake } from '../lake-options.ts';
import type { Start } from '../program.ts';

interface ExportFlags extends LakeFlags {
  readonly out: string;
}

export function exportCommand(start: Start): Command {
  const command = new Command('export')
    .description('Writes every table as Parquet in folders by day, for DuckDB, pandas, Athena and others.')
    .requiredOption('--out <dir>', 'folder to write to; new or empty');
  addLakeOptions(command);
  return command.action((flags: ExportFlags) =>
    start(command, async (terminal) => {
      const out = resolve(flags.out);
      requireEmpty(out);
      const tables = await withLake(terminal, flags, { mode: 'read', command: 'export' }, (lake) =>
        terminal.io.services.exportLake(lake, out),
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

/** @throws UsageError when something is there that could be mixed with the export */
function requireEmpty(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw new UsageError(`--out ${folder} is not a folder`);
  if (readdirSync(folder).length > 0) throw new UsageError(`--out ${folder} is not empty`, { remedy: 'name a new folder' });
}
