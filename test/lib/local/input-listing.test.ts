/** A file that a path names is listed, or something is said: a log that is passed over in silence hides what it tells. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { InputKind } from '../../../lib/ingest/reader.ts';
import { listInputs } from '../../../lib/local/input-listing.ts';
import { removeFolder, temporaryFolder } from '../../helpers/input-files.ts';

let folder: string;
const path = (...parts: string[]) => join(folder, ...parts);
/** Paths below the folder of what is listed. */
const listed = async (...names: string[]) =>
  (await listInputs('cloudtrail', names)).map((input) => input.location.slice(folder.length + 1));

beforeEach(() => {
  folder = temporaryFolder('listing');
  mkdirSync(path('logs', 'day', 'hour'), { recursive: true });
  for (const name of ['logs/a.json', 'logs/day/b.json', 'logs/day/hour/c.json', 'logs/.hidden']) writeFileSync(path(name), '{}');
});
afterEach(() => removeFolder(folder));

describe('listing', () => {
  test('passes over what lies beside inputs, names it, and reads it when it is named itself', async () => {
    const account = 'AWSLogs/o-abc123/111122223333';
    const trail = `${account}/CloudTrail/eu-west-1/2026/03/02/a.json.gz`;
    const flows = `${account}/vpcflowlogs/eu-west-1/2026/03/02/f.log.gz`;
    const hive = 'hive/AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/f.parquet';
    const others: readonly (readonly [string, string])[] = [
      [`${account}/Config/eu-west-1/2026/3/2/ConfigHistory/c.json.gz`, 'Config'],
      [`${account}/Config/ConfigWritabilityCheckFile`, 'write test'],
      [`${account}/GuardDuty/eu-west-1/g.jsonl.gz`, 'GuardDuty'],
      [`${account}/elasticloadbalancing/eu-west-1/e.log`, 'elasticloadbalancing'],
      ['export/aws-logs-write-test', 'write test'],
      ['export/.DS_Store', 'hidden file'],
      ['export/._a.json', 'hidden file'],
      ['export/__MACOSX/a.json', 'hidden file'],
      ['lake/audit.duckdb', 'lake'],
    ];
    const reports = ['reports/stack/fleet/x/SessionScriptsLogs/SessionStart/out.log', 'reports/daily-session-report-2026-03-02.csv'];
    for (const name of [trail, flows, hive, ...others.map(([each]) => each), ...reports]) {
      mkdirSync(join(path(name), '..'), { recursive: true });
      writeFileSync(path(name), '{}');
    }
    const passedOver = async (kind: InputKind, name: string) => {
      const told: [string, string][] = [];
      const objects = await listInputs(kind, [path(name)], { onPassedOver: (...each) => told.push(each) });
      const below = (location: string) => location.slice(folder.length + 1);
      return {
        objects: objects.map(({ location }) => below(location)),
        told: told.map(([location, what]) => [below(location), what]).sort(),
      };
    };
    const all = await passedOver('cloudtrail', '.');
    expect(all.objects).toEqual(expect.arrayContaining([trail, 'logs/a.json']));
    expect(all.told).toEqual(
      [
        ...others.map(([name, what]) => [what === 'lake' ? 'lake' : name.replace(/MACOSX\/.*$/, 'MACOSX/a.json'), what]),
        ['logs/.hidden', 'hidden file'],
        [flows, 'vpcflowlogs'],
        [hive, 'vpcflowlogs'],
      ].sort(),
    );
    expect((await passedOver('flow_log', 'AWSLogs')).objects).toEqual([flows]);
    expect(await passedOver('usage_report', 'reports')).toEqual({ objects: [reports[1]], told: [[reports[0], 'session-script log']] });
    for (const [name] of others) expect((await passedOver('cloudtrail', name)).objects).toEqual([name]);
  });

  test('a folder gives every file below it, but those whose names begin with a dot', async () => {
    expect(await listed(path('logs'))).toEqual(['logs/a.json', 'logs/day/b.json', 'logs/day/hour/c.json']);
  });

  test('a glob that matches folders gives what is below them, each file once', async () => {
    expect(await listed(path('lo*'))).toEqual(['logs/a.json', 'logs/day/b.json', 'logs/day/hour/c.json']);
    expect(await listed(path('logs/**'), path('logs/d*/*.json'))).toEqual(['logs/a.json', 'logs/day/b.json', 'logs/day/hour/c.json']);
  });

  test('a name with the signs of a glob that is there is that file', async () => {
    writeFileSync(path('logs', 'b[1].json'), '{}');
    expect(await listed(path('logs', 'b[1].json'))).toEqual(['logs/b[1].json']);
  });

  test('what cannot be looked into is listed itself, so that reading it fails and is told', async () => {
    symlinkSync(path('unmounted'), path('logs', 'day', 'share'));
    symlinkSync(path('logs', 'self'), path('logs', 'self'));
    expect(await listed(path('logs'))).toEqual(expect.arrayContaining(['logs/day/share', 'logs/self']));
    expect(await listed(path('logs', 'day', 'share'))).toEqual(['logs/day/share']);
  });

  test('a link is followed, but not back to where it came from', async () => {
    symlinkSync(path('logs', 'day'), path('logs', 'again'));
    symlinkSync(path('logs'), path('logs', 'day', 'up'));
    expect(await listed(path('logs'))).toEqual([
      'logs/a.json',
      'logs/again/b.json',
      'logs/again/hour/c.json',
      'logs/day/b.json',
      'logs/day/hour/c.json',
    ]);
  });

  test('a pipe in a folder is passed over: nobody may ever write to it', async () => {
    execFileSync('mkfifo', [path('logs', 'pipe.json')]);
    expect(await listed(path('logs'))).not.toContain('logs/pipe.json');
  });

  test('a path that names nothing is an error', async () => {
    await expect(listed(path('typo'))).rejects.toThrow('names no input');
    await expect(listed(path('typo', '*.json'))).rejects.toThrow('names no input');
  });
});
