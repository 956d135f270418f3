/** `cloud query`: a ready question, or any SQL, read-only, asked of a deployment. */
import { Command } from 'commander';
import { addCloudOptions, type CloudFlags, LAKE_SETTINGS, withCloudLake } from '../cloud-options.ts';
import type { Start } from '../program.ts';
import { addQuestionOptions, askQuestion, type QuestionFlags } from '../question.ts';

export function cloudQueryCommand(start: Start): Command {
  const command = new Command('query').description(
    'Asks a ready-made question of the deployment or runs any SELECT on it, in Athena. Without a name it lists the questions.',
  );
  addCloudOptions(addQuestionOptions(command), LAKE_SETTINGS);
  return command.action((name: string | undefined, flags: QuestionFlags & CloudFlags) =>
    start(command, (terminal) =>
      askQuestion(terminal, name, flags, {
        usage: 'cloud query NAME',
        withLake: (_question, use) => withCloudLake(terminal, flags, use),
        isMistake: async (error) => (await terminal.io.services.cloud()).isMistakeInAthenaSql(error),
      }),
    ),
  );
}
