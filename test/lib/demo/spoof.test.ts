/** The claim of the demo is about sessions that the demo has, and is refused for what is wrong with it. */
import { expect, test } from '@jest/globals';
import { planDemo } from '../../../lib/demo/world.ts';
import { sessionCheckSchema } from '../../../schemas/session-check.ts';

const SMALL = { events: 300, sessions: 60, sweeps: 2 } as const;

test('somebody claims a session that runs elsewhere, from a session of his own', () => {
  const { check, sessions } = planDemo(SMALL);
  const read = sessionCheckSchema.parse(JSON.parse(check?.text ?? ''));

  expect([read.verdict, read.reason]).toEqual(['refused', 'home_folder_failed']);
  expect(read.checks.filter(({ result }) => result === 'failed').map((each) => each.check)).toEqual(['address', 'home-folder']);
  const claimed = sessions.find(({ id }) => id === read.claims.sessionId);
  const own = sessions.find(({ address, user }) => address === read.upload?.sourceAddress && read.onAddress.userIds.includes(user));
  const at = Date.parse(read.upload?.uploadedAt ?? '');
  expect(claimed?.user).toBe(read.claims.userId);
  for (const session of [claimed, own]) expect([(session?.start as number) < at, (session?.end as number) > at]).toEqual([true, true]);
  expect(own?.user).not.toBe(claimed?.user);
});

test('without the story there is none', () => {
  expect(planDemo({ ...SMALL, story: false }).check).toBeNull();
});
