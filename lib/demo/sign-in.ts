/** Sign-ins as CloudTrail shows them (F§4): SAML with the credentials it issued, streaming URLs, the console. */
import { FAKE_TOKEN_MARK, type Fleet, GLOBAL_REGION, MAIN_ACCOUNT, PORTAL_ROLE, REGION } from './cast.ts';
import { assumedRole } from './identity.ts';
import { Random } from './random.ts';
import { otherRecord } from './record.ts';
import type { DemoSession } from './sessions.ts';
import { quote } from './text.ts';

/** Seconds a streaming URL may be used. */
const URL_SECONDS = 120;

/** A text shaped like a session token, marked so that it can be searched for. */
export function fakeToken(random: Random): string {
  return `IQoJb3JpZ2luX2VjE${FAKE_TOKEN_MARK}${random.base64(480)}==`;
}

/** `Mar 2, 2026, 9:05:07 PM`: how responseElements print an expiration (F§4). */
export function americanTime(ms: number): string {
  const date = new Date(ms);
  const month = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')[date.getUTCMonth()];
  const hour = date.getUTCHours();
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${hour % 12 === 0 ? 12 : hour % 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hour < 12 ? 'AM' : 'PM'}`;
  return `${month} ${date.getUTCDate()}, ${date.getUTCFullYear()}, ${clock}`;
}

/** When a session's user signed in, epoch milliseconds; null when CloudTrail shows nothing of it. */
export function signInTime(seed: number, session: DemoSession): number | null {
  if (session.fleet.authentication === 'USERPOOL' || session.unannounced) return null;
  const random = new Random(seed, 'sign-in', session.id);
  // some trails miss some sign-ins; the story's are all there
  if (!session.told && random.chance(0.03)) return null;
  const before = session.fleet.authentication === 'CUSTOM' ? random.between(4, 90) : random.between(15, 400);
  return Math.floor(session.start / 1000 - before) * 1000;
}

/** The record of a session's sign-in. */
export function signInRecord(seed: number, session: DemoSession, t: number): { readonly eventId: string; readonly text: string } {
  const random = new Random(seed, 'sign-in-record', session.id);
  const eventId = random.uuid();
  const { fleet } = session;
  const text = fleet.authentication === 'CUSTOM' ? streamingUrl(random, session, eventId, t) : saml(random, fleet, session, eventId, t);
  return { eventId, text };
}

function saml(random: Random, fleet: Fleet, session: DemoSession, eventId: string, t: number): string {
  const role = fleet.streamRole ?? 'AppStreamUsers';
  const roleArn = `arn:aws:iam::${fleet.account}:role/${role}`;
  const provider = `arn:aws:iam::${fleet.account}:saml-provider/AcmeIdp`;
  const qualifier = 'tQ2m7sJ1vYbQw0Zk3cXg5nE8hUo=';
  const roleSession = session.user.replace(/[^\w+=,.@-]/g, '-');
  return otherRecord(random, {
    eventId,
    t,
    identity: `{"type":"SAMLUser","principalId":${quote(`${qualifier}:${session.user}`)},"userName":${quote(session.user)},"identityProvider":"${qualifier}"}`,
    service: 'sts.amazonaws.com',
    name: 'AssumeRoleWithSAML',
    region: REGION,
    source: session.client,
    agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
    readOnly: true,
    recipient: fleet.account,
    parameters:
      `{"sAMLAssertionID":"_${random.uuid()}","roleSessionName":${quote(roleSession)},"roleArn":"${roleArn}","principalArn":"${provider}",` +
      `"durationSeconds":3600}`,
    response:
      `{"credentials":{"accessKeyId":"ASIA${random.capitals(16)}","sessionToken":"${fakeToken(random)}","expiration":"${americanTime(t + 3_600_000)}"},` +
      `"assumedRoleUser":{"assumedRoleId":${quote(`AROA${fleet.roleId.slice(4, 9)}STREAMUSERS:${roleSession}`)},` +
      `"arn":${quote(`arn:aws:sts::${fleet.account}:assumed-role/${role}/${roleSession}`)}},"subject":${quote(session.user)},"subjectType":"persistent",` +
      `"issuer":"https://idp.example.com/saml/metadata","audience":"https://signin.aws.amazon.com/saml","nameQualifier":"${qualifier}"}`,
    additional: `{"RequestDetails":{"endpointType":"regional","awsServingRegion":"${REGION}"}}`,
    resources:
      `[{"accountId":"${fleet.account}","type":"AWS::IAM::Role","ARN":"${roleArn}"},` +
      `{"accountId":"${fleet.account}","type":"AWS::IAM::SAMLProvider","ARN":"${provider}"}]`,
  });
}

function streamingUrl(random: Random, session: DemoSession, eventId: string, t: number): string {
  const { fleet } = session;
  return otherRecord(random, {
    eventId,
    t,
    identity: assumedRole({
      account: fleet.account,
      role: PORTAL_ROLE,
      roleId: 'AROAVP0RT4LR0L3ACME01',
      session: 'portal',
      accessKey: `ASIA${new Random(seedOf(t), 'portal').capitals(16)}`,
      created: t - 1_200_000,
    }),
    service: 'appstream.amazonaws.com',
    name: 'CreateStreamingURL',
    region: REGION,
    source: '198.51.100.20',
    agent: 'aws-sdk-js/3.750.0 ua/2.1 os/linux lang/js md/nodejs#20.18.1 api/appstream#3.750.0',
    readOnly: false,
    recipient: fleet.account,
    parameters: `{"stackName":"${fleet.stack}","fleetName":"${fleet.name}","userId":${quote(session.user)},"validity":${URL_SECONDS}}`,
    response: 'null',
  });
}

/** The portal's credentials change every hour. */
function seedOf(t: number): number {
  return Math.floor(t / 3_600_000);
}

/** An administrator's console sign-in; global, hence logged in us-east-1. */
export function consoleSignIn(random: Random, eventId: string, t: number, user: string, source: string, ok: boolean, mfa: boolean): string {
  return otherRecord(random, {
    eventId,
    t,
    identity: `{"type":"IAMUser","principalId":"AIDAQ7ACMECONSOLE0001","arn":"arn:aws:iam::${MAIN_ACCOUNT}:user/${user}","accountId":"${MAIN_ACCOUNT}","userName":"${user}"}`,
    service: 'signin.amazonaws.com',
    name: 'ConsoleLogin',
    region: GLOBAL_REGION,
    source,
    agent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
    readOnly: false,
    recipient: MAIN_ACCOUNT,
    response: `{"ConsoleLogin":"${ok ? 'Success' : 'Failure'}"}`,
    additional: `{"LoginTo":"https://console.aws.amazon.com/console/home","MobileVersion":"No","MFAUsed":"${mfa ? 'Yes' : 'No'}"}`,
    type: 'AwsConsoleSignIn',
  });
}
