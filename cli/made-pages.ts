/** The pages of `docs/` that are made from the sources, whole or in part. */
import type { Command } from 'commander';
import { parseFindingRule } from '../lib/answer/finding-rule.ts';
import { parseReadyQuery } from '../lib/answer/ready-query.ts';
import { type CommandForm, commandsDoc, findingsDoc, questionsDoc, replaceMade, settingsTable } from '../lib/answer/reference-doc.ts';
import { schemaDoc } from '../lib/answer/schema-doc.ts';
import { listSqlFiles, readSqlFile } from '../lib/local/sql-files.ts';
import { defaultConfiguration } from '../schemas/configuration.ts';
import { allTables, parquetTables, SCHEMA_VERSION } from '../schemas/tables.ts';
import { buildProgram } from './program.ts';
import { services } from './services.ts';

export interface MadePage {
  /** Below the package, with `/`. */
  readonly path: string;
  readonly text: string;
}

const ignore = { write: () => true };
/** The commands are only looked at, never run. */
const SILENT = { stdout: ignore, stderr: ignore, env: {}, nowMs: () => 0, signal: new AbortController().signal, services };

/** Commands that do something, each under the words that call it. */
function leaves(group: Command, words: readonly string[] = []): CommandForm[] {
  return group.commands.flatMap((command) => {
    const name = [...words, command.name()];
    if (command.commands.length > 0) return leaves(command, name);
    const { options, registeredArguments } = command;
    return [{ name: () => name.join(' '), description: () => command.description(), options, registeredArguments }];
  });
}

/** @param read the text of a page as it is, by its path: pages that are made in part keep the rest */
export function madePages(read: (path: string) => string): MadePage[] {
  const queries = listSqlFiles('queries').map((name) => parseReadyQuery(name, readSqlFile(`queries/${name}.sql`)));
  const rules = listSqlFiles('findings').map((id) => parseFindingRule(id, readSqlFile(`findings/${id}.sql`)));
  const program = buildProgram(SILENT, async () => undefined);
  const inPart = (path: string, name: string, text: string) => ({ path, text: replaceMade(read(path), name, text) });
  return [
    {
      path: 'docs/schema.md',
      text: schemaDoc(
        allTables,
        parquetTables.map((table) => table.name),
        SCHEMA_VERSION,
      ),
    },
    { path: 'docs/questions.md', text: questionsDoc(queries) },
    { path: 'docs/findings.md', text: findingsDoc(rules) },
    inPart('docs/configuration.md', 'settings', settingsTable(defaultConfiguration)),
    inPart('docs/cli.md', 'commands', commandsDoc(program, leaves(program))),
  ];
}
