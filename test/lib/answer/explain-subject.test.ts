/** What somebody may type to have an event explained. */
import { describe, expect, test } from '@jest/globals';
import { explainSubject } from '../../../lib/answer/explain-subject.ts';
import { EVENTS_BY_PREFIX, EVENTS_OF_OBJECT, FINDINGS_BY_PREFIX } from '../../../lib/answer/explanation-queries.ts';
import type { AnswerRecord } from '../../../lib/answer/records.ts';
import { type Answer, lakeOf } from '../../helpers/answers.ts';
import { utc } from '../../helpers/rows.ts';

const EVENTS: AnswerRecord[] = [
  { event_id: '0d5ab28a-b785-48dd-ae01-631630e70eaa', event_name: 'CopyObject', event_time_ms: utc('10:30:00') + 250 },
  { event_id: '0d5ab28b-b785-48dd-ae01-631630e70eaa', event_name: 'GetObject', event_time_ms: utc('10:31:00') },
  { event_id: 'ffff0000-b785-48dd-ae01-631630e70eaa', event_name: 'HeadObject', event_time_ms: utc('10:31:00') },
];
const FINDINGS: AnswerRecord[] = [
  { finding_id: 'dbb6fd37f62ae4e923b81d8833c2ddcb', summary: 's', event_ids: [EVENTS[1]?.['event_id'] as string, 'e-2'] },
  { finding_id: 'dcccfd37f62ae4e923b81d8833c2ddcb', summary: 'no report came', event_ids: [] },
];

const begins = (name: string) => (row: AnswerRecord, prefix: unknown) => String(row[name]).startsWith(String(prefix));
const lake = lakeOf(
  new Map<string, Answer>([
    [EVENTS_BY_PREFIX, ({ prefix }) => EVENTS.filter((row) => begins('event_id')(row, prefix))],
    [FINDINGS_BY_PREFIX, ({ prefix }) => FINDINGS.filter((row) => begins('finding_id')(row, prefix))],
    [EVENTS_OF_OBJECT, ({ bucket, key, dt }) => (bucket === 'data' && key === 'a/b@c.csv' && dt === '2026-03-02' ? EVENTS : [])],
  ]),
);

describe('what is to be explained', () => {
  test.each([
    ['a whole id', '11111111-b785-48dd-ae01-631630e70eaa', '11111111-b785-48dd-ae01-631630e70eaa'],
    ['the beginning of an id', '0d5ab28a', EVENTS[0]?.['event_id']],
    ['an id that is no UUID and that nothing begins with', 'event-1', 'event-1'],
    ['a finding', 'dbb6fd37f62ae4e923b81d8833c2ddcb', EVENTS[1]?.['event_id']],
    ['the beginning of a finding', 'dbb6', EVENTS[1]?.['event_id']],
    ['an object, whose key may have an @, at a second', 's3://data/a/b@c.csv@2026-03-02T10:30:00Z', EVENTS[0]?.['event_id']],
  ])('may be %s', async (_, typed, eventId) => {
    expect((await explainSubject(lake, typed)).eventId).toBe(eventId);
  });

  test('says what it took for what', async () => {
    expect((await explainSubject(lake, '0d5ab28a')).remark).toBe('0d5ab28a is the event 0d5ab28a-b785-48dd-ae01-631630e70eaa');
    expect((await explainSubject(lake, 'dbb6')).remark).toBe(
      'the finding dbb6fd37f62ae4e923b81d8833c2ddcb rests on this event; the others are e-2',
    );
  });

  test.each([
    [
      '0d5ab',
      '0d5ab means several events: 0d5ab28a-b785-48dd-ae01-631630e70eaa (CopyObject), 0d5ab28b-b785-48dd-ae01-631630e70eaa (GetObject)',
    ],
    ['dccc', 'rests on no event: no report came'],
    ['s3://data/a/b@c.csv@2026-03-02T10:31:00Z', 'means several events: 0d5ab28b-b785-48dd-ae01-631630e70eaa (GetObject), ffff0000'],
    ['s3://data/a/b@c.csv@2026-03-02T10:30:09Z', 'no event touched s3://data/a/b@c.csv at 2026-03-02T10:30:09Z'],
    ['s3://data/a/b@c.csv@yesterday', 'the time "yesterday" behind @ is no time'],
  ])('refuses %s and says what to type', async (typed, reason) => {
    await expect(explainSubject(lake, typed)).rejects.toThrow(reason);
  });

  test('names the nearest event of the object', async () => {
    await expect(explainSubject(lake, 's3://data/a/b@c.csv@2026-03-02T10:30:09Z')).rejects.toThrow(
      'the nearest is CopyObject at 2026-03-02T10:30:00.250Z: 0d5ab28a-b785-48dd-ae01-631630e70eaa',
    );
  });
});
