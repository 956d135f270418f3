import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { InputError } from '../../../lib/errors.ts';
import { readFlowLog } from '../../../lib/ingest/flow-log-reader.ts';
import { unpack } from '../../../lib/ingest/unpack.ts';
import { packageRoot } from '../../../lib/local/package-root.ts';
import { storedColumns } from '../../../schemas/table.ts';
import { tableNamed } from '../../../schemas/tables.ts';
import { contextFor, INGESTED_MS, inPieces, readAll } from './read-text.ts';

const LOCATION =
  's3://logs/AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/03/02/111122223333_vpcflowlogs_eu-west-1_fl-0a_20260302T1000Z_0b.log.gz';
const V2 = 'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const V5 =
  'version srcaddr dstaddr srcport dstport protocol start end type packets bytes account-id vpc-id subnet-id instance-id interface-id region ' +
  'az-id sublocation-type sublocation-id action tcp-flags pkt-srcaddr pkt-dstaddr pkt-src-aws-service pkt-dst-aws-service traffic-path flow-direction log-status';
/** 10:00:00 to 10:00:59 UTC on 2 March 2026. */
const START = 1772445600;
const RECORD = `2 111122223333 eni-0a 10.0.1.25 203.0.113.9 49152 443 6 20 4249 ${START} ${START + 59} ACCEPT OK`;
const DEEP =
  `5 10.0.1.25 203.0.113.9 49152 443 6 ${START} ${START + 59} IPv4 20 4249 111122223333 vpc-0a subnet-0a - eni-0a eu-west-1 ` +
  'euw1-az1 - - ACCEPT 3 10.0.1.25 203.0.113.9 - EC2 8 egress OK';

function read(text: string | Uint8Array, limits = {}, location = LOCATION) {
  return readAll(readFlowLog, inPieces(text, 50), contextFor(location, limits));
}
const lines = (...texts: readonly string[]) => texts.map((text) => `${text}\n`).join('');
const rowsOf = async (text: string | Uint8Array) => (await read(text)).rows.flows.map(({ row }) => row);
const reasonsOf = async (text: string) => (await read(text)).outcome.rejected.map(({ index, reason }) => `${index}: ${reason}`);

