/** Inputs that could not be opened stay in the ledger until they are read, and a run looks again at what they may have been of. */
import { mkdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Lake, openLake } from '../../../lib/engine/lake.ts';
import type { IngestSummary } from '../../../lib/local/ingest.ts';
import {
  ingestInto,
  logText,
  NOW_MS,
  removeFolder,
  reportText,
  someRecords,
  temporaryFolder,
  writeInput,
} from '../../helpers/input-files.ts';

const DAY = 'sessions/schedule=DAILY/year=2026/month=03/day=02';
const NAMED = `reports/appstream-logs-eu-west-1-111122223333-x/${DAY}/daily-session-report-2026-03-02.csv`;
const REPORT = { account_id: '111122223333', region: 'eu-west-1', report_day: '2026-03-02' };
const ANY = { account_id: null, region: null, report_day: null };

let folder: string;
let lake: Lake;

beforeEach(async () => {
  folder = temporaryFolder('unread-inputs');
  lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
});
afterEach(async () => {
  await lake.close();
  removeFolder(folder);
});

const path = (name: string) => join(folder, name);

/** A link to nothing: it is listed, and opening it fails, for whomever runs the test. */
function breakInput(name: string): string {
  mkdirSync(dirname(path(name)), { recursive: true });
  rmSync(path(name), { force: true });
  symlinkSync(path('nowhere'), path(name));
  return path(name);
}

function mend(name: string, text: string): string {
  rmSync(path(name));
  return writeInput(folder, name, text);
}

const ingestReports = (): Promise<IngestSummary> => ingestInto(lake, { usageReports: [path('reports')] });

/** What was marked since the last call. */
async function newMarks(): Promise<Record<string, unknown>[]> {
  const marks = await lake.database.rows<Record<string, unknown>>(
    'SELECT kind, account_id, region, report_day FROM evidence_marks ORDER BY ALL NULLS FIRST',
  );
  await lake.database.run('DELETE FROM evidence_marks');
  return marks;
}

const failedRows = () =>
  lake.database.rows('SELECT location, kind, account_id, region, report_day, failed_at_ms FROM failed_inputs ORDER BY location');

