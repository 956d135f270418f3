/** Every golden folder through the real readers and the slow obvious attribution. */
import { describe, expect, test } from '@jest/globals';
import { goldenNames, loadGolden, readGolden } from '../helpers/golden.ts';
import { attribute, type DayCounts } from '../oracle/attribute.ts';

const identity = (eventId: string, eventTimeMs: number) => `${eventId} at ${new Date(eventTimeMs).toISOString()}`;

describe('golden verdicts', () => {
  test.each(goldenNames())('%s', async (name) => {
    const golden = loadGolden(name);

    const { rows, days } = attribute(await readGolden(golden));

        const compared = golden.expected.map((expected) => {
      const row = rows.find((each) => each.event_id === expected.eventId && each.event_time_ms === expected.eventTimeMs);
      const columns = Object.keys(expected.columns).map((column) => [column, row?.[column as keyof typeof row]]);
      return { note: expected.note, row: row?.verdict_row, ...Object.fromEntries(columns) };
    });
    expect(compared).toEqual(golden.expected.map(({ note, row, columns }) => ({ note, row, ...columns })));
    expect(rows.map((row) => identity(row.event_id, row.event_time_ms)).sort()).toEqual(
      golden.expected.map((expected) => identity(expected.eventId, expected.eventTimeMs)).sort(),
    );
    const counts = Object.keys(golden.counts).map((count) => [count, total(days, count as keyof DayCounts)]);
    expect(Object.fromEntries(counts)).toEqual(golden.counts);
  });
});

function total(days: readonly DayCounts[], count: keyof DayCounts): number {
  return days.reduce((sum, day) => sum + Number(day[count]), 0);
}
