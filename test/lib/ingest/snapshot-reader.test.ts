import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../lib/errors.ts';
import { readSnapshots } from '../../../lib/ingest/snapshot-reader.ts';
import { storedColumns } from '../../../schemas/table.ts';
import { tableNamed } from '../../../schemas/tables.ts';
import { seenSession, sweepPage } from '../../helpers/rows.ts';
import { contextFor, INGESTED_MS, inPieces, MODIFIED_MS, readAll } from './read-text.ts';

const LOCATION = '/cases/sweeps.jsonl';
const SWEEP_MS = Date.UTC(2026, 2, 2, 10, 5);

const SESSION = {
  Id: '0b7d1391-4805-4da6-a498-76f5e6746016',
  UserId: 'Ann@Example.com',
  StackName: 'AnalyticsStack',
  FleetName: 'Analytics',
  State: 'ACTIVE',
  ConnectionState: 'CONNECTED',
  StartTime: 1772438400.25,
  MaxExpirationTime: 1772496000,
  AuthenticationType: 'API',
  NetworkAccessConfiguration: { EniPrivateIpAddress: '10.0.1.25', EniIpv6Addresses: ['2001:DB8:0::0025'], EniId: 'eni-0123456789abcdef0' },
  InstanceId: 'i-0123456789abcdef0',
  InstanceDrainStatus: 'NOT_APPLICABLE',
};
const PAGE = { time: '2026-03-02T10:05:00Z', account: '111122223333', region: 'eu-west-1', fleets: ['Analytics'], Sessions: [SESSION] };

const jsonLines = (...pages: readonly unknown[]) =>
  pages.map((page) => `${typeof page === 'string' ? page : JSON.stringify(page)}\n`).join('');

function read(text: string | Uint8Array, limits = {}) {
  return readAll(readSnapshots, inPieces(text, 50), contextFor(LOCATION, limits));
}

async function sessionWith(changes: Readonly<Record<string, unknown>>) {
  const { outcome, rows } = await read(jsonLines({ ...PAGE, Sessions: [{ ...SESSION, ...changes }] }));
  return rows.sessions[0]?.row ?? outcome.rejected;
}

/** Region and minute of every sweep that one page calls complete and none denies, as `sweeps.sql` has it. */
async function completeSweeps(...pages: readonly unknown[]): Promise<string[]> {
  const sweeps = new Map<string, (boolean | null)[]>();
  for (const { row } of (await read(jsonLines(...pages))).rows.snapshots) {
    const sweep = `${row.region} ${new Date(row.sweep_time_ms).getUTCMinutes()}`;
    sweeps.set(sweep, [...(sweeps.get(sweep) ?? []), row.complete]);
  }
  return [...sweeps].filter(([, said]) => said.includes(true) && !said.includes(false)).map(([sweep]) => sweep);
}

