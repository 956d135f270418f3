/**
 * The slow obvious attribution: every event against every session, as docs/verdicts.md reads. It is the oracle of the fast SQL
 * and shares nothing with it but the rows it starts from.
 */
import { formatDt } from '../../lib/time.ts';
import type { RunRow } from '../../schemas/answer-tables.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import { type ExpectedAttribution, toRow } from './answer-row.ts';
import { compareText, distinct, type EvidenceBase, type Known } from './evidence-base.ts';
import { differingRecords, judge } from './judge.ts';
import { isInScope } from './scope.ts';
import { knownFrom } from './sessions.ts';
import { type RecordState, type StatedRecord, stateRecords } from './states.ts';
import type { VerdictName } from './verdict-terms.ts';

/** The counts of one UTC day (of the event), named as in `runs`; the identities are over these. */
export type DayCounts = { readonly dt: string } & Readonly<
  Pick<
    RunRow,
    'events_kept' | 'duplicates' | 'conflicting_copies' | 'superseded' | 'account_copies' | 'out_of_scope' | 'in_scope' | VerdictName
  >
>;

export interface Attribution {
  /** By event time, then event id. */
  readonly rows: readonly ExpectedAttribution[];
  /** One for every day that has records, earliest first. */
  readonly days: readonly DayCounts[];
}

export function attribute(base: EvidenceBase): Attribution {
  const stated = stateRecords(base.events);
  const known = knownFrom(base);
  const standing = stated.filter(({ state }) => state === 'stands');
  const records = standing.map(({ record }) => record);
  const rows = standing
    .filter((event) => isJudged(event, records, known))
    .map((event) => toRow(event.record, judge(event, records, known), known))
    .sort((x, y) => x.event_time_ms - y.event_time_ms || compareText(x.event_id, y.event_id));
  return { rows, days: distinct(base.events.map(dayOf)).map((dt) => countDay(dt, stated, rows)) };
}

/** An event whose copies contradict one another is always in scope. */
function isJudged(event: StatedRecord, standing: readonly EventRow[], known: Known): boolean {
  return differingRecords(event, standing).length > 1 || isInScope(event.record, known);
}

function countDay(dt: string, stated: readonly StatedRecord[], rows: readonly ExpectedAttribution[]): DayCounts {
  const ofDay = stated.filter(({ record }) => dayOf(record) === dt);
  const judged = rows.filter((row) => formatDt(row.event_time_ms) === dt);
  const count = (state: RecordState) => ofDay.filter((one) => one.state === state).length;
  const verdicts = (verdict: VerdictName) => judged.filter((row) => row.verdict === verdict).length;
  return {
    dt,
    events_kept: ofDay.length,
    duplicates: count('duplicate'),
    conflicting_copies: ofDay.filter((one) => one.conflicting).length,
    superseded: count('superseded'),
    account_copies: count('account_copy'),
    out_of_scope: count('stands') - judged.length,
    in_scope: judged.length,
    attributed: verdicts('attributed'),
    ambiguous: verdicts('ambiguous'),
    pending: verdicts('pending'),
    unattributed: verdicts('unattributed'),
    not_joinable: verdicts('not_joinable'),
  };
}

function dayOf(event: EventRow): string {
  return formatDt(event.event_time_ms);
}
