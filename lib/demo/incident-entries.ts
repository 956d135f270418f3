/** Who came in: a borrowed password, a session that nobody signed in to, a streaming URL made past the portal. */
import { administratorCall } from './administrator.ts';
import type { DemoSession } from './sessions.ts';
import type { StoryCast } from './story-cast.ts';
import type { Storyteller } from './storyteller.ts';

const SOME = 8;

export function tellEntries(teller: Storyteller, { borrowed, unannounced }: StoryCast): void {
  for (const session of [borrowed, unannounced]) read(teller, session);
  // a user whom nobody knows; nobody ever opened the link
  administratorCall(
    teller,
    teller.at(6, 40, 12),
    'bob.admin',
    { service: 'appstream.amazonaws.com', name: 'CreateStreamingURL' },
    { stackName: 'contractors-stack', fleetName: 'contractors', userId: 'ext-2099', validity: 120 },
  );
}

/** Somebody looks around a little. */
function read(teller: Storyteller, session: DemoSession): void {
  for (let n = 0; n < SOME; n++) {
    const key = `${session.fleet.prefix}daily/${session.index}-${teller.random.uuid()}.csv`;
    const call = { name: 'GetObject', key, bytesOut: 1000 + teller.random.between(0, 90_000) };
    teller.call(session, session.start + 120_000 + n * 90_000, call);
  }
}
