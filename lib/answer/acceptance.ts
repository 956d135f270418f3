/**
 * Somebody's word that a usage report, or one line of it, will never be readable: what it names, and the rows that say so.
 * Pure: the ledger comes in as a lake, the rows go out to whoever keeps them.
 */
import type { AcceptanceRow, EvidenceMarkRow } from '../../schemas/ledger-tables.ts';
import { nearest } from '../config/near-miss.ts';
import { AuditError, UsageError } from '../errors.ts';
import { sha256Hex } from '../ingest/digest.ts';
import type { LakeReader } from '../lake/ports.ts';
import { ACCEPTED, NAMED_INPUTS, UNREADABLE } from './acceptance-queries.ts';
import { type AnswerRecord, ask, numberOf, textOf } from './records.ts';

/** Something that could not be read and may be accepted. */
export interface Unreadable {
  readonly location: string;
  /** SHA-256 of the bytes; null for an input that could not be opened. */
  readonly version: string | null;
  /** Line from 1; null for the whole input. */
  readonly line: number | null;
  readonly reason: string;
  readonly accountId: string | null;
  readonly region: string | null;
  readonly reportDay: string | null;
}

/** What an argument comes to. */
export interface NamedUnreadable {
  /** What is to be accepted; empty when all of it was accepted before. */
  readonly open: readonly Unreadable[];
  /** Acceptances that cover the rest of it. */
  readonly accepted: readonly AcceptanceRow[];
}

/** An acceptance and its mark: the mark makes the next run judge the days again. */
export interface NewAcceptance {
  /** 32 hex digits; a function of what the acceptance says, but not of the time. */
  readonly id: string;
  readonly acceptance: AcceptanceRow;
  readonly mark: EvidenceMarkRow;
}

/** Entries listed in an error. */
const LISTED = 10;

/**
 * Finds what an argument names: a location, or the end of one behind a separator, and a line behind a colon.
 * @param text `INPUT` or `INPUT:LINE`; a text that is a location as it stands is one, whatever colons it holds
 * @param absolute turns a relative path into the location that an ingestion would have given it; default: none is tried
 * @throws AuditError naming near misses and what could be accepted: nothing is so named, several inputs are, or it was read
 */
export async function namedUnreadable(
  lake: LakeReader,
  text: string,
  absolute: (path: string) => string = (path) => path,
): Promise<NamedUnreadable> {
  const unreadable = (await ask(lake, UNREADABLE)).map(unreadableOf);
  const inputs = await ask(lake, NAMED_INPUTS);
  const { location, line } = resolveArgument(text, absolute, unreadable, inputs);
  const ofInput = unreadable.filter((each) => each.location === location);
  // several flaws of one line are one line
  const wanted = [...new Map(ofInput.filter((each) => each.line === line).map((each) => [each.version, each])).values()];
  if (wanted.length === 0) throw notSetAside(location, line, ofInput);
  const accepted = (await ask(lake, ACCEPTED)).map(acceptanceOf).filter((each) => each.location === location);
  const coverOf = (each: Unreadable) =>
    accepted.find((one) => one.version === each.version && (one.source_index === null || one.source_index === each.line));
  return {
    open: wanted.filter((each) => coverOf(each) === undefined),
    accepted: wanted.flatMap((each) => coverOf(each) ?? []),
  };
}

/**
 * The rows that keep an acceptance.
 * @param by who accepts
 * @param nowMs epoch milliseconds
 * @throws UsageError for a reason that is blank
 */
export function newAcceptance(of: Unreadable, reason: string, by: string, nowMs: number): NewAcceptance {
  const said = checkedReason(reason);
  const id = sha256Hex(JSON.stringify([of.location, of.version, of.line, said, by])).slice(0, 32);
  const acceptance = {
    location: of.location,
    version: of.version,
    source_index: of.line,
    reason: said,
    accepted_by: by,
    accepted_at_ms: nowMs,
  };
  const mark = {
    batch_id: id,
    kind: 'unread',
    account_id: of.accountId,
    region: of.region,
    report_day: of.reportDay,
    from_ms: null,
    to_ms: null,
    event_id: null,
  };
  return { id, acceptance, mark };
}

/** @throws UsageError for a reason that is blank */
export function checkedReason(reason: string | undefined): string {
  const said = reason?.trim() ?? '';
  if (said !== '') return said;
  throw new UsageError('no reason is given', {
    remedy: 'give --reason TEXT: it is kept, and shown to everybody who asks why a day was closed',
  });
}

interface Argument {
  readonly location: string;
  readonly line: number | null;
}

