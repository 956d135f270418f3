/** What `verify-logs` found, as text for a person. */
import { type CheckedDigest, digestTitle } from '../integrity/digest-checks.ts';
import type { CheckedLog } from '../integrity/log-checks.ts';
import type { ChainSummary, VerificationSummary } from '../integrity/verification.ts';
import { DAY_MS, formatTime } from '../time.ts';
import { printable } from './cell.ts';
import { count } from './number-text.ts';

type Bold = (text: string) => string;

/** Lines listed of anything that can be long. */
const LISTED = 20;

/** What `verify-logs` writes as JSON: times as text, and of digests and logs what is not as it should be. */
export function verificationDocument(summary: VerificationSummary): Readonly<Record<string, unknown>> {
  const { chains, digests, logs, notCovered, keys, digestProblems, logProblems } = summary;
  return {
    digests,
    logs,
    notCovered,
    keys,
    chains: chains.map(({ fromMs, toMs, ...chain }) => ({ ...chain, from: timeOf(fromMs), to: timeOf(toMs) })),
    digestProblems: digestProblems.map((each) => ({
      digest: each.digest === null ? each.location : digestTitle(each),
      chain: each.chain,
      from: timeOf(each.startMs),
      to: timeOf(each.endMs),
      state: each.state,
      reason: each.reason,
      note: each.note,
    })),
    logProblems: logProblems.map(({ location, version, state, reason, note, listed, deliveredMs, contentSha256 }) => ({
      location,
      version,
      state,
      reason,
      note,
      delivered: timeOf(deliveredMs),
      contentSha256,
      listedSha256: listed?.sha256 ?? null,
    })),
  };
}

/** @param bold marks headings */
export function verificationText(summary: VerificationSummary, bold: Bold = (text) => text): string {
  const { digests, logs, notCovered, chains, keys } = summary;
  return [
    bold('digests'),
    ...counted(digests, DIGEST_WORDS),
    bold('log files'),
    ...counted(logs, LOG_WORDS),
    ...Object.entries(notCovered).map(([reason, n]) => `    ${NOT_COVERED[reason] ?? printable(reason)}: ${count(n)}`),
    ...section(bold, 'chains', chains, chainLine),
    ...section(bold, 'not as they should be: log files', logLines(summary.logProblems), (line) => line),
    ...section(bold, 'not as they should be: digests', summary.digestProblems, digestLine),
    bold('what this rests on'),
    ...(keys.length === 0 ? ['  no public key proved a digest: nothing is verified'] : keys.map(keyLine)),
    '  Whoever can forge digests could hand out keys as well: compare these with keys that you fetch yourself (--online).',
    '',
  ].join('\n');
}

const DIGEST_WORDS = {
  valid: 'valid',
  broken_link: 'valid, but the one before is not the one that they name',
  bad_signature: 'with a signature that does not verify',
  no_signature: 'without a signature at hand',
  no_key: 'whose public key is not given',
  malformed: 'malformed',
  absent: 'spans of time without a digest',
} as const;

const LOG_WORDS = {
  verified: 'verified',
  modified: 'MODIFIED',
  missing: 'MISSING: listed, and not here',
  unlisted: 'UNLISTED: genuine digests cover their time, and none lists them',
  not_covered: 'not covered: nothing is proven or disproven',
} as const;

/** Of log files that are not covered, by reason. */
const NOT_COVERED: Readonly<Record<string, string>> = {
  unread: 'their bytes could not be read',
  digest_unproven: 'the digest of their time is not proven',
  no_name: 'no digest lists their content, and their name states no time',
  other_kind: 'no log files proper (insights, network activity, aggregates)',
  no_digest: 'no digest of their account and region is here',
  before_first: 'before the first proven digest',
  after_last: 'after the last proven digest',
  gap: 'in a gap between digests',
  too_recent: 'too recent to be told as unlisted',
};

function counted<T extends string>(counts: Readonly<Record<T, number>>, words: Readonly<Record<T, string>>): string[] {
  const lines = (Object.keys(words) as T[])
    .filter((name) => counts[name] > 0)
    .map((name) => `${count(counts[name]).padStart(11)}  ${words[name]}`);
  return lines.length === 0 ? ['  none'] : lines;
}

function section<T>(bold: Bold, title: string, rows: readonly T[], one: (row: T) => string): string[] {
  if (rows.length === 0) return [];
  const lines = rows.slice(0, LISTED).map((row) => `  ${printable(one(row))}`);
  const more = rows.length - LISTED;
  return [bold(title), ...lines, ...(more > 0 ? [`  … ${count(more)} more (--output json lists all)`] : [])];
}

function chainLine({ chain, fromMs, toMs, states, listedFiles }: ChainSummary): string {
  const span = fromMs === null || toMs === null ? 'of unknown time' : `${formatTime(fromMs)} to ${formatTime(toMs)}`;
  const said = Object.entries(states).map(([state, n]) => `${count(n)} ${state}`);
  return `${chain}: ${span}, ${said.join(', ')}; ${count(listedFiles)} log files listed`;
}

/** One by one what is there; what is not, by day: a folder that was never given may be hundreds of thousands. */
function logLines(problems: readonly CheckedLog[]): string[] {
  const lines: string[] = [];
  const missing = new Map<string, { of: CheckedLog; n: number }>();
  for (const each of problems) {
    const { location, state, note, accountId, region, deliveredMs, reason } = each;
    if (state !== 'missing') {
      lines.push(`${state.padEnd(8)} ${location}: ${note}`);
      continue;
    }
    const day = `${accountId} ${region} ${reason} ${deliveredMs === null ? location : Math.floor(deliveredMs / DAY_MS)}`;
    const known = missing.get(day);
    if (known === undefined) missing.set(day, { of: each, n: 1 });
    else known.n++;
  }
  for (const { of, n } of missing.values()) {
    const others = n === 1 ? '' : ` and ${count(n - 1)} more of its account, region and day`;
    lines.push(`missing  ${of.location}${others}: ${of.note}`);
  }
  return lines;
}

function digestLine(each: CheckedDigest): string {
  return `${each.state.padEnd(13)} ${digestTitle(each)}: ${each.note}`;
}

function keyLine({ fingerprint, source, digests }: VerificationSummary['keys'][number]): string {
  return `  key ${printable(fingerprint)}, ${count(digests)} digests: ${printable(source)}`;
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : formatTime(ms);
}
