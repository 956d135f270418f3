/** Golden folders of the rules about what the room (stacks, consoles, transport) allows. */
import { ADMIN, type Case, call, consoleLogin, DENIED, iamUser, s3 } from './records.ts';

const settings = (...open: string[]) =>
  ['CLIPBOARD_COPY_FROM_LOCAL_DEVICE', 'CLIPBOARD_COPY_TO_LOCAL_DEVICE', 'FILE_DOWNLOAD', 'PRINTING_TO_LOCAL_DEVICE'].map((action) => ({
    action,
    permission: open.includes(action) ? 'ENABLED' : 'DISABLED',
  }));

/** By rule, by name of the case. */
export function ofTheRoom(): Record<string, Record<string, Case>> {
  const consoles = { policy: { consoleCidrs: ['203.0.113.0/24'] } };
  const plain = { tlsDetails: undefined };
  const suite = { bytesTransferredOut: 100, CipherSuite: 'ECDHE-RSA-AES128-GCM-SHA256' };
  return {
    'session-allows-data-exit': {
      found: {
        title: 'Download and clipboard out for alice, a drive for two others',
        records: [s3('10:30:00', 'GetObject')],
        sessions: [
          { open: ['file_download', 'clipboard_copy_to_local_device', 'file_upload'] },
          { id: 's-2', user: 'bob', address: '10.0.1.26', open: ['one_drive_enabled'] },
          { id: 's-3', user: 'carol', address: '10.0.1.27', open: ['one_drive_enabled'] },
        ],
      },
      allowed: {
        title: 'What the policy allows',
        configuration: { policy: { session: { fileDownload: 'allowed' } } },
        records: [s3('10:30:00', 'GetObject')],
        sessions: [{ open: ['file_download', 'file_upload', 'clipboard_copy_from_local_device'] }],
      },
    },
    'stack-policy-changed': {
      found: {
        title: 'A change against the policy, one within it, a failed one with a drive, and a new stack that lets data out',
        records: [
          call('09:00:00', 'appstream', 'UpdateStack', {
            name: 'analytics-stack',
            userSettings: settings('FILE_DOWNLOAD', 'PRINTING_TO_LOCAL_DEVICE'),
          }),
          call('09:01:00', 'appstream', 'UpdateStack', { name: 'analytics-stack', userSettings: settings() }),
          call(
            '09:02:00',
            'appstream',
            'UpdateStack',
            { name: 'analytics-stack', storageConnectors: [{ connectorType: 'ONE_DRIVE' }] },
            DENIED,
          ),
          call('09:03:00', 'appstream', 'CreateStack', { name: 'new-stack', userSettings: settings('FILE_DOWNLOAD') }),
        ],
      },
      harmless: {
        title: 'A change of the name shown, and a new stack that lets nothing out',
        records: [
          call('09:00:00', 'appstream', 'UpdateStack', { name: 'analytics-stack', displayName: 'Analytics' }),
          call('09:03:00', 'appstream', 'CreateStack', { name: 'new-stack', userSettings: settings('CLIPBOARD_COPY_FROM_LOCAL_DEVICE') }),
        ],
      },
    },
    'plaintext-or-old-tls': {
      found: {
        title: 'TLS 1.1 in a session, and no TLS at all from outside',
        records: [
          s3('10:30:00', 'GetObject', { tlsDetails: { tlsVersion: 'TLSv1.1' } }),
          s3('10:31:00', 'GetObject', { ...ADMIN, ...plain }),
        ],
      },
      'half-named': {
        title: 'TLS 1.1 in the session and after it: the finding is of both calls, so it names nobody',
        records: [
          s3('10:30:00', 'GetObject', { tlsDetails: { tlsVersion: 'TLSv1.1' } }),
          s3('12:30:00', 'GetObject', { tlsDetails: { tlsVersion: 'TLSv1.1' } }),
        ],
      },
      modern: {
        title: 'TLS 1.2, a record with a cipher suite alone, one too old to say, one of a service',
        records: [
          s3('10:30:00', 'GetObject', { tlsDetails: { tlsVersion: 'TLSv1.2' } }),
          s3('10:31:00', 'GetObject', { ...plain, additionalEventData: suite }),
          s3('10:32:00', 'GetObject', { ...plain, eventVersion: '1.07' }),
          s3('10:33:00', 'GetObject', { ...plain, sourceIPAddress: 'transfer.amazonaws.com' }),
        ],
      },
    },
    'console-from-untrusted-network': {
      found: {
        title: 'A failed and a good sign-in, calls told by agent and by mark, and a look at objects in the console',
        configuration: consoles,
        records: [
          consoleLogin('09:00:00', iamUser('dave'), '198.51.100.7', 'Failure', 'No'),
          consoleLogin('09:01:00', iamUser('dave'), '198.51.100.7', 'Success', 'Yes'),
          call('09:02:00', 'ec2', 'DescribeInstances', null, {
            userIdentity: iamUser('dave'),
            sourceIPAddress: '198.51.100.7',
            userAgent: 'console.ec2.amazonaws.com',
          }),
          call('09:03:00', 'iam', 'CreateUser', null, {
            ...DENIED,
            userIdentity: iamUser('dave'),
            sourceIPAddress: '198.51.100.7',
            sessionCredentialFromConsole: 'true',
          }),
          s3('09:04:00', 'GetObject', { ...ADMIN, userAgent: '[S3Console/0.4, aws-internal/3]' }),
        ],
      },
      trusted: {
        title: 'In the trusted network, by AWS itself, and calls from elsewhere that are none of a console',
        configuration: consoles,
        records: [
          consoleLogin('09:01:00', iamUser('dave'), '203.0.113.9', 'Success', 'Yes'),
          call('09:03:00', 'iam', 'CreateUser', null, {
            userIdentity: iamUser('dave'),
            sourceIPAddress: 'AWS Internal',
            userAgent: 'AWS Internal',
            sessionCredentialFromConsole: 'true',
          }),
          call('09:04:00', 'iam', 'CreateUser', null, { userIdentity: iamUser('dave'), sourceIPAddress: '198.51.100.7' }),
        ],
      },
      silent: {
        title: 'Nobody said which networks are trusted',
        records: [consoleLogin('09:01:00', iamUser('dave'), '198.51.100.7', 'Success', 'Yes')],
      },
    },
  };
}
