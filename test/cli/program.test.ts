import { describe, expect, test } from '@jest/globals';
import type { Services } from '../../cli/services.ts';
import { InterruptedError, LakeBusyError } from '../../lib/errors.ts';
import { cli, fakeLake, ROWS } from './fake-io.ts';

const throwing = (error: unknown) =>
  (async () => {
    throw error;
  }) as unknown as Services['openLake'];

describe('the command line', () => {
  test('shows its help on stdout with the exit codes', async () => {
    const { code, out, err } = await cli(['--help']);
    expect([code, err]).toEqual([0, '']);
    for (const name of ['demo', 'ingest', 'correlate', 'run', 'query', 'explain', 'status', 'export', 'validate-config'])
      expect(out).toContain(`\n  ${name}`);
    expect(out).toContain('130 interrupted');
  });

  test('shows the common flags in the help of a command', async () => {
    const { out } = await cli(['query', '--help']);
    expect(out).toContain('--output <format>');
    expect(out).toContain('--param <name=value>');
  });

  test('prints its version', async () => {
    expect((await cli(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('without a command ends with the help and 2', async () => {
    const { code, out, err } = await cli([]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('Usage: appstream-audit');
  });

  test('suggests a command for a misspelt one', async () => {
    const { code, err } = await cli(['corelate']);
    expect(code).toBe(2);
    expect(err).toContain("unknown command 'corelate'");
    expect(err).toContain('Did you mean correlate?');
  });

  test.each([
    [['query', '--frobnicate'], "unknown option '--frobnicate'"],
    [['query', 'a', 'b'], 'too many arguments'],
    [['explain'], 'explain needs an event'],
    [['export', '--lake', 'x'], "required option '--out <dir>'"],
    [['query', '--output', 'xml'], 'Allowed choices are table, json, ndjson, csv'],
    [['correlate', '--fail-on', 'severe'], 'Allowed choices are low, medium, high, critical'],
    [['query', 'deletes', '--wait', 'soon'], 'Not a whole number'],
    [['ingest', '--threads', '0'], 'Not a number above 0'],
  ])('answers %j with 2, the reason and the usage, on stderr', async (argv, reason) => {
    const { code, out, err } = await cli(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(reason);
    expect(err).toMatch(/^usage: appstream-audit /m);
  });

  test('says that an unexpected error is a bug, and shows the stack only when asked', async () => {
    const openLake = throwing(new TypeError('x is not a function'));
    const plain = await cli(['query', 'deletes', '--lake', 'x'], { services: { openLake } });
    expect([plain.code, plain.out]).toEqual([1, '']);
    expect(plain.err).toContain('error: x is not a function\nthis is a bug');
    expect(plain.err).not.toContain('at ');
    const debug = await cli(['query', 'deletes', '--lake', 'x'], { services: { openLake }, env: { DEBUG: '1' } });
    expect(debug.err).toContain('TypeError: x is not a function\n    at ');
  });

  test('says what is wrong with the system without calling it a bug', async () => {
    const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
    const { code, err } = await cli(['query', 'deletes', '--lake', 'x'], { services: { openLake: throwing(error) } });
    expect([code, err]).toEqual([1, 'error: ENOSPC: no space left on device, write\n']);
  });

  test('ends with 1 when the lake stays busy', async () => {
    const error = new LakeBusyError('the lake /l is in use by ingest (process 7)', { remedy: 'wait for it' });
    const { code, err } = await cli(['query', 'deletes', '--lake', 'x'], { services: { openLake: throwing(error) } });
    expect([code, err]).toEqual([1, 'error: the lake /l is in use by ingest (process 7); wait for it\n']);
  });

  test('ends with 130 when it was interrupted, whatever the stage threw', async () => {
    const own = await cli(['query', 'deletes', '--lake', 'x'], { services: { openLake: throwing(new InterruptedError('interrupted')) } });
    expect(own.code).toBe(130);
    const controller = new AbortController();
    controller.abort();
    const other = await cli(['query', 'deletes', '--lake', 'x'], {
      services: { openLake: throwing(new Error('aborted')) },
      signal: controller.signal,
    });
    expect(other.code).toBe(130);
    expect(other.err).not.toContain('bug');
  });
});

describe('the lake', () => {
  test('is named by the flag, else by the environment', async () => {
    const lake = fakeLake(ROWS);
    await cli(['query', 'deletes', '--lake', 'flag'], { services: { openLake: lake.openLake }, env: { APPSTREAM_AUDIT_LAKE: 'env' } });
    await cli(['query', 'deletes'], { services: { openLake: lake.openLake }, env: { APPSTREAM_AUDIT_LAKE: 'env' } });
    expect(lake.opened.map((each) => each.directory)).toEqual(['flag', 'env']);
  });

  test('must be named', async () => {
    const { code, err } = await cli(['query', 'deletes']);
    expect(code).toBe(2);
    expect(err).toContain('no lake is named; give --lake DIR or set APPSTREAM_AUDIT_LAKE');
  });

  test('is closed also when the question fails', async () => {
    const lake = fakeLake(() => {
      throw new Error('no such table');
    });
    await cli(['query', 'deletes', '--lake', 'x'], { services: { openLake: lake.openLake } });
    expect(lake.closed()).toBe(1);
  });

  test('is opened for reading by those who only ask, for as long as --wait says', async () => {
    const lake = fakeLake(ROWS);
    await cli(['query', 'deletes', '--lake', 'x', '--wait', '5'], { services: { openLake: lake.openLake } });
    expect(lake.opened[0]?.options).toMatchObject({ mode: 'read', waitSeconds: 5 });
  });

  test('that is busy is waited for with a word about who holds it', async () => {
    const inner = fakeLake(ROWS);
    const openLake = ((directory: string, options: Parameters<Services['openLake']>[1]) => {
      options.onWait?.('ingest (process 7)');
      return inner.openLake(directory, options);
    }) as Services['openLake'];
    const loud = await cli(['query', 'deletes', '--lake', 'x'], { services: { openLake } });
    expect(loud.err).toContain('the lake is in use by ingest (process 7); waiting up to 60 s');
    const quiet = await cli(['query', 'deletes', '--lake', 'x', '--quiet'], { services: { openLake } });
    expect(quiet.err).toBe('');
  });
});
