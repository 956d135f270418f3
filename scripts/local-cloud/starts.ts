/** How large the functions' bundles are, and how long they take to start: what Lambda's Node does before the first event. */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { median } from '../../bench/statistics.ts';
import { installNode } from './node-runtime.ts';
import { findProgram, run } from './programs.ts';
import { requirePython } from './python.ts';
import { runServerless } from './service-copy.ts';
import { CREDENTIALS, type Settings } from './settings.ts';

/** Starts of each function, besides one that warms the file cache. */
const STARTS = 5;

/** Prints what its handler took: from the start of the process, and CPU, both in milliseconds. */
const LOAD = `
  import { pathToFileURL } from 'node:url';
  const { handler } = await import(pathToFileURL(process.argv[1]).href);
  if (typeof handler !== 'function') throw new Error('no handler');
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify([performance.now(), (user + system) / 1000]));
  process.exit(0);`;

/** What handlers read at their start; nothing of it is called. */
const ENVIRONMENT = {
  APPSTREAM_AUDIT_BUCKET: 'lake',
  APPSTREAM_AUDIT_DATABASE: 'audit',
  APPSTREAM_AUDIT_WORKGROUP: 'audit',
  APPSTREAM_AUDIT_CLOUDTRAIL_QUEUE_URL: 'https://127.0.0.1/queue',
  APPSTREAM_AUDIT_REPORT_QUEUE_URL: 'https://127.0.0.1/queue',
  APPSTREAM_AUDIT_FLOW_LOG_QUEUE_URL: 'https://127.0.0.1/queue',
  APPSTREAM_AUDIT_SESSION_CHECK_QUEUE_ARN: 'arn:aws:sqs:eu-west-1:111122223333:queue',
  APPSTREAM_AUDIT_MAX_RECEIVES: '5',
  APPSTREAM_AUDIT_STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111122223333:stateMachine:audit',
  APPSTREAM_AUDIT_ALERT_TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:alerts',
  APPSTREAM_AUDIT_SOURCES: '[]',
  APPSTREAM_AUDIT_ACCOUNT: '111122223333',
  APPSTREAM_AUDIT_SWEEPS: '[]',
  POWERTOOLS_SERVICE_NAME: 'audit',
};

/**
 * Prints a line a function: its bundle as it is uploaded, and the medians of its starts on one core, the start of Node included.
 * Nothing that AWS adds is in it (finding a machine, fetching the bundle).
 * @param deployment file of deployment parameters
 */
export async function measureStarts(settings: Settings, deployment: string): Promise<void> {
  const node = join(await installNode(settings), 'node');
  const python = await requirePython();
  const taskset = findProgram('taskset');
  const start = async (bundle: string, file: string) => {
    const argv = [...(taskset === undefined ? [] : [taskset, '-c', '0']), node, '--input-type=module', '-e', LOAD, file];
    const [program = node, ...args] = argv;
    return JSON.parse(await run(program, args, { cwd: bundle, env: { ...CREDENTIALS, ...ENVIRONMENT } })) as [number, number];
  };
  const environment = { ...CREDENTIALS, APPSTREAM_AUDIT_DEPLOYMENT: resolve(deployment) };
  await runServerless(settings, ['package'], environment, async (folder) => {
    const packed = join(folder, '.serverless');
    console.log('function               bundle kB   start ms   cpu ms');
    for (const zip of readdirSync(packed).filter((name) => name.endsWith('.zip'))) {
      const name = zip.slice(0, -4);
      const bundle = join(packed, name);
      await run(python, ['-m', 'zipfile', '-e', join(packed, zip), bundle]);
      const file = join(bundle, 'functions', `${name}.mjs`);
      await start(bundle, file);
      const taken: [number, number][] = [];
      for (let at = 0; at < STARTS; at++) taken.push(await start(bundle, file));
      const [wall, cpu] = [median(taken.map(([ms]) => ms)), median(taken.map(([, ms]) => ms))];
      const size = statSync(join(packed, zip)).size / 1000;
      console.log(`${name.padEnd(22)} ${size.toFixed(0).padStart(9)} ${wall.toFixed(0).padStart(10)} ${cpu.toFixed(0).padStart(8)}`);
    }
  });
}
