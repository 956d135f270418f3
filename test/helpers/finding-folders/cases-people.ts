/** Golden folders of the rules about who came in. */
import { ACCOUNT, assumed, type Case, call, consoleLogin, DENIED, iamUser, type Json, s3, saml } from './records.ts';

const url = (time: string, role: string, userId: string, over: Json = {}) =>
  call(
    time,
    'appstream',
    'CreateStreamingURL',
    { stackName: 'analytics-stack', fleetName: 'analytics', userId, validity: 600 },
    { userIdentity: assumed(role, 'portal'), ...over },
  );

/** By rule, by name of the case. */
export function ofPeople(): Record<string, Record<string, Case>> {
  const trusted = { logons: { trustedCidrs: ['203.0.113.0/24', '2001:db8:7::/48'] } };
  const streaming = { logons: { roles: ['AppStreamUsers'] } };
  const portal = { policy: { streamingUrlCallers: [`arn:aws:iam::${ACCOUNT}:role/apps/Portal`] } };
  return {
    'logon-from-untrusted-network': {
      found: {
        title: 'A sign-in, a sign-in that failed, and devices of IPv4 and IPv6 from elsewhere',
        configuration: trusted,
        records: [saml('09:55:00', 'alice', '198.51.100.7'), saml('09:56:00', 'bob', '198.51.100.8', DENIED)],
        sessions: [{ devices: '203.0.113.9;198.51.100.9;2001:db8:8::1' }],
      },
      trusted: {
        title: 'Sign-ins and devices in the trusted networks; the address of a streaming URL is the portal',
        configuration: trusted,
        records: [
          saml('09:55:00', 'alice', '203.0.113.255'),
          saml('09:56:00', 'alice', '2001:db8:7:ffff::1'),
          url('09:57:00', 'Portal', 'carol', { sourceIPAddress: '198.51.100.7' }),
        ],
        sessions: [{ devices: '203.0.113.0;2001:db8:7::5' }],
      },
      silent: {
        title: 'Nobody said which networks are trusted',
        records: [saml('09:55:00', 'alice', '198.51.100.7')],
        sessions: [{ devices: '198.51.100.9' }],
      },
    },
    'session-without-logon': {
      found: {
        title: 'bob signs in before his session, alice does not',
        records: [saml('2026-03-01T08:00:00', 'carol'), saml('09:58:00', 'bob'), saml('2026-03-03T08:00:00', 'carol')],
        sessions: [{}, { id: 's-2', user: 'bob', address: '10.0.1.26' }],
      },
      'look-alike': {
        title: 'Only an id that differs in case signed in before the session of alice',
        records: [saml('2026-03-01T08:00:00', 'carol'), saml('09:58:00', 'Alice'), saml('2026-03-03T08:00:00', 'carol')],
      },
      'with-logon': {
        title: 'alice signed in; the user pool leaves no sign-in; before and after the collection nothing is said',
        records: [saml('2026-03-01T08:00:00', 'carol'), saml('09:55:00', 'alice'), saml('2026-03-03T08:00:00', 'carol')],
        sessions: [
          {},
          { id: 's-2', user: 'erin@example.com', authentication: 'USERPOOL', address: '10.0.1.26' },
          { id: 's-3', user: 'frank', start: '2026-03-01T19:59:00', end: '2026-03-01T20:30:00', address: '10.0.1.27' },
          { id: 's-4', user: 'frank', start: '2026-03-03T08:00:01', end: '2026-03-03T09:00:00', address: '10.0.1.27' },
        ],
      },
    },
    'logon-without-session': {
      found: {
        title: 'alice signs in and comes, bob signs in and does not; a URL for carol that nobody used',
        configuration: streaming,
        records: [saml('09:55:00', 'alice'), saml('09:56:00', 'bob'), url('09:57:00', 'Portal', 'carol')],
        sessions: [{}, { id: 's-0', user: 'bob', start: '08:00:00', end: '08:30:00', address: '10.0.1.26' }],
      },
      used: {
        title: 'A session begins at the end of the twelve hours, one still runs, one sign-in failed, one is not due yet',
        configuration: streaming,
        records: [
          saml('09:55:00', 'alice'),
          saml('10:30:00', 'dora'),
          saml('09:56:00', 'bob', '203.0.113.9', DENIED),
          saml('2026-03-13T00:00:00', 'bob'),
        ],
        sessions: [
          { start: '21:55:00', end: '22:00:00' },
          { id: 's-2', user: 'dora', address: '10.0.1.26' },
        ],
      },
      'look-alike': {
        title: 'After the sign-in began only the session of an id that differs in case',
        configuration: streaming,
        records: [saml('09:56:00', 'Alice')],
      },
      silent: { title: 'Nobody said which roles may stream', records: [saml('09:56:00', 'bob')] },
    },
    'logon-without-mfa': {
      found: {
        title: 'An IAM user without a second factor',
        configuration: { logons: { requireMfa: true } },
        records: [consoleLogin('09:00:00', iamUser('dave'), '203.0.113.9', 'Success', 'No')],
      },
      'with-mfa': {
        title: 'With a second factor, federated, and one that failed',
        configuration: { logons: { requireMfa: true } },
        records: [
          consoleLogin('09:00:00', iamUser('dave'), '203.0.113.9', 'Success', 'Yes'),
          consoleLogin('09:01:00', assumed('AdminRole', 'dave'), '203.0.113.9', 'Success', 'No'),
          consoleLogin('09:02:00', iamUser('dave'), '203.0.113.9', 'Failure', 'No'),
        ],
      },
      silent: { title: 'Nobody asked for it', records: [consoleLogin('09:00:00', iamUser('dave'), '203.0.113.9', 'Success', 'No')] },
    },
    'streaming-url-by-unknown-caller': {
      found: {
        title: 'A URL by a role that is not the portal, with the session that began with it; another call that failed',
        configuration: portal,
        records: [url('09:58:00', 'Developer', 'alice'), url('09:59:00', 'PortalX', 'bob', DENIED)],
        sessions: [{ authentication: 'CUSTOM' }],
      },
      portal: {
        title: 'The portal',
        configuration: portal,
        records: [url('09:58:00', 'Portal', 'alice')],
        sessions: [{ authentication: 'CUSTOM' }],
      },
      silent: { title: 'Nobody said who may', records: [url('09:58:00', 'Developer', 'alice')] },
    },
    'image-builder-url': {
      found: {
        title: 'Two calls, one of which failed',
        records: [
          call('09:00:00', 'appstream', 'CreateImageBuilderStreamingURL', { name: 'golden-image', validity: 3600 }),
          call('09:01:00', 'appstream', 'CreateImageBuilderStreamingURL', { name: 'golden-image' }, DENIED),
        ],
      },
      session: { title: 'A URL of a stack is none of an image builder', records: [url('09:58:00', 'Portal', 'alice')] },
    },
    'concurrent-networks': {
      found: {
        title: 'A second session from another network while the first runs',
        records: [s3('10:30:00', 'GetObject')],
        sessions: [
          { devices: '203.0.113.9' },
          { id: 's-2', start: '10:40:00', end: '11:30:00', address: '10.0.1.26', devices: '198.51.100.7' },
        ],
      },
      'one-network': {
        title: 'Two sessions of one /24, one after the other from two networks, and two users',
        records: [s3('10:30:00', 'GetObject')],
        sessions: [
          { devices: '203.0.113.9;198.51.100.7' },
          { id: 's-2', start: '10:40:00', end: '10:59:00', address: '10.0.1.26', devices: '203.0.113.77' },
          { id: 's-3', start: '11:00:00', end: '12:00:00', address: '10.0.1.27', devices: '192.0.2.1' },
          { id: 's-4', user: 'bob', start: '10:00:00', end: '12:00:00', address: '10.0.1.28', devices: '192.0.2.200' },
        ],
      },
    },
  };
}
