/** Golden folders of the rules about whose credentials were used, and where. */
import { createHash } from 'node:crypto';
import { ACCOUNT, assumed, type Case, DENIED, FLEET, iamUser, type Json, PUBLIC, REGION, s3 } from './records.ts';

const FOREIGN = '999988887777';
const hash = (user: string) => createHash('sha256').update(user).digest('hex');

/** A call of AppStream's own role on the home folder of a user. */
export const home = (time: string, user: string, over: Json = {}) =>
  s3(time, 'PutObject', {
    bucket: `appstream2-36fb080bb8-${REGION}-${ACCOUNT}`,
    key: `user/federated/${hash(user)}/a.txt`,
    userIdentity: assumed('AmazonAppStreamServiceAccess', 'AppStream2.0'),
    userAgent: '[AppStream/1.0]',
    ...over,
  });

/** By rule, by name of the case. */
export function ofCredentials(): Record<string, Record<string, Case>> {
  const signedIn = (person: string) => ({
    userIdentity: assumed('AWSReservedSSO_Analyst_0123456789abcdef', person, 'ASIAEXAMPLE00000003'),
  });
  const own = { scope: { ...FLEET.scope, vpcEndpoints: [{ id: 'vpce-0a1b2c3d' }] } };
  const elsewhere = { vpcEndpointId: 'vpce-0fedcba9' };
  return {
    'fleet-credentials-at-foreign-endpoint': {
      found: {
        title: "The fleet's role and AppStream's own through an endpoint that is not listed, on two days; an administrator there",
        configuration: own,
        records: [
          s3('10:30:00', 'GetObject'),
          s3('10:31:00', 'GetObject', elsewhere),
          home('10:32:00', 'nobody-known', elsewhere),
          s3('10:33:00', 'GetObject', { ...elsewhere, userIdentity: assumed('AdminRole', 'dave') }),
          s3('2026-03-04T10:31:00', 'GetObject', { ...elsewhere, sourceIPAddress: '10.0.7.7', ...DENIED }),
        ],
      },
      unconfigured: {
        title: 'Nothing is configured: a role that was used in a session comes through the endpoint of an unknown account',
        records: [
          s3('10:30:00', 'GetObject'),
          s3('10:31:00', 'GetObject', { ...elsewhere, vpcEndpointAccountId: FOREIGN }),
          s3('10:33:00', 'GetObject', { ...elsewhere, vpcEndpointAccountId: FOREIGN, userIdentity: assumed('AdminRole', 'dave') }),
        ],
      },
      ours: {
        title: "The fleet's role through a listed endpoint, from the internet, and another role through one that is not",
        configuration: own,
        records: [
          s3('10:30:00', 'GetObject'),
          s3('10:31:00', 'GetObject', PUBLIC),
          s3('10:33:00', 'GetObject', { ...elsewhere, userIdentity: assumed('AdminRole', 'dave') }),
        ],
      },
    },
    'home-folder-role-misused': {
      found: {
        title: 'From the internet, with the AWS CLI (denied, too), and on behalf of another service',
        records: [
          home('10:30:00', 'alice', PUBLIC),
          home('10:31:00', 'bob', { ...PUBLIC, ...DENIED }),
          home('10:32:00', 'alice', { userAgent: '[aws-cli/2.15]' }),
          home('10:33:00', 'alice', {
            sourceIPAddress: 'athena.amazonaws.com',
            userIdentity: {
              ...assumed('AmazonAppStreamServiceAccess', 'AppStream2.0', 'ASIAEXAMPLE00000009'),
              invokedBy: 'athena.amazonaws.com',
            },
          }),
        ],
      },
      'by-appstream': {
        title: 'AppStream itself: from a session, denied once, and from behind a NAT address',
        configuration: { scope: { natAddresses: ['198.51.100.7'] } },
        records: [home('10:30:00', 'alice'), home('10:31:00', 'alice', DENIED), home('10:32:00', 'alice', PUBLIC)],
      },
    },
    'credentials-of-another-user': {
      found: {
        title: "bob's own credentials in alice's session, twice",
        configuration: own,
        records: [s3('10:30:00', 'GetObject', signedIn('bob')), s3('10:31:00', 'PutObject', { ...signedIn('bob'), ...DENIED })],
        sessions: [{}, { id: 's-2', user: 'bob', address: '10.0.1.26', start: '08:00:00', end: '09:00:00' }],
      },
      own: {
        title: 'Their own credentials in their own session, and at a desk',
        configuration: own,
        records: [s3('10:30:00', 'GetObject', signedIn('alice')), s3('10:31:00', 'GetObject', { ...PUBLIC, ...signedIn('bob') })],
      },
    },
    'foreign-credentials-in-session': {
      found: {
        title: "An IAM user in alice's session: a read and a write",
        configuration: own,
        records: [
          s3('10:30:00', 'GetObject', { userIdentity: iamUser('backup') }),
          s3('10:31:00', 'PutObject', { userIdentity: iamUser('backup') }),
        ],
      },
      fleet: {
        title: "The fleet's role in the session, and the IAM user elsewhere",
        configuration: own,
        records: [s3('10:30:00', 'GetObject'), s3('10:31:00', 'PutObject', { ...PUBLIC, userIdentity: iamUser('backup') })],
      },
    },
  };
}
