/** `query`: a ready question, or any SQL, read-only. */
import { Command } from 'commander';
import { addLakeOptions, type LakeFlags, withLake } from '../lake-options.ts';
import type { Start } from '../program.ts';
import { addQuestionOptions, askQuestion, type QuestionFlags } from '../question.ts';

export function queryCommand(start: Start): Command {
  const command = new Command('query').description('Asks a ready-made question or runs any SELECT. Without a name it lists the questions.');
  addLakeOptions(addQuestionOptions(command));
  return command.action((name: string | undefined, flags: QuestionFlags & LakeFlags) =>
    start(command, (terminal) =>
      askQuestion(terminal, name, flags, {
        usage: 'query NAME --lake DIR',
        withLake: (question, use) => withLake(terminal, flags, { mode: 'read', command: `query ${question}` }, use),
        // loaded when it is needed: `--describe` must not load a database engine
        isMistake: async (error) => (await import('../../lib/engine/database.ts')).isMistakeInSql(error),
      }),
    ),
  );
}
