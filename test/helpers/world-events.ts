/** The records of a generated world's trail. */
import { DAY_MS } from '../../lib/time.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import { eventRow, sha256 } from './rows.ts';
import { callerOf } from './world-callers.ts';
import type { CopyRecipe, EventRecipe } from './world-event-recipe.ts';
import type { SettingsRecipe, WorldRecipe } from './world-recipe.ts';
import { ACCOUNTS, at, EVENING_MS, FOREIGN_ACCOUNT, REGIONS, type TrueSession } from './world-sessions.ts';

/** All records, copies included. */
export function eventsOf(sessions: readonly TrueSession[], recipe: WorldRecipe): EventRow[] {
  const events = recipe.events.map((each, n) => makeEvent(each, n, sessions, recipe.settings));
  for (const [n, copy] of recipe.copies.entries()) addCopy(events, recipe, copy, n, sessions);
  return events;
}

function timeOf(recipe: EventRecipe, session: TrueSession): number {
  const edge = {
    start: session.startMs,
    end: session.endMs,
    middle: Math.floor((session.startMs + session.endMs) / 2),
    evening: EVENING_MS + recipe.other * 150_000,
  }[recipe.edge];
  const time = edge + recipe.gap + recipe.shiftDays * DAY_MS;
  return recipe.precision === 's' ? Math.floor(time / 1000) * 1000 : time;
}

function makeEvent(recipe: EventRecipe, n: number, sessions: readonly TrueSession[], settings: SettingsRecipe): EventRow {
  const session = at(sessions, recipe.session);
  const other = at(sessions, recipe.other);
  const joinMs = timeOf(recipe, session);
  const otherAccount = session.account === ACCOUNTS[0] ? ACCOUNTS[1] : ACCOUNTS[0];
  const account = { own: session.account, other: otherAccount, foreign: FOREIGN_ACCOUNT, none: null }[recipe.account];
  const isData = recipe.source !== 'sts';
  const keyOwner = { own: session, other, unknown: null, none: null }[recipe.key];
  const hasKey = isData && recipe.key !== 'none' && (['service', 'photon', 'maintenance'].includes(recipe.caller) || recipe.inHomeFolder);
  const endpoint = at(['vpce-1', 'vpce-2', null, 'vpce-9'], recipe.endpoint);
  const owner = { none: null, own: session.account, other: otherAccount, foreign: FOREIGN_ACCOUNT }[recipe.endpointAccount];
  return eventRow({
    event_id: `e-${String(n).padStart(2, '0')}`,
    // the time of completion, which an event of a known millisecond may have in a later second or day
    event_time_ms: recipe.precision === 's' ? joinMs : joinMs + 200,
    join_time_ms: joinMs,
    time_precision: recipe.precision,
    event_source: `${recipe.source}.amazonaws.com`,
    event_name: isData ? (recipe.write ? 'PutObject' : 'GetObject') : 'GetCallerIdentity',
    event_category: isData ? 'Data' : 'Management',
    action: isData && recipe.write ? 'write' : 'read',
    account_id: account,
    recipient_account_id: recipe.recipient === 'caller' && account !== null ? account : session.account,
    region: { own: session.region, other: session.region === REGIONS[0] ? REGIONS[1] : REGIONS[0], none: null }[recipe.region],
    source_address: addressOf(recipe, session, other),
    vpc_endpoint_id: endpoint,
    vpc_endpoint_account_id: endpoint === null ? null : owner,
    access_key_id: recipe.accessKey === null ? null : `AK${recipe.accessKey}`,
    ...callerOf(recipe, session, other, account ?? session.account),
    request_id: recipe.requestId ? `r-${n}` : null,
    bucket: isData ? { data: 'data', logs: 'logs-1', website: 'website', null: null }[recipe.bucket] : null,
    ...(hasKey
      ? {
          bucket: `appstream2-36fb080bb8-${session.region}-${session.account}`,
          key_account_id: session.account,
          key_authentication_type: folderOf(keyOwner?.authentication ?? 'SAML'),
          key_user_hash: sha256(keyOwner?.userId ?? 'nobody'),
        }
      : {}),
    ...spoilt(recipe),
    bytes_out: settings.graceSeconds,
    source_file: '/world/cloudtrail-0.json',
    source_index: n,
  });
}

/** Folders know three modes; a user of a directory has none of his own. */
function folderOf(authentication: string): string {
  return authentication === 'AWS_AD' ? 'SAML' : authentication;
}

