import { userInfo } from 'node:os';
import { expect, test } from '@jest/globals';
import { operatorName } from '../../../lib/local/operator.ts';

test('the person at a machine is the user of the process and the host, whatever the environment says', () => {
  const before = process.env['USER'];
  process.env['USER'] = 'somebody-else';
  try {
    expect(operatorName(undefined, 'desk')).toBe(`${userInfo().username}@desk`);
  } finally {
    if (before === undefined) delete process.env['USER'];
    else process.env['USER'] = before;
  }
});

test('a user that the system has no name for is a number', () => {
  const unknown = () => {
    throw new Error('no such user');
  };
  expect(operatorName(unknown, 'desk')).toBe(`uid-${process.getuid?.()}@desk`);
});
