import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ConfigurationSources, configurationHash, effectiveConfiguration } from '../../../lib/config/configuration.ts';
import { ConfigurationError } from '../../../lib/errors.ts';
import { type Configuration, defaultConfiguration } from '../../../schemas/configuration.ts';

const file = (values: unknown) => ({ file: { name: 'audit.yaml', values } });

/** The lines of the error that sources lead to, without its first. */
function problems(sources: ConfigurationSources): string[] {
  try {
    effectiveConfiguration(sources);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    const [first, ...rest] = (error as Error).message.split('\n');
    expect(first).toBe('the configuration is wrong:');
    return rest.map((line) => line.trim());
  }
  throw new Error('the configuration is valid');
}

describe('the effective configuration', () => {
  test('is the defaults of the design when nothing is said', () => {
    expect(effectiveConfiguration()).toEqual(defaultConfiguration);
    expect(effectiveConfiguration({})).toEqual({
      scope: { buckets: ['*'], excludeBuckets: [], fleetRoles: [], fleetCidrs: [], natAddresses: [], vpcEndpoints: [] },
      window: { graceSeconds: 300, logonHours: 12, longestSessionHours: 120, lookbackDays: 7 },
      logons: { roles: [], trustedCidrs: [], requireMfa: false },
      identity: { users: [], usersFile: '', sharedPrincipals: [], sourceIdentityRoles: [] },
      alerts: { minimumSeverity: 'medium' },
      policy: {
        session: {
          clipboardToDevice: 'forbidden',
          clipboardFromDevice: 'allowed',
          fileDownload: 'forbidden',
          fileUpload: 'allowed',
          printing: 'forbidden',
          drives: 'forbidden',
        },
        consoleCidrs: [],
        streamingUrlCallers: [],
        protectedBuckets: [],
        accounts: [],
        evidenceBuckets: [],
        notebooks: {
          directInternetAccess: 'forbidden',
          rootAccess: 'forbidden',
          requireKmsKey: true,
          requireSubnet: true,
          instanceTypes: [],
          hoursUtc: '',
        },
        bulkRead: { objects: 1000, bytes: 10 * 1024 ** 3 },
        egress: { allowedCidrs: [] },
        deniedBurst: { calls: 50 },
      },
      findings: { exceptions: [], exceptionsFile: '' },
    });
  });

  test('takes overrides over the environment over the file, key by key, and lists whole', () => {
    const configuration = effectiveConfiguration({
      ...file({ window: { graceSeconds: 1, logonHours: 2, lookbackDays: 3 }, scope: { buckets: ['a', 'b'] } }),
      environment: {
        APPSTREAM_AUDIT_WINDOW_LOGON_HOURS: '20',
        APPSTREAM_AUDIT_WINDOW_LOOKBACK_DAYS: '30',
        APPSTREAM_AUDIT_SCOPE_BUCKETS: 'c',
      },
      overrides: { window: { lookbackDays: 60 } },
    });
    expect(configuration.window).toEqual({ graceSeconds: 1, logonHours: 20, longestSessionHours: 120, lookbackDays: 60 });
    expect(configuration.scope.buckets).toEqual(['c']);
  });

  test('never has a grace that outlasts the lookback, whatever the ranges allow', () => {
    const { window } = effectiveConfiguration({ overrides: { window: { graceSeconds: 86_400, lookbackDays: 1 } } });
    expect(window.graceSeconds).toBeLessThanOrEqual(window.lookbackDays * 86_400);
    expect(problems({ overrides: { window: { graceSeconds: 86_401 } } })).toHaveLength(1);
    expect(problems({ overrides: { window: { lookbackDays: 0 } } })).toHaveLength(1);
  });

  test('takes a section without keys for one that was not given', () => {
    expect(effectiveConfiguration(file({ scope: null, policy: { session: null } }))).toEqual(defaultConfiguration);
    expect(effectiveConfiguration(file(null))).toEqual(defaultConfiguration);
  });
});

