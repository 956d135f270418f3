/** What an input makes a run look at again. */
import { describe, expect, test } from '@jest/globals';
import { EvidenceNotes, failureMarks, mayBeOfAnyDay } from '../../../lib/lake/evidence-notes.ts';
import { describeFailed } from '../../../lib/lake/input-row.ts';
import type { InputRow } from '../../../schemas/ledger-tables.ts';
import { inputRow } from '../../helpers/rows.ts';

const PLACE = { account_id: '111122223333', region: 'eu-west-1', report_day: '2026-03-02' };
const NAMED = '/in/appstream-logs-eu-west-1-111122223333-x/daily-session-report-2026-03-02.csv';

function marksOf(row: Partial<InputRow>, wasUnread = false) {
  const notes = new EvidenceNotes();
  notes.noteInput(inputRow({ kind: 'usage_report', content: 'sessions_report', location: '/in/a.csv', ...row }), wasUnread);
  return notes.marks().map(({ kind, account_id, region, report_day }) => [kind, account_id, region, report_day]);
}

describe('a usage report', () => {
  test.each<[Partial<InputRow>, unknown[]]>([
    [{ ...PLACE }, [['report', '111122223333', 'eu-west-1', '2026-03-02']]],
    [{ ...PLACE, status: 'rejected' }, [['report', '111122223333', 'eu-west-1', '2026-03-02']]],
    [{ ...PLACE, account_id: null }, []],
    [{ ...PLACE, account_id: null, status: 'partial' }, [['unread', null, 'eu-west-1', '2026-03-02']]],
    [{ ...PLACE, region: null, status: 'partial' }, [['unread', '111122223333', null, '2026-03-02']]],
    [{ ...PLACE, report_day: null, status: 'rejected', content: 'unknown' }, [['unread', '111122223333', 'eu-west-1', null]]],
    [{ account_id: null, region: null, report_day: null, status: 'rejected', content: 'applications_report' }, []],
    [{ account_id: null, status: 'rejected', content: 'unknown', location: '/in/daily-app-report-2026-03-02.csv' }, []],
    [{ account_id: null, status: 'rejected', kind: 'cloudtrail' }, []],
  ])('%j marks %j', (row, expected) => {
    expect(marksOf({ account_id: null, region: null, report_day: null, status: 'ingested', ...row })).toEqual(expected);
  });

  test('that was unread before marks what its place may be of, whatever it turns out to be', () => {
    const mark = ['unread', '111122223333', 'eu-west-1', '2026-03-02'];
    expect(marksOf({ ...PLACE, location: NAMED }, true)).toEqual([['report', ...mark.slice(1)], mark]);
    expect(marksOf({ location: NAMED, content: 'applications_report' }, true)).toEqual([mark]);
    expect(marksOf({ ...PLACE }, true)).toContainEqual(['unread', null, null, null]);
  });
});

test.each([
  ['usage_report', NAMED, [{ kind: 'unread', ...PLACE }]],
  ['usage_report', '/in/export.csv', [{ kind: 'unread', account_id: null, region: null, report_day: null }]],
  ['usage_report', '/in/daily-app-report-2026-03-02.csv', []],
  ['usage_report', '/in/daily-app-report-copies/export.csv', [{ kind: 'unread', account_id: null }]],
  ['cloudtrail', '/in/a.json', []],
  ['flow_log', '/in/a.log', []],
  ['snapshot', '/in/a.jsonl', []],
] as const)('a failed %s at %s marks what it may be of', (kind, location, expected) => {
  const object = { location, kind, sizeBytes: 0, modifiedMs: 0, etag: null };
  expect(failureMarks(describeFailed(object, 'gone', 5))).toMatchObject(expected);
});

test('a place that lacks account, region or day may be of any', () => {
  expect(mayBeOfAnyDay(NAMED)).toBe(false);
  for (const place of ['/in/daily-session-report-2026-03-02.csv', NAMED.replace(/daily.*/, 'a.csv')]) {
    expect(mayBeOfAnyDay(place)).toBe(true);
  }
});