describe('a record', () => {
  test('of no account is kept, and the input is partial with the remedy; one without data is not meant', async () => {
    const header = 'interface-id srcaddr dstaddr srcport dstport start end log-status';
    const text = lines(
      header,
      `eni-0a 10.0.1.25 203.0.113.9 49152 443 ${START} ${START + 59} OK`,
      `eni-0a - - - - ${START} ${START + 59} NODATA`,
    );
    const { outcome } = await read(text, {}, '/logs/flows.log');
    expect(outcome).toMatchObject({ content: 'flows', kept: 2, malformed: 0, accountId: null });
    expect(outcome.problem).toMatch(/^\/logs\/flows\.log: 1 record names no account, .*with account-id in its format$/);
    const delivered = '/logs/AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/03/02/flows.log';
    expect((await read(text, {}, delivered)).outcome).toMatchObject({ kept: 2, problem: null });
  });

  test('of version 5 gives every column', async () => {
    const { outcome, rows } = await read(lines(V5, DEEP));
    expect(rows.flows).toEqual([
      {
        dt: '2026-03-02',
        row: {
          ...{ flow_start_ms: START * 1000, flow_end_ms: (START + 59) * 1000, account_id: '111122223333', region: 'eu-west-1' },
          ...{ vpc_id: 'vpc-0a', subnet_id: 'subnet-0a', interface_id: 'eni-0a', instance_id: null, resource_id: null },
          ...{ source_address: '10.0.1.25', source_port: 49152, source_hop: null, source_service: null },
          ...{ destination_address: '203.0.113.9', destination_hex: 'cb007109', destination_kind: 'public', destination_port: 443 },
          ...{ destination_hop: null, destination_service: 'EC2', tells_services: true, protocol: 6, tcp_flags: 3 },
          ...{ packets: 20, bytes: 4249, action: 'ACCEPT', reject_reason: null, log_status: 'OK', flow_direction: 'egress' },
          ...{ traffic_path: 8, encryption_status: null, version: 5, source_file: LOCATION, source_index: 2, ingested_at_ms: INGESTED_MS },
        },
      },
    ]);
    expect(Object.keys(rows.flows[0]?.row ?? {}).sort()).toEqual(storedColumns(tableNamed('flows')).sort());
    expect(outcome).toMatchObject({ content: 'flows', kept: 1, accountId: '111122223333', region: 'eu-west-1', problem: null });
  });

  test('of version 2 leaves what its format lacks null, and does not claim to tell services', async () => {
    const [row] = await rowsOf(lines(V2, RECORD));
    expect(row).toMatchObject({
      source_address: '10.0.1.25',
      tcp_flags: null,
      flow_direction: null,
      tells_services: false,
      region: 'eu-west-1',
    });
  });

  test('of version 8 has the reason of a rejection', async () => {
    const [row] = await rowsOf(lines(`${V2} reject-reason resource-id`, `${RECORD.replace('ACCEPT', 'REJECT')} BPA nat-0a`));
    expect(row).toMatchObject({ action: 'REJECT', reject_reason: 'BPA', resource_id: 'nat-0a' });
  });

  test('says who sent the packet and what passed it on', async () => {
    const header = 'start end srcaddr dstaddr pkt-srcaddr pkt-dstaddr';
    const [out, back] = await rowsOf(
      lines(
        header,
        `${START} ${START} 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5`,
        `${START} ${START} 10.0.0.220 10.0.1.5 203.0.113.5 10.0.1.5`,
      ),
    );
    expect(out).toMatchObject({
      source_address: '10.0.1.5',
      source_hop: null,
      destination_address: '203.0.113.5',
      destination_hop: '10.0.0.220',
    });
    expect(back).toMatchObject({ source_address: '203.0.113.5', source_hop: '10.0.0.220', destination_kind: 'private' });
  });

  test.each([
    ['NODATA', '- - - - - - -'],
    ['SKIPDATA', '- - - - - - -'],
  ])('that says %s is kept without addresses', async (status, values) => {
    const { outcome, rows } = await read(lines(V2, `2 111122223333 eni-0a ${values} ${START} ${START + 59} - ${status}`));
    expect(rows.flows[0]?.row).toMatchObject({
      log_status: status,
      source_address: null,
      destination_kind: null,
      bytes: null,
      action: null,
    });
    expect(outcome).toMatchObject({ kept: 1, malformed: 0 });
  });

  test('of an interface that AWS made gets the account of its location', async () => {
    const [row] = await rowsOf(lines(V2, RECORD.replace('111122223333', 'unknown')));
    expect(row?.account_id).toBe('111122223333');
    const elsewhere = await read(lines(V2, RECORD.replace('111122223333', 'unknown')), {}, '/tmp/flows.log');
    expect(elsewhere.rows.flows[0]?.row.account_id).toBeNull();
  });

  test.each([
    ['10.9.8.7', 'private'],
    ['100.64.0.1', 'private'],
    ['224.0.0.251', 'private'],
    ['255.255.255.255', 'private'],
    ['0.0.0.0', 'private'],
    ['203.0.113.9', 'public'],
    ['52.95.110.1', 'public'],
    ['fd00:ec2::254', 'private'],
    ['FE80::1', 'private'],
    ['ff02::1', 'private'],
    ['::1', 'private'],
    ['::ffff:10.0.0.1', 'private'],
    ['2001:db8::1', 'public'],
  ])('to %s goes to a %s destination', async (address, kind) => {
    const [row] = await rowsOf(lines(V2, RECORD.replace('203.0.113.9', address)));
    expect(row?.destination_kind).toBe(kind);
  });

  test('is of the day on which it starts', async () => {
    const midnight = Date.UTC(2026, 2, 3) / 1000;
    const { rows } = await read(
      lines(V2, `2 111122223333 eni-0a 10.0.1.25 203.0.113.9 1 443 6 20 4249 ${midnight - 1} ${midnight + 58} ACCEPT OK`),
    );
    expect(rows.flows.map(({ dt }) => dt)).toEqual(['2026-03-02']);
  });
});

describe('a record is set aside', () => {
  test.each([
    ['a value is missing', RECORD.replace(' OK', ''), '13 values, where the format has 14'],
    ['a value is too many', `${RECORD} x`, '15 values, where the format has 14'],
    ['its start is no number', RECORD.replace(`${START} `, '- '), 'start is no number of seconds'],
    ['its end is no number', RECORD.replace(`${START + 59}`, 'x'), 'end is no number of seconds'],
    ['it ends before it starts', RECORD.replace(`${START + 59}`, `${START - 1}`), 'end is before start'],
    ['it lasts for days', RECORD.replace(`${START + 59}`, `${START + 86_401}`), 'end is more than a day after start'],
    ['it is older than S3', RECORD.replace(`${START} ${START + 59}`, '1 2'), 'time_out_of_range'],
    ['an address is none', RECORD.replace('203.0.113.9', '203.0.113.999'), 'dstaddr is no address'],
    ['a count is none', RECORD.replace('4249', '4.2e3'), 'bytes is no whole number'],
  ])('when %s', async (_what, record, reason) => {
    const { outcome } = await read(lines(V2, RECORD, record));
    expect(outcome).toMatchObject({ kept: 1, malformed: 1 });
    expect(outcome.rejected[0]).toEqual({ index: 3, reason: expect.stringContaining(reason) });
  });

  test('without a value of it in the reason', async () => {
    expect((await reasonsOf(lines(V2, RECORD.replace('203.0.113.9', 'secret.example')))).join()).not.toContain('secret');
  });

  test('when the file ends in the middle of it', async () => {
    expect(await reasonsOf(`${lines(V2)}${RECORD.slice(0, 60)}`)).toEqual([expect.stringMatching(/^2: .* the last line may be cut off$/)]);
    expect(await rowsOf(`${lines(V2)}${RECORD}`)).toHaveLength(1);
  });

  test('when it is longer than a record may be', async () => {
    const { outcome } = await read(lines(V2, RECORD.padEnd(400, 'x'), RECORD), { maxRecordBytes: 300 });
    expect(outcome).toMatchObject({ kept: 1, rejected: [{ index: 2, reason: 'longer than 300 bytes' }] });
  });
});

