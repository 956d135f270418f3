/** A file that a path names is listed, or something is said: a log that is passed over in silence hides what it tells. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
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
