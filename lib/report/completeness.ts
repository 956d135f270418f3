/** What a report does not say: what is open, missing, refused or out of sight, each with what it costs. Pure. */
import { type AnswerRecord, numberOf, textOf } from '../answer/records.ts';
import type { Status } from '../answer/status.ts';
import type { Statement } from './report-model.ts';
import { countText, plural } from './shown-text.ts';

/** Items listed of a statement. */
const LISTED = 6;

/**
 * @param status of the whole lake
 * @param totals of the subject
 */
export function completeness(status: Status, totals: readonly AnswerRecord[], window: { fromMs: number; toMs: number }): Statement[] {
  const { evidence } = status;
  const sum = (matches: (row: AnswerRecord) => boolean) => totals.filter(matches).reduce((n, row) => n + numberOf(row, 'n'), 0);
  const missing = status.missingReports.flatMap(({ accountId, region, days }) =>
    days.map(({ dt, overdue }) => `${dt} ${accountId} ${region}${overdue ? ', overdue' : ', may still come'}`),
  );
  const gaps = status.trail.gaps.filter((gap) => Date.parse(gap.from) < window.toMs && Date.parse(gap.to) >= window.fromMs);
  const wrongLogs = status.logChecks.flatMap((row) => {
    const states = ['modified', 'missing', 'unlisted'].filter((state) => numberOf(row, state) > 0);
    const of = `${textOf(row, 'dt') ?? ''} ${textOf(row, 'account_id') ?? ''} ${textOf(row, 'region') ?? ''}`;
    return states.map((state) => `${of}: ${countText(numberOf(row, state))} ${state}`);
  });
  return [
    statement(
      'open',
      'Pending verdicts',
      sum((row) => row['verdict'] === 'pending'),
      {
        some: 'Events without a verdict yet: a usage report that may still come, or that could not be read, can name somebody.',
        none: 'No event of this report waits for evidence.',
      },
    ),
    statement(
      'open',
      'Verdicts that are not final',
      sum((row) => row['final'] !== true),
      {
        some: 'They may change when more evidence arrives; their rows say so.',
        none: 'Every verdict of this report is final: each report that could matter is in or overdue.',
      },
    ),
    statement(
      'open',
      'Ambiguous events',
      sum((row) => row['verdict'] === 'ambiguous'),
      {
        some: 'The evidence points to several people, or contradicts itself. All candidates are listed; none of them is named.',
        none: 'No event of this report points to more than one person.',
      },
    ),
    statement('missing', 'Usage reports that are not here', missing.length, {
      some: 'AWS writes no report for a day without sessions. If there were sessions, nobody of them can be named.',
      none: 'Every account, region and day in sight has its usage report.',
      items: missing,
    }),
    statement('missing', 'Hours without any event', gaps.length, {
      some: 'The trail is silent from the first to the last of these hours. Either nothing happened, or log files are missing.',
      none: 'The trail has events in every hour of the window.',
      items: gaps.map((gap) => `${gap.from} to ${gap.to}: ${plural(gap.hours, 'hour')}`),
    }),
    statement('missing', 'Evidence that could not be read', evidence.unread.length, {
      some: 'It may name anybody, and keeps its days open. Repair it and ingest it again, or accept it as unreadable.',
      none: 'Everything that was found of usage reports could be read.',
      items: evidence.unread.map(placeText),
    }),
    statement('missing', 'Inputs that could not be opened', evidence.failedInputs.length, {
      some: 'Nothing of them is in this report.',
      none: 'Every input that was found could be opened.',
      items: evidence.failedInputs.map((row) => textOf(row, 'location') ?? ''),
    }),
    statement('missing', 'Inputs with records set aside', status.problems.length, {
      some: 'Records in them were malformed, or several issues of one report contradict each other. `query rejected-inputs` lists each.',
      none: 'No record of any input was set aside.',
      items: status.problems.map((row) => `${textOf(row, 'status')}: ${textOf(row, 'location')}`),
    }),
    statement('missing', 'Log files that digests contradict', wrongLogs.length, {
      some: 'CloudTrail wrote other bytes, or other files, than are here. `verify-logs` names each; do not rest a case on these days.',
      none: null,
      items: wrongLogs,
    }),
    statement(
      'note',
      'Log files that no digest vouches for',
      status.logChecks.reduce((n, row) => n + numberOf(row, 'not_covered') + numberOf(row, 'not_checked'), 0),
      {
        some: 'Nothing says that CloudTrail delivered these bytes. Run `verify-logs` with the digests of the trail.',
        none: 'A digest of CloudTrail vouches for every log file.',
      },
    ),
    statement('note', 'Evidence accepted as never readable', evidence.accepted.length, {
      some: 'A person took responsibility for going on without it. `status` says who and why.',
      none: null,
      items: evidence.accepted.map(placeText),
    }),
    statement('note', 'Inputs whose content changed', evidence.changedInputs.length, {
      some: 'They hold other bytes than when they were read first. Both readings are kept.',
      none: 'No input changed between two readings.',
      items: evidence.changedInputs.map((row) => textOf(row, 'location') ?? ''),
    }),
    statement('missing', 'Days closed by time alone', evidence.closedByTime.length, {
      some: 'Fleets were active, and no report ever came. Whoever it would have named is missing.',
      none: 'No day with active fleets was closed without its report.',
      items: evidence.closedByTime.map(
        (row) => `${textOf(row, 'dt')} ${textOf(row, 'account_id') ?? ''}: ${plural(numberOf(row, 'n'), 'event')}`,
      ),
    }),
    statement('missing', 'Networks without a session here', evidence.unknownNetworks.length, {
      some: 'Private addresses of networks that nobody configured: their events cannot be joined to sessions.',
      none: 'Every network with private addresses is known.',
      items: evidence.unknownNetworks.map(
        (row) =>
          `${textOf(row, 'vpc_endpoint_id') ?? 'no endpoint'}, account ${textOf(row, 'account_id') ?? '?'}: ${plural(numberOf(row, 'n'), 'event')}, ` +
          `${countText(numberOf(row, 'fleet_side_n'))} fleet-side`,
      ),
    }),
    statement('missing', 'Accounts whose sessions are unknown', evidence.unknownAccounts.length, {
      some: 'Fleets act there, or the account is configured as yours, and no session of it is here.',
      none: 'Sessions of every account with fleet activity are here.',
      items: evidence.unknownAccounts.map((row) => textOf(row, 'account_id') ?? ''),
    }),
    statement('open', 'Days with news since the last run', status.days.dirty.length, {
      some: 'Evidence arrived that no verdict knows yet. Run `correlate`, then make this report again.',
      none: 'The last run has seen everything that is in the lake.',
      items: status.days.dirty,
    }),
    statement('open', 'Counts that do not add up', status.counts.filter((each) => !each.holds).length, {
      some: 'Records were lost or counted twice. Do not rely on this report.',
      none: `All ${countText(status.counts.length)} counts add up: every record that was read is kept, set aside or no record.`,
      items: status.counts.filter((each) => !each.holds).map((each) => each.what),
    }),
    statement('note', 'Rules that are silent', status.silentRules.length, {
      some: 'They need settings that nobody made. Their silence means nothing.',
      none: 'Every findings rule has the settings that it needs.',
      items: status.silentRules.map(
        (rule) => `${rule.rule}${rule.part === null ? '' : `, about ${rule.part}`}: ${rule.settings.join(' or ')}`,
      ),
    }),
    statement('note', 'Left unsaid by the configuration', status.hints.length, {
      some: 'Each of these makes fewer events joinable, or fewer names certain.',
      none: null,
      items: status.hints,
    }),
  ].filter((each) => each !== null);
}

function placeText(row: AnswerRecord): string {
  const line = textOf(row, 'source_index');
  const of = [textOf(row, 'report_day'), textOf(row, 'account_id'), textOf(row, 'region')].filter((each) => each !== null);
  return `${of.join(' ')}${of.length > 0 ? ': ' : ''}${textOf(row, 'location')}${line === null ? '' : `:${line}`}`;
}

interface Texts {
  readonly some: string;
  /** Null: nothing is said when there is none. */
  readonly none: string | null;
  readonly items?: readonly string[];
}

function statement(state: Exclude<Statement['state'], 'none'>, title: string, n: number, texts: Texts): Statement | null {
  const items = texts.items ?? [];
  if (n > 0) return { state, title, n, text: texts.some, items: items.slice(0, LISTED), more: Math.max(0, items.length - LISTED) };
  return texts.none === null ? null : { state: 'none', title, n, text: texts.none, items: [], more: 0 };
}
