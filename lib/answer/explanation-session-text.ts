/** The sessions of an explanation as text. */
import { type Bold, cell, duration, line } from './explanation-line.ts';
import type { ExplainedSession, SessionSource } from './explanation-sessions.ts';
import type { AnswerRecord } from './records.ts';

/** @param leads whether the verdict lists them only as leads */
export function sessionLines(sessions: readonly ExplainedSession[], leads: boolean, bold: Bold): string[] {
  const candidates = sessions.filter((each) => each.candidate);
  const others = sessions.filter((each) => !each.candidate);
  const lines = ['', bold(`${leads ? 'sessions that the leads point to' : 'sessions that count'} (${candidates.length})`)];
  if (candidates.length === 0) lines.push('  none');
  for (const each of candidates) lines.push(...oneSession(each));
  if (others.length > 0) {
    lines.push('', bold(`other sessions on the address or instance within an hour, or with the id of one above (${others.length})`));
    for (const each of others) lines.push(...oneSession(each));
  }
  return lines;
}

function oneSession({ session, relation, distanceMs, sources, signIn }: ExplainedSession): string[] {
  const lines = [
    `  ${cell(session, 'user_id')} (${cell(session, 'authentication_type')}), session ${cell(session, 'session_id')} in ` +
      `${cell(session, 'account_id')} ${cell(session, 'region')}`,
    line('', stateOf(session, relation, distanceMs).join(', '), 4),
    line('', `${cell(session, 'session_start')} to ${cell(session, 'session_end') || 'not reported'}`, 4),
    line(
      '',
      `fleet ${cell(session, 'fleet_name') || '?'}, instance ${cell(session, 'instance_id') || '?'}, addresses ${cell(session, 'private_addresses') || 'none'}`,
      4,
    ),
    ...disputes(session).map((text) => line('', text, 4)),
  ];
  if (signIn !== null) {
    const from = cell(signIn, 'source_address') || 'an unknown address';
    lines.push(line('', `last sign-in before it ${cell(signIn, 'logon_time')} from ${from} (${cell(signIn, 'event_id')})`, 4));
  }
  for (const source of sources) lines.push(...sourceLines(source).map((text) => line('', text, 4)));
  return lines;
}

function stateOf(session: AnswerRecord, relation: ExplainedSession['relation'], distanceMs: number): string[] {
  const when = {
    contains: 'contains the time',
    'ended before': `ended ${duration(distanceMs)} before`,
    'began after': `began ${duration(distanceMs)} after`,
  }[relation];
  const multi = session['is_multisession'];
  return [
    when,
    session['connected'] === true ? 'connected' : 'never connected',
    multi === true ? 'multi-session' : multi === null ? 'multi-session unknown' : 'single-session',
    ...(session['origin'] === 'snapshot' ? ['known from snapshots only'] : []),
  ];
}

/** What speaks against believing a session as it stands. */
function disputes(session: AnswerRecord): string[] {
  return [
    ...(session['doubtful'] === true
      ? [
          `doubtful, it names nobody by itself: ${cell(session, 'contradiction').replace('sighting', 'a sweep saw it on another address or instance') || 'its row contradicts itself or its place'}`,
        ]
      : []),
    ...(session['contested'] === true ? ['contested: another issue of the report does not say the same'] : []),
    ...(session['reused'] === true ? ["its id is also another user's session"] : []),
    ...(session['contradicting'] === true && session['reused'] !== true ? ['its id is also the id of another session'] : []),
  ];
}

function sourceLines({ row, version, laterContent }: SessionSource): string[] {
  const place = `${cell(row, 'source_file')} line ${cell(row, 'source_index')}`;
  if (row['origin'] !== 'report') {
    return [`snapshot ${cell(row, 'observed_at')} ${cell(row, 'state')} (of ${cell(row, 'sightings')}): ${place}`];
  }
  const modified = new Date(Number(row['source_modified_ms'] ?? 0)).toISOString().replace('.000Z', 'Z');
  const later =
    laterContent === null
      ? 'no later content there'
      : `a later content is there: sha256 ${cell(laterContent, 'version')}, modified ${cell(laterContent, 'modified')}, ${cell(laterContent, 'status')}`;
  return [
    `report${row['report_day'] === null ? '' : ` of ${cell(row, 'report_day')}`}: ${place}`,
    `  sha256 ${version ?? 'not in the ledger'}, modified ${modified}, ${later}`,
  ];
}
