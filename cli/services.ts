/** The stages a command calls. Loaded when they are needed: `--help` must not load a database engine. */
type ConfigurationModule = typeof import('../lib/local/configuration-file.ts');
type LakeModule = typeof import('../lib/engine/lake.ts');
type IngestModule = typeof import('../lib/local/ingest.ts');
type CorrelationModule = typeof import('../lib/engine/correlation.ts');
type ExportModule = typeof import('../lib/engine/export.ts');
type CloudSettingsModule = typeof import('../lib/aws/cloud-settings.ts');
type CloudLakeModule = typeof import('../lib/aws/cloud-lake.ts');
type CloudQueuesModule = typeof import('../lib/aws/cloud-queues.ts');
type CloudCorrelationModule = typeof import('../lib/aws/cloud-correlation.ts');
type AthenaReaderModule = typeof import('../lib/athena/athena-reader.ts');
type BackfillModule = typeof import('../lib/aws/backfill.ts');
type CloudAcceptanceModule = typeof import('../lib/aws/cloud-acceptance.ts');
type AcceptanceModule = typeof import('../lib/engine/acceptance.ts');
type OperatorModule = typeof import('../lib/local/operator.ts');
type SessionsModule = typeof import('../lib/aws/appstream-sessions.ts');
type VerifyLogsModule = typeof import('../lib/local/verify-logs.ts');
type PublicKeysModule = typeof import('../lib/aws/public-keys.ts');
type DemoModule = typeof import('../lib/local/demo-writer.ts');

export interface Services {
  readonly openLake: LakeModule['openLake'];
  readonly listSources: IngestModule['listSources'];
  readonly ingest: IngestModule['ingest'];
  readonly correlate: CorrelationModule['correlate'];
  readonly keepAcceptances: AcceptanceModule['keepAcceptances'];
  /** The person at this machine. */
  readonly operatorName: () => Promise<ReturnType<OperatorModule['operatorName']>>;
  readonly exportLake: ExportModule['exportLake'];
  readonly writeDemo: DemoModule['writeDemo'];
  readonly loadConfiguration: ConfigurationModule['loadConfiguration'];
  /** What asks AppStream for sessions. */
  readonly openSessions: SessionsModule['openSessions'];
  readonly verifyLogs: VerifyLogsModule['verifyLogs'];
  /** What asks AWS for public keys and signatures. */
  readonly openIntegritySource: () => Promise<ReturnType<PublicKeysModule['openIntegritySource']>>;
  /** What speaks to a deployment. */
  readonly cloud: () => Promise<CloudServices>;
}

export interface CloudServices {
  readonly resolveSettings: CloudSettingsModule['resolveSettings'];
  readonly openCloudLake: CloudLakeModule['openCloudLake'];
  readonly queueState: CloudQueuesModule['queueState'];
  readonly cloudCorrelation: CloudCorrelationModule['cloudCorrelation'];
  readonly cloudAcceptance: CloudAcceptanceModule['cloudAcceptance'];
  readonly isMistakeInAthenaSql: AthenaReaderModule['isMistakeInAthenaSql'];
  readonly openBackfill: BackfillModule['openBackfill'];
  readonly sourcesIn: BackfillModule['sourcesIn'];
}

export const services: Services = {
  openLake: async (...given) => (await import('../lib/engine/lake.ts')).openLake(...given),
  listSources: async (...given) => (await import('../lib/local/ingest.ts')).listSources(...given),
  ingest: async (...given) => (await import('../lib/local/ingest.ts')).ingest(...given),
  correlate: async (...given) => (await import('../lib/engine/correlation.ts')).correlate(...given),
  keepAcceptances: async (...given) => (await import('../lib/engine/acceptance.ts')).keepAcceptances(...given),
  operatorName: async () => (await import('../lib/local/operator.ts')).operatorName(),
  exportLake: async (...given) => (await import('../lib/engine/export.ts')).exportLake(...given),
  writeDemo: async (...given) => (await import('../lib/local/demo-writer.ts')).writeDemo(...given),
  loadConfiguration: async (...given) => (await import('../lib/local/configuration-file.ts')).loadConfiguration(...given),
  openSessions: async (...given) => (await import('../lib/aws/appstream-sessions.ts')).openSessions(...given),
  verifyLogs: async (...given) => (await import('../lib/local/verify-logs.ts')).verifyLogs(...given),
  openIntegritySource: async () => (await import('../lib/aws/public-keys.ts')).openIntegritySource(),
  cloud: async () => ({
    ...(await import('../lib/aws/cloud-settings.ts')),
    ...(await import('../lib/aws/cloud-lake.ts')),
    ...(await import('../lib/aws/cloud-queues.ts')),
    ...(await import('../lib/aws/cloud-correlation.ts')),
    ...(await import('../lib/aws/cloud-acceptance.ts')),
    ...(await import('../lib/athena/athena-reader.ts')),
    ...(await import('../lib/aws/backfill.ts')),
  }),
};