describe('the environment', () => {
  test('sets lists by commas or as JSON, numbers, yes and no, and nested keys', () => {
    const environment = {
      APPSTREAM_AUDIT_SCOPE_BUCKETS: 'alpha, beta-*,',
      APPSTREAM_AUDIT_SCOPE_EXCLUDE_BUCKETS: '["logs","trail"]',
      APPSTREAM_AUDIT_SCOPE_VPC_ENDPOINTS: '[{"id":"vpce-1","fleets":["f"]}]',
      APPSTREAM_AUDIT_LOGONS_REQUIRE_MFA: 'true',
      APPSTREAM_AUDIT_POLICY_NOTEBOOKS_REQUIRE_KMS_KEY: 'false',
      APPSTREAM_AUDIT_POLICY_SESSION_PRINTING: 'allowed',
      APPSTREAM_AUDIT_POLICY_BULK_READ_OBJECTS: ' 5 ',
      APPSTREAM_AUDIT_POLICY_STREAMING_URL_CALLERS: 'arn:aws:iam::111122223333:role/a',
    };
    const { scope, logons, policy } = effectiveConfiguration({ environment });
    expect(scope).toMatchObject({
      buckets: ['alpha', 'beta-*'],
      excludeBuckets: ['logs', 'trail'],
      vpcEndpoints: [{ id: 'vpce-1', fleets: ['f'] }],
    });
    expect(logons.requireMfa).toBe(true);
    expect(policy.notebooks.requireKmsKey).toBe(false);
    expect(policy.session.printing).toBe('allowed');
    expect(policy.bulkRead.objects).toBe(5);
    expect(policy.streamingUrlCallers).toEqual(['arn:aws:iam::111122223333:role/a']);
  });

  test('may hold what is not ours, and what says nothing', () => {
    const environment = {
      PATH: '/bin',
      WINDOW_GRACE_SECONDS: '1',
      APPSTREAM_AUDIT_LAKE: '/lake',
      APPSTREAM_AUDIT_CONFIG: 'a.yaml',
      APPSTREAM_AUDIT_TRAIL_BUCKET: 'x',
      APPSTREAM_AUDIT_REPORT_BUCKET: 'x',
      APPSTREAM_AUDIT_AWS_REGION: 'x',
      APPSTREAM_AUDIT_WINDOWS: 'x',
      APPSTREAM_AUDIT_WINDOW_GRACE_SECONDS: '',
      APPSTREAM_AUDIT_WINDOW_LOGON_HOURS: undefined,
      APPSTREAM_AUDIT_WINDOW_GRACE: ' ',
    };
    expect(effectiveConfiguration({ environment })).toEqual(defaultConfiguration);
  });

  test.each([
    ['APPSTREAM_AUDIT_WINDOW_GRACE_SECOND', '; did you mean APPSTREAM_AUDIT_WINDOW_GRACE_SECONDS'],
    ['APPSTREAM_AUDIT_SCOPE_VPCENDPOINTS', '; did you mean APPSTREAM_AUDIT_SCOPE_VPC_ENDPOINTS'],
    ['APPSTREAM_AUDIT_POLICY_SOMETHING_ELSE', ''],
    ['APPSTREAM_AUDIT_SCOPE', ''],
  ])('is wrong where %s names no setting', (variable, meant) => {
    expect(problems({ environment: { [variable]: '5' } })).toEqual([`${variable}: names no setting${meant}`]);
  });

  test('has a variable for each setting, and none for two', () => {
    const paths = (values: object, at: string): string[] =>
      Object.entries(values).flatMap(([key, value]) =>
        typeof value === 'object' && !Array.isArray(value) ? paths(value as object, `${at}${key}.`) : [`${at}${key}`],
      );
    const all = paths(defaultConfiguration, '');
    expect(all.length).toBeGreaterThan(25);
    // a path may be any text
    expect(effectiveConfiguration({ environment: { APPSTREAM_AUDIT_IDENTITY_USERS_FILE: 'a.csv' } }).identity.usersFile).toBe('a.csv');
    for (const path of all.filter((each) => !each.endsWith('File'))) {
      const variable = `APPSTREAM_AUDIT_${path.replaceAll('.', '_').replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`;
      const [problem] = problems({ environment: { [variable]: '[{}]' } });
      expect(problem).toContain(`${path}`);
      expect(problem).toContain(`(${variable})`);
    }
  });
});

