import type { Row, Table } from './table.ts';

/** One digest file of CloudTrail as `verify-logs` found it, or a span for which there is none. */
export const digests = {
  name: 'digests',
  doc: 'One digest file of CloudTrail (F§5.5) as the last `verify-logs` found it, or a span of time for which a chain has none.',
  key: ['digest_id'],
  kind: 'ledger',
  columns: {
    digest_id: {
      type: 'text',
      required: true,
      doc: 'The same for the same digest or span: a hash of its chain and content, or of its bounds.',
    },
    location: { type: 'text', doc: 'Where it was read: absolute path or `s3://bucket/key`; null for a span without digest.' },
    content_sha256: { type: 'text', doc: 'Lower-case hex SHA-256 of its unpacked bytes, which is what is signed.' },
    chain: {
      type: 'text',
      required: true,
      doc: 'The chain it belongs to: `s3://bucket/[prefix/]AWSLogs/[o-…/]account/CloudTrail-Digest/region trail home-region`, ` backfill` behind it for backfills.',
    },
    account_id: { type: 'text', doc: 'Account whose logs it is about.' },
    region: { type: 'text', doc: 'Region whose logs it is about.' },
    trail: { type: 'text', doc: 'Name of the trail, from the name of the file.' },
    backfill: { type: 'boolean', required: true, doc: 'True for a backfill: it lists log files that a digest before left out.' },
    digest_start: { type: 'timestamp', doc: 'Start of the hour it is about, by delivery of log files, UTC; inclusive.' },
    digest_start_ms: { type: 'bigint', doc: '`digest_start` as epoch milliseconds; null when it cannot be read.' },
    digest_end: { type: 'timestamp', doc: 'End of that hour, UTC; exclusive.' },
    digest_end_ms: { type: 'bigint', doc: '`digest_end` as epoch milliseconds; null when it cannot be read.' },
    state: {
      type: 'text',
      required: true,
      doc: '`valid` (its signature verifies), `broken_link` (it verifies, but the digest before it is not the one that it names), `bad_signature`, `no_signature`, `no_key`, `malformed`, or `absent` (a span without digest).',
    },
    reason: {
      type: 'text',
      required: true,
      doc: 'Why, in a word: for `absent` `removed` (the next one names a digest that is not there), `not_made` (the next one names the one before the span), `restarted` (the next one begins a chain), `before_first`, `overdue` (no newer one).',
    },
    note: { type: 'text', required: true, doc: 'The same in a sentence.' },
    moved: {
      type: 'boolean',
      required: true,
      doc: 'True when it lies elsewhere than where it was signed for; its content is proven all the same.',
    },
    listed_files: { type: 'bigint', required: true, doc: 'Log files that it lists.' },
    signature_from: {
      type: 'text',
      doc: 'Where the signature came from: `metadata` (of the object), `file` (saved signatures) or `next_digest`; null without one.',
    },
    key_fingerprint: { type: 'text', doc: 'Fingerprint of the public key that it names: MD5 of its DER bytes, hex.' },
    key_source: { type: 'text', doc: 'Where that key came from: a file, or CloudTrail itself and when. Null without the key.' },
    checked_at: { type: 'timestamp', doc: 'When it was checked, UTC.' },
    checked_at_ms: { type: 'bigint', required: true, doc: '`checked_at` as epoch milliseconds.' },
  },
} as const satisfies Table;

/** What digests say of one log file. */
export const logChecks = {
  name: 'log_checks',
  doc: 'What digests say of one log file of CloudTrail, by the last `verify-logs` that looked at it. Of an input, or of a file that is listed and not there.',
  key: ['location', 'version'],
  kind: 'ledger',
  columns: {
    location: {
      type: 'text',
      required: true,
      doc: 'The input, as in `inputs`; for a missing file the place at which it is listed, `s3://bucket/key`.',
    },
    version: {
      type: 'text',
      required: true,
      doc: 'SHA-256 of the bytes as stored, as in `inputs`: what was ingested is what was checked. `missing` for a missing file.',
    },
    state: {
      type: 'text',
      required: true,
      doc: '`verified`, `modified`, `missing`, `unlisted` or `not_covered` ([evidence](evidence.md)).',
    },
    reason: { type: 'text', required: true, doc: 'Why, in a word.' },
    note: { type: 'text', required: true, doc: 'The same in a sentence.' },
    moved: { type: 'boolean', required: true, doc: 'True when it lies elsewhere than where the digest lists it.' },
    content_sha256: {
      type: 'text',
      doc: 'Lower-case hex SHA-256 of its unpacked bytes, which is what digests list; null when they could not be had.',
    },
    listed_sha256: { type: 'text', doc: 'SHA-256 that the digest lists for it.' },
    listed_as: { type: 'text', doc: 'Place at which the digest lists it, `s3://bucket/key`.' },
    account_id: { type: 'text', doc: 'Account that its name states.' },
    region: { type: 'text', doc: 'Region that its name states.' },
    delivered: { type: 'timestamp', doc: 'Time in its name, UTC: 18 minutes before to 5 after its delivery (F§5.4).' },
    delivered_ms: { type: 'bigint', doc: '`delivered` as epoch milliseconds; null when its name states none.' },
    digest_id: { type: 'text', doc: 'The digest that lists it (`digests`).' },
    digest_end: { type: 'timestamp', doc: 'End of the hour of that digest, UTC.' },
    digest_end_ms: { type: 'bigint', doc: '`digest_end` as epoch milliseconds.' },
    key_fingerprint: { type: 'text', doc: 'Fingerprint of the public key that verifies that digest.' },
    key_source: { type: 'text', doc: 'Where that key came from.' },
    checked_at: { type: 'timestamp', doc: 'When it was checked, UTC.' },
    checked_at_ms: { type: 'bigint', required: true, doc: '`checked_at` as epoch milliseconds.' },
  },
} as const satisfies Table;

export type DigestRow = Row<typeof digests>;
export type LogCheckRow = Row<typeof logChecks>;