describe('a page', () => {
  test('gives one row of snapshots and one of sessions, with every column', async () => {
    const { outcome, rows } = await read(jsonLines({ ...PAGE, complete: true, NextToken: null }));
    expect(rows.snapshots).toEqual([
      {
        dt: '2026-03-02',
        row: sweepPage({
          sweep_time_ms: SWEEP_MS,
          fleets: ['Analytics'],
          sessions_seen: 1,
          source_file: LOCATION,
          ingested_at_ms: INGESTED_MS,
        }),
      },
    ]);
    expect(rows.sessions).toEqual([
      {
        dt: '2026-03-02',
        row: seenSession({
          session_id: SESSION.Id,
          user_id: 'Ann@Example.com',
          authentication_type: 'CUSTOM',
          fleet_name: 'Analytics',
          stack_name: 'AnalyticsStack',
          instance_id: 'i-0123456789abcdef0',
          eni_id: 'eni-0123456789abcdef0',
          private_addresses: ['10.0.1.25', '2001:db8::25'],
          session_start_ms: Date.UTC(2026, 2, 2, 8, 0, 0, 250),
          observed_at_ms: SWEEP_MS,
          source_modified_ms: MODIFIED_MS,
          record_sha256: createHash('sha256').update(JSON.stringify(SESSION)).digest('hex'),
          source_file: LOCATION,
          source_index: 1,
          ingested_at_ms: INGESTED_MS,
        }),
      },
    ]);
    expect(Object.keys(rows.sessions[0]?.row ?? {})).toEqual(storedColumns(tableNamed('sessions')));
    expect(Object.keys(rows.snapshots[0]?.row ?? {})).toEqual(storedColumns(tableNamed('snapshots')));
    expect(outcome).toEqual({
      content: 'sweeps',
      recordsRead: 2,
      kept: 2,
      malformed: 0,
      notRecords: 0,
      rejected: [],
      problem: null,
      accountId: '111122223333',
      region: 'eu-west-1',
      reportDay: null,
    });
  });

  test('without sessions is a sweep that saw nobody', async () => {
    const { outcome, rows } = await read(jsonLines({ ...PAGE, Sessions: [], fleets: undefined }));
    expect(rows.snapshots[0]?.row).toMatchObject({ sessions_seen: 0, fleets: [], complete: null });
    expect(outcome).toMatchObject({ content: 'sweeps', kept: 1 });
  });

  test('may write sessions in lower case, its time as epoch seconds, and more than we know', async () => {
    const { Sessions, ...rest } = PAGE;
    const { rows } = await read(jsonLines({ ...rest, time: SWEEP_MS / 1000, sessions: Sessions, future: {} }));
    expect(rows.sessions).toHaveLength(1);
    expect(rows.snapshots[0]?.row.sweep_time_ms).toBe(SWEEP_MS);
  });

  test.each([
    [{ NextToken: 'more' }, null],
    [{ nextToken: 'more' }, null],
    [{ NextToken: null }, true],
    [{ NextToken: '' }, true],
  ])('that is called the last although AWS says that more follow (%j) is not', async (token, complete) => {
    const { rows } = await read(jsonLines({ ...PAGE, ...token, complete: true }));
    expect(rows.snapshots[0]?.row.complete).toBe(complete);
  });

  test('lies in the UTC day of its sweep', async () => {
    const { rows } = await read(jsonLines({ ...PAGE, time: '2026-03-02T23:59:59Z' }, { ...PAGE, time: '2026-03-03T00:00:00Z' }));
    expect(rows.snapshots.map(({ dt }) => dt)).toEqual(['2026-03-02', '2026-03-03']);
    expect(rows.sessions.map(({ dt }) => dt)).toEqual(['2026-03-02', '2026-03-03']);
  });

  test('of another account or region leaves the whole input without one', async () => {
    const { outcome } = await read(jsonLines(PAGE, { ...PAGE, region: 'us-east-1' }));
    expect(outcome).toMatchObject({ accountId: '111122223333', region: null });
  });
});