describe('overrides', () => {
  test('may be nested or dotted, and texts are read as in variables', () => {
    const { window, scope } = effectiveConfiguration({
      overrides: {
        'window.graceSeconds': '60',
        'window.lookbackDays': 9,
        'scope.fleetCidrs': ['10.0.0.0/8'],
        scope: { buckets: ['a'] },
        logons: undefined,
      },
    });
    expect(window).toMatchObject({ graceSeconds: 60, lookbackDays: 9 });
    expect(scope).toMatchObject({ fleetCidrs: ['10.0.0.0/8'], buckets: ['a'] });
    expect(
      effectiveConfiguration({ overrides: { 'scope.buckets': 'a,b', scope: '{"natAddresses":["203.0.113.7"]}' } }).scope,
    ).toMatchObject({
      buckets: ['a', 'b'],
      natAddresses: ['203.0.113.7'],
    });
  });
});

describe('a wrong configuration', () => {
  test.each([
    [{ window: { graceSeconds: -5 } }, 'window.graceSeconds (audit.yaml): found -5, allowed: a whole number from 0 to 86400'],
    [{ window: { graceSeconds: 1.5 } }, 'window.graceSeconds (audit.yaml): found 1.5, allowed: a whole number from 0 to 86400'],
    [{ window: { graceSeconds: '300' } }, 'window.graceSeconds (audit.yaml): found "300", allowed: a whole number from 0 to 86400'],
    [{ window: { graceSeconds: null } }, 'window.graceSeconds (audit.yaml): found null, allowed: a whole number from 0 to 86400'],
    [{ policy: { bulkRead: { objects: 0 } } }, 'policy.bulkRead.objects (audit.yaml): found 0, allowed: a whole number of at least 1'],
    [{ logons: { requireMfa: 'yes' } }, 'logons.requireMfa (audit.yaml): found "yes", allowed: true or false'],
    [
      { alerts: { minimumSeverity: 'severe' } },
      'alerts.minimumSeverity (audit.yaml): found "severe", allowed: low or medium or high or critical',
    ],
    [{ policy: { session: { drives: true } } }, 'policy.session.drives (audit.yaml): found true, allowed: forbidden or allowed'],
    [
      { scope: { buckets: 'a' } },
      'scope.buckets (audit.yaml): found "a", allowed: a list, each a bucket name without s3:// or a key, in which * stands for any text',
    ],
    [
      { scope: { excludeBuckets: ['s3://a/b'] } },
      'scope.excludeBuckets[0] (audit.yaml): found "s3://a/b", allowed: a bucket name without s3:// or a key, in which * stands for any text',
    ],
    [
      { scope: { fleetCidrs: ['10.0.0.0/8', '10.0.0/8'] } },
      'scope.fleetCidrs[1] (audit.yaml): found "10.0.0/8", allowed: an address or a CIDR block such as 10.0.0.0/16',
    ],
    [
      { scope: { fleetRoles: ['a:b'] } },
      'scope.fleetRoles[0] (audit.yaml): found "a:b", allowed: a role name, or an ARN such as arn:aws:iam::111122223333:role/Name',
    ],
    [
      { scope: { fleetRoles: ['arn:aws:sts::111122223333:assumed-role/a/b'] } },
      'scope.fleetRoles[0] (audit.yaml): found "arn:aws:sts::111122223333:assumed-role/a/b", allowed: a role name, or an ARN such as arn:aws:iam::111122223333:role/Name',
    ],
    [
      { policy: { accounts: [111122223333] } },
      'policy.accounts[0] (audit.yaml): found 111122223333, allowed: an account id of 12 digits, in quotes',
    ],
    [{ policy: { streamingUrlCallers: [''] } }, 'policy.streamingUrlCallers[0] (audit.yaml): found "", allowed: a text that is not empty'],
    [
      { scope: { vpcEndpoints: [{ id: 'x' }] } },
      'scope.vpcEndpoints[0].id (audit.yaml): found "x", allowed: an endpoint id such as vpce-0123456789abcdef0',
    ],
    [
      { scope: { vpcEndpoints: [{ account: '111122223333' }] } },
      'scope.vpcEndpoints[0].id (audit.yaml): found nothing, allowed: an endpoint id such as vpce-0123456789abcdef0',
    ],
    [
      { scope: { vpcEndpoints: ['vpce-1'] } },
      'scope.vpcEndpoints[0] (audit.yaml): found "vpce-1", allowed: a section with id, account, accounts, fleets, regions',
    ],
    [
      { scope: { vpcEndpoints: [{ id: 'vpce-1', fleets: [] }] } },
      'scope.vpcEndpoints[0].fleets (audit.yaml): found [], allowed: a list that is not empty, each a text that is not empty',
    ],
    [
      { scope: { vpcEndpoints: [{ id: 'vpce-1' }, { id: 'vpce-2' }, { id: 'vpce-1' }] } },
      'scope.vpcEndpoints[2].id (audit.yaml): the endpoint is listed before',
    ],
    [{ window: 5 }, 'window (audit.yaml): found 5, allowed: a section with graceSeconds, logonHours, longestSessionHours, lookbackDays'],
    [
      { scope: { buckets: 'x'.repeat(80) } },
      `scope.buckets (audit.yaml): found "${'x'.repeat(58)}…, allowed: a list, each a bucket name without s3:// or a key, in which * stands for any text`,
    ],
    [{ windows: {} }, 'windows (audit.yaml): there is no such key; did you mean window'],
    [{ window: { 'grace-seconds': 5 } }, 'window.grace-seconds (audit.yaml): there is no such key; did you mean window.graceSeconds'],
    [{ window: { grcaeSeconds: 5 } }, 'window.grcaeSeconds (audit.yaml): there is no such key; did you mean window.graceSeconds'],
    [{ graceSeconds: 5 }, 'graceSeconds (audit.yaml): there is no such key; did you mean window.graceSeconds'],
    [{ alerts: { mail: 'x' } }, 'alerts.mail (audit.yaml): there is no such key; there are minimumSeverity'],
    [
      { scope: { vpcEndpoints: [{ id: 'vpce-1', acount: '111122223333' }] } },
      'scope.vpcEndpoints[0].acount (audit.yaml): there is no such key; did you mean scope.vpcEndpoints[0].account',
    ],
    [
      JSON.parse('{"__proto__":{"window":5}}'),
      '__proto__ (audit.yaml): there is no such key; there are scope, window, logons, identity, alerts, policy, findings',
    ],
    [
      JSON.parse('{"window":{"__proto__":{"graceSeconds":5}}}'),
      'window.__proto__ (audit.yaml): there is no such key; there are graceSeconds, logonHours, longestSessionHours, lookbackDays',
    ],
  ])('%j', (values, problem) => {
    expect(problems(file(values))).toEqual([problem]);
  });

  test('names every problem at once, each with who said it', () => {
    expect(
      problems({
        ...file({ window: { graceSeconds: -1, hours: 5 }, scope: { fleetCidrs: ['x'] } }),
        environment: { APPSTREAM_AUDIT_WINDOW_LOGON_HOURS: 'two', APPSTREAM_AUDIT_WINDOW_X: '1' },
        overrides: { 'alerts.minimumSeverity': 'none' },
      }).sort(),
    ).toEqual([
      'APPSTREAM_AUDIT_WINDOW_X: names no setting',
      'alerts.minimumSeverity (given as alerts.minimumSeverity): found "none", allowed: low or medium or high or critical',
      'scope.fleetCidrs[0] (audit.yaml): found "x", allowed: an address or a CIDR block such as 10.0.0.0/16',
      'window.graceSeconds (audit.yaml): found -1, allowed: a whole number from 0 to 86400',
      'window.hours (audit.yaml): there is no such key; there are graceSeconds, logonHours, longestSessionHours, lookbackDays',
      'window.logonHours (APPSTREAM_AUDIT_WINDOW_LOGON_HOURS): found "two", allowed: a whole number from 1 to 168',
    ]);
  });

  test('stays wrong when a later source sets a key of what should have been a section', () => {
    expect(problems({ ...file({ window: 5 }), environment: { APPSTREAM_AUDIT_WINDOW_GRACE_SECONDS: '5' } })).toEqual([
      'window (audit.yaml): found 5, allowed: a section with graceSeconds, logonHours, longestSessionHours, lookbackDays',
    ]);
  });

  test.each([[[]], ['text'], [5]])('is a file of %j', (values) => {
    const message = 'audit.yaml holds no settings; write a section with scope, window, logons, identity, alerts, policy, findings';
    expect(() => effectiveConfiguration(file(values))).toThrow(new ConfigurationError(message));
  });
});

