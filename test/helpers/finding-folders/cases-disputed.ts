/** Golden folders of the rules about evidence that is disputed, unread, displaced or contradicts itself. */
import { ACCOUNT, type Case, type Json, REGION, type ReportedSession, reportText, s3, saml } from './records.ts';

const FOREIGN = '999988887777';
const REPORT = 'daily-session-report-2026-03-02.csv';
const BOB: ReportedSession = { id: 's-2', user: 'bob', address: '10.0.1.26' };
const CAROL: ReportedSession = { id: 's-3', user: 'carol', address: '10.0.1.27' };
const inBucket = (account: string) => `appstream-logs-${REGION}-${account}-0a1b/sessions/${REPORT}`;
/** A report whose second row has no start. */
const broken = reportText([{}, BOB]).replace(/(\ns-2,[^,]*,[^,]*,)[^,]*/, '$1');
const log = (...records: Json[]) => `{"Records":[\n${records.map((record) => JSON.stringify(record)).join(',\n')}\n]}\n`;
const addendum = (originalEventID: string, originalRequestID = 'REQ000000000001') => ({
  addendum: { reason: 'UPDATED_DATA', updatedFields: 'sourceIPAddress', originalRequestID, originalEventID },
});

/** By rule, by name of the case. */
export function ofDisputes(): Record<string, Record<string, Case>> {
  const read = [s3('10:30:00', 'GetObject')];
  const first = s3('10:30:00', 'GetObject', { eventID: 'e-1' });
  return {
    'session-id-reused': {
      found: {
        title: 'One id for alice and bob in one report, another one for two times of carol',
        records: read,
        sessions: [{}, { ...BOB, id: 's-1' }, CAROL, { ...CAROL, start: '12:00:00', end: '13:00:00' }],
      },
      updated: {
        title: 'The report of the next day tells a later end of the same session, and rows for two interfaces of one session',
        records: read,
        sessions: [{}, { end: '2026-03-03T01:00:00' }, BOB, { ...BOB, address: '10.0.1.126' }],
      },
    },
    'report-rewritten': {
      found: {
        title: 'A second issue shortens a session, gives one to another user, leaves one out, and keeps one',
        records: read,
        sessions: [{}, BOB, CAROL, { id: 's-4', user: 'dora', address: '10.0.1.28' }],
        later: { [REPORT]: reportText([{ end: '10:15:00' }, { ...BOB, user: 'erin' }, CAROL]) },
      },
      'same-row-order': {
        title: 'A second issue has the same rows in another order, and one session more',
        records: read,
        sessions: [{}, BOB],
        later: { [REPORT]: reportText([CAROL, BOB, {}]) },
      },
      repaired: {
        title: 'A third issue covers the two that differ',
        records: read,
        sessions: [{}, BOB],
        files: { 'daily-session-report-2026-03-02-other.csv': reportText([{}, CAROL]) },
        later: { 'daily-session-report-2026-03-02-whole.csv': reportText([{}, BOB, CAROL]) },
      },
    },
    'report-row-contradicts': {
      place: {
        title: 'Rows of our account in a report that lies in the bucket of another account',
        records: read,
        files: { [inBucket(FOREIGN)]: reportText([BOB, CAROL, { id: 's-4', user: 'dora' }, { id: 's-5', user: 'erin' }]) },
      },
      user: {
        title: 'A row whose user_arn names another user; the same report twice is one finding',
        records: read,
        sessions: [],
        files: {
          [REPORT]: reportText([{ arn: `arn:aws:appstream:${REGION}:${ACCOUNT}:user/saml/bob` }, { ...CAROL, arn: '' }]),
          'daily-session-report-2026-03-02-copy.csv': reportText([
            { arn: `arn:aws:appstream:${REGION}:${ACCOUNT}:user/saml/bob` },
            { ...CAROL, arn: '' },
          ]),
        },
      },
      agrees: {
        title: 'A report in the bucket of its account, with an ARN of its user',
        records: read,
        sessions: [],
        files: { [inBucket(ACCOUNT)]: reportText([{ arn: `arn:aws:appstream:${REGION}:${ACCOUNT}:user/saml/alice` }]) },
      },
    },
    'evidence-unread': {
      found: {
        title: 'A report with a row that has no start, and a copy of it under another name',
        records: read,
        sessions: [],
        files: { [REPORT]: broken, 'daily-session-report-2026-03-02-copy.csv': broken },
      },
      rejected: {
        title: 'A report that is none',
        records: read,
        files: { 'daily-session-report-2026-03-03.csv': 'nothing,that,anybody,knows\n1,2,3,4\n' },
      },
      repaired: {
        title: 'The report was repaired and read again',
        records: read,
        sessions: [],
        files: { [REPORT]: broken },
        later: { [REPORT]: reportText([{}, BOB]) },
      },
    },
    'input-changed': {
      found: {
        title: 'A log and a report that were read again with other bytes',
        records: read,
        files: { 'cloudtrail-other.json': log(first) },
        later: {
          'cloudtrail-other.json': log(first, s3('10:31:00', 'GetObject', { eventID: 'e-2' })),
          [REPORT]: reportText([{}, BOB]),
        },
      },
      same: {
        title: 'The same bytes again, a new file, and a version that could not be read',
        records: read,
        files: { 'daily-session-report-2026-03-03.csv': 'nothing,that,anybody,knows\n1,2,3,4\n' },
        later: {
          [REPORT]: reportText([{}]),
          'cloudtrail-other.json': log(first),
          'daily-session-report-2026-03-03.csv': reportText([{ ...BOB, start: '2026-03-03T10:00:00', end: '2026-03-03T11:00:00' }]),
        },
      },
    },
    'correction-refused': {
      found: {
        title: 'Corrections of another account, of another call nine days later, and of another request',
        records: [
          { ...first, requestID: 'REQ000000000001' },
          { ...s3('10:30:00', 'GetObject', { recipientAccountId: FOREIGN }), ...addendum('e-1') },
          { ...s3('2026-03-11T10:30:00', 'PutObject'), ...addendum('e-1') },
          { ...s3('10:30:00', 'GetObject'), ...addendum('e-1', 'REQ000000000009') },
        ],
      },
      ours: {
        title: 'A correction of the same call, and one of an event that is not there',
        records: [
          { ...first, requestID: 'REQ000000000001' },
          { ...s3('10:30:00', 'GetObject', { sourceIPAddress: '10.0.1.26' }), ...addendum('e-1') },
          { ...s3('10:30:00', 'GetObject'), ...addendum('e-7') },
        ],
      },
    },
    'event-copies-disagree': {
      found: {
        title: 'One id and time on two records with different addresses and access keys',
        records: [first, s3('10:30:00', 'GetObject', { eventID: 'e-1', sourceIPAddress: '10.0.1.26' })],
        sessions: [{}, BOB],
      },
      agree: {
        title: 'A record delivered twice, and one whose copies differ in what no verdict depends on',
        records: [
          first,
          first,
          s3('10:31:00', 'GetObject', { eventID: 'e-2' }),
          s3('10:31:00', 'GetObject', { eventID: 'e-2', bytes: 200 }),
        ],
      },
    },
    'start-time-refused': {
      found: {
        title: 'A start after the completion and one six days before it; a read that took half an hour',
        records: [
          ...[
            ['10:30:00', '2026-03-02T10:31:00.000Z'],
            ['10:31:00', '2026-02-24T10:31:00.000Z'],
            ['10:32:00', '2026-03-02T10:02:00.000Z'],
          ].map(([time, start]) =>
            s3(String(time), 'GetObject', { additionalEventData: { bytesTransferredOut: 100, startTime: Date.parse(String(start)) } }),
          ),
        ],
      },
      believed: {
        title: 'A start some minutes before the completion',
        records: [
          s3('10:30:00', 'GetObject', {
            additionalEventData: { bytesTransferredOut: 100, startTime: Date.parse('2026-03-02T10:26:00.123Z') },
          }),
        ],
      },
    },
    'session-without-address': {
      found: {
        title: 'Two sessions without an address',
        records: read,
        sessions: [{}, { ...BOB, address: '' }, { ...CAROL, address: '', start: '10:05:00' }],
      },
      addressed: {
        title: 'Sessions with addresses, and one without to which nobody connected',
        records: read,
        sessions: [{}, { ...BOB, address: '', connected: false }],
      },
    },
    'similar-user-ids': {
      found: {
        title: 'Two users who differ in case, and a sign-in that differs in case from a third',
        records: [saml('09:55:00', 'CAROL')],
        sessions: [{}, { ...BOB, user: 'Alice' }, CAROL],
      },
      different: {
        title: 'Different users, and one user with two kinds of sign-in',
        records: [saml('09:55:00', 'alice')],
        sessions: [{}, BOB, { id: 's-3', authentication: 'CUSTOM', address: '10.0.1.27' }],
      },
    },
    'overlapping-sessions-of-user': {
      found: {
        title: 'Two more sessions of alice on one fleet while her first one runs',
        records: read,
        sessions: [
          {},
          { id: 's-2', address: '10.0.1.26', start: '10:30:00', end: '11:30:00' },
          { id: 's-3', address: '10.0.1.27', start: '10:40:00', end: '10:50:00' },
        ],
      },
      apart: {
        title: 'One after the other, on two fleets, of two users, one that nobody connected to, and one id twice',
        records: read,
        sessions: [
          {},
          { id: 's-2', address: '10.0.1.26', start: '11:00:00', end: '11:30:00' },
          { id: 's-3', address: '10.0.1.27', fleet: 'other' },
          { ...BOB, id: 's-4' },
          { id: 's-5', address: '10.0.1.28', connected: false },
          { id: 's-6', user: 'carol', address: '10.0.1.29' },
          { id: 's-6', user: 'carol', address: '10.0.1.30', start: '10:30:00', end: '11:30:00' },
        ],
      },
    },
  };
}
