/** Golden folders of the rules about data that leaves. */
import { home } from './cases-credentials.ts';
import { ACCOUNT, ADMIN, assumed, type Case, call, DENIED, FLEET, FROM_SESSION, PUBLIC, s3 } from './records.ts';

const FOREIGN = '999988887777';

/** By rule, by name of the case. */
export function ofData(): Record<string, Record<string, Case>> {
  const days = ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06', '2026-03-09'];
  const daily = days.map((day, at) => ({ id: `s-${at + 1}`, start: `${day}T10:00:00`, end: `${day}T11:00:00` }));
  return {
    'unattributed-write': {
      found: {
        title: 'A write and a failed delete while nobody was connected',
        records: [s3('12:10:00', 'PutObject'), s3('12:11:00', 'DeleteObject', DENIED)],
      },
      storm: {
        title: 'Twelve uploads and a delete of one caller in one hour, one record twice; another caller, and the next hour',
        records: [
          ...Array.from({ length: 12 }, (_, at) =>
            s3(`12:${String(10 + at)}:00`, 'PutObject', {
              key: `sync/${at}`,
              additionalEventData: { bytesTransferredIn: 1000, bytesTransferredOut: 0 },
            }),
          ),
          s3('12:30:00', 'DeleteObject', { ...DENIED, key: 'sync/0', eventID: 'e-twice' }),
          s3('12:30:00', 'DeleteObject', { ...DENIED, key: 'sync/0', eventID: 'e-twice' }),
          s3('12:40:00', 'PutObject', { userIdentity: assumed('OtherRole') }),
          s3('13:00:00', 'PutObject'),
        ],
      },
      named: { title: 'A write in a session has a name', records: [s3('10:30:00', 'PutObject'), s3('12:10:00', 'GetObject')] },
    },
    'unnamed-write': {
      found: {
        title: 'A write on an instance of two users, more than a day ago',
        records: [s3('10:30:00', 'PutObject')],
        sessions: [{ multi: true }, { id: 's-2', user: 'bob', multi: true }],
      },
      day: {
        title: 'Four writes of one day on an instance of two users, in two hours, are one',
        records: ['10:10:00', '10:20:00', '11:10:00', '11:20:00'].map((time, at) => s3(time, 'PutObject', { key: `shared/${at}` })),
        sessions: [
          { multi: true, end: '12:00:00' },
          { id: 's-2', user: 'bob', multi: true, end: '12:00:00' },
        ],
      },
      hours: {
        title: 'Three writes and deletes that wait for a report are one in the first hour and one in the next; one of another bucket',
        asOf: '2026-03-04T12:00:00Z',
        records: [
          s3('2026-03-03T10:10:00', 'PutObject', { key: 'late/0' }),
          s3('2026-03-03T10:20:00', 'DeleteObject', { key: 'late/1' }),
          s3('2026-03-03T10:30:00', 'PutObject', { bucket: 'other', key: 'late/2' }),
          s3('2026-03-03T11:10:00', 'PutObject', { key: 'late/3' }),
        ],
      },
      graver: {
        title: 'Writes that nobody made, that the evidence contradicts, and of the fleet role outside the fleet are told by graver rules',
        configuration: FLEET,
        records: [s3('12:10:00', 'PutObject'), home('10:30:00', 'bob'), s3('10:45:00', 'PutObject', PUBLIC)],
        sessions: [{}, { id: 's-2', user: 'bob', address: '10.0.1.26' }],
      },
      'not-yet': {
        title: 'The same write within its first day',
        asOf: '2026-03-03T10:29:59Z',
        records: [s3('10:30:00', 'PutObject')],
        sessions: [{ multi: true }, { id: 's-2', user: 'bob', multi: true }],
      },
    },
    'unattributed-read': {
      found: {
        title: 'Reads while nobody was connected: two in one hour, one of another caller, one that failed in the next',
        records: [
          s3('12:10:00', 'GetObject'),
          s3('12:50:00', 'ListObjects', { key: '' }),
          s3('12:55:00', 'GetObject', { userIdentity: assumed('OtherRole') }),
          s3('13:05:00', 'GetObject', DENIED),
        ],
      },
      named: {
        title: 'Reads in a session have a name, writes are of another rule',
        records: [s3('10:30:00', 'GetObject'), s3('12:10:00', 'PutObject')],
      },
    },
    'fleet-role-outside-fleet': {
      found: {
        title: 'A key seen in a session of alice and then used from a public address, and one nobody saw, which was denied',
        configuration: FLEET,
        records: [
          s3('10:30:00', 'GetObject'),
          s3('10:45:00', 'GetObject', { ...PUBLIC, bytes: 5000 }),
          s3('10:46:00', 'GetObject', { ...PUBLIC, key: 'b.csv', bytes: 7000 }),
          s3('10:50:00', 'GetObject', {
            ...DENIED,
            sourceIPAddress: '192.168.7.7',
            userIdentity: assumed('FleetRole', 'elsewhere', 'ASIAEXAMPLE00000002'),
          }),
        ],
      },
      inside: {
        title: 'The fleet in its own range, behind its NAT address, and another role from outside',
        configuration: { scope: { ...FLEET.scope, natAddresses: ['198.51.100.7'] } },
        records: [
          s3('10:30:00', 'GetObject'),
          s3('10:45:00', 'GetObject', PUBLIC),
          s3('10:50:00', 'GetObject', { ...ADMIN, sourceIPAddress: '198.51.100.8' }),
        ],
      },
      silent: { title: 'Nobody said which roles are the fleets', records: [s3('10:45:00', 'GetObject', PUBLIC)] },
    },
    'evidence-disagrees': {
      found: {
        title: "An upload into bob's home folder from alice's address",
        records: [home('10:30:00', 'bob')],
        sessions: [{}, { id: 's-2', user: 'bob', address: '10.0.1.26' }],
      },
      hour: {
        title: "Two uploads into bob's home folder from alice's address in one hour, one into carol's, and one in the next hour",
        records: [home('10:30:00', 'bob'), home('10:31:00', 'bob'), home('10:32:00', 'carol'), home('11:00:00', 'bob')],
        sessions: [
          { end: '12:00:00' },
          { id: 's-2', user: 'bob', address: '10.0.1.26', end: '12:00:00' },
          { id: 's-3', user: 'carol', address: '10.0.1.27', end: '12:00:00' },
        ],
      },
      agrees: { title: "An upload into alice's home folder from her address", records: [home('10:30:00', 'alice')] },
      graver: {
        title: 'Copies that differ, and the own credentials of somebody else, are told by other rules',
        configuration: { scope: { ...FLEET.scope, vpcEndpoints: [{ id: 'vpce-0a1b2c3d' }] } },
        records: [
          s3('10:30:00', 'GetObject', { eventID: 'e-1' }),
          s3('10:30:00', 'GetObject', { eventID: 'e-1', sourceIPAddress: '10.0.1.26' }),
          s3('10:31:00', 'GetObject', { userIdentity: assumed('AWSReservedSSO_Analyst_0123456789abcdef', 'bob') }),
        ],
        sessions: [{}, { id: 's-2', user: 'bob', address: '10.0.1.26' }],
      },
    },
    'copy-to-foreign-account': {
      found: {
        title: 'A copy from a session into a bucket of another account, and one that failed elsewhere',
        records: [
          s3('10:30:00', 'CopyObject', {
            bucket: 'elsewhere',
            owner: FOREIGN,
            requestParameters: { 'x-amz-copy-source': 'data/secret.csv' },
          }),
          s3('10:31:00', 'PutObject', { bucket: 'other', owner: FOREIGN, ...DENIED }),
        ],
      },
      'half-named': {
        title: 'Two writes in one hour, the second after the session: the finding is of both, so it names nobody',
        records: [
          s3('10:05:00', 'PutObject', { bucket: 'elsewhere', owner: FOREIGN }),
          s3('10:50:00', 'PutObject', { bucket: 'elsewhere', owner: FOREIGN }),
        ],
        sessions: [{ end: '2026-03-02T10:20:00' }],
      },
      ours: {
        title: 'Copies into an account of ours, into the own account, and a read of a foreign bucket',
        configuration: { policy: { accounts: [ACCOUNT, FOREIGN] } },
        records: [
          s3('10:30:00', 'CopyObject', {
            bucket: 'elsewhere',
            owner: FOREIGN,
            requestParameters: { 'x-amz-copy-source': 'data/secret.csv' },
          }),
          s3('10:31:00', 'CopyObject', { requestParameters: { 'x-amz-copy-source': 'data/secret.csv' } }),
          s3('10:32:00', 'GetObject', { bucket: 'public-data', owner: '555566667777' }),
        ],
      },
    },
    'bulk-read': {
      limit: {
        title: 'Three objects in an hour, the limit',
        configuration: { policy: { bulkRead: { objects: 3 } } },
        records: ['a', 'b', 'c'].map((key, at) => s3(`10:3${at}:00`, 'GetObject', { key })),
      },
      bytes: {
        title: 'As many bytes as the limit, in one object',
        configuration: { policy: { bulkRead: { bytes: 5000 } } },
        records: [s3('10:30:00', 'GetObject', { bytes: 5000 })],
      },
      history: {
        title: 'Six objects in an hour after five days of one each, and a tenth of the limit',
        configuration: { policy: { bulkRead: { objects: 60 } } },
        records: [
          ...days.slice(0, 5).map((day) => s3(`${day}T10:30:00`, 'GetObject')),
          ...[1, 2, 3, 4, 5, 6].map((n) => s3(`2026-03-09T10:3${n}:00`, 'GetObject', { key: `${n}.csv` })),
        ],
        sessions: daily,
      },
      usual: {
        title: 'One object three times, two objects and a third that was denied, five after five days of one each',
        configuration: { policy: { bulkRead: { objects: 50 } } },
        records: [
          ...days.slice(0, 5).map((day) => s3(`${day}T10:30:00`, 'GetObject')),
          ...[1, 2, 3, 4, 5].map((n) => s3(`2026-03-09T10:3${n}:00`, 'GetObject', { key: `${n}.csv` })),
          s3('2026-03-09T10:40:00', 'GetObject', { key: '5.csv' }),
          s3('2026-03-09T10:41:00', 'GetObject', { key: '6.csv', ...DENIED }),
        ],
        sessions: daily,
      },
    },
    'access-denied-burst': {
      found: {
        title: 'Three denied calls in ten minutes, of alice and of a stranger',
        configuration: { policy: { deniedBurst: { calls: 3 } } },
        records: [
          ...['10:30:00', '10:35:00', '10:40:00'].map((time) => s3(time, 'GetObject', DENIED)),
          ...['10:30:00', '10:30:01', '10:30:02', '10:30:03'].map((time) => s3(time, 'PutObject', { ...ADMIN, ...DENIED })),
        ],
      },
      slow: {
        title: 'Three denied calls in a second more than ten minutes, and three that failed for another reason',
        configuration: { policy: { deniedBurst: { calls: 3 } } },
        records: [
          ...['10:30:00', '10:35:00', '10:40:01'].map((time) => s3(time, 'GetObject', DENIED)),
          ...['10:50:00', '10:50:01', '10:50:02'].map((time) => s3(time, 'GetObject', { errorCode: 'NoSuchKey' })),
        ],
      },
      midnight: {
        title:
          'A burst from five to midnight to five past is one, of which either day alone has enough calls; one of too few on each day, and one an hour later',
        configuration: { policy: { deniedBurst: { calls: 3 } } },
        records: [
          ...['02T23:55:00', '02T23:56:00', '02T23:57:00', '02T23:59:59', '03T00:00:00', '03T00:02:00', '03T00:04:00', '03T00:05:00'].map(
            (time) => s3(`2026-03-${time}`, 'GetObject', { ...ADMIN, ...DENIED }),
          ),
          ...['04T23:59:00', '04T23:59:30', '05T00:00:30'].map((time) => s3(`2026-03-${time}`, 'PutObject', { ...ADMIN, ...DENIED })),
          ...['05T01:00:00', '05T01:01:00', '05T01:02:00'].map((time) => s3(`2026-03-${time}`, 'PutObject', { ...ADMIN, ...DENIED })),
        ],
      },
    },
    'access-outside-appstream': {
      found: {
        title: 'An administrator from outside: a read and a write that failed',
        configuration: { policy: { protectedBuckets: ['data*'] } },
        records: [s3('10:30:00', 'GetObject', ADMIN), s3('10:31:00', 'PutObject', { ...ADMIN, ...DENIED })],
      },
      'own-credentials': {
        title: 'An administrator whose own credentials name her, at her desk: named, and told all the same',
        configuration: { policy: { protectedBuckets: ['data*'] } },
        records: [
          s3('10:30:00', 'GetObject', {
            ...PUBLIC,
            userIdentity: assumed('AWSReservedSSO_Administrator_0123456789abcdef', 'dave@example.com'),
          }),
        ],
      },
      notebook: {
        title: "A notebook's role: who opened a notebook before is a lead, not the answer",
        configuration: { policy: { protectedBuckets: ['data*'] } },
        records: [
          call('10:15:00', 'sagemaker', 'CreatePresignedNotebookInstanceUrl', { notebookInstanceName: 'research' }, FROM_SESSION),
          s3('10:30:00', 'GetObject', { sourceIPAddress: '10.9.0.4', userIdentity: assumed('NotebookRole', 'SageMaker') }),
        ],
      },
      studio: {
        title: 'A Studio domain opened from a session, and a notebook by somebody whom nobody can name',
        configuration: { policy: { protectedBuckets: ['data*'] } },
        records: [
          call('10:15:00', 'sagemaker', 'CreatePresignedDomainUrl', { domainId: 'd-1', userProfileName: 'research' }, FROM_SESSION),
          call('10:20:00', 'sagemaker', 'CreatePresignedNotebookInstanceUrl', { notebookInstanceName: 'research' }),
          s3('10:30:00', 'GetObject', { sourceIPAddress: '10.9.0.4', userIdentity: assumed('NotebookRole', 'SageMaker') }),
        ],
      },
      'day-before': {
        title: 'A notebook opened before midnight, in a session that goes on, and used after it',
        configuration: { policy: { protectedBuckets: ['data*'] } },
        records: [
          call(
            '2026-03-01T23:30:00',
            'sagemaker',
            'CreatePresignedNotebookInstanceUrl',
            { notebookInstanceName: 'research' },
            FROM_SESSION,
          ),
          s3('00:10:00', 'GetObject', { sourceIPAddress: '10.9.0.4', userIdentity: assumed('NotebookRole', 'SageMaker') }),
        ],
        sessions: [{ start: '2026-03-01T23:00:00' }],
      },
      inside: {
        title: 'The fleet, a service of AWS, and a bucket that is not protected',
        configuration: { policy: { protectedBuckets: ['data*'] } },
        records: [
          s3('10:30:00', 'GetObject'),
          s3('10:31:00', 'PutObject', {
            sourceIPAddress: 'transfer.amazonaws.com',
            userIdentity: { type: 'AWSService', invokedBy: 'transfer.amazonaws.com' },
          }),
          s3('10:32:00', 'GetObject', { ...ADMIN, bucket: 'website' }),
        ],
      },
      silent: { title: 'Nobody said which buckets are protected', records: [s3('10:30:00', 'GetObject', ADMIN)] },
    },
  };
}
