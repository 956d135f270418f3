/** The first thing that went wrong is what is told; what is published is called published. */
import { describe, expect, test } from '@jest/globals';
import type { Lake } from '../../../lib/engine/lake.ts';
import { thenSettleFiles } from '../../../lib/engine/settle-files.ts';
import { CountsError, LakeError } from '../../../lib/errors.ts';

const cannotRename = Object.assign(new Error('EACCES: permission denied, rename'), { code: 'EACCES', syscall: 'rename' });

/** A lake whose files can or cannot be settled, and what was done with it. */
function fakeLake(failure?: Error): { lake: Lake; done: string[] } {
  const done: string[] = [];
  const lake = {
    directory: '/lake',
    settleFiles: async () => {
      done.push('settle');
      if (failure) throw failure;
    },
    refreshViews: async () => void done.push('show'),
  };
  return { lake: lake as unknown as Lake, done };
}

const failing = (error: Error) => async () => {
  throw error;
};

describe('after the work', () => {
  test('files are settled and shown, whether it ended well or not', async () => {
    const well = fakeLake();
    expect(await thenSettleFiles(well.lake, 'the run 1', async () => 5)).toBe(5);
    const badly = fakeLake();
    await expect(thenSettleFiles(badly.lake, 'the run 1', failing(new Error('x')))).rejects.toThrow('x');
    expect([well.done, badly.done]).toEqual([
      ['settle', 'show'],
      ['settle', 'show'],
    ]);
  });

  test('the error of the work is told, and what failed after it is part of its cause', async () => {
    const first = new CountsError('counts differ');
    await expect(thenSettleFiles(fakeLake(cannotRename).lake, 'the run 1', failing(first))).rejects.toBe(first);
    expect(first.cause).toBe(cannotRename);
  });

  test('what is published is shown even when files cannot be settled: a run that ended may have let its own answers be seen', async () => {
    const { lake, done } = fakeLake(cannotRename);
    await expect(thenSettleFiles(lake, 'the run 1', failing(new Error('x')))).rejects.toThrow('x');
    expect(done).toEqual(['settle', 'show']);
  });

  test('a view that fails because files were not renamed does not hide why they were not', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, rename'), { code: 'ENOSPC', syscall: 'rename' });
    const { lake } = fakeLake(full);
    const noFiles = new Error('no files found');
    lake.refreshViews = async () => {
      throw noFiles;
    };
    const told = await thenSettleFiles(lake, 'the run 1', async () => 5).catch((error: unknown) => error as LakeError);
    expect(told).toMatchObject({ cause: full, message: expect.not.stringContaining('no files found') });
    expect(full.cause).toBe(noFiles);
  });

  test('neither cause of an error that has one already is lost', async () => {
    const engine = new Error('engine');
    const first = new CountsError('counts differ', { cause: engine });
    await expect(thenSettleFiles(fakeLake(cannotRename).lake, 'the run 1', failing(first))).rejects.toBe(first);
    expect((first.cause as AggregateError).errors).toEqual([engine, cannotRename]);
  });

  test('files that cannot be renamed do not make a published run a failed one', async () => {
    const told = await thenSettleFiles(fakeLake(cannotRename).lake, 'the run 1', async () => 5).catch((error: unknown) => error);
    expect(told).toBeInstanceOf(LakeError);
    expect((told as LakeError).message).toBe(
      'the run 1 is published, but its files could not all be put in place: EACCES: permission denied, rename; ' +
        'nothing is lost: queries find them, and the next command that writes to the lake finishes it',
    );
    expect((told as LakeError).cause).toBe(cannotRename);
  });
});
