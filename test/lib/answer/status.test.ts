import { describe, expect, test } from '@jest/globals';
import { countChecks, hints, missingReports, trailGaps } from '../../../lib/answer/status.ts';
import { type Configuration, configurationSchema, defaultConfiguration } from '../../../schemas/configuration.ts';

const at = (day: number, hour = 0) => Date.UTC(2026, 2, day, hour);
const report = (day: string | null, region = 'eu-west-1') => ({ account_id: '111122223333', region, report_day: day });

describe('the trail', () => {
  test('has a gap for whole hours without an event between two that have some', () => {
    expect(trailGaps([at(1, 22), at(1, 23), at(2, 3)])).toEqual([{ from: '2026-03-02T00:00:00Z', to: '2026-03-02T02:00:00Z', hours: 3 }]);
  });

  test('has a gap of a single hour', () => {
    expect(trailGaps([at(1, 1), at(1, 3)])).toEqual([{ from: '2026-03-01T02:00:00Z', to: '2026-03-01T02:00:00Z', hours: 1 }]);
  });

  test('has none where hour follows hour, or where there is nothing', () => {
    expect(trailGaps([at(1, 1), at(1, 2)])).toEqual([]);
    expect(trailGaps([at(1, 1)])).toEqual([]);
    expect(trailGaps([])).toEqual([]);
  });
});

const NONE: ReadonlySet<string> = new Set();

describe('missing reports', () => {
  test('are the days between the first and the last event without one, with their age', () => {
    const rows = [report('2026-03-01'), report('2026-03-03')];
    const due = new Set(['report 111122223333 eu-west-1 2026-03-02', 'report 111122223333 us-east-1 2026-03-04']);
    expect(missingReports(rows, at(1), at(4, 10), at(5, 23), due)).toEqual([
      {
        accountId: '111122223333',
        region: 'eu-west-1',
        days: [
          { dt: '2026-03-02', ageDays: 2, overdue: true, mayCome: false },
          { dt: '2026-03-04', ageDays: 0, overdue: false, mayCome: true },
        ],
      },
    ]);
  });

  test('may come until 00:00 UTC two days later; after that a day on which nobody was seen lacks nothing', () => {
    const of = (now: number) => missingReports([report(null)], at(2), at(2, 5), now, NONE)[0]?.days[0];
    expect(of(at(4) - 1)).toMatchObject({ mayCome: true, overdue: false });
    expect(of(at(4))).toMatchObject({ mayCome: false, overdue: false });
  });

  test('do not include a day that is not over', () => {
    expect(missingReports([report('2026-03-01')], at(1), at(2, 5), at(2, 6), NONE)).toEqual([]);
    expect(missingReports([report('2026-03-01')], at(1), at(2, 5), at(3), NONE)[0]?.days.map((day) => day.dt)).toEqual(['2026-03-02']);
  });

  test('are told for each region that has reports or sweeps', () => {
    const rows = [report('2026-03-01'), report(null, 'us-east-1')];
    expect(missingReports(rows, at(1), at(1, 2), at(9), NONE).map((each) => each.region)).toEqual(['us-east-1']);
  });

  test('are none where nothing is known', () => {
    expect(missingReports([], at(1), at(2), at(9), NONE)).toEqual([]);
    expect(missingReports([report(null)], null, null, at(9), NONE)).toEqual([]);
  });
});

describe('the counts', () => {
  const input = (kind: string, read: number, kept: number, malformed: number) => ({
    kind,
    records_read: read,
    kept,
    malformed,
    not_records: 0,
  });
  const run = { run_id: 'r', events_kept: 3, duplicates: 1, superseded: 0, account_copies: 0, out_of_scope: 0, in_scope: 2, attributed: 2 };
  const broken = (...given: Parameters<typeof countChecks>) =>
    countChecks(...given)
      .filter((each) => !each.holds)
      .map((each) => each.what);

  test('hold when everything that was read is somewhere', () => {
    expect(broken([input('cloudtrail', 3, 2, 1), input('cloudtrail', 1, 1, 0)], [{ table_name: 'events', row_count: 3 }], [run])).toEqual(
      [],
    );
  });

  test('name the sum that is broken', () => {
    expect(broken([input('snapshot', 3, 2, 0)], [], [])).toEqual(['snapshot: 3 read = 2 kept + 0 malformed + 0 not records']);
    expect(broken([input('cloudtrail', 2, 2, 0)], [{ table_name: 'events', row_count: 1 }], [])).toEqual([
      'events: 1 rows in the listed files = 2 kept',
    ]);
    expect(broken([input('cloudtrail', 2, 2, 0)], [{ table_name: 'events', row_count: 3 }], [])).toEqual([
      'events: 3 rows in the listed files = 2 kept',
    ]);
    expect(broken([], [], [{ ...run, attributed: 1 }])).toEqual(['run r: kept 3 = 3, in scope 2 = 1']);
    expect(broken([], [], [run, { ...run, run_id: 'old', duplicates: 2 }])).toEqual(['run old: kept 3 = 4, in scope 2 = 2']);
  });
});

describe('the hints', () => {
  const full: Configuration = configurationSchema.parse({
    scope: { fleetRoles: ['R'], vpcEndpoints: [{ id: 'vpce-1' }] },
    logons: { roles: ['arn:aws:iam::111122223333:role/R'], trustedCidrs: ['192.0.2.0/24'] },
    policy: { streamingUrlCallers: ['arn:aws:iam::111122223333:role/Portal'] },
  });
  const lake = { hasEvents: true, hasSessions: true, hasLogons: true };

  test('say nothing when nothing is missing', () => {
    expect(hints(full, lake)).toEqual([]);
  });

  test('say what the defaults leave open', () => {
    const said = hints(defaultConfiguration, lake).join('\n');
    for (const key of ['scope.fleetRoles', 'scope.vpcEndpoints', 'logons.roles', 'instance credentials']) expect(said).toContain(key);
  });

  test('say what to ingest', () => {
    expect(hints(full, { ...lake, hasEvents: false })).toEqual(['no event is in the lake: ingest --cloudtrail']);
    expect(hints(full, { ...lake, hasSessions: false })[0]).toContain('ingest --usage-reports');
  });
});
