/** Installs what is missing, starts the servers and writes their part of the environment file. Doing it again is fine. */
import { S3Client } from '@aws-sdk/client-s3';
import { clientEnvironment, readEnvironment, writeEnvironment } from './environment-file.ts';
import { installJava } from './java.ts';
import { ministackServer } from './ministack.ts';
import { installNode } from './node-runtime.ts';
import { installPython } from './python.ts';
import { type Server, startServer } from './server.ts';
import { type Settings, WAREHOUSE_BUCKET } from './settings.ts';
import { appstreamServer, athenaServer } from './shims.ts';
import { clientOptions, createBucket } from './sources.ts';
import { installTrino, trinoServer } from './trino.ts';

/** @throws Error that names a missing program, or holds the end of the log of a server that does not start */
export async function startServers(settings: Settings): Promise<void> {
  const python = await installPython(settings);
  const nodeFolder = await installNode(settings);
  const servers = [ministackServer(settings, python, nodeFolder), appstreamServer(settings, nodeFolder)];
  if (!settings.secured) {
    const java = await installJava(settings, python);
    servers.push(await trinoServer(settings, await installTrino(settings), java), athenaServer(settings, nodeFolder));
  }
  await Promise.all(servers.map(start));
  await createWarehouse(settings);
  writeEnvironment(settings, { ...readEnvironment(settings), ...clientEnvironment(settings) });
}

async function start(server: Server): Promise<void> {
  const began = Date.now();
  const state = await startServer(server);
  const took = state === 'started' ? ` after ${((Date.now() - began) / 1000).toFixed(1)} s` : '';
  console.error(`${server.name.padEnd(10)} ${state}${took}  ${server.url}  ${server.about}`);
}

async function createWarehouse(settings: Settings): Promise<void> {
  const s3 = new S3Client({ ...clientOptions(settings), forcePathStyle: true });
  await createBucket(s3, WAREHOUSE_BUCKET);
  s3.destroy();
}
