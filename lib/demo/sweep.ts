/** Sweeps of DescribeSessions (F§3): pages of at most fifty sessions, one JSON line each. */
import { formatTime } from '../time.ts';
import { MAIN_ACCOUNT, REGION } from './cast.ts';
import { Random } from './random.ts';
import type { DemoSession, SessionIndex } from './sessions.ts';
import { quote } from './text.ts';

const PAGE = 50;
/** How long an ended session is still listed, as EXPIRED. */
const EXPIRED_MS = 400_000;

/** One complete sweep of an account as JSON lines. */
export function sweepText(seed: number, index: SessionIndex, account: string, fleetNames: readonly string[], time: number): string {
  const listed = index.during(account, time - EXPIRED_MS, time);
  const pages = Math.max(1, Math.ceil(listed.length / PAGE));
  const fleets = fleetNames.map((name) => `"${name}"`).join(',');
  let text = '';
  for (let page = 0; page < pages; page++) {
    const sessions = listed.slice(page * PAGE, (page + 1) * PAGE).map((session) => sessionText(seed, session, time));
    const last = page === pages - 1;
    const more = last ? '"complete":true' : `"NextToken":"${new Random(seed, 'page', account, time, page).base64(24)}"`;
    text += `{"time":"${formatTime(time)}","account":"${account}","region":"${REGION}","fleets":[${fleets}],"Sessions":[${sessions.join(',')}],${more}}\n`;
  }
  return text;
}

function sessionText(seed: number, session: DemoSession, time: number): string {
  const { fleet } = session;
  const expired = session.end < time;
  // somebody is always just reconnecting
  const away = new Random(seed, 'away', session.id, time).chance(0.04);
  const connected = session.connected && !expired && !away;
  return (
    `{"Id":"${session.id}","UserId":${quote(session.user)},"StackName":"${fleet.stack}","FleetName":"${fleet.name}",` +
    `"State":"${expired ? 'EXPIRED' : 'ACTIVE'}","ConnectionState":"${connected ? 'CONNECTED' : 'NOT_CONNECTED'}",` +
    `"StartTime":${wireTime(account(session), session.start)},"MaxExpirationTime":${wireTime(account(session), session.start + 36_000_000)},` +
    `"AuthenticationType":"${fleet.authentication === 'CUSTOM' ? 'API' : fleet.authentication}",` +
    `"NetworkAccessConfiguration":{"EniPrivateIpAddress":"${session.address}","EniIpv6Addresses":[${session.ipv6 ? `"${session.ipv6}"` : ''}],"EniId":"${session.eniId}"},` +
    `"InstanceId":"${session.instanceId}","InstanceDrainStatus":"${session.multisession ? 'ACTIVE' : 'NOT_APPLICABLE'}"}`
  );
}

function account(session: DemoSession): string {
  return session.fleet.account;
}

/** Epoch seconds as on the wire, or the text that the SDK's dates become: both occur. */
function wireTime(owner: string, ms: number): string {
  return owner === MAIN_ACCOUNT ? (ms / 1000).toFixed(3) : `"${formatTime(ms)}"`;
}
