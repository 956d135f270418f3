/** An explanation as text for a person. */
import { formatTime } from '../time.ts';
import { cellText, printable } from './cell.ts';
import type { ExplainedSession, ExplainedVerdict, Explanation } from './explanation.ts';
import { type AnswerRecord, numberOf, textsOf } from './records.ts';

type Bold = (text: string) => string;

/** @param bold marks headings; the identity where there is no colour */
export function explanationText(explanation: Explanation, bold: Bold = (text) => text): string {
  const lines = [bold(`event ${printable(explanation.eventId)}`), ...eventLines(explanation.copies[0])];
  if (explanation.noVerdict !== null) lines.push('', bold('no verdict'), `  ${printable(explanation.noVerdict)}`);
  for (const verdict of explanation.verdicts) lines.push(...verdictLines(verdict, explanation.verdicts.length > 1, bold));
  lines.push(...recordLines(explanation, bold));
  return `${lines.join('\n')}\n`;
}

const EVENT_FIELDS: readonly (readonly [string, string])[] = [
  ['call', 'event_name'],
  ['service', 'event_source'],
  ['action', 'action'],
  ['time', 'event_time'],
  ['bucket', 'bucket'],
  ['key', 'object_key'],
  ['copied from', 'copy_source'],
  ['bytes in', 'bytes_in'],
  ['bytes out', 'bytes_out'],
  ['error', 'error_code'],
  ['address', 'source_address'],
  ['endpoint', 'vpc_endpoint_id'],
  ['caller', 'principal_arn'],
  ['access key', 'access_key_id'],
  ['account', 'account_id'],
  ['region', 'region'],
  ['request id', 'request_id'],
  ['user agent', 'user_agent'],
];

function eventLines(event: AnswerRecord | undefined): string[] {
  if (!event) return ['  the record is no longer in the lake; its verdict is'];
  const lines = fields(event, EVENT_FIELDS);
  const joined = event['time_precision'] === 'ms' ? `${formatTime(numberOf(event, 'join_time_ms'))} (to the millisecond)` : null;
  if (joined !== null) lines.splice(4, 0, line('joined at', joined));
  return lines;
}

function verdictLines(verdict: ExplainedVerdict, several: boolean, bold: Bold): string[] {
  const a = verdict.attribution;
  const who = a['verdict'] === 'attributed' ? ` to ${cellText(a['user_id'] ?? null)}` : '';
  const which = several ? ` at ${cellText(a['event_time'] ?? null)}` : '';
  const lines = ['', bold(`verdict${which}: ${cellText(a['verdict'] ?? null)}${who} (${cellText(a['reason'] ?? null)})`)];
  if (verdict.decided)
    lines.push(line('because', verdict.decided.sentence), line('rule', `row ${verdict.decided.row} of docs/verdicts.md`));
  lines.push(
    line('final', a['final'] === true ? 'yes: every report that could matter is in or overdue' : 'no: a report may still change it'),
  );
  if (a['corroborated'] === true) lines.push(line('corroborated', 'two independent kinds of evidence name this user'));
  lines.push(
    ...fields(a, [
      ['session', 'session_id'],
      ['network account', 'network_account_id'],
      ['owner of the key', 'object_owner_user_id'],
    ]),
  );
  if (numberOf(a, 'candidate_count') > 0) {
    const ids = textsOf(a, 'candidate_user_ids').map(printable).join(', ');
    lines.push(line(isLead(a) ? 'leads' : 'candidates', `${numberOf(a, 'candidate_count')}: ${ids}`));
  }
  for (const user of verdict.keyUsers) lines.push(line('hash in the key', `of ${cellText(user['user_key'] ?? null)}`));
  lines.push(...sessionLines(verdict.sessions, isLead(a), bold), ...logonLines(verdict.logon, bold), ...changeLines(verdict, bold));
  return lines;
}

/** Rows 5 and 9 list hints, which never make a verdict. */
function isLead(attribution: AnswerRecord): boolean {
  return attribution['verdict'] === 'unattributed' || attribution['verdict'] === 'not_joinable';
}

function sessionLines(sessions: readonly ExplainedSession[], leads: boolean, bold: Bold): string[] {
  const candidates = sessions.filter((each) => each.candidate);
  const others = sessions.filter((each) => !each.candidate);
  const lines = ['', bold(`${leads ? 'sessions that the leads point to' : 'sessions that count'} (${candidates.length})`)];
  if (candidates.length === 0) lines.push('  none');
  for (const each of candidates) lines.push(...oneSession(each));
  if (others.length > 0) {
    lines.push('', bold(`other sessions on the address or instance within an hour (${others.length})`));
    for (const each of others) lines.push(...oneSession(each));
  }
  return lines;
}

