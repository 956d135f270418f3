/** Records of session checks, as they are read back. */
import { describe, expect, test } from '@jest/globals';
import { readSessionChecks } from '../../../lib/ingest/session-check-reader.ts';
import { judgeClaims } from '../../../lib/verify/verify-session.ts';
import { ALICE, AT, CLAIMS, MALLORY, searchOf, UPLOAD } from '../verify/evidence.ts';
import { contextFor, inPieces, readAll } from './read-text.ts';

const request = { checkId: 'c'.repeat(32), origin: 'home-folder', claims: CLAIMS, homeFolder: UPLOAD } as const;
const upload = { ...UPLOAD, sourceAddress: '10.0.1.66' };
const CHECK = judgeClaims({ ...request, upload }, { ...CLAIMS, address: null }, searchOf([ALICE, MALLORY]), AT);
const LINE = `${JSON.stringify(CHECK)}\n`;

const read = (text: string) => readAll(readSessionChecks, inPieces(text, 100), contextFor('/x/session-checks.jsonl'));

describe('a record of a session check', () => {
  test('becomes a row of its day with what was claimed, what AppStream said and what came of it', async () => {
    const { outcome, rows } = await read(LINE);
    expect(outcome).toMatchObject({ content: 'session_checks', kept: 1, problem: null, accountId: '111122223333', region: 'eu-west-1' });
    expect(rows.session_checks).toMatchObject([
      {
        dt: '2026-03-02',
        row: {
          check_id: 'c'.repeat(32),
          checked_at_ms: AT,
          origin: 'home-folder',
          verdict: 'refused',
          reason: 'address_failed',
          claimed_session_id: 's-alice',
          claimed_user_id: 'alice@example.com',
          claimed_address: null,
          object_key: UPLOAD.key,
          uploaded_at_ms: Date.UTC(2026, 2, 2, 10, 30, 0),
          source_address: '10.0.1.66',
          uploader: '111122223333',
          account_id: '111122223333',
          session_user_id: 'alice@example.com',
          session_start_ms: ALICE.startMs,
          session_addresses: ['10.0.1.25'],
          address_session_ids: ['s-mallory'],
          address_user_ids: ['mallory@example.com'],
          failed: ['address'],
          unknown: ['alone'],
          search_scope: 'all',
          search_complete: true,
          source_index: 1,
        },
      },
    ]);
  });

  test('without a session has the account of its bucket', async () => {
    const none = judgeClaims({ ...request, upload }, CLAIMS, searchOf([]), AT);
    const { rows } = await read(`${JSON.stringify(none)}\n`);
    expect(rows.session_checks[0]?.row).toMatchObject({
      account_id: '111122223333',
      region: null,
      session_user_id: null,
      failed: ['exists'],
    });
  });

  test.each([
    ['is cut off', LINE.slice(0, 80), 'not JSON; the last line may be cut off'],
    ['is no JSON', 'x\n', 'not JSON'],
    ['is something else', '{}\n', 'checkId must be 32 hex digits'],
    ['has another verdict', LINE.replace('"refused"', '"perhaps"'), 'verdict'],
    ['has an impossible time', LINE.replace('2026-03-02T10:30:05Z', '2026-13-02T10:30:05Z'), 'checkedAt must be a time'],
    ['is of before S3', LINE.replace('2026-03-02T10:30:05Z', '1999-03-02T10:30:05Z'), 'time_out_of_range: checkedAt'],
  ])('that %s is set aside, and the others are kept', async (_, text, reason) => {
    const { outcome } = await read(`${LINE}${text}`);
    expect(outcome).toMatchObject({ kept: 1, malformed: 1 });
    expect(outcome.rejected).toEqual([{ index: 2, reason: expect.stringContaining(reason) }]);
    expect(outcome.rejected[0]?.reason).not.toContain('perhaps');
  });

  test('is missed in an empty file, and in one that holds something else', async () => {
    expect((await read('')).outcome).toMatchObject({ content: 'empty', problem: expect.stringContaining('is empty') });
    const other = await read('{}\n'.repeat(3000));
    expect(other.outcome.problem).toContain('holds no session check in its first 1000 lines');
    expect(other.outcome.recordsRead).toBeLessThan(3000);
  });
});
