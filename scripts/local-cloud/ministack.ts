/** The server of AWS's APIs but Athena's and AppStream's: ministack. Its Lambda runs the deployed handlers with Node. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { keyOf } from './certificate.ts';
import type { Server } from './server.ts';
import { ACCOUNT, CREDENTIALS, REGION, type Settings } from './settings.ts';

/**
 * @param python interpreter that has ministack
 * @param nodeFolder folder of the Node that handlers run on
 */
export function ministackServer(settings: Settings, python: string, nodeFolder: string): Server {
  const folder = join(settings.folder, 'ministack');
  for (const part of ['tmp', 's3', 'state']) mkdirSync(join(folder, part), { recursive: true });
  // the script that runs handlers is CommonJS; below our own package.json Node would take it for a module, and end without a word
  writeFileSync(join(folder, 'tmp', 'package.json'), '{}\n');
  return {
    name: 'ministack',
    about: 'AWS: S3, SQS, SNS, EventBridge, Lambda, IAM, Glue, CloudFormation, Step Functions',
    url: settings.urls.ministack,
    folder,
    command: [python, '-m', 'ministack'],
    environment: {
      ...CREDENTIALS,
      PATH: [nodeFolder, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
      HOME: folder,
      TMPDIR: join(folder, 'tmp'),
      GATEWAY_PORT: String(settings.ports.ministack),
      // it would listen on every interface otherwise
      BIND_HOST: '127.0.0.1',
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      MINISTACK_HOST: '127.0.0.1',
      MINISTACK_REGION: REGION,
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      S3_DATA_DIR: join(folder, 's3'),
      STATE_DIR: join(folder, 'state'),
      // its own Athena answers SUCCEEDED to any text; who reaches it by mistake shall fail
      ATHENA_ENGINE: 'duckdb',
      LOG_LEVEL: 'INFO',
      // its environment is the handlers': so the SDK in them reaches the stand-ins of these two
      AWS_ENDPOINT_URL_ATHENA: settings.urls.athena,
      AWS_ENDPOINT_URL_APPSTREAM: settings.urls.appstream,
      ...(settings.secured && securityOf(settings)),
    },
    probe: async () => {
      const response = await fetch(`${settings.urls.ministack}/_ministack/ready`);
      if (!response.ok) throw new Error(`ministack answers ${response.status}`);
    },
  };
}

/** IAM decides on every call, and what it says comes over TLS. */
function securityOf(settings: Settings): Record<string, string> {
  return {
    AUTH: 'true',
    USE_SSL: '1',
    MINISTACK_SSL_CERT: settings.certificate,
    MINISTACK_SSL_KEY: keyOf(settings),
    // its environment is the handlers', who must trust it
    NODE_EXTRA_CA_CERTS: settings.certificate,
  };
}
