import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { configurationHash } from '../../../lib/config/configuration.ts';
import { ConfigurationError } from '../../../lib/errors.ts';
import { loadConfiguration, parseConfiguration } from '../../../lib/local/configuration-file.ts';
import { defaultConfiguration } from '../../../schemas/configuration.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'configuration-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const YAML = `
# what we watch
scope:
  buckets: [research-*, results]
  vpcEndpoints:
    - id: vpce-0123456789abcdef0
      account: "111122223333"
window:
  graceSeconds: 60
policy:
`;

describe('a configuration file', () => {
  test('says the same in YAML and in JSON, with tabs, a byte order mark or carriage returns', async () => {
    const values = {
      scope: { buckets: ['research-*', 'results'], vpcEndpoints: [{ id: 'vpce-0123456789abcdef0', account: '111122223333' }] },
      window: { graceSeconds: 60 },
    };
    const files = await Promise.all([
      write('a.yaml', YAML),
      write('b.yml', `\ufeff${YAML.replaceAll('\n', '\r\n')}`),
      write('c.json', JSON.stringify(values)),
      write('d.JSON', JSON.stringify(values, null, '\t')),
      write('e.json', `\ufeff${JSON.stringify(values)}`),
      write('no-extension', JSON.stringify(values, null, 2)),
    ]);
    for (const file of files) {
      const { configuration, hash } = await loadConfiguration({ file, env: {} });
      expect(configuration).toEqual({
        ...defaultConfiguration,
        scope: { ...defaultConfiguration.scope, ...values.scope },
        window: { ...defaultConfiguration.window, ...values.window },
      });
      expect(hash).toBe(configurationHash(configuration));
    }
  });

  test('goes below the environment and the overrides', async () => {
    const file = await write('layers.yaml', 'window: { graceSeconds: 1, logonHours: 2, lookbackDays: 3 }');
    const env = { APPSTREAM_AUDIT_WINDOW_LOGON_HOURS: '20', APPSTREAM_AUDIT_WINDOW_LOOKBACK_DAYS: '30' };
    const { configuration } = await loadConfiguration({ file, env, overrides: { 'window.lookbackDays': '60' } });
    expect(configuration.window).toMatchObject({ graceSeconds: 1, logonHours: 20, lookbackDays: 60 });
  });

  test('need not be given, and may be empty', async () => {
    expect((await loadConfiguration({ env: {} })).configuration).toEqual(defaultConfiguration);
    for (const text of ['', '# nothing yet\n']) {
      expect((await loadConfiguration({ file: await write('empty.yaml', text), env: {} })).configuration).toEqual(defaultConfiguration);
    }
  });

  test('is named in what is wrong with it', async () => {
    const file = await write('wrong.yaml', 'window:\n  graceSeconds: soon\n');
    await expect(loadConfiguration({ file, env: {} })).rejects.toThrow(
      new ConfigurationError(
        `the configuration is wrong:\n  window.graceSeconds (${file}): found "soon", allowed: a whole number from 0 to 86400`,
      ),
    );
  });

  test('that does not exist, or is a folder, is an error with the remedy', async () => {
    const remedy = 'give the path of a JSON or YAML file';
    const missing = join(folder, 'missing.yaml');
    await expect(loadConfiguration({ file: missing, env: {} })).rejects.toMatchObject({
      name: 'ConfigurationError',
      exitCode: 2,
      message: `the configuration file ${missing} does not exist; ${remedy}`,
      cause: { code: 'ENOENT' },
    });
    await expect(loadConfiguration({ file: folder, env: {} })).rejects.toMatchObject({
      message: `the configuration file ${folder} is a folder; ${remedy}`,
    });
  });
});

