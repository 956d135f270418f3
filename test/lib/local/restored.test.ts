/** Bytes that come back after others were there are an issue like any other: nobody forgets what the others said. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openLake } from '../../../lib/engine/lake.ts';
import { ingest } from '../../../lib/local/ingest.ts';

const HEADER =
  'user_session_id,aws_account_id,region,session_start_time,session_end_time,user_id,authentication_type,eni_private_ip_address,connected_at_least_once';
const report = (user: string) =>
  `${HEADER}\ns-1,111122223333,eu-west-1,2026-03-02T10:00:00Z,2026-03-02T11:00:00Z,${user},SAML,10.0.1.25,true\n`;

test('a report that is rewritten and restored stays contested: both users are sessions, each once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'restored-'));
  const path = join(folder, 'daily-session-report-2026-03-02.csv');
  const lake = await openLake(join(folder, 'lake'), { mode: 'write', create: true, command: 'test', threads: 1 });
  try {
    const users: unknown[][] = [];
    for (const [at, user] of [
      [1_772_600_000, 'alice'],
      [1_772_600_100, 'evela'],
      [1_772_600_200, 'alice'],
    ] as const) {
      writeFileSync(path, report(user));
      utimesSync(path, at, at);
      await ingest(lake, { cloudtrail: [], usageReports: [path], snapshots: [], flowLogs: [] }, { nowMs: at * 1000 });
      users.push((await lake.query('SELECT user_id FROM resolved_sessions ORDER BY user_id')).rows.map(([user]) => user));
    }
    expect(users).toEqual([['alice'], ['alice', 'evela'], ['alice', 'evela']]);
  } finally {
    await lake.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
