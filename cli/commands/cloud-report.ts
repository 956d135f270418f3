/** `cloud report`: the report of a deployment. */
import { Command } from 'commander';
import { statusLake } from '../../lib/answer/cloud-status.ts';
import type { CloudLake } from '../../lib/aws/cloud-lake.ts';
import { addCloudOptions, type CloudFlags, withCloudLake } from '../cloud-options.ts';
import { configurationRequest } from '../configuration-flags.ts';
import type { Start } from '../program.ts';
import { addReportOptions, makeReport, type ReportFlags } from '../report.ts';

type Flags = ReportFlags & Omit<CloudFlags, 'bucket'> & { readonly config?: string };

export function cloudReportCommand(start: Start): Command {
  const command = new Command('report').description(
    'Writes the HTML file of report from the tables of a deployment. --bucket is what the report is about; the central bucket is that of --stack or of APPSTREAM_AUDIT_BUCKET.',
  );
  addCloudOptions(addReportOptions(command), ['database', 'workgroup']).option(
    '--config <file>',
    'configuration of the deployment, for what it leaves unsaid (default: APPSTREAM_AUDIT_CONFIG)',
  );
  return command.action((flags: Flags) =>
    start(command, async (terminal) => {
      const file = flags.config ?? terminal.io.env['APPSTREAM_AUDIT_CONFIG'];
      const request = configurationRequest(flags.config === undefined ? {} : { config: flags.config }, terminal.io.env);
      const { configuration } = await terminal.io.services.loadConfiguration(request);
      const { bucket: _subject, ...deployment } = flags;
      return makeReport(terminal, flags, {
        withLake: (use) => withCloudLake(terminal, deployment, use),
        forStatus: (lake) => statusLake(lake as CloudLake),
        configuration,
        isConfigured: Boolean(file),
      });
    }),
  );
}