function oneSession({ session, relation, distanceMs, sources, signIn }: ExplainedSession): string[] {
  const when =
    relation === 'contains'
      ? 'contains the time'
      : relation === 'ended before'
        ? `ended ${duration(distanceMs)} before`
        : `began ${duration(distanceMs)} after`;
  const state = [
    when,
    session['connected'] === true ? 'connected' : 'never connected',
    session['is_multisession'] === true
      ? 'multi-session'
      : session['is_multisession'] === null
        ? 'multi-session unknown'
        : 'single-session',
    session['origin'] === 'snapshot' ? 'known from snapshots only' : null,
  ];
  const lines = [
    `  ${cellText(session['user_id'] ?? null)} (${cellText(session['authentication_type'] ?? null)}), session ${cellText(session['session_id'] ?? null)}`,
    line('', state.filter((each) => each !== null).join(', '), 4),
    line('', `${cellText(session['session_start'] ?? null)} to ${cellText(session['session_end'] ?? null) || 'not reported'}`, 4),
    line(
      '',
      `fleet ${cellText(session['fleet_name'] ?? null) || '?'}, instance ${cellText(session['instance_id'] ?? null) || '?'}, addresses ${cellText(session['private_addresses'] ?? null) || 'none'}`,
      4,
    ),
  ];
  if (signIn !== null) {
    const from = cellText(signIn['source_address'] ?? null) || 'an unknown address';
    lines.push(
      line(
        '',
        `last sign-in before it ${cellText(signIn['logon_time'] ?? null)} from ${from} (${cellText(signIn['event_id'] ?? null)})`,
        4,
      ),
    );
  }
  for (const source of sources) lines.push(line('', sourceText(source), 4));
  return lines;
}

function sourceText(source: AnswerRecord): string {
  const place = `${cellText(source['source_file'] ?? null)} line ${cellText(source['source_index'] ?? null)}`;
  if (source['origin'] === 'report') return `report of ${cellText(source['report_day'] ?? null)}: ${place}`;
  return `snapshot ${cellText(source['observed_at'] ?? null)} ${cellText(source['state'] ?? null)} (of ${cellText(source['sightings'] ?? null)}): ${place}`;
}

function logonLines(logon: AnswerRecord | null, bold: Bold): string[] {
  if (!logon) return [];
  return [
    '',
    bold('logon of the session'),
    ...fields(logon, [
      ['time', 'logon_time'],
      ['kind', 'kind'],
      ['from', 'source_address'],
      ['role', 'role_arn'],
      ['caller', 'caller_arn'],
      ['event', 'event_id'],
      ['log file', 'source_file'],
      ['record', 'source_index'],
    ]),
  ];
}

function changeLines(verdict: ExplainedVerdict, bold: Bold): string[] {
  const lines = ['', bold('what it was before')];
  if (verdict.changes.length === 0) lines.push('  nothing else: the verdict never changed');
  for (const change of verdict.changes) {
    const side = (which: string) =>
      change[`${which}_verdict`] === null
        ? 'no verdict'
        : `${cellText(change[`${which}_verdict`] ?? null)} (${cellText(change[`${which}_reason`] ?? null)})${change[`${which}_user_id`] === null ? '' : ` ${cellText(change[`${which}_user_id`] ?? null)}`}`;
    lines.push(`  ${cellText(change['changed_at'] ?? null)}: ${side('old')} -> ${side('new')}, cause ${cellText(change['cause'] ?? null)}`);
  }
  if (verdict.run) {
    lines.push(
      line(
        'decided by run',
        `${cellText(verdict.run['run_id'] ?? null)} as of ${cellText(verdict.run['as_of'] ?? null)}, version ${cellText(verdict.run['tool_version'] ?? null)}`,
      ),
    );
  }
  return lines;
}

function recordLines(explanation: Explanation, bold: Bold): string[] {
  const lines = [
    '',
    bold(`raw record${explanation.copies.length > 1 ? ` (${explanation.copies.length} copies; the judged one first)` : ''}`),
  ];
  for (const copy of explanation.copies.slice(0, 10)) {
    lines.push(
      `  ${cellText(copy['source_file'] ?? null)} record ${cellText(copy['source_index'] ?? null)}`,
      line('', `sha256 ${cellText(copy['record_sha256'] ?? null)}`, 4),
    );
  }
  if (explanation.input) lines.push(line('log file sha256', cellText(explanation.input['sha256'] ?? null)));
  return lines;
}

function fields(record: AnswerRecord, names: readonly (readonly [string, string])[]): string[] {
  return names
    .map(([label, column]) => [label, cellText(record[column] ?? null)] as const)
    .flatMap(([label, text]) => (text === '' ? [] : [line(label, text)]));
}

function line(label: string, text: string, indent = 2): string {
  return label === '' ? `${' '.repeat(indent)}${text}` : `${' '.repeat(indent)}${`${label}:`.padEnd(17)} ${text}`;
}

/** `42 s`, `7 min 3 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
