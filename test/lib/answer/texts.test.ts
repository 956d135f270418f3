import { describe, expect, test } from '@jest/globals';
import { correlationText } from '../../../lib/answer/correlation-text.ts';
import { duration } from '../../../lib/answer/explanation-line.ts';
import { explanationText } from '../../../lib/answer/explanation-text.ts';
import { ingestText, problemText, rejectedSomething } from '../../../lib/answer/ingest-text.ts';
import { byteText, count, seconds } from '../../../lib/answer/number-text.ts';
import { statusText } from '../../../lib/answer/status-text.ts';
import type { FindingRow } from '../../../schemas/answer-tables.ts';

describe('numbers for people', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
  ])('write %i as %s', (n, text) => expect(count(n)).toBe(text));

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [2_500_000_000, '2.5 GB'],
  ])('write %i bytes as %s', (n, text) => expect(byteText(n)).toBe(text));

  test.each([
    [40, '0.0 s'],
    [9_949, '9.9 s'],
    [75_000, '75 s'],
  ])('write %i ms as %s', (ms, text) => expect(seconds(ms)).toBe(text));

  test.each([
    [999, '999 ms'],
    [42_000, '42 s'],
    [423_000, '7 min 3 s'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
  ])('write a span of %i ms as %s', (ms, text) => expect(duration(ms)).toBe(text));
});

describe('the text of an ingestion', () => {
  const none = { found: 0, ingested: 0, partial: 0, rejected: 0, skipped: 0, stillRejected: 0, failed: 0, passedOver: 0 };
  const summary = {
    inputs: none,
    passedOver: {},
    records: { read: 0, kept: 0, malformed: 0, notRecords: 0 },
    rows: {},
    problems: [],
    durationMs: 5,
  };

  test('is short when there was nothing', () => {
    expect(ingestText(summary)).toBe(
      'ingested\n  inputs   0 found\n  records  0 read = 0 kept + 0 malformed + 0 not records\n  took     0.0 s\n',
    );
  });

  test('names problems without letting them drive the terminal', () => {
    const problems = [{ location: '/a\nb', status: 'rejected', reason: 'no \u001b gzip' }];
    expect(ingestText({ ...summary, problems })).toContain('  rejected /a\\x0ab: no \\x1b gzip\n');
  });

  test('names the input once', () => {
    expect(problemText('/a', '/a is no gzip')).toBe('/a is no gzip');
    expect(problemText('/a', 'cut off')).toBe('/a: cut off');
  });

  test('tells a whole ingestion from one that lacks something', () => {
    expect(rejectedSomething({ inputs: { ...none, found: 3, ingested: 1, skipped: 2 } })).toBe(false);
    for (const state of ['partial', 'rejected', 'failed', 'stillRejected'])
      expect(rejectedSomething({ inputs: { ...none, [state]: 1 } })).toBe(true);
  });
});

describe('the text of a correlation', () => {
  const finding = (rule_id: string, severity: string, summary: string) => ({ rule_id, severity, summary }) as FindingRow;

  test('says when there was nothing to settle, and what was found all the same', () => {
    const text = correlationText({ run: null, reasons: [], newFindings: [finding('missing-evidence', 'medium', 'the report is missing')] });
    expect(text).toContain('nothing to settle: no day has news\n  findings  1 new\n');
    expect(text).toContain('the report is missing');
  });

  test('lists a few findings of each rule and counts the others', () => {
    const many = Array.from({ length: 9 }, (_, n) => finding('unattributed-write', 'high', `write ${n}`));
    const text = correlationText({ run: null, reasons: [], newFindings: [...many, finding('x', 'low', 'later')] });
    expect(text).toContain('write 4');
    expect(text).not.toContain('write 5');
    expect(text).toContain('… 4 more: query findings-open');
    expect(text).toContain('later');
  });
});

describe('the text of an explanation', () => {
  const copy = {
    event_id: 'e',
    event_name: 'PutObject',
    object_key: 'a\u001b]0;x\u0007',
    source_file: 'f',
    source_index: 3,
    record_sha256: 'abc',
    time_precision: 's',
  };

  test('shows a hostile key as it is written, harmless', () => {
    const text = explanationText({
      eventId: 'e',
      copies: [copy],
      input: null,
      logCheck: null,
      verdicts: [],
      noVerdict: 'out of scope: because',
    });
    expect(text).toContain('key:              a\\x1b]0;x\\x07\n');
    expect(text).toContain('no verdict\n  out of scope: because\n');
    expect(text).toContain('raw record\n  f record 3\n    sha256 abc\n');
  });

  test('says so when the record is gone from the lake', () => {
    expect(explanationText({ eventId: 'e', copies: [], input: null, logCheck: null, verdicts: [], noVerdict: null })).toContain(
      'the record is no longer in the lake',
    );
  });
});

describe('the text of a status', () => {
  const empty = {
    lake: '/l',
    tables: [],
    inputs: [],
    problems: [],
    evidence: {
      unread: [],
      accepted: [],
      changedInputs: [],
      failedInputs: [],
      closedByTime: [],
      unknownNetworks: [],
      unknownAccounts: [],
      knownAccounts: [],
    },
    logChecks: [],
    verdicts: [],
    findings: [],
    suppressed: [],
    missingReports: [],
    trail: { firstHour: null, lastHour: null, gaps: [] },
    days: { known: 0, settled: 0, dirty: [], openRows: 0 },
    runs: [],
    counts: [],
    silentRules: [],
    hints: [],
  };

  test('is complete for an empty lake', () => {
    expect(statusText(empty)).toBe(
      'lake /l\n\ninputs\n  none\n\nmissing\n  nothing\n\ndays\n  0 known, 0 settled, 0 with news\n  0 events not final yet\n\ncounts\n',
    );
  });

  test('shouts when a count is broken, and shortens what is long', () => {
    const days = Array.from({ length: 12 }, (_, n) => ({ dt: `2026-03-${n + 10}`, ageDays: 1, overdue: n > 0, mayCome: n === 0 }));
    const quiet = [{ dt: '2026-03-10', ageDays: 9, overdue: false, mayCome: false }];
    const text = statusText({
      ...empty,
      counts: [{ what: 'x', holds: false }],
      missingReports: [
        { accountId: '1', region: 'r', days },
        { accountId: '1', region: 'q', days: quiet },
      ],
    });
    expect(text).toContain('  reports of 1 q: 1 days without (0 overdue), none of a day on which sessions were seen\n');
    expect(text).toContain('  BROKEN x\n');
    expect(text).toContain('12 days without (11 overdue): 2026-03-10 (may still come), 2026-03-11,');
    expect(text).toContain('… 2 more');
  });
});