describe('a session of a page', () => {
  test.each([
    ['2026-03-02T08:00:00.250Z', Date.UTC(2026, 2, 2, 8, 0, 0, 250)],
    ['2026-03-02T10:00:00.123000+02:00', Date.UTC(2026, 2, 2, 8, 0, 0, 123)],
    ['2025-12-31T23:59:60Z', Date.UTC(2025, 11, 31, 23, 59, 59, 999)],
    [1772438400, Date.UTC(2026, 2, 2, 8)],
    [1772438400.0001, Date.UTC(2026, 2, 2, 8)],
  ])('starts at %s', async (written, ms) => {
    expect(await sessionWith({ StartTime: written })).toMatchObject({ session_start_ms: ms });
  });

  test.each([
    ['ACTIVE', true],
    ['DRAINING', true],
    ['NOT_APPLICABLE', false],
    ['SOMETHING_NEW', null],
    [undefined, null],
  ])('with drain status %s is multi-session: %s', async (status, isMultisession) => {
    expect(await sessionWith({ InstanceDrainStatus: status })).toMatchObject({ is_multisession: isMultisession });
  });

  test.each([
    ['NOT_CONNECTED', false],
    ['CONNECTED', true],
    [undefined, false],
  ])('in state %s is connected: %s', async (state, connected) => {
    expect(await sessionWith({ ConnectionState: state })).toMatchObject({ connected });
  });

  test('that expired is kept, with its state', async () => {
    expect(await sessionWith({ State: 'EXPIRED' })).toMatchObject({ state: 'EXPIRED' });
  });

  test('keeps its exact user id, and names its authentication type as reports do', async () => {
    expect(await sessionWith({ UserId: ' DOMAIN\\Ann', AuthenticationType: 'SAML' })).toMatchObject({
      user_id: ' DOMAIN\\Ann',
      user_key: '111122223333/SAML/ DOMAIN\\Ann',
    });
  });

  test('that is only reserved starts with its sweep', async () => {
    const reserved = { State: 'PENDING', StartTime: undefined, NetworkAccessConfiguration: undefined, InstanceId: undefined };
    expect(await sessionWith(reserved)).toMatchObject({
      session_start_ms: SWEEP_MS,
      private_addresses: [],
      instance_id: null,
      eni_id: null,
    });
  });

  test.each([
    [{ Id: undefined }, 'Id must be text'],
    [{ Id: '' }, 'Id must not be empty'],
    [{ UserId: ' ' }, 'UserId must not be empty'],
    [{ AuthenticationType: null }, 'AuthenticationType must be text'],
    [{ StartTime: undefined }, 'StartTime is missing, though the session has an instance'],
    [{ StartTime: null, InstanceId: null }, 'StartTime is missing, though the session has an instance'],
    [{ StartTime: null, NetworkAccessConfiguration: null }, 'StartTime is missing, though the session has an instance'],
    [{ StartTime: 1772438400250 }, 'StartTime must be a time such as 2026-03-02T10:05:00Z, or epoch seconds'],
    [{ StartTime: 'soon' }, 'StartTime must be a time such as 2026-03-02T10:05:00Z, or epoch seconds'],
    [{ StartTime: true }, 'StartTime must be a time such as 2026-03-02T10:05:00Z, or epoch seconds'],
    [
      { NetworkAccessConfiguration: { EniPrivateIpAddress: 'ten' } },
      'NetworkAccessConfiguration.EniPrivateIpAddress must be an IP address',
    ],
    [{ NetworkAccessConfiguration: { EniIpv6Addresses: [5] } }, 'NetworkAccessConfiguration.EniIpv6Addresses.0 must be an IP address'],
    [{ NetworkAccessConfiguration: 'x' }, 'NetworkAccessConfiguration must be an object'],
    [{ InstanceId: 5, StackName: 6 }, 'StackName must be text, InstanceId must be text'],
  ])('with %j is set aside', async (changes, reason) => {
    expect(await sessionWith(changes)).toEqual([{ index: 1, reason: `session 1 of the page: ${reason}` }]);
  });

  test('that cannot be read takes nothing but itself and the proof of absence', async () => {
    const { outcome, rows } = await read(
      jsonLines({ ...PAGE, complete: true, Sessions: [SESSION, 'x', { ...SESSION, Id: 'b' }] }, { ...PAGE, complete: true }),
    );
    expect(rows.sessions.map(({ row }) => [row.session_id, row.source_index])).toEqual([
      [SESSION.Id, 1],
      ['b', 1],
      [SESSION.Id, 2],
    ]);
    expect(rows.snapshots.map(({ row }) => [row.complete, row.sessions_seen])).toEqual([
      [false, 3],
      [true, 1],
    ]);
    expect(outcome).toMatchObject({
      recordsRead: 6,
      kept: 5,
      rejected: [{ index: 1, reason: 'session 2 of the page: must be an object' }],
    });
  });
});

