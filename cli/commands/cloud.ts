/** `cloud`: the questions of the local lake, asked of a deployment. */
import { Command } from 'commander';
import type { Start } from '../program.ts';
import { cloudAcceptCommand } from './cloud-accept.ts';
import { cloudCorrelateCommand } from './cloud-correlate.ts';
import { cloudExplainCommand } from './cloud-explain.ts';
import { cloudQueryCommand } from './cloud-query.ts';
import { cloudReportCommand } from './cloud-report.ts';
import { cloudStatusCommand } from './cloud-status.ts';

export function cloudCommand(start: Start): Command {
  return new Command('cloud')
    .description('Asks a deployment: the same questions, formats and exit codes as of a lake on disk.')
    .addCommand(cloudQueryCommand(start))
    .addCommand(cloudExplainCommand(start))
    .addCommand(cloudReportCommand(start))
    .addCommand(cloudStatusCommand(start))
    .addCommand(cloudCorrelateCommand(start))
    .addCommand(cloudAcceptCommand(start));
}
