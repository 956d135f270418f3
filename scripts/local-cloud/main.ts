/** `npm run local-cloud -- up|status|down|demo|load|starts|lint`: the whole cloud on this machine, for trying it and for the tests. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { createCertificate, startTrusting } from './certificate.ts';
import { runDemo } from './demo.ts';
import { deploy } from './deployment.ts';
import { environmentFile } from './environment-file.ts';
import { lintTemplate } from './lint.ts';
import { measureLoad } from './load.ts';
import { memoryOf, pidOf, stopServer } from './server.ts';
import { SERVER_NAMES, settingsOf } from './settings.ts';
import { measureStarts } from './starts.ts';
import { startServers } from './up.ts';

const SECURED = ['--secured', 'the second one, in which IAM decides over TLS; without Athena', false] as const;

const program = new Command('local-cloud').description('the whole cloud on this machine, on loopback only, below .local-cloud/');

program
  .command('up')
  .description('installs what is missing, starts the servers, deploys the stack and writes .local-cloud/env')
  .option('--no-deploy', 'only the servers')
  .option(...SECURED)
  .action(async ({ deploy: wanted, secured }: { deploy: boolean; secured: boolean }) => {
    const settings = settingsOf(process.env, secured);
    if (secured) {
      await createCertificate(settings);
      const code = startTrusting(settings);
      if (code !== undefined) {
        process.exitCode = code;
        return;
      }
    }
    await startServers(settings);
    if (wanted) await deploy(settings);
    console.error(`environment: . ${environmentFile(settings)}`);
  });

program
  .command('status')
  .description('says what runs')
  .option(...SECURED)
  .action(({ secured }: { secured: boolean }) => {
    const settings = settingsOf(process.env, secured);
    let missing = 0;
    for (const name of settings.servers) {
      const folder = join(settings.folder, name);
      const pid = pidOf(folder);
      if (pid === undefined) missing++;
      const state = pid === undefined ? 'down' : `up, pid ${pid}, ${Math.round((memoryOf(folder) ?? 0) / 2 ** 20)} MB`;
      console.log(`${name.padEnd(10)} ${settings.urls[name]}  ${state}`);
    }
    process.exitCode = missing === 0 ? 0 : 1;
  });

program
  .command('down')
  .description('ends the servers; what they held is forgotten')
  .argument('[server...]', `only these: ${SERVER_NAMES.join(', ')}`)
  .option(...SECURED)
  .action(async (wanted: string[], { secured }: { secured: boolean }) => {
    const settings = settingsOf(process.env, secured);
    for (const name of [...settings.servers].reverse()) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      const folder = join(settings.folder, name);
      console.error(`${name.padEnd(10)} ${(await stopServer(folder)) ? 'ended' : 'was not up'}`);
      rmSync(folder, { recursive: true, force: true });
    }
    if (wanted.length === 0) rmSync(join(settings.folder, 'env'), { force: true });
  });

program
  .command('demo')
  .description('puts the demo day into the source buckets, correlates it in the cloud and shows the answers')
  .action(async () => {
    await runDemo(settingsOf(process.env));
  });

program
  .command('load')
  .description('puts many trail files at once into the source bucket and measures until the last one is in the lake')
  .option('--objects <count>', 'how many', Number, 500)
  .option('--megabytes <size>', 'what each unpacks to', Number, 1)
  .action(async ({ objects, megabytes }: { objects: number; megabytes: number }) => {
    await measureLoad(settingsOf(process.env), objects, megabytes);
  });

program
  .command('starts')
  .description('packages the stack and measures the size of each bundle and how long its function takes to start')
  .argument('[deployment]', 'file of deployment parameters', 'deployment.example.yaml')
  .action(async (deployment: string) => {
    await measureStarts(settingsOf(process.env), deployment);
  });

program
  .command('lint')
  .description('packages the stack without a network and checks its template with cfn-lint')
  .argument('[deployment]', 'file of deployment parameters', 'deployment.example.yaml')
  .action(async (deployment: string) => {
    await lintTemplate(settingsOf(process.env), deployment);
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
