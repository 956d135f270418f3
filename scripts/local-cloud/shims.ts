/** The project's own test doubles of Athena's and AppStream's APIs. The Node of handlers runs them: it reads TypeScript as it is. */
import { join } from 'node:path';
import type { Server } from './server.ts';
import { ACCOUNT, CREDENTIALS, PROJECT, type Settings } from './settings.ts';

/** @param nodeFolder folder of the program `node` */
export function athenaServer(settings: Settings, nodeFolder: string): Server {
  return shim(settings, nodeFolder, 'athena', "Athena's API before Trino", {
    AWS_ENDPOINT_URL: settings.urls.ministack,
    TRINO_URL: settings.urls.trino,
  });
}

/** @param nodeFolder folder of the program `node` */
export function appstreamServer(settings: Settings, nodeFolder: string): Server {
  return shim(settings, nodeFolder, 'appstream', "AppStream's API", {
    AWS_ENDPOINT_URL: settings.urls.ministack,
    ACCOUNT,
  });
}

function shim(
  settings: Settings,
  nodeFolder: string,
  name: 'athena' | 'appstream',
  about: string,
  environment: Readonly<Record<string, string>>,
): Server {
  const folder = join(settings.folder, name);
  const trust = settings.secured ? { NODE_EXTRA_CA_CERTS: settings.certificate } : undefined;
  return {
    name,
    about,
    url: settings.urls[name],
    folder,
    command: [join(nodeFolder, 'node'), '--no-warnings', join(PROJECT, `test/cloud/shims/${name}-server.ts`)],
    environment: { ...CREDENTIALS, PATH: '/usr/bin:/bin', HOME: folder, PORT: String(settings.ports[name]), ...trust, ...environment },
    probe: async () => {
      const response = await fetch(`${settings.urls[name]}/_control/ready`);
      if (!response.ok) throw new Error(`${name} answers ${response.status}`);
    },
  };
}
