/** What administrators do in the control plane: calls whose parameters the findings rules read. */
import { MAIN_ACCOUNT, REGION } from './cast.ts';
import { administratorIdentity } from './noise.ts';
import { type OtherCall, otherRecord } from './record.ts';
import type { StoryRecord, Storyteller } from './storyteller.ts';

/** The office, behind its NAT gateway: a network that is trusted. */
export const OFFICE = '198.51.100.7';

const AGENT = '[aws-cli/2.22.26 md/awscrt#0.23.4 ua/2.0 os/macos#23.6.0 md/arch#arm64 lang/python#3.12.6 md/prompt#off]';

type Call = Pick<OtherCall, 'service' | 'name'> & Partial<OtherCall> & { readonly region?: StoryRecord['region'] };

/**
 * One management call in the main account, from the office unless it says otherwise.
 * @param user name of the administrator
 * @param parameters of the request; left out, the record has null
 */
export function administratorCall(
  teller: Storyteller,
  t: number,
  user: string,
  call: Call,
  parameters?: Readonly<Record<string, unknown>>,
): string {
  const eventId = call.eventId ?? teller.random.uuid();
  const text = otherRecord(teller.random, {
    t,
    identity: administratorIdentity(MAIN_ACCOUNT, user, t),
    region: REGION,
    source: OFFICE,
    agent: AGENT,
    readOnly: false,
    recipient: MAIN_ACCOUNT,
    ...(parameters === undefined ? {} : { parameters: JSON.stringify(parameters) }),
    ...call,
    eventId,
  });
  teller.tell({ eventId, t, text, kind: 'management', account: MAIN_ACCOUNT, region: call.region ?? REGION });
  return eventId;
}