/** What AppStream's own calls do not have, or may have. */
function spoilt(recipe: EventRecipe): Partial<EventRow> {
  return {
    no: {},
    service: { invoked_by: 's3.amazonaws.com' },
    appstream: { invoked_by: 'appstream.amazonaws.com' },
    denied: { error_code: 'AccessDenied' },
    failed: { error_code: 'NoSuchKey' },
    tool: { user_agent: '[AWS-CLI/2.15.0 exe/x86_64]' },
    agent: { user_agent: '[AppStream2.0]' },
  }[recipe.spoiled];
}

function addressOf(recipe: EventRecipe, session: TrueSession, other: TrueSession): string | null {
  return {
    own: recipe.other % 4 === 0 ? (session.addresses.at(-1) ?? session.address) : session.address,
    ipv6: session.address6,
    other: other.address,
    unknown: '10.0.1.6',
    outside: '10.8.0.1',
    public: '198.51.100.20',
    nat: '203.0.113.50',
    public6: '2001:db8:77::1',
    none: null,
    list: `${session.address}, ${other.address}`,
    internal: 'AWS Internal',
    service: 'transfer.amazonaws.com',
  }[recipe.from];
}

/** Appends what the trail holds besides; a copy for another recipient gives the original its shared id. */
function addCopy(events: EventRow[], recipe: WorldRecipe, copy: CopyRecipe, n: number, sessions: readonly TrueSession[]): void {
  const place = copy.event % recipe.events.length;
  const original = events[place] as EventRow;
  const fresh = { source_file: '/world/cloudtrail-1.json', source_index: n };
  const shiftMs = copy.shiftDays * DAY_MS;
  const shifted = {
    event_time_ms: original.event_time_ms + shiftMs,
    join_time_ms: original.join_time_ms + shiftMs,
    event_id: `c-${String(n).padStart(2, '0')}`,
  };
  const otherwise = said(original, copy, at(sessions, copy.session));
  const corrects = {
    corrects_event_id: original.event_id,
    corrects_request_id: { same: original.request_id, other: 'r-other', none: null }[copy.requestId],
  };
  const add = (more: Partial<EventRow>, hashed: string) => events.push({ ...original, ...fresh, ...more, record_sha256: sha256(hashed) });
  if (copy.kind === 'same') events.push({ ...original, ...fresh });
  if (copy.kind === 'differs') add({ user_agent: 'other', bytes_out: n }, `${original.record_sha256}${n}`);
  if (copy.kind === 'contradicts') add(otherwise, `${original.record_sha256}${n}`);
  if (copy.kind === 'correction') add({ ...shifted, ...corrects }, `correction ${n}`);
  if (copy.kind === 'rivals') {
    add({ ...shifted, ...corrects }, `correction ${n}`);
    add({ ...otherwise, ...shifted, ...corrects, event_id: `d-${String(n).padStart(2, '0')}` }, `rival ${n}`);
  }
  if (copy.kind === 'forged') add({ ...otherwise, ...shifted, ...corrects }, `forged ${n}`);
  if (copy.kind === 'sameId') {
    add({ event_time_ms: shifted.event_time_ms + 1000, join_time_ms: shifted.join_time_ms + 1000 }, `same id ${n}`);
  }
  if (copy.kind === 'recipient') {
    const shared = original.shared_event_id ?? `shared-${place}`;
    const recipient = original.recipient_account_id === ACCOUNTS[0] ? ACCOUNTS[1] : ACCOUNTS[0];
    events[place] = { ...original, shared_event_id: shared };
    const id = { event_id: shifted.event_id, shared_event_id: shared, recipient_account_id: recipient };
    events.push({ ...original, ...fresh, ...id, record_sha256: sha256(`recipient ${n}`) });
  }
}

/** What a copy says otherwise; of some originals it is the same. */
function said(original: EventRow, { about }: CopyRecipe, session: TrueSession): Partial<EventRow> {
  const { source_address, source_address_kind, source_address_hex } = eventRow({ source_address: session.address });
  return {
    address: { source_address, source_address_kind, source_address_hex },
    caller: { role_session_name: session.instance, principal_name: 'deploy-1', on_behalf_of_user_id: `id-${session.userId}` },
    time: { join_time_ms: original.join_time_ms - 1000 },
    account: { account_id: session.account },
    bucket: { bucket: 'website' },
    owner: { key_user_hash: original.key_user_hash === null ? null : sha256(session.userId) },
  }[about];
}