describe('the hash of a configuration', () => {
  test('is the same with other exceptions from findings: no day has to be judged again', () => {
    const exceptions = [{ rule: 'bulk-read', subject: '*', reason: 'known', until: '2026-12-31' }];
    const changed = effectiveConfiguration({ overrides: { findings: { exceptions } } });
    expect(configurationHash(changed)).toBe(configurationHash(defaultConfiguration));
  });

  test('does not depend on the order in which keys were given, and does on every value', () => {
    const one = effectiveConfiguration(
      file({ window: { graceSeconds: 1, logonHours: 2 }, scope: { vpcEndpoints: [{ id: 'vpce-1', account: '111122223333' }] } }),
    );
    const two = effectiveConfiguration(
      file({ scope: { vpcEndpoints: [{ account: '111122223333', id: 'vpce-1' }] }, window: { logonHours: 2, graceSeconds: 1 } }),
    );
    expect(configurationHash(one)).toBe(configurationHash(two));
    const { window, ...others } = one;
    expect(configurationHash({ window, ...others })).toBe(configurationHash(one));
    expect(configurationHash(one)).toMatch(/^[0-9a-f]{64}$/);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400 }), fc.integer({ min: 0, max: 86_400 }), (left, right) => {
        const hash = (graceSeconds: number) => configurationHash(effectiveConfiguration({ overrides: { window: { graceSeconds } } }));
        expect(hash(left) === hash(right)).toBe(left === right);
      }),
      { numRuns: 50 },
    );
    const reversed: Configuration = { ...one, scope: { ...one.scope, buckets: ['b', 'a'] } };
    expect(configurationHash(reversed)).not.toBe(configurationHash({ ...one, scope: { ...one.scope, buckets: ['a', 'b'] } }));
  });
});

