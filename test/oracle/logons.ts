/** The logon that let a user into a session (docs/verdicts.md, Logons). */
import type { Configuration } from '../../schemas/configuration.ts';
import type { LogonRow } from '../../schemas/logons-table.ts';
import { compareText, first, type Session } from './evidence-base.ts';
import { isRoleIn } from './roles.ts';

/** How long a streaming URL is valid when the call does not say (F§4). */
const DEFAULT_URL_SECONDS = 60;

/** The nearest logon of the same user before the session's start that could still start one then; undefined when there is none. */
export function logonOf(session: Session, logons: readonly LogonRow[], configuration: Configuration): LogonRow | undefined {
  const fitting = logons.filter((logon) => {
    const validSeconds = validityFor(logon, session, configuration);
    const agoSeconds = Math.floor(session.startMs / 1000) - Math.floor(logon.logon_time_ms / 1000);
    return validSeconds !== null && agoSeconds >= 0 && agoSeconds <= validSeconds;
  });
  const nearestFirst = (a: LogonRow, b: LogonRow) =>
    Math.floor(b.logon_time_ms / 1000) - Math.floor(a.logon_time_ms / 1000) ||
    compareText(b.event_id, a.event_id) ||
    compareText(a.record_sha256, b.record_sha256);
  return first(fitting, nearestFirst);
}

/** Seconds for which this logon may start that session; null when it cannot be its logon. */
function validityFor(logon: LogonRow, session: Session, configuration: Configuration): number | null {
  if (!logon.success || logon.account_id !== session.accountId || logon.user_id !== session.userId) return null;
  if (logon.kind === 'saml') {
    const { roles } = configuration.logons;
    const mayStream = roles.length === 0 || isRoleIn(roles, logon.role_arn?.split('/').at(-1) ?? null, logon.role_arn);
    return session.authenticationType === 'SAML' && mayStream ? configuration.window.logonHours * 3600 : null;
  }
  if (logon.kind === 'streaming_url') {
    const sameStack = logon.stack_name === null || logon.stack_name === session.stackName;
    const sameFleet = logon.fleet_name === null || logon.fleet_name === session.fleetName;
    return session.authenticationType === 'CUSTOM' && sameStack && sameFleet ? (logon.valid_seconds ?? DEFAULT_URL_SECONDS) : null;
  }
  return null;
}
