/** What `cloud accept` puts into the central bucket. */
import { describe, expect, test } from '@jest/globals';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { type NewAcceptance, newAcceptance, type Unreadable } from '../../../lib/answer/acceptance.ts';
import { putAcceptances } from '../../../lib/cloud/acceptance.ts';
import { MemoryStore } from './memory-store.ts';

const NOW_MS = Date.parse('2026-03-10T12:00:00Z');
const ARN = 'arn:aws:sts::111122223333:assumed-role/Responder/ada';
const LINE: Unreadable = {
  location: 's3://reports/a.csv',
  version: 'v1',
  line: 9,
  reason: 'no end',
  accountId: '111122223333',
  region: null,
  reportDay: '2026-03-02',
};

const given = (more: Partial<Unreadable> = {}, nowMs = NOW_MS): NewAcceptance => newAcceptance({ ...LINE, ...more }, 'lost', ARN, nowMs);

async function rowsOf(store: MemoryStore, prefix: string): Promise<unknown[]> {
  const files = store.keys('central', prefix).map((key) => store.bytes('central', key) ?? Buffer.alloc(0));
  const rows = await Promise.all(
    files.map((bytes) => {
      const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
      return parquetReadObjects({ file, compressors });
    }),
  );
  return rows.flat();
}

describe('an acceptance', () => {
  test('is a mark and a row of one name, the row last, so that no run meets it without its mark', async () => {
    const store = new MemoryStore();
    const one = given();
    await putAcceptances(store, 'central', [one]);
    expect(one.id).toMatch(/^[0-9a-f]{32}$/);
    expect(store.writes).toEqual([
      `central/evidence_marks/dt=2026-03-10/${one.id}.parquet`,
      `central/acceptances/dt=2026-03-10/${one.id}.parquet`,
    ]);
    expect(await rowsOf(store, 'acceptances/')).toEqual([
      expect.objectContaining({ location: 's3://reports/a.csv', version: 'v1', source_index: 9n, reason: 'lost', accepted_by: ARN }),
    ]);
    expect(await rowsOf(store, 'evidence_marks/')).toEqual([
      expect.objectContaining({ batch_id: one.id, kind: 'unread', account_id: '111122223333', region: null, report_day: '2026-03-02' }),
    ]);
  });

  test('that is said twice changes nothing', async () => {
    const store = new MemoryStore();
    await putAcceptances(store, 'central', [given()]);
    await putAcceptances(store, 'central', [given({}, NOW_MS + 1000)]);
    expect(store.writes).toHaveLength(2);
  });

  test('that was cut off after its mark is completed by saying it again', async () => {
    const store = new MemoryStore();
    store.before = (call) => {
      if (call.includes('acceptances/')) throw new Error('cut off');
    };
    await expect(putAcceptances(store, 'central', [given()])).rejects.toThrow('cut off');
    store.before = () => undefined;
    await putAcceptances(store, 'central', [given()]);
    expect(await rowsOf(store, 'acceptances/')).toHaveLength(1);
  });

  test.each([{ line: 8 }, { line: null }, { version: 'v2' }, { location: 's3://reports/b.csv' }])('has another name for %j', (more) => {
    expect(given(more).id).not.toBe(given().id);
  });
});
