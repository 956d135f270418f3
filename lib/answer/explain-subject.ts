/** Which event somebody means who asks for an explanation: an id or its beginning, a finding, or an object at a time. */
import { UsageError } from '../errors.ts';
import type { LakeReader } from '../lake/ports.ts';
import { formatDt, formatTime, parseTime } from '../time.ts';
import { EVENTS_BY_PREFIX, EVENTS_OF_OBJECT, FINDINGS_BY_PREFIX } from './explanation-queries.ts';
import { type AnswerRecord, ask, textOf, textsOf } from './records.ts';

export interface ExplainSubject {
  readonly eventId: string;
  /** What was taken for what; null when the whole id was given. */
  readonly remark: string | null;
}

const WHOLE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const OBJECT = /^s3:\/\/([^/]+)\/(.+)@([^@]+)$/s;
/** Fewer characters of an id mean too many events. */
const SHORTEST = 4;

/**
 * @param text an event id, its first characters, a finding id or its first characters, or `s3://bucket/key@time` (to the second)
 * @throws UsageError when it means no event of the lake, or several
 */
export async function explainSubject(lake: LakeReader, text: string): Promise<ExplainSubject> {
  const object = OBJECT.exec(text);
  if (object !== null) return ofObject(lake, object[1] as string, object[2] as string, object[3] as string);
  if (WHOLE_ID.test(text) || text.length < SHORTEST) return { eventId: text, remark: null };
  const events = await ask(lake, EVENTS_BY_PREFIX, { prefix: text });
  const [only] = events;
  if (only !== undefined && (events.length === 1 || textOf(only, 'event_id') === text)) {
    const eventId = textOf(only, 'event_id') as string;
    return { eventId, remark: eventId === text ? null : `${text} is the event ${eventId}` };
  }
  if (events.length > 1) throw several(text, events);
  return (await ofFinding(lake, text)) ?? { eventId: text, remark: null };
}

async function ofFinding(lake: LakeReader, text: string): Promise<ExplainSubject | null> {
  const findings = await ask(lake, FINDINGS_BY_PREFIX, { prefix: text });
  const [finding] = findings;
  if (finding === undefined) return null;
  if (findings.length > 1) {
    const ids = findings.map((row) => textOf(row, 'finding_id')).join(', ');
    throw new UsageError(`${text} is the beginning of several findings: ${ids}`, { remedy: 'give more of the one that you mean' });
  }
  const ids = textsOf(finding, 'event_ids');
  const [first] = ids;
  if (first === undefined) {
    throw new UsageError(`the finding ${textOf(finding, 'finding_id')} rests on no event: ${textOf(finding, 'summary')}`, {
      remedy: 'query findings-open says what it is about',
    });
  }
  const others = ids.length > 1 ? `; the others are ${ids.slice(1).join(', ')}` : '';
  return { eventId: first, remark: `the finding ${textOf(finding, 'finding_id')} rests on this event${others}` };
}

async function ofObject(lake: LakeReader, bucket: string, key: string, at: string): Promise<ExplainSubject> {
  const time = parseTime(at);
  const name = `s3://${bucket}/${key}`;
  if (!time) throw new UsageError(`the time ${JSON.stringify(at)} behind @ is no time`, { remedy: 'write it as 2026-03-02T10:00:00Z' });
  const second = Math.floor(time.ms / 1000) * 1000;
  const events = await ask(lake, EVENTS_OF_OBJECT, { dt: formatDt(second), bucket, key });
  const within = events.filter((row) => Number(row['event_time_ms']) >= second && Number(row['event_time_ms']) < second + 1000);
  const [only] = within;
  if (only !== undefined && within.length === 1) return { eventId: textOf(only, 'event_id') as string, remark: null };
  if (within.length > 1) throw several(`${name} at ${formatTime(second)}`, within);
  const [nearest] = events.toSorted((a, b) => away(a, second) - away(b, second));
  throw new UsageError(`no event touched ${name} at ${formatTime(second)}`, {
    remedy:
      nearest === undefined
        ? `none did on that day; query object-history lists all`
        : `the nearest is ${textOf(nearest, 'event_name')} at ${formatTime(Number(nearest['event_time_ms']))}: ${textOf(nearest, 'event_id')}`,
  });
}

function away(row: AnswerRecord, ms: number): number {
  return Math.abs(Number(row['event_time_ms']) - ms);
}

function several(text: string, events: readonly AnswerRecord[]): UsageError {
  const shown = events.slice(0, 5).map((row) => `${textOf(row, 'event_id')} (${textOf(row, 'event_name')})`);
  const more = events.length > shown.length ? ' and others' : '';
  return new UsageError(`${text} means several events: ${shown.join(', ')}${more}`, { remedy: 'give more of the id that you mean' });
}
