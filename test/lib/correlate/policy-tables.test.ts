/** How the policy reaches the findings rules. */
import { describe, expect, test } from '@jest/globals';
import { findingParameters, policyTables } from '../../../lib/correlate/policy-tables.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';

const AS_OF = Date.parse('2026-03-20T12:00:00Z');
const rowsOf = (name: string, settings: unknown) =>
  policyTables(configurationSchema.parse(settings)).find((table) => table.name === name)?.rows;
const parameters = (settings: unknown, firstDt: string | null = '2026-03-02') =>
  findingParameters(configurationSchema.parse(settings), AS_OF, firstDt);

describe('policyTables', () => {
  test('gives a fleet role by name, or by account and name without its path', () => {
    const fleetRoles = ['Fleet', 'arn:aws:iam::111122223333:role/teams/a/Fleet'];
    expect(rowsOf('policy_fleet_roles', { scope: { fleetRoles } })).toEqual([
      [null, 'Fleet'],
      ['111122223333', 'Fleet'],
    ]);
  });

  test('gives a caller with how the ARNs of a role’s sessions begin, closed so that no longer name fits', () => {
    const streamingUrlCallers = ['arn:aws:iam::111122223333:role/apps/Portal', 'arn:aws:iam::111122223333:user/portal'];
    expect(rowsOf('policy_callers', { policy: { streamingUrlCallers } })).toEqual([
      ['arn:aws:iam::111122223333:role/apps/Portal', 'arn:aws:sts::111122223333:assumed-role/Portal/'],
      ['arn:aws:iam::111122223333:user/portal', null],
    ]);
  });

  test('gives networks as numbers or hex, and the trusted ones for the console where it has none', () => {
    const trustedCidrs = ['203.0.113.0/24', '2001:db8::/32'];
    const trusted = [
      [4, 3405803776, 3405804031, null, null],
      [6, null, null, '20010db8000000000000000000000000', '20010db8ffffffffffffffffffffffff'],
    ];
    expect(rowsOf('policy_networks', { logons: { trustedCidrs } })).toEqual([
      ...trusted.map((row) => ['trusted', ...row]),
      ...trusted.map((row) => ['console', ...row]),
    ]);
    const own = rowsOf('policy_networks', { logons: { trustedCidrs }, policy: { consoleCidrs: ['198.51.100.7'] } });
    expect(own?.filter(([purpose]) => purpose === 'console')).toEqual([['console', 4, 3325256711, 3325256711, null, null]]);
  });

  test('gives the doors that are forbidden, both drives by one setting', () => {
    const forbidden = (session: unknown) => rowsOf('policy_forbidden', { policy: { session } })?.map(([setting]) => setting);
    expect(forbidden({})).toEqual(['clipboard_to_device', 'file_download', 'printing', 'google_drive', 'one_drive']);
    expect(forbidden({ drives: 'allowed', fileUpload: 'forbidden' })).toEqual([
      ...['clipboard_to_device', 'file_download', 'file_upload', 'printing'],
    ]);
  });

  test('protects the buckets in scope where none are named', () => {
    expect(rowsOf('policy_buckets', { scope: { buckets: ['data_*'] } })).toEqual([['data\\_%']]);
    expect(rowsOf('policy_buckets', { scope: { buckets: ['data_*'] }, policy: { protectedBuckets: ['x'] } })).toEqual([['x']]);
  });
});

describe('findingParameters', () => {
  test('look back thirty days: for sessions from the run, for what is usual from the first day asked about', () => {
    expect(parameters({})).toMatchObject({ first_dt: '2026-03-02', history_dt: '2026-01-31', recent_dt: '2026-02-18' });
    expect(parameters({}, null)).toMatchObject({ first_dt: '2026-03-20', history_dt: '2026-02-18', recent_dt: '2026-02-18' });
  });

  test('take in all sessions since the minute before the first day asked about, however long ago', () => {
    const minuteBefore = (day: string) => Date.parse(`${day}T00:00:00Z`) - 60_000;
    expect(parameters({}, '2025-01-01')).toMatchObject({ from_ms: minuteBefore('2025-01-01'), to_ms: AS_OF });
    // the day 30 days back is asked about whole
    expect(parameters({})).toMatchObject({
      from_ms: minuteBefore('2026-02-18'),
      recent_ms: AS_OF - 30 * 86_400_000,
      recent_dt: '2026-02-18',
    });
  });

  test('read hours of the day', () => {
    const hours = (hoursUtc: string) => parameters({ policy: { notebooks: { hoursUtc } } });
    expect(hours('07:30-19:00')).toMatchObject({ has_notebook_hours: true, hours_from_ms: 27_000_000, hours_to_ms: 68_400_000 });
    expect(hours('')).toMatchObject({ has_notebook_hours: false, hours_from_ms: 0, hours_to_ms: 0 });
    expect(() => hours('7-19')).toThrow();
  });

  test('take buckets as protected when somebody named them, or a scope narrower than all', () => {
    const isProtected = (settings: unknown) => parameters(settings)['has_protected_buckets'];
    expect(
      [{}, { scope: { buckets: ['*'] } }, { scope: { buckets: ['data'] } }, { policy: { protectedBuckets: ['*'] } }].map(isProtected),
    ).toEqual([...[false, false, true, true]]);
  });
});
