/** Lists the sources and queues what no notification brought. */
import { z } from 'zod';
import { writeNotice } from '../cloud/notice.ts';
import type { MessageQueue, ObjectStore } from '../cloud/ports.ts';
import { reconcile } from '../cloud/reconcile.ts';
import type { DayRange, SourcePrefix } from '../cloud/source-listing.ts';
import { UsageError } from '../errors.ts';
import type { InputKind } from '../ingest/reader.ts';
import { DAY_MS, dtStart, formatDt } from '../time.ts';
import type { Telemetry } from './telemetry.ts';

/** Days that are looked at when the event names none: today and the two before, and the one that a late report is of. */
const USUAL_DAYS = 3;
/** What is younger is left to its notification, milliseconds. */
const SETTLING_MS = 15 * 60_000;

const day = z.string().refine((text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(dtStart(text)));
/** What a person may ask for; whatever else the scheduler's event holds is left aside. */
const request = z.object({ from: day.optional(), to: day.optional() });

/** What one invocation did. */
export interface MissingSummary extends DayRange {
  readonly listed: number;
  readonly queued: number;
}

export interface MissingContext {
  readonly store: ObjectStore;
  readonly bucket: string;
  readonly nowMs: number;
  readonly queueOf: (kind: InputKind) => MessageQueue;
  readonly telemetry: Telemetry;
}

/**
 * @param event `{from?, to?}`, UTC dates, both inclusive; default: the last days
 * @throws UsageError when the days are wrong; ObjectFault when a source cannot be listed: the others are done all the same
 */
export async function queueMissing(sources: readonly SourcePrefix[], event: unknown, context: MissingContext): Promise<MissingSummary> {
  const days = readDays(event, context.nowMs);
  let [listed, queued] = [0, 0];
  const failures: unknown[] = [];
  for (const source of sources) {
    try {
      const found = await reconcile(source, days, { ...context, writtenBeforeMs: context.nowMs - SETTLING_MS });
      await context.queueOf(source.kind).send(found.missing.map(writeNotice));
      context.telemetry.info('reconciled', { ...source, ...days, listed: found.listed, missing: found.missing.length });
      if (found.missing.length > 0) context.telemetry.count('InputsMissing', found.missing.length);
      listed += found.listed;
      queued += found.missing.length;
    } catch (error) {
      context.telemetry.failure(error, { ...source });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return { ...days, listed, queued };
}

function readDays(event: unknown, nowMs: number): DayRange {
  const read = request.safeParse(event ?? {});
  const to = read.data?.to ?? formatDt(nowMs);
  const from = read.data?.from ?? formatDt(dtStart(to) - USUAL_DAYS * DAY_MS);
  if (!read.success || from > to) {
    throw new UsageError('the days to reconcile are wrong', { remedy: 'give {"from": "2026-03-01", "to": "2026-03-31"}, UTC, inclusive' });
  }
  return { from, to };
}