describe('the header', () => {
  test('gives the order, whatever it is; unknown fields are passed over', async () => {
    const [row] = await rowsOf(
      lines('log-status dstaddr new-field srcaddr end start bytes', `OK 203.0.113.9 x 10.0.1.25 ${START + 9} ${START} 7`),
    );
    expect(row).toMatchObject({
      source_address: '10.0.1.25',
      destination_address: '203.0.113.9',
      bytes: 7,
      log_status: 'OK',
      action: null,
    });
  });

  test('may come again, in another order, where logs were put together', async () => {
    const { outcome, rows } = await read(lines(V2, RECORD, V2, RECORD, V5, DEEP));
    expect(rows.flows.map(({ row }) => row.version)).toEqual([2, 2, 5]);
    expect(outcome).toMatchObject({ recordsRead: 5, kept: 3, notRecords: 2, malformed: 0 });
  });

  test('may end in CRLF and stand behind a byte order mark; values may be apart by several blanks', async () => {
    expect(await rowsOf(`\ufeff${V2}\r\n${RECORD.replace(' 443', '  443')}\r\n\r\n`)).toHaveLength(1);
  });

  test('alone is a log without records', async () => {
    expect((await read(lines(V2))).outcome).toMatchObject({ content: 'flows', recordsRead: 0, problem: null });
  });

  test.each([
    ['start and end', 'srcaddr dstaddr action', 'has no fields start, end;'],
    ['the source', 'dstaddr start end', 'has no field srcaddr;'],
    ['one meaning of a field', `${V2} bytes`, 'has the field bytes more than once'],
  ])('without %s sets the input aside', async (_what, header, problem) => {
    const { outcome } = await read(lines(header, RECORD));
    expect(outcome).toMatchObject({ content: 'unknown', kept: 0, problem: expect.stringContaining(problem) });
    expect(outcome.problem).toContain('make the flow log with at least');
  });

  test('of a transit gateway sets the input aside', async () => {
    const { outcome } = await read(lines('version tgw-id srcaddr dstaddr start end', `6 tgw-0a 10.0.0.1 10.0.1.1 ${START} ${START}`));
    expect(outcome.problem).toContain('transit gateway');
  });
});

describe('without a header', () => {
  test('records of the default format are read, others set aside', async () => {
    const { outcome } = await read(lines(RECORD, RECORD.replace(/^2/, '3'), `${RECORD} 8`));
    expect(outcome).toMatchObject({ kept: 1, malformed: 2, problem: null });
    expect(outcome.rejected[0]?.reason).toBe('not of version 2, and no header names its fields');
  });

  test('an export from CloudWatch Logs is read', async () => {
    const { outcome, rows } = await read(lines(`2026-03-02T10:01:00.000Z ${RECORD}`, `2026-03-02T10:02:00.000Z ${RECORD}`));
    expect(outcome).toMatchObject({ kept: 2, malformed: 0 });
    expect(rows.flows[0]?.row.source_address).toBe('10.0.1.25');
  });

  test.each([
    ['a CloudTrail log', '{"Records":[]}\n'],
    ['text', 'hello world\n'],
    ['another format', `${START} 10.0.1.25 203.0.113.9\n`],
  ])('%s is set aside as a whole', async (_what, text) => {
    const { outcome } = await read(text.repeat(3));
    expect(outcome).toMatchObject({
      content: 'unknown',
      recordsRead: 0,
      problem: expect.stringContaining('cannot be read by its first line'),
    });
  });

  test('nothing at all is no flow log', async () => {
    expect((await read('')).outcome).toMatchObject({ content: 'empty', problem: expect.stringContaining('is empty') });
  });
});

