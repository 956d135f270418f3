/** From claims and what AppStream says to an answer: every check's result, a verdict, its reason. */
import { CHECK_NAMES, type OneCheck, type SessionCheck, type SessionClaims, type Upload } from '../../schemas/session-check.ts';
import { sha256Hex } from '../ingest/digest.ts';
import { formatTime } from '../time.ts';
import { addressOf, makeChecks, sessionOf } from './checks.ts';
import type { SeenSession } from './seen-session.ts';
import { NO_SEARCH, type Search } from './session-search.ts';

const MOST_LISTED = 10;

/** What a check is about, before anything was asked. */
export interface CheckRequest {
  readonly checkId: string;
  readonly origin: SessionCheck['origin'];
  /** Null when the claim could not be read. */
  readonly claims: SessionClaims | null;
  readonly upload: Upload | null;
  readonly homeFolder: { readonly bucket: string; readonly key: string } | null;
}

/** 32 hex digits; equal parts give an equal id. */
export function checkIdOf(...parts: readonly string[]): string {
  return sha256Hex(JSON.stringify(parts)).slice(0, 32);
}

/** @param checkedAtMs when AppStream was asked, epoch milliseconds */
export function judgeClaims(request: CheckRequest, claims: SessionClaims, search: Search, checkedAtMs: number): SessionCheck {
  const evidence = { claims, upload: request.upload, homeFolder: request.homeFolder, search, checkedAtMs };
  const session = sessionOf(evidence);
  const address = addressOf(evidence);
  const present = search.sessions.filter((each) => address !== null && each.addresses.includes(address) && each.state !== 'EXPIRED');
  return answer(request, claims, makeChecks(evidence), session, present, search, checkedAtMs);
}

/**
 * The answer to a claim that cannot be read, or cannot be read any more.
 * @param result `failed`: it is no claim; `unknown`: what was written is not there any more
 */
export function refuseClaim(request: CheckRequest, result: 'failed' | 'unknown', found: string, checkedAtMs: number): SessionCheck {
  const check: OneCheck = { check: 'claim', result, essential: true, expected: 'a claim that can be read', found };
  return answer(request, null, [check], null, [], NO_SEARCH, checkedAtMs);
}

function answer(
  { checkId, origin, upload }: CheckRequest,
  claims: SessionClaims | null,
  checks: OneCheck[],
  session: SeenSession | null,
  present: readonly SeenSession[],
  { scope, questions, complete, problems }: Search,
  checkedAtMs: number,
): SessionCheck {
  return {
    checkId,
    checkedAt: formatTime(checkedAtMs),
    origin,
    ...decide(checks),
    claims: claims === null ? NO_CLAIMS : { ...claims },
    upload,
    session: session === null ? null : describe(session),
    onAddress: { sessionIds: listed(present.map((each) => each.sessionId)), userIds: listed(present.map((each) => each.userId)) },
    searched: { scope, questions, complete, problems: problems.slice(0, MOST_LISTED) },
    checks,
  };
}

/** One that failed refuses; one that is essential and could not be made keeps the rest from deciding. */
export function decide(checks: readonly OneCheck[]): Pick<SessionCheck, 'verdict' | 'reason'> {
  const gravest = CHECK_NAMES.find((name) => checks.some(({ check, result }) => check === name && result === 'failed'));
  if (gravest !== undefined) return { verdict: 'refused', reason: `${reasonOf(gravest)}_failed` };
  // the first of them: without a session, what is asked about it is not known either
  const unknown = checks.find(({ result, essential }) => essential && result === 'unknown');
  if (unknown !== undefined) return { verdict: 'undecided', reason: `${reasonOf(unknown.check)}_unknown` };
  return { verdict: 'verified', reason: 'all_passed' };
}

const reasonOf = (name: string) => name.replace('-', '_');

const NO_CLAIMS: SessionCheck['claims'] = {
  sessionId: null,
  userId: null,
  stack: null,
  fleet: null,
  authenticationType: null,
  address: null,
};

function describe(session: SeenSession): NonNullable<SessionCheck['session']> {
  const { accountId, region, userId, authenticationType, stack, fleet, state, startMs, addresses } = session;
  const startTime = startMs === null ? null : formatTime(startMs);
  return { accountId, region, userId, authenticationType, stack, fleet, state, startTime, addresses: [...addresses] };
}

function listed(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort().slice(0, MOST_LISTED);
}
