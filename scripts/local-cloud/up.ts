/** Installs what is missing, starts the servers and writes the environment file. Doing it again is fine. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { clientEnvironment, environmentFile, readEnvironment, writeEnvironment } from './environment-file.ts';
import { installJava } from './java.ts';
import { ministackServer } from './ministack.ts';
import { installNode } from './node-runtime.ts';
import { installPython } from './python.ts';
import { type Server, startServer } from './server.ts';
import { CREDENTIALS, REGION, type Settings, WAREHOUSE_BUCKET } from './settings.ts';
import { appstreamServer, athenaServer } from './shims.ts';
import { installTrino, trinoServer } from './trino.ts';

/** @throws Error that names a missing program, or holds the end of the log of a server that does not start */
export async function startServers(settings: Settings): Promise<void> {
  const python = await installPython(settings);
  const nodeFolder = await installNode(settings);
  const java = await installJava(settings, python);
  const home = await installTrino(settings);
  const servers = [
    ministackServer(settings, python, nodeFolder),
    await trinoServer(settings, home, java),
    athenaServer(settings, nodeFolder),
    appstreamServer(settings, nodeFolder),
  ];
  await Promise.all(servers.map(start));
  await createWarehouse(settings);
  writeEnvironment(settings, { ...readEnvironment(settings), ...clientEnvironment(settings) });
  console.error(`environment: . ${environmentFile(settings)}`);
}

async function start(server: Server): Promise<void> {
  const began = Date.now();
  const state = await startServer(server);
  const took = state === 'started' ? ` after ${((Date.now() - began) / 1000).toFixed(1)} s` : '';
  console.error(`${server.name.padEnd(10)} ${state}${took}  ${server.url}  ${server.about}`);
}

async function createWarehouse(settings: Settings): Promise<void> {
  const credentials = { accessKeyId: CREDENTIALS.AWS_ACCESS_KEY_ID, secretAccessKey: CREDENTIALS.AWS_SECRET_ACCESS_KEY };
  const s3 = new S3Client({ endpoint: settings.urls.ministack, region: REGION, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: WAREHOUSE_BUCKET })).catch((error: Error) => {
    if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
  });
  s3.destroy();
}
