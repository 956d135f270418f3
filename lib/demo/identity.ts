/** `userIdentity` texts. Keys and role ids look real and are made up; the same credentials give the same text. */
import { formatTime } from '../time.ts';
import { HOME_FOLDER_ROLE, MAIN_ACCOUNT } from './cast.ts';
import { Random } from './random.ts';
import type { DemoSession } from './sessions.ts';
import { quote } from './text.ts';

export interface AssumedRole {
  readonly account: string;
  readonly role: string;
  /** Path in the ARN of the role, `/` around it; empty when the role has none. */
  readonly path?: string;
  readonly roleId: string;
  readonly session: string;
  readonly accessKey: string;
  /** When the credentials were made, epoch milliseconds. */
  readonly created: number;
  readonly mfa?: boolean;
  readonly invokedBy?: string;
}

export function assumedRole(identity: AssumedRole): string {
  const { account, role, path = '/', roleId, session, accessKey, created, mfa = false, invokedBy } = identity;
  return (
    `{"type":"AssumedRole","principalId":${quote(`${roleId}:${session}`)},"arn":${quote(`arn:aws:sts::${account}:assumed-role/${role}/${session}`)},` +
    `"accountId":"${account}","accessKeyId":"${accessKey}","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"${roleId}",` +
    `"arn":"arn:aws:iam::${account}:role${path}${role}","accountId":"${account}","userName":"${role}"},` +
    `"attributes":{"creationDate":"${formatTime(Math.floor(created / 1000) * 1000)}","mfaAuthenticated":"${mfa}"}}` +
    `${invokedBy ? `,"invokedBy":"${invokedBy}"` : ''}}`
  );
}

export function awsService(name: string): string {
  return `{"type":"AWSService","invokedBy":"${name}"}`;
}

export function iamUser(account: string, name: string, accessKey: string): string {
  return (
    `{"type":"IAMUser","principalId":"AIDAQ7ACME${name
      .toUpperCase()
      .replace(/[^A-Z]/g, '')
      .padEnd(11, 'X')
      .slice(0, 11)}",` +
    `"arn":"arn:aws:iam::${account}:user/${name}","accountId":"${account}","accessKeyId":"${accessKey}","userName":"${name}"}`
  );
}

/** Access key ids of a session's instance: another one every hour (F§6). */
export function instanceAccessKey(seed: number, session: DemoSession, hour: number): string {
  return `ASIA${new Random(seed, 'key', session.instanceId, hour).capitals(16)}`;
}

/** The fleet role on the instance of a session, with the credentials of that hour. */
export function fleetIdentity(seed: number, session: DemoSession, t: number): string {
  const { fleet } = session;
  const hour = Math.floor(t / 3_600_000);
  return assumedRole({
    account: fleet.account,
    role: fleet.role,
    roleId: fleet.roleId,
    session: session.roleSession,
    accessKey: instanceAccessKey(seed, session, hour),
    created: Math.max(session.start, hour * 3_600_000),
  });
}

/** AppStream itself, syncing a user's home folder or settings (F§2.2). */
export function serviceAccessIdentity(seed: number, session: DemoSession, t: number, name: 'AppStream2.0' | 'PhotonSession'): string {
  const hour = Math.floor(t / 3_600_000);
  return assumedRole({
    account: session.fleet.account,
    role: HOME_FOLDER_ROLE,
    path: '/service-role/',
    roleId: session.fleet.account === MAIN_ACCOUNT ? 'AROAVAPPSTREAMSERVICE' : 'AROAZAPPSTREAMSERVICE',
    session: name,
    accessKey: `ASIA${new Random(seed, 'service-key', session.id, hour).capitals(16)}`,
    created: hour * 3_600_000,
  });
}