describe('a list of sections', () => {
  const USERS = [{ name: '*@corp.example', user: '*' }];

  test('is given as JSON in a variable and in a flag', () => {
    const text = JSON.stringify(USERS);
    expect(effectiveConfiguration({ environment: { APPSTREAM_AUDIT_IDENTITY_USERS: text } }).identity.users).toEqual(USERS);
    expect(effectiveConfiguration({ overrides: { 'identity.users': text } }).identity.users).toEqual(USERS);
    const endpoints = [{ id: 'vpce-1a', accounts: ['111122223333'], regions: ['eu-west-1'] }];
    expect(effectiveConfiguration({ overrides: { 'scope.vpcEndpoints': JSON.stringify(endpoints) } }).scope.vpcEndpoints).toEqual(
      endpoints,
    );
  });

  test.each([
    [{ 'identity.users': 'a=b' }, 'identity.users[0] (given as identity.users): found "a=b", allowed: a section with name, user'],
    [{ identity: { users: [{ name: 'a' }] } }, 'identity.users[0].user (given as identity): found nothing, allowed: an AppStream user id'],
    [{ identity: { users: [{ name: '*a*', user: 'b' }] } }, 'identity.users[0].name (given as identity): found "*a*"'],
    [{ identity: { users: [{ name: 'a', user: '*' }] } }, 'identity.users[0] (given as identity): the user has a * and the name has none'],
    [{ identity: { users: [{ nam: 'a', user: 'b' }] } }, 'identity.users[0].nam (given as identity): there is no such key; did you mean'],
    [
      { scope: { vpcEndpoints: [{ id: 'vpce-1', account: '111122223333', accounts: ['111122223333'] }] } },
      'scope.vpcEndpoints[0].accounts (given as scope): give account or accounts, not both',
    ],
  ])('that is wrong as %j is refused with its place', (overrides, message) => {
    expect(() => effectiveConfiguration({ overrides })).toThrow(message);
  });
});