describe('a line that cannot be read', () => {
  test.each([
    ['{"time":', 'not JSON'],
    ['[]', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['5', 'not a JSON object'],
    [{ ...PAGE, Sessions: undefined }, 'Sessions must be a list'],
    [{ ...PAGE, Sessions: {} }, 'Sessions must be a list'],
    [{ ...PAGE, time: 'yesterday' }, 'time must be a time such as 2026-03-02T10:05:00Z, or epoch seconds'],
    [{ ...PAGE, account: '1111' }, 'account must be text of 12 digits'],
    [{ ...PAGE, account: 111122223333 }, 'account must be text of 12 digits'],
    [{ ...PAGE, region: '' }, 'region must not be empty'],
    [{ ...PAGE, fleets: 'Analytics' }, 'fleets must be a list of names'],
    [{ ...PAGE, fleets: [''] }, 'fleets.0 must not be empty'],
    [{ ...PAGE, complete: 'yes', region: 5 }, 'region must be text, complete must be true or false'],
  ])('%j is set aside with its number', async (line, reason) => {
    const { outcome, rows } = await read(jsonLines(PAGE, '', line, PAGE));
    expect(outcome.rejected).toEqual([{ index: 3, reason }]);
    expect(rows.snapshots.filter(({ row }) => row.source_index !== 3)).toHaveLength(2);
    expect(outcome.problem).toBeNull();
  });

  test('is half a line at the end', async () => {
    const text = jsonLines(PAGE, PAGE);
    const { outcome } = await read(text.slice(0, -20));
    expect(outcome).toMatchObject({ kept: 2, rejected: [{ index: 2, reason: 'not JSON; the last line may be cut off' }] });
    expect((await read(text.trimEnd())).outcome).toMatchObject({ kept: 4, malformed: 0 });
  });

  test('is one beyond the limit of a record', async () => {
    const long = { ...PAGE, filler: 'x'.repeat(5000) };
    const { outcome } = await read(jsonLines(PAGE, long, PAGE), { maxRecordBytes: 4096 });
    expect(outcome).toMatchObject({ kept: 4, rejected: [{ index: 2, reason: 'longer than 4096 bytes' }] });
  });

  test('may have been of the sweep before it or after it, and neither is then complete', async () => {
    const at = (minute: number, more = {}) => ({ ...PAGE, time: `2026-03-02T10:${minute}:00Z`, complete: true, ...more });
    const elsewhere = { region: 'us-east-1' };
    expect(await completeSweeps(at(10), '{', at(20, { complete: null }), at(20), at(30))).toEqual(['eu-west-1 30']);
    expect(await completeSweeps('{"', at(10), at(10, elsewhere), at(20), at(20, elsewhere))).toEqual(['eu-west-1 20', 'us-east-1 20']);
    expect(await completeSweeps('{"', at(10), '{', at(20), at(30))).toEqual(['eu-west-1 30']);
    expect(await completeSweeps(at(10), at(10, elsewhere), '[')).toEqual([]);
    expect(await completeSweeps(at(10), at(20), '{', '{', at(30, elsewhere))).toEqual(['eu-west-1 10']);
  });

  test('that says of which sweep it is takes complete from that sweep alone, wherever it stands', async () => {
    const at = (minute: number, more = {}) => ({ ...PAGE, time: `2026-03-02T10:${minute}:00Z`, complete: true, ...more });
    for (const bad of [{ Sessions: {} }, { Sessions: undefined }, { fleets: 5 }, { complete: 'yes' }]) {
      expect(await completeSweeps(at(10), at(20), at(30), at(10, bad))).toEqual(['eu-west-1 20', 'eu-west-1 30']);
      expect(await completeSweeps(at(30, bad), at(10), at(20), at(30))).toEqual(['eu-west-1 10', 'eu-west-1 20']);
    }
    const { outcome, rows } = await read(jsonLines(at(10, { Sessions: {} })));
    expect(rows.snapshots.map(({ row }) => [row.complete, row.sessions_seen, row.source_index])).toEqual([[false, 0, 1]]);
    expect(outcome).toMatchObject({ content: 'unknown', kept: 0, malformed: 1 });
  });

  test('takes no sweep that another time, account or region is known of', async () => {
    const impossible = { ...PAGE, time: '2001-01-01T00:00:00Z' };
    const { rows } = await read(jsonLines({ ...PAGE, complete: true }, impossible));
    expect(rows.snapshots.map(({ row }) => row.complete)).toEqual([true, false]);
    expect(rows.snapshots.map(({ row }) => row.sweep_time_ms)).toEqual([SWEEP_MS, SWEEP_MS]);
  });

  test('is the rest of an input whose bytes are lost', async () => {
    const failure = new InputError('the gzip stream is cut off', { remedy: 'fetch it again' });
    const bytes = inPieces(jsonLines({ ...PAGE, complete: true }), 70, failure);
    const { rows } = await readAll(readSnapshots, bytes, contextFor(LOCATION));
    expect(rows.snapshots.map(({ row }) => row.complete)).toEqual([true, false]);
  });

  test('is never quoted', async () => {
    const secret = 'IQoJb3JpZ2luX2VjE-secret';
    const { outcome } = await read(
      jsonLines(`{"token":"${secret}"`, { ...PAGE, region: [secret] }, { ...PAGE, Sessions: [{ Id: 5, UserId: secret }] }),
    );
    expect(outcome.malformed).toBe(3);
    expect(JSON.stringify(outcome)).not.toContain(secret);
  });
});

describe('an input as a whole', () => {
  test('of raw answers says which fields are needed, and how to add them', async () => {
    const { outcome } = await read(jsonLines({ Sessions: [SESSION] }));
    expect(outcome).toMatchObject({
      content: 'unknown',
      kept: 0,
      rejected: [{ index: 1, reason: 'a page of sessions without time, account, region' }],
      problem:
        `${LOCATION} has a page of sessions without time, account, region; write each answer on one line with the fields time, account, region, fleets and, on the last page of a sweep, complete: ` +
        `aws appstream describe-sessions … | jq -c '{time: "2026-03-02T10:05:00Z", account: "111122223333", region: "eu-west-1", fleets: ["…"]} + .'`,
    });
  });

  test('of one pretty-printed answer says so', async () => {
    const { outcome } = await read(JSON.stringify({ Sessions: [SESSION] }, null, 4));
    expect(outcome).toMatchObject({ content: 'unknown', recordsRead: 0 });
    expect(outcome.problem).toMatch(
      /^\/cases\/sweeps.jsonl is one JSON document over several lines, not JSON lines; write each answer on one line with the fields time,/,
    );
  });

  test('that is empty says so', async () => {
    for (const text of ['', '\n\n']) {
      const { outcome } = await read(text);
      expect(outcome).toMatchObject({ content: 'empty', recordsRead: 0 });
      expect(outcome.problem).toMatch(/^\/cases\/sweeps.jsonl is empty; write each answer/);
    }
  });

  test('that is something else is not read to its end line by line', async () => {
    const { outcome } = await read('2 123456789012 eni-1 10.0.0.1\n'.repeat(1500));
    expect(outcome).toMatchObject({ content: 'unknown', recordsRead: 1000, malformed: 1000 });
    expect(outcome.problem).toMatch(/^\/cases\/sweeps.jsonl holds no page of DescribeSessions in its first 1000 lines; write each answer/);
    const late = await read(`${jsonLines(PAGE)}${'x\n'.repeat(1500)}`);
    expect(late.outcome).toMatchObject({ kept: 2, malformed: 1500, problem: null });
  });

  test('that is cut off keeps what came before', async () => {
    const bytes = inPieces(
      jsonLines(PAGE, PAGE).slice(0, -9),
      70,
      new InputError('the gzip stream is cut off', { remedy: 'fetch it again' }),
    );
    const { outcome } = await readAll(readSnapshots, bytes, contextFor(LOCATION));
    expect(outcome).toMatchObject({
      kept: 2,
      rejected: [{ index: 2, reason: 'the input ends in the middle of this line' }],
      problem: 'the gzip stream is cut off; fetch it again',
    });
  });

  test('is no excuse for a broken program', async () => {
    await expect(readAll(readSnapshots, inPieces(jsonLines(PAGE), 10, new TypeError('bug')), contextFor(LOCATION))).rejects.toThrow('bug');
  });
});
