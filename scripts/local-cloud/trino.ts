/**
 * Athena's engine: a Trino of one node, with the two connectors that Athena's catalog is made of. One catalog name as in Athena,
 * `awsdatacatalog`: the Iceberg connector, which hands tables of other kinds to the Hive connector (the other way round fails).
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installOnce } from './installation.ts';
import { requireProgram, run } from './programs.ts';
import type { Server } from './server.ts';
import { CREDENTIALS, REGION, type Settings, VERSIONS, WAREHOUSE_BUCKET } from './settings.ts';

/** Jars that nothing here loads, by the start of their names; a third of the size. */
const NEEDLESS = [
  'net.snowflake_',
  'org.rocksdb_',
  'io.grpc_grpc-xds',
  'io.grpc_grpc-netty-shaded',
  'io.trino.hive_hive-thrift',
  'com.github.luben_zstd-jni',
  'org.alluxio_alluxio-core-transport',
  'org.conscrypt_',
  'org.apache.lucene_lucene-core',
  'io.netty_netty-codec-native-quic',
  'com.google.api.grpc_proto-google',
];

/** Downloads (821 MB, once) and unpacks what is needed of it. @returns its folder @throws Error without Maven */
export async function installTrino(settings: Settings): Promise<string> {
  return await installOnce(join(settings.programs, 'trino'), `Trino ${VERSIONS.trino} (a download of 821 MB)`, async (folder) => {
    const maven = requireMaven();
    const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
    const artifact = `io.trino:trino-server:${VERSIONS.trino}:tar.gz`;
    // a repository of its own: nothing stays in that of the user
    const repository = `-Dmaven.repo.local=${join(folder, 'repository')}`;
    await run(maven, ['-q', '-B', '-ntp', repository, plugin, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]);
    const name = `trino-server-${VERSIONS.trino}`;
    // whole: the plugins are hard links into each other
    await run('tar', ['-xzf', join(folder, `${name}.tar.gz`), '-C', folder, '--strip-components=1']);
    const plugins = join(folder, 'plugin');
    for (const each of readdirSync(plugins)) if (!['hive', 'iceberg'].includes(each)) rmSync(join(plugins, each), { recursive: true });
    for (const each of readdirSync(folder)) if (!['lib', 'plugin'].includes(each)) rmSync(join(folder, each), { recursive: true });
    for (const part of ['lib', 'plugin/hive', 'plugin/iceberg']) {
      for (const jar of readdirSync(join(folder, part))) {
        if (NEEDLESS.some((start) => jar.startsWith(start))) rmSync(join(folder, part, jar));
      }
    }
  });
}

/** Path of Maven. @throws Error that says what to install */
export function requireMaven(): string {
  return requireProgram(
    'mvn',
    'the download of Trino, the engine that stands for Athena',
    'install Maven (Debian: apt-get install maven; macOS: brew install maven)',
  );
}

/** @param home folder of {@link installTrino} @param java program of Java 24 or newer */
export async function trinoServer(settings: Settings, home: string, java: string): Promise<Server> {
  const folder = join(settings.folder, 'trino');
  writeConfiguration(settings, folder);
  const vectors = (await run(java, ['--list-modules'])).includes('jdk.incubator.vector') ? ['--add-modules=jdk.incubator.vector'] : [];
  return {
    name: 'trino',
    about: "Athena's engine",
    url: settings.urls.trino,
    folder,
    command: [
      java,
      `-Xmx${settings.trinoHeap}`,
      '-XX:+UseG1GC',
      '-XX:+ExitOnOutOfMemoryError',
      '-Djdk.attach.allowAttachSelf=true',
      '--enable-native-access=ALL-UNNAMED',
      '--sun-misc-unsafe-memory-access=allow',
      ...vectors,
      `-Djava.io.tmpdir=${join(folder, 'tmp')}`,
      '-Dnode.environment=local',
      '-Dnode.id=one',
      `-Dnode.data-dir=${join(folder, 'data')}`,
      `-Dconfig=${join(folder, 'config.properties')}`,
      `-Dlog.levels-file=${join(folder, 'log.properties')}`,
      `-Dcatalog.config-dir=${join(folder, 'catalog')}`,
      `-Dplugin.dir=${join(home, 'plugin')}`,
      '-cp',
      join(home, 'lib/*'),
      'io.trino.server.TrinoServer',
    ],
    environment: { ...CREDENTIALS, PATH: '/usr/bin:/bin', HOME: folder },
    probe: () => ask(settings.urls.trino, 'SHOW SCHEMAS FROM awsdatacatalog'),
  };
}