describe('an input that could not be opened', () => {
  test('is kept with its place, marked, replaced when it fails again, and gone and marked once it is read', async () => {
    breakInput(NAMED);
    expect((await ingestReports()).inputs).toMatchObject({ found: 1, failed: 1 });
    const row = { location: path(NAMED), kind: 'usage_report', ...REPORT, failed_at_ms: NOW_MS };
    expect(await failedRows()).toEqual([row]);
    expect(await lake.query('SELECT reason, failed_at FROM failed_inputs')).toMatchObject({
      rows: [[expect.stringContaining('vanished before it could be read'), expect.anything()]],
    });
    expect(await newMarks()).toEqual([{ kind: 'unread', ...REPORT }]);

    await ingestInto(lake, { usageReports: [path('reports')] }, { nowMs: NOW_MS + 1000 });
    expect(await failedRows()).toEqual([{ ...row, failed_at_ms: NOW_MS + 1000 }]);
    expect(await newMarks()).toEqual([{ kind: 'unread', ...REPORT }]);

    mend(NAMED, reportText({}));
    expect((await ingestReports()).inputs).toMatchObject({ ingested: 1, failed: 0 });
    expect(await failedRows()).toEqual([]);
    expect(await newMarks()).toEqual([
      { kind: 'report', ...REPORT },
      { kind: 'unread', ...REPORT },
    ]);

    await ingestReports();
    expect(await newMarks()).toEqual([]);
  });

  test('may be of any account and day when its place says none, and stands beside inputs that are read', async () => {
    breakInput('reports/export.csv');
    writeInput(folder, NAMED, reportText({}));
    await ingestReports();
    expect(await failedRows()).toMatchObject([{ location: path('reports/export.csv'), ...ANY }]);
    expect(await newMarks()).toEqual([
      { kind: 'report', ...REPORT },
      { kind: 'unread', ...ANY },
    ]);
    mend('reports/export.csv', reportText({}));
    await ingestReports();
    expect((await newMarks()).filter((mark) => mark['kind'] === 'unread')).toEqual([{ kind: 'unread', ...ANY }]);
  });

  test('is kept and marks nothing when it is a log, or a report of applications', async () => {
    const trail = 'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02/111122223333_CloudTrail_eu-west-1_20260302T1015Z_aB3.json.gz';
    breakInput(`logs/${trail}`);
    breakInput('reports/daily-app-report-2026-03-02.csv');
    await ingestInto(lake, { cloudtrail: [path('logs')], usageReports: [path('reports')] });
    expect(await failedRows()).toMatchObject([
      { kind: 'cloudtrail', account_id: '111122223333', region: 'eu-west-1', report_day: null },
      { kind: 'usage_report', ...ANY, report_day: '2026-03-02' },
    ]);
    expect(await newMarks()).toEqual([]);
  });

  test('is not expected any longer when it is there again as it was known, although it is not read again', async () => {
    writeInput(folder, NAMED, reportText({}));
    await ingestReports();
    breakInput(NAMED);
    await ingestReports();
    await newMarks();
    mend(NAMED, reportText({}));
    for (const modified of [undefined, new Date('2026-03-05T00:00:00Z')]) {
      if (modified) utimesSync(path(NAMED), modified, modified);
      expect((await ingestReports()).inputs).toMatchObject({ skipped: 1, ingested: 0, failed: 0 });
    }
    expect(await failedRows()).toEqual([]);
    expect(await newMarks()).toEqual([{ kind: 'unread', ...REPORT }]);
    expect(await lake.database.count('SELECT count(*) FROM sessions')).toBe(1);
  });

  test('is not expected any longer when it was a folder whose files are found now', async () => {
    breakInput('reports/inner');
    writeInput(folder, 'reports/inner2/daily-session-report-2026-03-01.csv', reportText({}));
    await ingestReports();
    expect(await failedRows()).toMatchObject([{ location: path('reports/inner') }]);
    await newMarks();
    rmSync(path('reports/inner'));
    await ingestReports();
    expect(await failedRows()).toHaveLength(1);
    expect(await newMarks()).toEqual([]);
    writeInput(folder, 'reports/inner/daily-session-report-2026-03-03.csv', reportText({}));
    await ingestReports();
    expect(await failedRows()).toEqual([]);
    expect(await newMarks()).toContainEqual({ kind: 'unread', ...ANY });
  });
});

describe('a usage report of which something was set aside', () => {
  const bad = reportText({}, { user_session_id: 'x', session_end_time: 'never' });
  const unread = async () => (await newMarks()).filter((mark) => mark['kind'] === 'unread');

  test('marks its day as a report does when its place says whose it is', async () => {
    writeInput(folder, NAMED, bad);
    await ingestReports();
    expect(await newMarks()).toEqual([{ kind: 'report', ...REPORT }]);
  });

  test('marks what it may have been of when it does not say, and again when it is read in whole', async () => {
    writeInput(folder, 'reports/export.csv', bad);
    await ingestReports();
    expect(await unread()).toEqual([{ kind: 'unread', ...REPORT, report_day: null }]);
    await ingestReports();
    expect(await unread()).toEqual([]);

    writeInput(folder, 'reports/export.csv', 'nonsense\n');
    await ingestReports();
    expect(await unread()).toEqual([{ kind: 'unread', ...ANY }]);

    writeInput(folder, 'reports/export.csv', reportText({}));
    await ingestReports();
    expect(await unread()).toEqual([{ kind: 'unread', ...ANY }]);

    writeInput(folder, 'reports/export.csv', reportText({}, { user_session_id: 'y' }));
    await ingestReports();
    expect(await unread()).toEqual([]);
  });
});

test('an ingest without a failure leaves no failed input', async () => {
  writeInput(folder, 'logs/a.json', logText(...someRecords('a', 2)));
  await ingestInto(lake, { cloudtrail: [path('logs')] });
  expect(await failedRows()).toEqual([]);
});
