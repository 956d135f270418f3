/** Records of session checks: JSON lines, one check a line (form: `schemas/session-check.ts`). */
import { type SessionCheck, sessionCheckSchema } from '../../schemas/session-check.ts';
import type { SessionCheckRow } from '../../schemas/session-checks-table.ts';
import { canonicalAddress } from '../address.ts';
import { InputError } from '../errors.ts';
import { formatDt, parseTime } from '../time.ts';
import { sha256Hex } from './digest.ts';
import { readHomeFolderKey } from './home-folder-key.ts';
import { type Line, readLines } from './line-reader.ts';
import type { InputContext, Reader, RejectedRecord } from './reader.ts';
import { whyOutOfRange } from './time-range.ts';
import { Unanimous } from './unanimous.ts';

/** A file whose first lines hold no check is something else: reading on would only pile up rejections. */
const GIVE_UP_AFTER = 1000;

const REMEDY = 'give the answers of verify-session, one on each line';

/** Reads checks: one row of `session_checks` for each line that is one. */
export const readSessionChecks: Reader = async (bytes, context, sink) => {
  const rejected: RejectedRecord[] = [];
  const accounts = new Unanimous();
  const regions = new Unanimous();
  let kept = 0;
  let problem: string | null = null;
  try {
    for await (const lines of readLines(bytes, context.limits)) {
      for (const line of lines) {
        if (line.flaw === null && line.text.trim() === '') continue;
        const read = readCheck(line, context);
        if ('reason' in read) {
          rejected.push(read);
          continue;
        }
        sink.append('session_checks', formatDt(read.row.checked_at_ms), read.row);
        kept += 1;
        if (read.row.account_id !== null) accounts.add(read.row.account_id);
        if (read.row.region !== null) regions.add(read.row.region);
      }
      if (kept === 0 && rejected.length >= GIVE_UP_AFTER) {
        problem = `${context.location} holds no session check in its first ${GIVE_UP_AFTER} lines; ${REMEDY}`;
        break;
      }
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problem = error.message;
  }
  const recordsRead = kept + rejected.length;
  return {
    content: recordsRead === 0 ? 'empty' : kept > 0 ? 'session_checks' : 'unknown',
    recordsRead,
    kept,
    malformed: rejected.length,
    notRecords: 0,
    rejected,
    problem: problem ?? (recordsRead === 0 ? `${context.location} is empty; ${REMEDY}` : null),
    accountId: accounts.value,
    region: regions.value,
    reportDay: null,
  };
};

function readCheck(line: Line, context: InputContext): { readonly row: SessionCheckRow } | RejectedRecord {
  const refuse = (reason: string) => ({ index: line.number, reason });
  if (line.flaw !== null) return refuse(line.flaw);
  let parsed: unknown;
  try {
    parsed = JSON.parse(line.text);
  } catch {
    // the parser's own message quotes the text
    return refuse(line.ending === '' ? 'not JSON; the last line may be cut off' : 'not JSON');
  }
  const read = sessionCheckSchema.safeParse(parsed);
  if (!read.success) return refuse(read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim()).join(', '));
  const row = rowOf(read.data, line, context);
  const impossible = whyOutOfRange(row.checked_at_ms, 'checkedAt', context.limits);
  return impossible === null ? { row } : refuse(impossible);
}

function rowOf(check: SessionCheck, line: Line, context: InputContext): SessionCheckRow {
  const { claims, upload, session } = check;
  const named = (result: string) => check.checks.filter((each) => each.result === result).map((each) => each.check);
  const from = upload === null ? claims.address : upload.sourceAddress;
  return {
    check_id: check.checkId,
    checked_at_ms: ms(check.checkedAt) as number,
    origin: check.origin,
    verdict: check.verdict,
    reason: check.reason,
    claimed_session_id: claims.sessionId,
    claimed_user_id: claims.userId,
    claimed_authentication_type: claims.authenticationType,
    claimed_stack_name: claims.stack,
    claimed_fleet_name: claims.fleet,
    claimed_address: claims.address,
    object_bucket: upload?.bucket ?? null,
    object_key: upload?.key ?? null,
    object_etag: upload?.etag ?? null,
    uploaded_at_ms: ms(upload?.uploadedAt),
    source_address: from === null ? null : (canonicalAddress(from) ?? from),
    uploader: upload?.uploader ?? null,
    account_id: session?.accountId ?? readHomeFolderKey(upload?.bucket ?? null, upload?.key ?? null)?.accountId ?? null,
    region: session?.region ?? null,
    session_user_id: session?.userId ?? null,
    session_authentication_type: session?.authenticationType ?? null,
    session_stack_name: session?.stack ?? null,
    session_fleet_name: session?.fleet ?? null,
    session_state: session?.state ?? null,
    session_start_ms: ms(session?.startTime),
    session_addresses: (session?.addresses ?? []).map((each) => canonicalAddress(each) ?? each),
    address_session_ids: check.onAddress.sessionIds,
    address_user_ids: check.onAddress.userIds,
    passed: named('passed'),
    failed: named('failed'),
    unknown: named('unknown'),
    questions: check.searched.questions,
    search_scope: check.searched.scope,
    search_complete: check.searched.complete,
    record_sha256: sha256Hex(line.text),
    source_file: context.location,
    source_index: line.number,
    ingested_at_ms: context.ingestedAtMs,
  };
}

function ms(time: string | null | undefined): number | null {
  return parseTime(time ?? '')?.ms ?? null;
}
