/** `demo`: a made-up day, everything run on it, and the answers. No AWS, no network. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { UsageError } from '../../lib/errors.ts';
import { tellDemo } from '../demo-story.ts';
import { EXIT } from '../exit-codes.ts';
import { positiveNumber, wholeNumber } from '../lake-options.ts';
import type { Start } from '../program.ts';

/** Tells our folders from others: only what the demo made may the demo remove. */
const MARKER = '.appstream-audit-demo';

interface DemoFlags {
  readonly dir: string;
  readonly events?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly verbose?: boolean;
}

export function demoCommand(start: Start): Command {
  const command = new Command('demo')
    .description('Makes a realistic day of logs with a thief in it, runs everything on it and shows the answers. No AWS, no network.')
    .option('--dir <dir>', 'folder to write logs and lake to; new, empty or of an earlier demo', 'appstream-audit-demo')
    .option('--events <n>', 'how many events (default: 20,000)', positiveNumber)
    .option('--seed <n>', 'another day with another seed (default: 1)', wholeNumber)
    .option('--threads <n>', 'threads to use (default: one per core)', positiveNumber)
    .option('--verbose', 'every count, table and explanation instead of the answers in a screen');
  return command.action((flags: DemoFlags) =>
    start(command, async (terminal) => {
      terminal.documentFormat; // refuses --output csv before anything is made
      const directory = resolve(flags.dir);
      prepareFolder(directory);
      await tellDemo(terminal, {
        directory,
        shownDirectory: flags.dir,
        verbose: flags.verbose ?? false,
        threads: flags.threads ?? availableParallelism(),
        ...(flags.events === undefined ? {} : { events: flags.events }),
        ...(flags.seed === undefined ? {} : { seed: flags.seed }),
      });
      return EXIT.done;
    }),
  );
}

/** @throws UsageError when the folder holds something that no demo made */
function prepareFolder(directory: string): void {
  if (existsSync(directory)) {
    if (!existsSync(join(directory, MARKER)) && readdirSync(directory).length > 0) {
      throw new UsageError(`${directory} is not empty and was not made by the demo`, { remedy: 'name another folder with --dir' });
    }
    for (const part of ['logs', 'lake']) rmSync(join(directory, part), { recursive: true, force: true });
  }
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, MARKER), 'made by appstream-audit demo, which may remove logs/ and lake/ in this folder\n');
}