describe('a file that cannot be parsed', () => {
  const yamlRemedy = 'correct it; indent with blanks, give each key once, put texts with special characters in quotes';

  test.each([
    [
      'a.yaml',
      'window:\n  graceSeconds: 1\n  graceSeconds: 2\n',
      `not valid YAML: Map keys must be unique at line 3, column 3; ${yamlRemedy}`,
    ],
    ['a.json', '{\n "window": {},\n "window": {}\n}', 'not valid JSON: Map keys must be unique at line 3, column 2; correct it'],
    ['a.yaml', 'scope:\n\tbuckets: []\n', `not valid YAML: Tabs are not allowed as indentation at line 2, column 1; ${yamlRemedy}`],
    ['a.yaml', 'a: 1\n---\nb: 2\n', 'not valid YAML: Source contains multiple documents'],
    ['a.yaml', 'scope: !secret x\n', 'not valid YAML: Unresolved tag: !secret at line 1, column 8'],
    ['a.json', '{"window": {},}', 'not valid JSON: '],
    ['a.json', 'window: {}', 'not valid JSON: '],
    ['a.json', '', 'not valid JSON: '],
  ])('%s with %j', (name, text, message) => {
    expect(() => parseConfiguration(text, name)).toThrow(ConfigurationError);
    expect(() => parseConfiguration(text, name)).toThrow(`the configuration file ${name} is ${message}`);
  });

  test('because its aliases multiply is refused', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefg'.split('').map((key, at) => `${key}: &${key} [${Array(9).fill(`*${'abcdef'[at]}`).join(', ')}]`),
    ];
    expect(() => parseConfiguration(bomb.join('\n'), 'a.yaml')).toThrow('not valid YAML: Excessive alias count');
  });
});

describe('a file of users', () => {
  const CSV = '\ufeffname,user\r\n"Doe, Jane",jdoe\r\n\r\n*@corp.example,*\r\n';
  const withUsers = (text: string) =>
    write('users/people.csv', text).then(() => write('users/audit.yaml', 'identity: { usersFile: people.csv }'));

  test('is read beside the configuration file, behind the list, and is part of the hash', async () => {
    await mkdir(join(folder, 'users'), { recursive: true });
    const file = await withUsers(CSV);
    const listed = { name: 'a', user: 'b' };
    const read = await loadConfiguration({ file, env: {}, overrides: { identity: { users: [listed] } } });
    const people = [
      { name: 'Doe, Jane', user: 'jdoe' },
      { name: '*@corp.example', user: '*' },
    ];
    expect(read.configuration.identity).toMatchObject({ users: [listed, ...people], usersFile: '' });
    const inline = await loadConfiguration({ env: {}, overrides: { 'identity.users': JSON.stringify([listed, ...people]) } });
    expect(read.hash).toBe(inline.hash);
    await withUsers(CSV.replace('jdoe', 'jdo'));
    expect((await loadConfiguration({ file, env: {}, overrides: { identity: { users: [listed] } } })).hash).not.toBe(read.hash);
  });

  test('is read from here when a variable or a flag names it', async () => {
    const path = await write('named.csv', 'name,user\nx,y\n');
    const file = await write('users-empty.yaml', 'window: { graceSeconds: 1 }');
    const env = { APPSTREAM_AUDIT_IDENTITY_USERS_FILE: relative(process.cwd(), path) };
    expect((await loadConfiguration({ file, env })).configuration.identity.users).toEqual([{ name: 'x', user: 'y' }]);
  });

  test.each([
    ['', 'people.csv it is empty; expected the header name,user'],
    ['jane,jdoe\n', 'people.csv line 1: found "jane,jdoe", expected the header name,user'],
    ['name,user\na,b\nc\n', 'people.csv line 3: found 1 field, expected 2: name,user'],
    ['name,user\n\na,b,c\n', 'people.csv line 3: found 3 fields, expected 2: name,user'],
    ['name,user\na, \n', 'people.csv line 2: the user is empty'],
    ['name,user\n"a,b\n', 'people.csv line 2: a quote is opened and never closed'],
    ['name,user\n*a*,b\n', 'people.csv line 2: more than one * stands in the name or the user'],
    ['name,user\na,*\n', 'people.csv line 2: the user has a * and the name has none'],
    ['name,user\na,b\nA,c\n', 'people.csv line 3: the name "A" stands for another user on line 2'],
  ])('that says %j is refused with its line', async (text, message) => {
    await mkdir(join(folder, 'users'), { recursive: true });
    const file = await withUsers(text);
    const failed = await loadConfiguration({ file, env: {} }).catch((error: unknown) => error as Error);
    expect(failed).toBeInstanceOf(ConfigurationError);
    expect((failed as Error).message).toContain(message);
  });

  test('that is not there is refused', async () => {
    const file = await write('no-users.yaml', 'identity: { usersFile: absent.csv }');
    await expect(loadConfiguration({ file, env: {} })).rejects.toThrow(`the file ${join(folder, 'absent.csv')} does not exist`);
  });
});
