import { describe, expect, test } from '@jest/globals';
import { eventRow, utc } from '../helpers/rows.ts';
import { stateRecords } from './states.ts';

const states = (...rows: ReturnType<typeof eventRow>[]) => stateRecords(rows).map(({ state }) => state);

describe('the state of a record', () => {
  test('of two copies the lower hash stands, and the other is in conflict', () => {
    const low = eventRow({ record_sha256: 'a' });
    const high = eventRow({ record_sha256: 'b' });

    expect(stateRecords([high, low]).map(({ state, conflicting }) => [state, conflicting])).toEqual([
      ['duplicate', true],
      ['stands', false],
    ]);
  });

  test('of two identical copies the lower file stands, then the lower place', () => {
    const same = { record_sha256: 'a' };
    const rows = [
      eventRow({ ...same, source_file: '/b', source_index: 0 }),
      eventRow({ ...same, source_file: '/a', source_index: 2 }),
      eventRow({ ...same, source_file: '/a', source_index: 1 }),
    ];

    expect(stateRecords(rows).map(({ state, conflicting }) => [state, conflicting])).toEqual([
      ['duplicate', false],
      ['duplicate', false],
      ['stands', false],
    ]);
  });

  test('one id at two times is two events', () => {
    expect(states(eventRow({ event_time_ms: utc('10:00:00') }), eventRow({ event_time_ms: utc('10:00:01') }))).toEqual([
      'stands',
      'stands',
    ]);
  });

  test('two records that correct each other both stand at one time, and the later one alone else', () => {
    const first = eventRow({ event_id: 'e-1', corrects_event_id: 'e-2' });
    const second = eventRow({ event_id: 'e-2', corrects_event_id: 'e-1' });

    expect(states(first, second)).toEqual(['stands', 'stands']);
    expect(states(first, eventRow({ ...second, join_time_ms: utc('10:30:01'), event_time_ms: utc('10:30:01') }))).toEqual([
      'superseded',
      'stands',
    ]);
  });

  test('a correction of a correction leaves only the last', () => {
    const first = eventRow({ event_id: 'e-1' });
    const second = eventRow({ event_id: 'e-2', corrects_event_id: 'e-1', join_time_ms: utc('10:30:01') });
    const third = eventRow({ event_id: 'e-3', corrects_event_id: 'e-2', join_time_ms: utc('10:30:02') });

    expect(states(first, second, third)).toEqual(['superseded', 'superseded', 'stands']);
  });

  test('a correction of another call supersedes nothing', () => {
    const original = eventRow({ event_id: 'e-1', request_id: 'r-1' });
    const corrected = (more: Parameters<typeof eventRow>[0]) =>
      states(original, eventRow({ event_id: 'e-2', corrects_event_id: 'e-1', join_time_ms: utc('10:30:01'), ...more }))[0];

    expect(corrected({})).toBe('superseded');
    expect(corrected({ join_time_ms: utc('10:30:00') })).toBe('superseded');
    expect(corrected({ corrects_request_id: 'r-1', request_id: 'r-2' })).toBe('superseded');
    for (const other of [
      { account_id: '9' },
      { recipient_account_id: null },
      { event_source: 's3express.amazonaws.com' },
      { event_name: 'PutObject' },
      { bucket: null },
      { object_key: 'b.csv' },
      { corrects_request_id: 'r-2' },
      { join_time_ms: utc('10:29:59') },
    ]) {
      expect([other, corrected(other)]).toEqual([other, 'stands']);
    }
  });

  test('a record that names itself supersedes nothing', () => {
    expect(states(eventRow({ event_id: 'e-1', corrects_event_id: 'e-1' }))).toEqual(['stands']);
  });

  test("of copies in two accounts the caller's stands, else the lowest recipient's", () => {
    const copy = (event_id: string, account_id: string, recipient_account_id: string) =>
      eventRow({ event_id, account_id, recipient_account_id, shared_event_id: 'shared' });

    expect(states(copy('e-1', '2', '1'), copy('e-2', '2', '2'))).toEqual(['account_copy', 'stands']);
    expect(states(copy('e-1', '9', '1'), copy('e-2', '9', '2'))).toEqual(['stands', 'account_copy']);
  });

  test('a shared id within one account means nothing', () => {
    expect(states(eventRow({ event_id: 'e-1', shared_event_id: 'x' }), eventRow({ event_id: 'e-2', shared_event_id: 'x' }))).toEqual([
      'stands',
      'stands',
    ]);
  });

  test('a superseded copy does not decide which account keeps the call', () => {
    const caller = eventRow({ event_id: 'e-1', account_id: '2', recipient_account_id: '2', shared_event_id: 'shared' });
    const owner = eventRow({ event_id: 'e-2', account_id: '2', recipient_account_id: '1', shared_event_id: 'shared' });
    const later = { join_time_ms: utc('10:30:01') };
    const correction = eventRow({ event_id: 'e-3', account_id: '2', recipient_account_id: '2', corrects_event_id: 'e-1', ...later });

    expect(states(caller, owner, correction)).toEqual(['superseded', 'stands', 'stands']);
  });
});
