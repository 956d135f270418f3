/** Builds what inputs come packed and wrapped in. */
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

export interface Packed {
  readonly name: string;
  readonly content: Uint8Array;
}

/** A zip as programs write it: local headers, then the directory. */
export function zip(files: readonly Packed[], damage?: 'checksum'): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of files) {
    const body = deflateRawSync(content);
    const sum = damage === undefined ? crc32(Buffer.from(content)) : 1;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x0800, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(sum, 10);
    fields.writeUInt32LE(body.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), body]);
    const entry = Buffer.alloc(42);
    entry.writeUInt16LE(20, 0);
    fields.copy(entry, 2, 0, 26);
    entry.writeUInt32LE(offset, 38);
    directory.push(Buffer.from('PK\x01\x02', 'latin1'), entry, Buffer.from(name));
    parts.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, list, end]);
}

/** @param modifiedMs of every file */
export async function tar(files: readonly Packed[], modifiedMs = Date.UTC(2026, 2, 3, 5)): Promise<Buffer> {
  const archive = pack();
  for (const { name, content } of files) archive.entry({ name, mtime: new Date(modifiedMs) }, Buffer.from(content));
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Zstandard with blocks that are stored as they are. */
export function zstd(content: Uint8Array): Buffer {
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])];
  const size = 100_000;
  for (let at = 0; at === 0 || at < content.length; at += size) {
    const block = content.subarray(at, at + size);
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | (at + size >= content.length ? 1 : 0), 0, 3);
    parts.push(header, Buffer.from(block));
  }
  return Buffer.concat(parts);
}

export function utf16(content: Uint8Array, isBigEndian: boolean, hasMark: boolean): Buffer {
  const text = Buffer.from(`${hasMark ? '\ufeff' : ''}${Buffer.from(content).toString('utf8')}`, 'utf16le');
  return isBigEndian ? text.swap16() : text;
}

type Wrap = (records: readonly string[]) => string;

const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
const lines = (texts: readonly string[]) => texts.map((text) => `${text}\n`).join('');
const json = (value: unknown) => JSON.stringify(value);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const document: Wrap = (records) => `{"Records":[${records.join(',')}]}`;
const subscription: Wrap = (records) =>
  json({
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: 'trail',
    logStream: 'a',
    subscriptionFilters: ['all'],
    logEvents: records.map((message, n) => ({ id: String(n), timestamp: 1772445600000, message })),
  });
const CONTROL = json({
  messageType: 'CONTROL_MESSAGE',
  logEvents: [{ id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE: Checking health' }],
});

/** What the records of a trail come wrapped in, by name. Each takes the text of records and gives that of a file. */
export const WRAPPINGS: Readonly<Record<string, Wrap>> = {
  'a log file': document,
  'a log file with a small r': (records) => `{"records":[${records.join(',')}]}`,
  'JSON lines': lines,
  'a list': (records) => `[${records.join(',\n')}]`,
  'one after the other': (records) => records.join(''),
  'log files one after the other': (records) => records.map((each) => document([each])).join('\n'),
  'an export of CloudWatch Logs': (records) => lines(records.map((each) => `2026-03-02T10:00:00.000Z ${each}`)),
  'filter-log-events': (records) =>
    json({ events: records.map((message) => ({ logStreamName: 'a', timestamp: 1, message, eventId: '7' })), searchedLogStreams: [] }),
  'a subscription': subscription,
  'subscriptions through Firehose': (records) => `${CONTROL}${records.map((each) => subscription([each])).join('')}`,
  'a subscription for a function': (records) => json({ awslogs: { data: gzipSync(subscription(records)).toString('base64') } }),
  'Kinesis for a function': (records) =>
    json({
      Records: records.map((each) => ({ kinesis: { data: gzipSync(subscription([each])).toString('base64') }, eventID: 'shard-1:1' })),
    }),
  'get-records of Kinesis': (records) => json({ Records: records.map((each) => ({ SequenceNumber: '1', Data: base64(each) })) }),
  SNS: (records) => lines(records.map((each) => json({ Type: 'Notification', MessageId: 'm', TopicArn: 't', Message: each }))),
  'SNS for a function': (records) => json({ Records: records.map((each) => ({ EventSource: 'aws:sns', Sns: { Message: each } })) }),
  'receive-message of SQS': (records) => json({ Messages: records.map((each) => ({ MessageId: 'm', ReceiptHandle: 'r', Body: each })) }),
  'SQS for a function': (records) => json({ Records: records.map((each) => ({ messageId: 'm', body: each, eventSource: 'aws:sqs' })) }),
  'SNS in SQS': (records) =>
    json({ Messages: records.map((each) => ({ Body: json({ Type: 'Notification', Message: document([each]) }) })) }),
  EventBridge: (records) => lines(records.map((each) => `{"version":"0","detail-type":"AWS API Call via CloudTrail","detail":${each}}`)),
  'lookup-events': (records) => json({ Events: records.map((each) => ({ EventId: 'x', EventName: 'GetObject', CloudTrailEvent: each })) }),
  'get-query-results of Lake': (records) =>
    json({ QueryStatus: 'FINISHED', QueryResultRows: records.map((each) => [{ eventJson: each }, { eventTime: 'x' }]) }),
  'a table of Lake': (records) => `eventID,eventJson\n${lines(records.map((each, n) => `${n},${cell(each)}`))}`,
  'a table of Athena': (records) => `"raw"\n${lines(records.map(cell))}`,
  'a table with semicolons': (records) => `sep=;\r\nday;Raw_Event\r\n${records.map((each) => `1;${cell(each)}\r\n`).join('')}`,
  'Splunk, JSON': (records) => lines(records.map((each) => json({ preview: false, offset: 0, result: { _raw: each, _time: 'x' } }))),
  'Splunk, results': (records) => json({ preview: false, results: records.map((each) => ({ _raw: each, host: 'h' })) }),
  'Splunk, table': (records) => `"_raw","_time"\n${lines(records.map((each) => `${cell(each)},1`))}`,
  'Splunk, collector': (records) => lines(records.map((each) => `{"sourcetype":"aws:cloudtrail","event":${each}}`)),
  'Elastic, lines': (records) =>
    lines(records.map((each) => json({ _index: 'i', _source: { '@timestamp': 'x', event: { original: each } } }))),
  'Elastic, hits': (records) =>
    json({
      took: 1,
      hits: { total: 2, hits: records.map((each) => ({ _id: 'x', _source: { message: each, aws: { cloudtrail: {} } } })) },
      status: 1,
    }),
  'Elastic, fields': (records) => lines(records.map((each) => json({ fields: { 'event.original': [each] } }))),
  'Kibana, table': (records) => `"@timestamp","event.original"\n${lines(records.map((each) => `"x",${cell(each)}`))}`,
  'Vector or Fluent Bit': (records) => lines(records.map((each) => json({ message: each, timestamp: 'x', source_type: 'aws_sqs' }))),
};

/**
 * Counts records the plain way: every object, however deep, also in texts that hold JSON or packed JSON, that has the id, the time
 * and the source of an event. Shares nothing with the readers.
 */
export function countRecords(value: unknown, unpack: (text: string) => unknown): number {
  if (typeof value === 'string') {
    const inner = unpack(value);
    return inner === undefined ? 0 : countRecords(inner, unpack);
  }
  if (typeof value !== 'object' || value === null) return 0;
  if ('eventID' in value && 'eventTime' in value && 'eventSource' in value) return 1;
  return Object.values(value).reduce((sum: number, each) => sum + countRecords(each, unpack), 0);
}
