/** The demo day through the local cloud: files into the source buckets, a correlation, a late report, another, and the answers. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { DemoManifest } from '../../lib/demo/manifest.ts';
import { writeDemo } from '../../lib/local/demo-writer.ts';
import { putFlowLogs, putReports, putTrail } from './demo-inputs.ts';
import { environmentFile, readEnvironment } from './environment-file.ts';
import { PROJECT, type Settings } from './settings.ts';
import { clientOptions } from './sources.ts';

/** Shown of the alerts that came. */
const ALERTS_SHOWN = 5;

/** @throws Error when the stack is not deployed, or a step ends with another code than 0 */
export async function runDemo(settings: Settings): Promise<void> {
  const environment = readEnvironment(settings);
  const alertQueue = environment?.['APPSTREAM_AUDIT_ALERT_QUEUE_URL'];
  if (environment === undefined || alertQueue === undefined) throw new Error('nothing is deployed; run npm run local-cloud -- up');
  const logs = join(settings.folder, 'demo');
  const manifest = await writeDemo(logs);
  const audit = (...args: string[]) => tell(environment, [...args, '--output', 'table']);

  const trail = await putTrail(settings, logs);
  const reports = await putReports(settings, logs, 'usageReports');
  const flows = manifest.inputs.flowLogs.files > 0 ? await putFlowLogs(settings, logs) : 0;
  console.log(`${trail} trail files, ${reports} usage reports and ${flows} flow logs are in the source buckets`);
  await audit('cloud', 'status', '--wait');
  await audit('cloud', 'correlate', '--as-of', manifest.asOf.first, '--wait');
  if (manifest.inputs.late.files > 0) {
    console.log(`\n${await putReports(settings, logs, 'late')} late reports arrive`);
    await audit('cloud', 'status', '--wait');
    await audit('cloud', 'correlate', '--as-of', manifest.asOf.withLate, '--wait');
    await audit('cloud', 'query', 'verdict-changes', '--limit', '8');
  }
  for (const question of questions(manifest)) await audit('cloud', ...question);
  await showAlerts(settings, alertQueue);
  console.log(`\ntype next\n  . ${environmentFile(settings)}\n  npx appstream-audit cloud query\n  npx appstream-audit cloud status`);
}

function questions({ story }: DemoManifest): string[][] {
  const always = [
    ['query', 'busiest-readers', '--limit', '5'],
    ['query', 'unattributed-writes', '--limit', '8'],
  ];
  if (!story) return always;
  return [
    ...always,
    ['query', 'copies', '--param', `bucket=${story.thief.targetBucket}`, '--limit', '5'],
    ['explain', story.thief.copyEventId],
  ];
}

/** Runs the command line from the sources, its output here. */
function tell(environment: Readonly<Record<string, string>>, args: readonly string[]): Promise<void> {
  console.log(`\n$ npx appstream-audit ${args.join(' ')}`);
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--no-warnings', '--import', 'tsx', join(PROJECT, 'cli/main.ts'), ...args], {
      cwd: PROJECT,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`appstream-audit ${args.join(' ')} ended with ${code}`))));
  });
}

/** Takes the alerts from the queue that is subscribed to them. */
async function showAlerts(settings: Settings, queue: string): Promise<void> {
  const sqs = new SQSClient(clientOptions(settings));
  const texts: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));
    if (Messages.length === 0) break;
    for (const { Body = '{}', ReceiptHandle } of Messages) {
      const message = JSON.parse(Body) as { readonly Subject?: string; readonly Message?: string };
      texts.push(message.Subject ?? message.Message?.split('\n')[0] ?? '');
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }));
    }
  }
  console.log(`\n${texts.length} alerts came by SNS${texts.length > ALERTS_SHOWN ? `; the first ${ALERTS_SHOWN}` : ''}`);
  for (const text of texts.slice(0, ALERTS_SHOWN)) console.log(`  ${text}`);
}
