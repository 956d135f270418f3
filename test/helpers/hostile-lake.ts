/** A settled lake whose keys, users and callers try to act on the page that shows them. */

import { explainEvent } from '../../lib/answer/explanation.ts';
import { explanationText } from '../../lib/answer/explanation-text.ts';
import { lakeStatus, type Status } from '../../lib/answer/status.ts';
import { findingRules } from '../../lib/engine/finding-rules.ts';
import type { Lake } from '../../lib/engine/lake.ts';
import { readSqlFile } from '../../lib/local/sql-files.ts';
import { type ReportRequest, reportModel } from '../../lib/report/report-data.ts';
import type { ReportModel } from '../../lib/report/report-model.ts';
import { defaultConfiguration } from '../../schemas/configuration.ts';
import { eventRow, reportedSession, utc } from './rows.ts';
import { CLOSED, day, report, Scenario } from './scenario.ts';

/** Keys that would act if a page took them for anything but text. */
export const HOSTILE_KEYS: readonly string[] = [
  '</script><script>window.__xss = 1</script>',
  '<!--<script>window.__xss = 2',
  '"><img src=x onerror="window.__xss = 3">',
  "'><svg onload=window.__xss=4>",
  'javascript:window.__xss=5',
  '{{constructor.constructor("window.__xss = 6")()}}',
  '</style><style>body{display:none}</style>',
  '</title><h1>owned</h1>',
  '<base href="https://example.org/">',
  ['$', '{window.__xss = 7}'].join(''),
  ['`$', '{window.__xss = 8}`'].join(''),
  'nul \u0000 bell \u0007 escape \u001b[31m',
  'invoice\u202efdp.exe',
  'zero\u200bwidth\u2066isolate\u2069',
  'half \ud800 of a pair',
  '=HYPERLINK("https://example.org/?"&A1)',
  '__proto__',
  'constructor',
  'a&b;<b>&lt;&#60;',
  `deep/${'k'.repeat(1000)}/end.bin`,
];

export const HOSTILE_USER = '<img src=x onerror=window.__xss=9>@example.com';
export const PLAIN_USER = 'ines.vogel@example.com';

/** One session of each user; every hostile key read by one and written by nobody who is known. */
export async function hostileLake(): Promise<Scenario> {
  const scenario = await Scenario.begin();
  const at = (n: number) => utc('10:00:00') + n * 60_000;
  const read = HOSTILE_KEYS.map((object_key, n) =>
    eventRow({
      event_id: `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, '0')}`,
      join_time_ms: at(n),
      object_key,
      source_address: n % 2 === 0 ? '10.0.1.25' : '10.0.1.26',
      bytes_out: 1000 + n,
      principal_arn: `arn:aws:sts::111122223333:assumed-role/FleetRole/${PLAIN_USER}`,
      source_index: n,
    }),
  );
  const written = HOSTILE_KEYS.map((object_key, n) =>
    eventRow({
      event_id: `bbbbbbbb-0000-4000-8000-${String(n).padStart(12, '0')}`,
      join_time_ms: at(n) + 4 * 3_600_000,
      event_name: 'PutObject',
      action: 'write',
      read_only: false,
      object_key,
      copy_source: `data/${object_key}`,
      source_address: '10.0.1.99',
      error_code: n === 3 ? 'AccessDenied' : null,
      source_index: 100 + n,
    }),
  );
  const home = eventRow({
    event_id: 'cccccccc-0000-4000-8000-000000000001',
    join_time_ms: at(30),
    object_key: `home/ines.vogel/${encodeURIComponent(PLAIN_USER)}/ip-10-0-1-25/notes.txt`,
    source_index: 200,
  });
  await scenario.commit({
    events: [...read, ...written, home],
    sessions: [
      reportedSession({ user_id: HOSTILE_USER, client_addresses: ['198.51.100.7'] }),
      reportedSession({ session_id: 's-2', user_id: PLAIN_USER, private_addresses: ['10.0.1.26'], instance_id: 'i-2' }),
    ],
    inputs: ['2026-03-01', '2026-03-02', '2026-03-03'].map((dt) => report(dt)),
  });
  await scenario.settle(CLOSED);
  return scenario;
}

/** The time that reports of tests are made at. */
export const AS_OF = day('2026-03-21');

/** The lake does not change under a test, and a status takes as many questions as the rest of a report. */
const statuses = new WeakMap<Lake, Map<number, Promise<Status>>>();

function statusOf(lake: Lake, asOfMs: number): Promise<Status> {
  const known = statuses.get(lake) ?? new Map<number, Promise<Status>>();
  statuses.set(lake, known);
  const status = known.get(asOfMs) ?? lakeStatus(lake, defaultConfiguration, asOfMs, findingRules());
  known.set(asOfMs, status);
  return status;
}

/** What a report of a lake says. */
export function modelOf(lake: Lake, more: Partial<ReportRequest> = {}): Promise<ReportModel> {
  const request: ReportRequest = {
    subject: {},
    asOfMs: AS_OF,
    rows: 50_000,
    redact: [],
    tz: null,
    marking: null,
    command: ['--out', 'report.html'],
    ...more,
  };
  return reportModel(request, {
    lake,
    readSql: readSqlFile,
    rules: findingRules(),
    toolVersion: 'test',
    status: () => statusOf(lake, request.asOfMs),
    explain: async (id) => explanationText(await explainEvent(lake, id, defaultConfiguration.window)),
  });
}
