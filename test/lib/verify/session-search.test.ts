/** Where a claimed session is looked for, and what is said when not everything answered. */
import { describe, expect, test } from '@jest/globals';
import type { FleetOfStack } from '../../../lib/cloud/session-sweep.ts';
import { searchSessions } from '../../../lib/verify/session-search.ts';
import { CLAIMS } from './evidence.ts';

interface World {
  /** `stack/fleet/type` → pages of sessions, or what goes wrong. */
  readonly sessions?: Readonly<Record<string, readonly (readonly object[])[] | Error>>;
  readonly pairs?: readonly string[] | Error;
}

const listed = (Id: string, UserId: string, address = '10.0.1.25') => ({
  Id,
  UserId,
  AuthenticationType: 'SAML',
  State: 'ACTIVE',
  StartTime: new Date(0),
  NetworkAccessConfiguration: { EniPrivateIpAddress: address },
});

function placeOf({ sessions = {}, pairs = ['s1/f1', 's2/f2'] }: World) {
  const asked: string[] = [];
  const source = {
    async *fleetsOfStacks(): AsyncGenerator<FleetOfStack> {
      if (pairs instanceof Error) throw pairs;
      for (const pair of pairs) yield { stack: pair.split('/')[0] as string, fleet: pair.split('/')[1] as string };
    },
    async *sessions({ stack, fleet }: FleetOfStack, type: string): AsyncGenerator<readonly object[]> {
      asked.push(`${stack}/${fleet}/${type}`);
      const pages = sessions[`${stack}/${fleet}/${type}`] ?? [];
      if (pages instanceof Error) throw pages;
      yield* pages;
    },
  };
  return { asked, place: { accountId: '111122223333', region: 'eu-west-1', source } };
}

const LIMITS = { describe: (error: unknown) => (error as Error).message, isLate: () => false };
const search = (world: World, address: string | null = '10.0.1.25', limits = LIMITS) => {
  const { asked, place } = placeOf(world);
  return searchSessions([place], CLAIMS, address, limits).then((found) => ({ ...found, asked }));
};

describe('a search', () => {
  test('reads every page of every way to sign in of the claimed pair, and stops when all agrees', async () => {
    const found = await search({ sessions: { 's1/f1/SAML': [[listed('s-1', 'x')], [listed('s-alice', 'alice@example.com')]] } });
    expect(found).toMatchObject({ scope: 'claimed', complete: true, questions: 4 });
    expect(found.asked).toEqual(['s1/f1/API', 's1/f1/SAML', 's1/f1/USERPOOL', 's1/f1/AWS_AD']);
    expect(found.sessions.map((session) => session.sessionId)).toEqual(['s-1', 's-alice']);
  });

  test('that agrees asks who else uses the fleet, by way of its other stacks', async () => {
    const alice = { 's1/f1/SAML': [[listed('s-alice', 'alice@example.com')]] };
    const pairs = ['s1/f1', 's2/f2', 's3/f1'];
    const found = await search({ pairs, sessions: { ...alice, 's3/f1/API': [[listed('s-bob', 'bob')]] } });
    expect(found).toMatchObject({ scope: 'claimed', complete: true, questions: 8 });
    expect(found.sessions.map((session) => session.sessionId)).toEqual(['s-alice', 's-bob']);
    const busy = await search({ pairs, sessions: { ...alice, 's3/f1/API': new Error('busy') } });
    expect(busy).toMatchObject({ scope: 'claimed', complete: false, problems: ['stack s3, fleet f1, API: busy'] });
    expect(await search({ pairs: new Error('denied'), sessions: alice })).toMatchObject({ scope: 'claimed', complete: false });
    // a pair that is in no list any more has sessions all the same, and what was not answered of it stays open
    const gone = await search({ pairs: ['s2/f2'], sessions: { ...alice, 's1/f1/USERPOOL': new Error('busy') } });
    expect(gone).toMatchObject({ scope: 'claimed', complete: false, problems: ['stack s1, fleet f1, USERPOOL: busy'] });
  });

  test('looks at everything else when the session is not there', async () => {
    const found = await search({ sessions: { 's2/f2/API': [[listed('s-alice', 'bob')]] } });
    expect(found).toMatchObject({ scope: 'all', complete: true, questions: 8 });
    expect(found.sessions).toMatchObject([{ sessionId: 's-alice', userId: 'bob' }]);
  });

  test.each([
    ['is of another user', 'bob', '10.0.1.25'],
    ['is on another address', 'alice@example.com', '10.0.1.66'],
  ])('looks at everything else when the session %s', async (_, user, address) => {
    expect(await search({ sessions: { 's1/f1/SAML': [[listed('s-alice', user, address)]] } })).toMatchObject({
      scope: 'all',
      questions: 8,
    });
  });

  test('without a claimed stack and fleet looks at everything', async () => {
    const { place } = placeOf({ sessions: { 's2/f2/API': [[listed('s-alice', 'alice@example.com')]] } });
    const claims = { ...CLAIMS, stack: null, fleet: null };
    expect(await searchSessions([place], claims, null, LIMITS)).toMatchObject({ scope: 'all', complete: true, questions: 8 });
  });

  test('of a pair that does not exist is whole without it', async () => {
    const found = await search({ pairs: ['s2/f2'], sessions: { 's1/f1/API': new Error('no such stack') } });
    expect(found).toMatchObject({ complete: true, problems: [] });
  });

  test('is not whole when a question, the list of stacks or a session could not be read', async () => {
    const busy = await search({ sessions: { 's2/f2/SAML': new Error('busy') } });
    expect(busy).toMatchObject({ complete: false, problems: ['stack s2, fleet f2, SAML: busy'] });
    const blind = await search({ pairs: new Error('denied'), sessions: { 's1/f1/API': new Error('denied') } });
    expect(blind).toMatchObject({ complete: false, problems: ['stacks and fleets: denied', 'stack s1, fleet f1, API: denied'] });
    const odd = await search({ sessions: { 's2/f2/SAML': [[{ Id: 's-9' }]] } });
    expect(odd).toMatchObject({ complete: false, problems: ['stack s2, fleet f2, SAML: 1 sessions could not be read'] });
  });

  test('asks a claimed question again that failed the first time', async () => {
    let fails = 1;
    const { place } = placeOf({ sessions: { 's1/f1/SAML': [[listed('s-alice', 'alice@example.com')]] } });
    const flaky = {
      ...place,
      source: {
        ...place.source,
        sessions: (...of: Parameters<typeof place.source.sessions>) => {
          if (of[1] === 'SAML' && fails-- > 0) throw new Error('busy');
          return place.source.sessions(...of);
        },
      },
    };
    expect(await searchSessions([flaky], CLAIMS, '10.0.1.25', LIMITS)).toMatchObject({ complete: true, problems: [] });
  });

  test('that is out of time says so', async () => {
    const found = await search({}, null, { ...LIMITS, isLate: () => true });
    expect(found).toMatchObject({ complete: false, questions: 0 });
    expect(found.problems).toContain('stack s2, fleet f2, API: out of time');
  });
});
