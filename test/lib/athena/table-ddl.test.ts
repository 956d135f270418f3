import { describe, expect, test } from '@jest/globals';
import {
  glueLandingTables,
  glueListTable,
  glueTable,
  glueTables,
  icebergDdl,
  icebergTables,
  icebergUpgrade,
} from '../../../lib/athena/table-ddl.ts';
import { allTables, attributions, dayCounts, events, evidenceMarks, findings, sessions } from '../../../schemas/tables.ts';

const at = (path: string) => `s3://lake/${path}`;

describe('tables in Glue', () => {
  test('have every column of the definition in order, with Hive types, and dt as the partition', () => {
    const { StorageDescriptor, PartitionKeys } = glueTable(sessions, at);
    expect(StorageDescriptor.Columns.map((column) => column.Name)).toEqual(Object.keys(sessions.columns));
    const types = new Map(StorageDescriptor.Columns.map((column) => [column.Name, column.Type]));
    expect(types.get('private_addresses')).toBe('array<string>');
    expect(types.get('session_start')).toBe('timestamp');
    expect(types.get('session_start_ms')).toBe('bigint');
    expect(types.get('connected')).toBe('boolean');
    expect(types.get('session_id')).toBe('string');
    expect(PartitionKeys.map((column) => column.Name)).toEqual(['dt']);
  });

  test('project the days of their folder', () => {
    const { Parameters, StorageDescriptor } = glueTable(events, at);
    expect(StorageDescriptor.Location).toBe('s3://lake/events/');
    expect(Parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.dt.type': 'date',
      'projection.dt.range': '2016-01-01,NOW+2DAYS',
      'storage.location.template': `s3://lake/events/dt=\${dt}/`,
    });
  });

  test('take a location that is not text yet, as a template needs it', () => {
    const table = glueTable(events, (path) => ({ 'Fn::Sub': path }));
    expect(table.StorageDescriptor.Location).toEqual({ 'Fn::Sub': 'events/' });
    expect(table.Parameters['storage.location.template']).toEqual({ 'Fn::Sub': `events/dt=\${dt}/` });
  });

  test('say what a column means, within what Glue allows', () => {
    const comments = glueTables(at).flatMap((table) => [...table.StorageDescriptor.Columns, ...table.PartitionKeys]);
    expect(comments.filter(({ Comment }) => !Comment || Comment.length > 255)).toEqual([]);
    const long = { ...events, columns: { a: { type: 'text', doc: 'x'.repeat(300) } } } as const;
    expect(glueTable(long, at).StorageDescriptor.Columns[0]?.Comment).toHaveLength(255);
  });

  test('of a list look nowhere but below the list that is asked for', () => {
    const { Parameters } = glueListTable('run_files', at);
    expect(Parameters).toMatchObject({
      'projection.list.type': 'injected',
      'storage.location.template': `s3://lake/work/run_files/\${list}/`,
    });
  });

  test('are all there are but what one machine keeps for itself', () => {
    const cloud = new Set([...glueLandingTables, ...icebergTables].map((table) => table.name));
    expect(allTables.map((table) => table.name).filter((name) => !cloud.has(name))).toEqual(['files', 'days']);
    expect(glueTables(at)).toHaveLength(glueLandingTables.length + 2);
    expect(glueLandingTables).toContain(evidenceMarks);
  });
});

describe('tables of answers', () => {
  test('are partitioned by day where rows are many', () => {
    expect(icebergDdl(attributions, 'audit', 's3://lake/answers/attributions/')).toMatch(
      /^CREATE TABLE IF NOT EXISTS `audit`\.`attributions` \(`event_id` string, `event_time` timestamp, .*`dt` string\) PARTITIONED BY \(`dt`\) LOCATION 's3:\/\/lake\/answers\/attributions\/' TBLPROPERTIES \('table_type'='ICEBERG'/,
    );
    expect(icebergDdl(findings, 'audit', 's3://lake/answers/findings/')).not.toMatch(/PARTITIONED/);
  });

  test('have their day once', () => {
    for (const table of icebergTables) {
      const ddl = icebergDdl(table, 'audit', 's3://lake/x/');
      expect(ddl.match(/`dt` string/g) ?? []).toHaveLength(
        ['runs', 'report_issues', 'report_days', 'resolved_sessions'].includes(table.name) ? 0 : 1,
      );
    }
    expect(icebergDdl(dayCounts, 'audit', 's3://lake/x/')).toMatch(/`run_id` string, `dt` string, `events_kept` bigint/);
  });

  test('get the columns they lack, and nothing when they lack none', () => {
    const all = new Set([...Object.keys(findings.columns), 'dt']);
    expect(icebergUpgrade(findings, 'audit', all)).toBeNull();
    all.delete('event_ids');
    all.delete('dt');
    expect(icebergUpgrade(findings, 'audit', all)).toBe(
      'ALTER TABLE `audit`.`findings` ADD COLUMNS (`event_ids` array<string>, `dt` string)',
    );
  });
});
