/** The forms of text that records of CloudTrail come in besides JSON: tables with a column of whole records, and exported log lines. */
import { readDialect } from './csv-dialect.ts';

/** Bytes of the head that are looked at. */
export const TEXT_HEAD_BYTES = 16_384;

export type CloudTrailText =
  | { readonly form: 'json' }
  /** Every line has a time in front: an export of CloudWatch Logs to S3. */
  | { readonly form: 'log-lines' }
  /** A table; the records are in the column of this place. */
  | { readonly form: 'table'; readonly column: number }
  /** A table that lost the records. */
  | { readonly form: 'refused'; readonly why: string };

/** What CloudWatch Logs puts before every line that it exports. */
export const EXPORT_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z[ \t]+(?=[{[])/;

/** Columns that hold a record whole, by the names that Athena tables, lake queries, Splunk and Kibana give them. */
const WHOLE =
  /^(?:_raw|raw|raw_?(?:event|record|data|message)|event_?json|(?:_source\.)?event\.original|@?message|cloudtrail_?event|record|json|body|log)$/;

/** Columns of a record that was taken apart. */
const PARTS = ['eventid', 'eventtime', 'eventname', 'eventsource', 'useridentity', 'requestparameters', 'sourceipaddress'];

/** @param head the first bytes, unpacked */
export function readTextForm(head: Buffer): CloudTrailText {
  const text = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (/^[{[]/.test(text)) return { form: 'json' };
  if (EXPORT_TIME.test(text)) return { form: 'log-lines' };
  const [first = '', second = ''] = text.split(/\r\n|\n|\r/);
  const dialect = readDialect({ number: 1, text: first, ending: '\n', flaw: null });
  const line = dialect.skipsFirst ? second : first;
  const names = line.split(dialect.separator).map((name) =>
    name
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .toLowerCase(),
  );
  const column = names.findIndex((name) => WHOLE.test(name));
  if (column >= 0) return { form: 'table', column };
  const parts = PARTS.filter((name) => names.includes(name.toLowerCase()));
  if (parts.length < 2) return { form: 'json' };
  return {
    form: 'refused',
    why:
      'is a table of parts of records, as CloudTrail Lake or Athena answers; run the query with SELECT eventJson in CloudTrail Lake, ' +
      'or give the files of the trail: aws s3 sync s3://TRAIL-BUCKET/AWSLogs/ trail/',
  };
}