function resolveArgument(
  text: string,
  absolute: (path: string) => string,
  unreadable: readonly Unreadable[],
  inputs: readonly AnswerRecord[],
): Argument {
  const open = [...new Set(unreadable.map((each) => each.location))];
  const known = [...new Set([...open, ...inputs.map((each) => String(each['location']))])];
  const split = /^(.+):(\d{1,15})$/s.exec(text);
  const readings: { readonly path: string; readonly line: number | null }[] = [
    { path: text, line: null },
    ...(split === null ? [] : [{ path: split[1] as string, line: Number(split[2]) }]),
  ];
  // what can be accepted goes first: the same name may be that of an input that was read
  for (const locations of [open, known]) {
    const exact = readings.flatMap(({ path, line }) =>
      locations.filter((each) => each === path || each === absolute(path)).map((location) => ({ location, line })),
    );
    const ends = readings.flatMap(({ path, line }) =>
      locations.filter((each) => isEndOf(path, each)).map((location) => ({ location, line })),
    );
    const found = exact.length > 0 ? exact : ends;
    if (found.length > 1) throw severalNamed(text, found);
    if (found.length === 1 && locations === open) return found[0] as Argument;
    if (found.length === 1) throw wasRead(found[0] as Argument, inputs);
  }
  throw nothingNamed(text, readings.at(-1)?.path ?? text, known, unreadable);
}

/** True for the end of a location that begins behind a separator. */
function isEndOf(path: string, location: string): boolean {
  const end = path.replace(/^\.[/\\]/, '');
  return end !== '' && (location.endsWith(`/${end}`) || location.endsWith(`\\${end}`));
}

function notSetAside(location: string, line: number | null, ofInput: readonly Unreadable[]): AuditError {
  const lines = [...new Set(ofInput.flatMap((each) => each.line ?? []))].sort((a, b) => a - b);
  if (ofInput.length === 0) return new AuditError(`${location} was read in whole`, { remedy: 'nothing of it is to be accepted' });
  return new AuditError(`line ${line} of ${location} was not set aside`, {
    remedy: lines.length > 0 ? `set aside are ${listed(lines.map(String))}` : 'leave the line out: the input as a whole could not be read',
  });
}

function severalNamed(text: string, found: readonly Argument[]): AuditError {
  const names = found.map(({ location, line }) => (line === null ? location : `line ${line} of ${location}`));
  return new AuditError(`${text} names several inputs: ${listed([...new Set(names)])}`, { remedy: 'give more of the location' });
}

function wasRead({ location }: Argument, inputs: readonly AnswerRecord[]): AuditError {
  const latest = inputs.findLast((each) => each['location'] === location);
  const kind = latest === undefined ? null : textOf(latest, 'kind');
  if (kind !== 'usage_report') {
    return new AuditError(`${location} is no usage report (${kind})`, {
      remedy: 'only what usage reports could not say keeps days open, so only that can be accepted',
    });
  }
  if (latest !== undefined && textOf(latest, 'content') === 'applications_report') {
    return new AuditError(`${location} is a report of applications`, { remedy: 'it keeps no day open, so there is nothing to accept' });
  }
  return new AuditError(`${location} was read in whole`, { remedy: 'nothing of it is to be accepted' });
}

function nothingNamed(text: string, path: string, known: readonly string[], unreadable: readonly Unreadable[]): AuditError {
  const near = nearest(fileName(path), known.map(fileName));
  const meant = near === null ? [] : known.filter((each) => fileName(each) === near);
  const could = [...new Set(unreadable.map((each) => each.location))];
  const remedies = [
    meant.length > 0 ? `did you mean ${listed(meant)}?` : null,
    could.length > 0
      ? `could not be read: ${listed(could)} (accept without an argument lists what keeps days open)`
      : 'no usage report of this lake has anything that could not be read',
  ];
  return new AuditError(`no input ${text} is in this lake`, { remedy: remedies.filter((each) => each !== null).join(' ') });
}

function fileName(location: string): string {
  return location.split(/[/\\]/).at(-1) ?? location;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).join(', ');
  return names.length > LISTED ? `${shown} … ${names.length - LISTED} more` : shown;
}

function unreadableOf(row: AnswerRecord): Unreadable {
  return {
    location: textOf(row, 'location') ?? '',
    version: textOf(row, 'version'),
    line: row['source_index'] === null ? null : numberOf(row, 'source_index'),
    reason: textOf(row, 'reason') ?? '',
    accountId: textOf(row, 'account_id'),
    region: textOf(row, 'region'),
    reportDay: textOf(row, 'report_day'),
  };
}

function acceptanceOf(row: AnswerRecord): AcceptanceRow {
  return {
    location: textOf(row, 'location') ?? '',
    version: textOf(row, 'version'),
    source_index: row['source_index'] === null ? null : numberOf(row, 'source_index'),
    reason: textOf(row, 'reason') ?? '',
    accepted_by: textOf(row, 'accepted_by') ?? '',
    accepted_at_ms: numberOf(row, 'accepted_at_ms'),
  };
}
