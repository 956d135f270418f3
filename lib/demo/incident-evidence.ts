/** The evidence itself: somebody tries to stop a trail, and a record turns up with an id that another has. */
import { administratorCall } from './administrator.ts';
import { GLOBAL_REGION, MAIN_ACCOUNT, REGION } from './cast.ts';
import { iamUser } from './identity.ts';
import type { Storyteller } from './storyteller.ts';

export function tellEvidence(teller: Storyteller): void {
  // minutes after the sign-in without a second factor, from the same place
  administratorCall(
    teller,
    teller.at(4, 6, 48),
    'bob.admin',
    {
      service: 'cloudtrail.amazonaws.com',
      name: 'StopLogging',
      identity: iamUser(MAIN_ACCOUNT, 'bob.admin', `ASIA${teller.random.capitals(16)}`),
      source: '192.0.2.66',
      agent: 'console.amazonaws.com',
      error: 'AccessDenied',
    },
    { name: `arn:aws:cloudtrail:${REGION}:${MAIN_ACCOUNT}:trail/acme-organization` },
  );
  const remove = (t: number, eventId?: string) =>
    administratorCall(
      teller,
      t,
      'alice.admin',
      {
        service: 'iam.amazonaws.com',
        name: 'DeleteUser',
        region: GLOBAL_REGION,
        ...(eventId === undefined ? {} : { eventId }),
      },
      { userName: 'report-reader' },
    );
  const eventId = remove(teller.at(8, 20, 15));
  // CloudTrail never gives an id to a second event: this record was written by somebody else
  remove(teller.at(17, 5, 15), eventId);
}
