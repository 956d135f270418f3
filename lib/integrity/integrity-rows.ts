/** What a verification found, as rows of the lake. */
import type { DigestRow, LogCheckRow } from '../../schemas/integrity-tables.ts';
import type { CheckedDigest } from './digest-checks.ts';
import type { CheckedLog } from './log-checks.ts';

export function digestRow(checked: CheckedDigest, checkedAtMs: number): DigestRow {
  const { digest } = checked;
  return {
    digest_id: checked.id,
    location: checked.location,
    content_sha256: checked.sha256,
    chain: checked.chain,
    account_id: checked.accountId,
    region: checked.region,
    trail: checked.trail,
    backfill: checked.chain.endsWith(' backfill'),
    digest_start_ms: checked.startMs,
    digest_end_ms: checked.endMs,
    state: checked.state,
    reason: checked.reason,
    note: checked.note,
    moved: checked.moved,
    listed_files: digest?.files.length ?? 0,
    signature_from: checked.signatureFrom,
    key_fingerprint: digest?.fingerprint.toLowerCase() ?? null,
    key_source: checked.keySource,
    checked_at_ms: checkedAtMs,
  };
}

export function logCheckRow(checked: CheckedLog, checkedAtMs: number): LogCheckRow {
  const { listed, by } = checked;
  return {
    location: checked.location,
    version: checked.version,
    state: checked.state,
    reason: checked.reason,
    note: checked.note,
    moved: checked.moved,
    content_sha256: checked.contentSha256,
    listed_sha256: listed?.sha256 ?? null,
    listed_as: listed === null ? null : `s3://${listed.bucket}/${listed.key}`,
    account_id: checked.accountId,
    region: checked.region,
    delivered_ms: checked.deliveredMs,
    digest_id: by?.id ?? null,
    digest_end_ms: by?.endMs ?? null,
    key_fingerprint: by?.digest?.fingerprint.toLowerCase() ?? null,
    key_source: by?.keySource ?? null,
    checked_at_ms: checkedAtMs,
  };
}
