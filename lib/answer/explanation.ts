/** Why an event has the verdict it has: the questions that are asked of the lake, and what they add up to. */

import { defaultConfiguration } from '../../schemas/configuration.ts';
import { AuditError } from '../errors.ts';
import type { LakeReader } from '../lake/ports.ts';
import { type DayEvidence, dayEvidence, type EvidenceWindow } from './explanation-evidence.ts';
import {
  ATTRIBUTIONS,
  CHANGES,
  CLAIMED_CORRECTIONS,
  DAY_STATE,
  EVENT_COPIES,
  INPUT_OF_FILE,
  KEY_USERS,
  LOG_CHECK,
  LOGON,
  OTHER_COPIES,
  RUN,
} from './explanation-queries.ts';
import {
  type ClaimedCorrection,
  type CopyDifference,
  claimedCorrections,
  copyDifferences,
  refusedCorrection,
  type SiblingCorrection,
  siblingCorrections,
} from './explanation-record.ts';
import { type ExplainedSession, explainSessions } from './explanation-sessions.ts';
import { type ReasonText, reasonText } from './reasons.ts';
import { type AnswerRecord, ask, numberOf, textOf } from './records.ts';

export interface ExplainedVerdict {
  readonly attribution: AnswerRecord;
  /** By the row that is stored. */
  readonly decided: ReasonText | null;
  /** With whose credentials the call was made, where they name no person; null for all other calls. */
  readonly madeWith: string | null;
  /** Columns in which the copies of this event differ. */
  readonly differences: readonly CopyDifference[];
  /** Records that claim to correct it. */
  readonly corrections: readonly ClaimedCorrection[];
  /** The event that this one claims to correct, and why it does not; null when it claims nothing. */
  readonly claim: ClaimedCorrection | null;
  /** The other records that claim to correct the same event. */
  readonly siblings: readonly SiblingCorrection[];
  readonly evidence: DayEvidence;
  readonly sessions: readonly ExplainedSession[];
  /** Users whose hash the key carries. */
  readonly keyUsers: readonly AnswerRecord[];
  readonly logon: AnswerRecord | null;
  readonly changes: readonly AnswerRecord[];
  readonly run: AnswerRecord | null;
}

export interface Explanation {
  readonly eventId: string;
  /** Every copy of the record in the lake; the one that was judged first. */
  readonly copies: readonly AnswerRecord[];
  /** The log file of the first copy, as it was ingested. */
  readonly input: AnswerRecord | null;
  /** What digests say of that log file; null when it was never checked. */
  readonly logCheck: AnswerRecord | null;
  /** One per event time: the same id with another time is another event. */
  readonly verdicts: readonly ExplainedVerdict[];
  /** Why there is no verdict; null when there is one. */
  readonly noVerdict: string | null;
}

/**
 * Explains one event.
 * @param window how far around it reports matter, as configured
 * @throws AuditError when the lake has no event of that id
 */
export async function explainEvent(
  lake: LakeReader,
  eventId: string,
  window: EvidenceWindow = defaultConfiguration.window,
): Promise<Explanation> {
  const attributions = await ask(lake, ATTRIBUTIONS, { event_id: eventId });
  const found = await ask(lake, EVENT_COPIES, { event_id: eventId });
  if (found.length === 0 && attributions.length === 0) {
    throw new AuditError(`no event ${eventId} is in this lake`, {
      remedy: 'check the id and --lake; status says which days are there, query rejected-inputs what could not be read',
    });
  }
  const judged = attributions.map((each) => textOf(each, 'record_sha256'));
  const copies = [...found].sort((a, b) => rank(judged, a) - rank(judged, b));
  const first = copies[0];
  const input = first ? ((await ask(lake, INPUT_OF_FILE, { location: textOf(first, 'source_file') }))[0] ?? null) : null;
  const checked = input && { location: textOf(input, 'location'), version: textOf(input, 'sha256') };
  const logCheck = checked ? ((await ask(lake, LOG_CHECK, checked))[0] ?? null) : null;
  const claims = await ask(lake, CLAIMED_CORRECTIONS, { event_id: eventId });
  const verdicts: ExplainedVerdict[] = [];
  for (const attribution of attributions) {
    const ofTime = copies.filter((copy) => copy['event_time_ms'] === attribution['event_time_ms']);
    verdicts.push(await explainVerdict(lake, attribution, ofTime, claims, window));
  }
  const noVerdict = attributions.length > 0 || !first ? null : await whyNoVerdict(lake, eventId, first, claims);
  return { eventId, copies, input, logCheck, verdicts, noVerdict };
}

function rank(judged: readonly (string | null)[], copy: AnswerRecord): number {
  return judged.includes(textOf(copy, 'record_sha256')) ? 0 : 1;
}

