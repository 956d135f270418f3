/** `report`: one HTML file to read, to hand over and to keep. */
import { Command } from 'commander';
import { configurationRequest } from '../configuration-flags.ts';
import { addLakeOptions, type LakeFlags, withLake } from '../lake-options.ts';
import type { Start } from '../program.ts';
import { addReportOptions, makeReport, type ReportFlags } from '../report.ts';

export function reportCommand(start: Start): Command {
  const command = new Command('report').description(
    'Writes one HTML file about the whole lake, or about a user, a session, a finding, a bucket, an object or an event. It is complete without scripts, needs no network, and prints.',
  );
  addLakeOptions(addReportOptions(command)).option(
    '--config <file>',
    'configuration: it says which evidence is missing and which rules are silent (default: APPSTREAM_AUDIT_CONFIG)',
  );
  return command.action((flags: ReportFlags & LakeFlags & { readonly config?: string }) =>
    start(command, async (terminal) => {
      // --bucket is a subject here, and no setting
      const request = configurationRequest(flags.config === undefined ? {} : { config: flags.config }, terminal.io.env);
      const { configuration } = await terminal.io.services.loadConfiguration(request);
      return makeReport(terminal, flags, {
        withLake: (use) => withLake(terminal, flags, { mode: 'read', command: 'report' }, use),
        forStatus: (lake) => lake,
        configuration,
        isConfigured: true,
      });
    }),
  );
}