describe('packed', () => {
  const unpacked = (bytes: Uint8Array) =>
    readAll(readFlowLog, unpack(inPieces(bytes, 64), contextFor(LOCATION).limits, LOCATION).bytes, contextFor(LOCATION));

  test('as several gzip members it is one log', async () => {
    const { outcome } = await unpacked(Buffer.concat([gzipSync(lines(V2, RECORD)), gzipSync(lines(V2, RECORD))]));
    expect(outcome).toMatchObject({ kept: 2, notRecords: 1, problem: null });
  });

  test('and cut off it keeps what came before, and says so', async () => {
    const whole = gzipSync(lines(V2, ...Array<string>(500).fill(RECORD)), { level: 0 });
    const { outcome } = await unpacked(whole.subarray(0, whole.length - 2000));
    expect(outcome.kept).toBeGreaterThan(400);
    expect(outcome.problem).toContain('cut off');
  });

  test('a fault that is none of the input is passed on', async () => {
    const bytes = inPieces(lines(V2), 50, new Error('no network'));
    await expect(readAll(readFlowLog, bytes, contextFor(LOCATION))).rejects.toThrow('no network');
    const faulty = inPieces(lines(V2), 50, new InputError('half of it'));
    expect((await readAll(readFlowLog, faulty, contextFor(LOCATION))).outcome.problem).toBe('half of it');
  });
});

describe('as Parquet', () => {
  const columns = (over: Readonly<Record<string, unknown[]>> = {}) =>
    Object.entries({
      version: [5, 5],
      account_id: ['111122223333', '111122223333'],
      srcaddr: ['10.0.1.25', null],
      dstaddr: ['203.0.113.9', '-'],
      dstport: [443, null],
      bytes: [4249n, null],
      start: [BigInt(START), BigInt(START)],
      end: [BigInt(START + 59), BigInt(START + 59)],
      action: ['ACCEPT', null],
      log_status: ['OK', 'SKIPDATA'],
      pkt_dst_aws_service: ['EC2', null],
      ...over,
    }).map(([name, data]) => ({ name, data }));
  const parquet = (over = {}) => new Uint8Array(parquetWriteBuffer({ columnData: columns(over) as never }));

  test('the same fields give the same rows', async () => {
    const rows = await rowsOf(parquet());
    expect(
      rows.map(({ source_index, source_address, destination_port, bytes, log_status, tells_services }) => [
        ...[source_index, source_address, destination_port, bytes, log_status, tells_services],
      ]),
    ).toEqual([
      [1, '10.0.1.25', 443, 4249, 'OK', true],
      [2, null, null, null, 'SKIPDATA', true],
    ]);
  });

  test('a bad row is set aside with its number', async () => {
    const { outcome } = await read(parquet({ srcaddr: ['10.0.1.25', 'x'] }));
    expect(outcome).toMatchObject({ kept: 1, rejected: [{ index: 2, reason: 'srcaddr is no address' }] });
  });

  test('cut off it is set aside', async () => {
    const { outcome } = await read(parquet().subarray(0, 300));
    expect(outcome).toMatchObject({ content: 'unknown', kept: 0, problem: expect.stringContaining('cut off or damaged') });
  });

  test('of another table it is set aside', async () => {
    const other = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'srcaddr', data: ['10.0.0.1'] }] }));
    expect((await read(other)).outcome.problem).toContain('has no fields start, end, dstaddr');
  });
});

/** Logs that others published: read where they are, they are not ours to hand on. */
const REAL = resolve(packageRoot(), '../shared/data/real/vpcflow');

if (existsSync(REAL)) {
  describe('logs that others published', () => {
    test.each(['otel/valid_vpc_flow_log.log', 'otel/valid_vpc_flow_log_multi.log', 'otel/valid_vpc_flow_log_ecs.log'])(
      '%s is read whole',
      async (name) => {
        const { outcome } = await read(new Uint8Array(readFileSync(join(REAL, name))), {}, join(REAL, name));
        expect(outcome).toMatchObject({ malformed: 0, problem: null });
        expect(outcome.kept).toBeGreaterThan(0);
      },
    );

    test('a Parquet file that a library wrote, with None for what is absent, keeps what can be read', async () => {
      const { outcome } = await read(new Uint8Array(readFileSync(join(REAL, 'flowlogs-reader/flows.parquet'))));
      expect(outcome).toMatchObject({ kept: 1, malformed: 2, rejected: [{ reason: 'srcport is no whole number' }, {}] });
    });

    test('one of a transit gateway is set aside', async () => {
      const { outcome } = await read(new Uint8Array(readFileSync(join(REAL, 'otel/valid_tgw_flow_log.log'))));
      expect(outcome.problem).toContain('transit gateway');
    });
  });
}
