/** The stages a command calls. Loaded when they are needed: `--help` must not load a database engine. */
type ConfigurationModule = typeof import('../lib/local/configuration-file.ts');
type LakeModule = typeof import('../lib/engine/lake.ts');
type IngestModule = typeof import('../lib/local/ingest.ts');
type CorrelationModule = typeof import('../lib/engine/correlation.ts');
type ExportModule = typeof import('../lib/engine/export.ts');
type DemoModule = typeof import('../lib/local/demo-writer.ts');

export interface Services {
  readonly openLake: LakeModule['openLake'];
  readonly ingest: IngestModule['ingest'];
  readonly correlate: CorrelationModule['correlate'];
  readonly exportLake: ExportModule['exportLake'];
  readonly writeDemo: DemoModule['writeDemo'];
  readonly loadConfiguration: ConfigurationModule['loadConfiguration'];
}

export const services: Services = {
  openLake: async (...given) => (await import('../lib/engine/lake.ts')).openLake(...given),
  ingest: async (...given) => (await import('../lib/local/ingest.ts')).ingest(...given),
  correlate: async (...given) => (await import('../lib/engine/correlation.ts')).correlate(...given),
  exportLake: async (...given) => (await import('../lib/engine/export.ts')).exportLake(...given),
  writeDemo: async (...given) => (await import('../lib/local/demo-writer.ts')).writeDemo(...given),
  loadConfiguration: async (...given) => (await import('../lib/local/configuration-file.ts')).loadConfiguration(...given),
};