async function explainVerdict(
  lake: LakeReader,
  attribution: AnswerRecord,
  copies: readonly AnswerRecord[],
  claims: readonly AnswerRecord[],
  window: EvidenceWindow,
): Promise<ExplainedVerdict> {
  const id = { event_id: textOf(attribution, 'event_id'), event_time_ms: numberOf(attribution, 'event_time_ms') };
  const event = copies[0] ?? null;
  const hash = event ? textOf(event, 'key_user_hash') : null;
  const keyUsers = event && hash !== null ? await ask(lake, KEY_USERS, keyOf(event, hash)) : [];
  const logonId = textOf(attribution, 'logon_event_id');
  const account = textOf(attribution, 'network_account_id');
  const foreign = textOf(attribution, 'foreign_credentials');
  return {
    attribution,
    decided: reasonText(textOf(attribution, 'verdict_row'), String(attribution['verdict']), String(attribution['reason'])),
    madeWith: foreign === null ? null : `made with the credentials of ${foreign}, which name no person`,
    differences: copyDifferences(copies),
    corrections: event ? claimedCorrections(claims, event) : [],
    claim: event ? await claimOf(lake, event) : null,
    siblings: event ? await siblingsOf(lake, event) : [],
    evidence: await dayEvidence(lake, account, numberOf(attribution, 'join_time_ms'), window),
    sessions: await explainSessions(lake, attribution, event),
    keyUsers,
    logon: logonId === null ? null : ((await ask(lake, LOGON, { event_id: logonId }))[0] ?? null),
    changes: await ask(lake, CHANGES, id),
    run: (await ask(lake, RUN, { run_id: textOf(attribution, 'run_id') }))[0] ?? null,
  };
}

/** What the event says it corrects. An event that is not in the lake may still come, and is then superseded or not. */
async function claimOf(lake: LakeReader, event: AnswerRecord): Promise<ClaimedCorrection | null> {
  const corrected = textOf(event, 'corrects_event_id');
  if (corrected === null) return null;
  const originals = await ask(lake, EVENT_COPIES, { event_id: corrected });
  const refusals = originals.map((original) => refusedCorrection(event, original));
  const refused = refusals.length === 0 ? 'the lake has no such event' : refusals.includes(null) ? null : (refusals[0] ?? null);
  return { eventId: corrected, eventTime: originals[0]?.['event_time'] ?? null, reason: textOf(event, 'correction_reason'), refused };
}

/** The other corrections of the event that this one claims to correct. */
async function siblingsOf(lake: LakeReader, event: AnswerRecord): Promise<SiblingCorrection[]> {
  const corrected = textOf(event, 'corrects_event_id');
  return corrected === null ? [] : siblingCorrections(await ask(lake, CLAIMED_CORRECTIONS, { event_id: corrected }), event);
}

function keyOf(event: AnswerRecord, hash: string): Record<string, string> {
  return {
    account_id: textOf(event, 'key_account_id') ?? '',
    authentication_type: textOf(event, 'key_authentication_type') ?? '',
    user_hash: hash,
  };
}

/** Events without a row in `attributions`: superseded, a copy of another account's, not settled yet, or out of scope. */
async function whyNoVerdict(lake: LakeReader, eventId: string, event: AnswerRecord, claims: readonly AnswerRecord[]): Promise<string> {
  const correction = claimedCorrections(claims, event).find((each) => each.refused === null);
  if (correction) return `superseded: the correction ${correction.eventId} replaces this event; explain that one`;
  const later = (await siblingsOf(lake, event)).find((each) => each.is === 'later');
  if (later) return `superseded: the later correction ${later.eventId} of the same event replaces this one; explain that one`;
  const shared = textOf(event, 'shared_event_id');
  if (shared !== null) {
    const others = await ask(lake, OTHER_COPIES, {
      shared_event_id: shared,
      event_time_ms: numberOf(event, 'event_time_ms'),
      event_id: eventId,
    });
    const kept = others.find((each) => each['verdict'] !== null);
    if (kept)
      return `copy: the same call was delivered to account ${kept['recipient_account_id']} as ${kept['event_id']}, which has the verdict`;
  }
  const dt = String(event['dt']);
  const day = (await ask(lake, DAY_STATE, { dt }))[0];
  if (!day || day['settled_as_of_ms'] === null) return `not settled: no run has looked at ${dt} yet; run correlate`;
  if (day['dirty'] === true) return `not settled: ${dt} has news since its last run; run correlate`;
  return 'out of scope: it is no S3 data event on a bucket in scope and nothing about it is fleet-side (docs/verdicts.md, Scope)';
}