function writeConfiguration(settings: Settings, folder: string): void {
  for (const part of ['catalog', 'data', 'tmp']) mkdirSync(join(folder, part), { recursive: true });
  const write = (name: string, properties: Readonly<Record<string, string | number | boolean>>) =>
    writeFileSync(
      join(folder, name),
      Object.entries(properties)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
  write('config.properties', {
    coordinator: true,
    'node-scheduler.include-coordinator': true,
    'node.internal-address': '127.0.0.1',
    'node.bind-ip': '127.0.0.1',
    'http-server.http.port': settings.ports.trino,
    'discovery.uri': settings.urls.trino,
    'query.max-memory': '1GB',
    'query.max-memory-per-node': '1GB',
    // as Athena
    'query.max-length': 262_144 * 4,
    // the planner is most of what a statement over small tables costs, and trying join orders most of the planner
    'optimizer.join-reordering-strategy': 'NONE',
    'catalog.management': 'static',
  });
  write('log.properties', { 'io.trino': 'WARN' });
  const lake = {
    'hive.metastore.glue.region': REGION,
    'hive.metastore.glue.endpoint-url': settings.urls.ministack,
    'hive.metastore.glue.aws-access-key': CREDENTIALS.AWS_ACCESS_KEY_ID,
    'hive.metastore.glue.aws-secret-key': CREDENTIALS.AWS_SECRET_ACCESS_KEY,
    'hive.metastore.glue.default-warehouse-dir': `s3://${WAREHOUSE_BUCKET}/`,
    'fs.native-s3.enabled': true,
    's3.endpoint': settings.urls.ministack,
    's3.region': REGION,
    's3.path-style-access': true,
    's3.aws-access-key': CREDENTIALS.AWS_ACCESS_KEY_ID,
    's3.aws-secret-key': CREDENTIALS.AWS_SECRET_ACCESS_KEY,
  };
  write('catalog/awsdatacatalog.properties', {
    'connector.name': 'iceberg',
    'iceberg.catalog.type': 'glue',
    'iceberg.hive-catalog-name': 'hive',
    // tests vacuum what they wrote a second ago
    'iceberg.expire-snapshots.min-retention': '0s',
    'iceberg.remove-orphan-files.min-retention': '0s',
    ...lake,
  });
  write('catalog/hive.properties', {
    'connector.name': 'hive',
    'hive.metastore': 'glue',
    'hive.iceberg-catalog-name': 'awsdatacatalog',
    'hive.partition-projection-enabled': true,
    'hive.non-managed-table-writes-enabled': true,
    'hive.hive-views.enabled': true,
    ...lake,
  });
}

/** Runs a statement to its end. @throws Error with Trino's message */
async function ask(url: string, statement: string): Promise<void> {
  type Answer = { readonly nextUri?: string; readonly error?: { readonly message: string } };
  const headers = { 'X-Trino-User': 'local-cloud' };
  let answer = (await (await fetch(`${url}/v1/statement`, { method: 'POST', body: statement, headers })).json()) as Answer;
  while (answer.nextUri !== undefined && answer.error === undefined) answer = (await (await fetch(answer.nextUri)).json()) as Answer;
  if (answer.error) throw new Error(answer.error.message);
}
