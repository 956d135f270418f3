/** A run in the middle of its work, for tests of what it says and does next. */
import type { RunContext } from '../../../lib/cloud/run-context.ts';
import type { RunState } from '../../../lib/cloud/run-state.ts';
import { findingRules } from '../../../lib/engine/finding-rules.ts';
import { readSqlFile } from '../../../lib/local/sql-files.ts';
import { type Configuration, configurationSchema } from '../../../schemas/configuration.ts';
import { folderTables } from '../../../schemas/tables.ts';

export const NOW = Date.UTC(2026, 2, 3, 6);

export function testContext(configuration: Configuration = configurationSchema.parse({})): RunContext {
  return {
    database: 'db',
    configuration,
    configurationHash: 'configuration',
    rulesVersion: 'rules',
    rules: findingRules(),
    toolVersion: 'test',
    sql: readSqlFile,
    firstDt: '2016-01-01',
    answers: {
      names: ['attributions', 'runs'],
      create: (name) => `CREATE TABLE ${name}`,
      upgrade: (name, columns) => (columns.has('run_id') ? null : `ALTER TABLE ${name}`),
      maintain: (name) => [`OPTIMIZE ${name}`, `VACUUM ${name}`],
    },
    concurrency: 8,
  };
}

export function testState(change: Partial<RunState> = {}): RunState {
  const days = ['2026-03-01', '2026-03-02'];
  const bound = ['2026-03-01', '2026-03-02'] as const;
  return {
    version: 1,
    runId: '20260303T060000000Z-0a1b2c3d',
    request: { requestId: 'mine' },
    holder: 'mine',
    heartbeatMs: NOW,
    startedAtMs: NOW,
    asOfMs: NOW,
    configurationHash: 'configuration',
    rulesVersion: 'rules',
    phase: 'plan',
    movedMs: NOW,
    phaseSinceMs: NOW,
    steps: {},
    texts: [],
    made: {},
    tables: [],
    listing: {
      days,
      spans: { ...Object.fromEntries(folderTables.map(({ name }) => [name, bound])), logons: null, applications: null, snapshots: null },
      watermarkMs: NOW - 3_600_000,
      newInputDays: ['2026-03-03'],
    },
    settled: [],
    chunk: 0,
    outcomes: [],
    statements: 0,
    scannedBytes: 0,
    ...change,
  };
}
