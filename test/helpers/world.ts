/** Generated worlds: rows as readers would give them, few of everything, so that addresses, seconds and users collide. */
import type fc from 'fast-check';
import type { RowSink } from '../../lib/ingest/reader.ts';
import { DAY_MS, formatDt } from '../../lib/time.ts';
import { type Configuration, configurationSchema } from '../../schemas/configuration.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import type { InputRow } from '../../schemas/ledger-tables.ts';
import type { LogonRow } from '../../schemas/logons-table.ts';
import type { EvidenceBase } from '../oracle/evidence-base.ts';
import { eventRow, inputRow, logonRow, sha256 } from './rows.ts';
import { type EventRecipe, type SettingsRecipe, type WorldRecipe, worldRecipe } from './world-recipe.ts';
import { ACCOUNTS, EVENING_MS, reportsOf, sweepsOfWorld, type TrueSession, trueSessions } from './world-sessions.ts';

/** All a lake holds, and how it is to be judged. Every row's `source_file` is the location of one of the inputs. */
export interface World extends EvidenceBase {
  readonly inputs: readonly InputRow[];
}

/** Worlds of 2 to 14 sessions, 6 to 52 records, up to 3 × 13 sweeps and 8 logons, in two accounts and two regions. */
export function arbitraryWorld(): fc.Arbitrary<World> {
  return worldRecipe.map(makeWorld);
}

/** Hands every row of a world to a sink, with the day of its partition; the inputs are left to the caller. */
export function appendWorld(world: World, sink: RowSink): void {
  for (const row of world.events) sink.append('events', formatDt(row.event_time_ms), row);
  for (const row of world.logons) sink.append('logons', formatDt(row.logon_time_ms), row);
  for (const row of world.sessions) sink.append('sessions', row.report_day ?? formatDt(row.observed_at_ms ?? 0), row);
  for (const row of world.snapshots) sink.append('snapshots', formatDt(row.sweep_time_ms), row);
}

/** The world that a recipe describes; the same one every time. */
export function makeWorld(recipe: WorldRecipe): World {
  const asOfMs = EVENING_MS + Math.round(recipe.settings.asOfHours * 3600) * 1000;
  const sessions = trueSessions(recipe.sessions.map((each) => (recipe.multiSession ? { ...each, multi: true, instance: 'own' } : each)));
  const reported = reportsOf(sessions, recipe, asOfMs);
  const swept = sweepsOfWorld(sessions, recipe.sweeps, asOfMs);
  const events = recipe.events.map((each, n) => makeEvent(each, n, sessions, recipe.settings));
  addCopies(events, recipe);
  const logons = makeLogons(sessions, recipe);
  const files = [...new Set([...events, ...logons].map((row) => row.source_file))].sort();
  return {
    events,
    logons,
    sessions: [...reported.sessions, ...swept.sessions],
    snapshots: swept.snapshots,
    inputs: [
      ...reported.inputs,
      ...swept.inputs,
      ...files.map((location) => {
        const kept = events.filter((row) => row.source_file === location).length;
        const about = { account_id: null, region: null, report_day: null };
        return inputRow({ location, kind: 'cloudtrail', content: 'records', ...about, records_read: kept, kept });
      }),
    ],
    configuration: makeConfiguration(recipe.settings),
    asOfMs,
  };
}

function makeConfiguration(settings: SettingsRecipe): Configuration {
  const { graceSeconds, longestSessionHours, lookbackDays, logonHours } = settings;
  const { buckets, excludeBuckets, fleetRoles, fleetCidrs, natAddresses } = settings;
  const vpcEndpoints = {
    any: [],
    ours: [{ id: 'vpce-1' }, { id: 'vpce-2' }],
    accounts: [
      { id: 'vpce-1', account: ACCOUNTS[0] },
      { id: 'vpce-2', account: ACCOUNTS[1] },
    ],
    fleets: [{ id: 'vpce-1', fleets: ['analytics'] }, { id: 'vpce-2', fleets: ['finance'], account: ACCOUNTS[0] }, { id: 'vpce-9' }],
  }[settings.endpoints];
  return configurationSchema.parse({
    scope: { buckets, excludeBuckets, fleetRoles, fleetCidrs, natAddresses, vpcEndpoints },
    window: { graceSeconds, longestSessionHours, lookbackDays, logonHours },
    logons: { roles: settings.logonRoles },
  });
}

function pick<T>(values: readonly T[], index: number): T {
  return values[index % values.length] as T;
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
  const session = pick(sessions, recipe.session);
  const other = pick(sessions, recipe.other);
  const joinMs = timeOf(recipe, session);
  const otherAccount = session.account === ACCOUNTS[0] ? ACCOUNTS[1] : ACCOUNTS[0];
  const account = { own: session.account, other: otherAccount, none: null }[recipe.account];
  const isData = recipe.source !== 'sts';
  const keyOwner = { own: session, other, unknown: null, none: null }[recipe.key];
  const hasKey = isData && recipe.key !== 'none' && (['service', 'photon', 'maintenance'].includes(recipe.caller) || recipe.inHomeFolder);
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
    recipient_account_id: account ?? session.account,
    source_address: addressOf(recipe, session, other),
    vpc_endpoint_id: pick(['vpce-1', 'vpce-2', null, 'vpce-9'], recipe.endpoint),
    vpc_endpoint_account_id: { none: null, own: session.account, other: otherAccount }[recipe.endpointAccount],
    ...callerOf(recipe, session, other, account ?? session.account),
    access_key_id: recipe.accessKey === null ? null : `AK${recipe.accessKey}`,
    bucket: isData ? { data: 'data', logs: 'logs-1', website: 'website', null: null }[recipe.bucket] : null,
    ...(hasKey
      ? {
          bucket: `appstream2-36fb080bb8-${session.region}-${session.account}`,
          key_account_id: session.account,
          key_authentication_type: folderOf(keyOwner?.authentication ?? 'SAML'),
          key_user_hash: sha256(keyOwner?.userId ?? 'nobody'),
        }
      : {}),
    bytes_out: settings.graceSeconds,
    source_file: '/world/cloudtrail-0.json',
    source_index: n,
  });
}

/** Folders know three modes; a user of a directory has none of his own. */
function folderOf(authentication: string): string {
  return authentication === 'AWS_AD' ? 'SAML' : authentication;
}

function addressOf(recipe: EventRecipe, session: TrueSession, other: TrueSession): string | null {
  return {
    own: session.address,
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

function callerOf(recipe: EventRecipe, session: TrueSession, other: TrueSession, account: string): Partial<EventRow> {
  if (recipe.caller === 'iam') {
    return { principal_type: 'IAMUser', principal_role: null, principal_role_arn: null, role_session_name: null };
  }
  const service = 'AmazonAppStreamServiceAccess';
  const role = { fleet: 'FleetRole', admin: 'AdminRole', service, photon: service, maintenance: service }[recipe.caller];
  const instance = { own: session.instance, other: other.instance, none: null }[recipe.roleSession] ?? 'machine';
  const names = { fleet: instance, admin: instance, service: 'AppStream2.0', photon: 'PhotonSession', maintenance: 'Maintenance' };
  return {
    principal_type: 'AssumedRole',
    principal_role: role,
    principal_role_arn: `arn:aws:iam::${account}:role/${role}`,
    role_session_name: names[recipe.caller],
  };
}

/** Appends copies, corrections and the like; a copy for another recipient gives the original its shared id. */
function addCopies(events: EventRow[], recipe: WorldRecipe): void {
  for (const [n, copy] of recipe.copies.entries()) {
    const place = copy.event % recipe.events.length;
    const original = events[place] as EventRow;
    const fresh = { source_file: '/world/cloudtrail-1.json', source_index: n };
    const shiftMs = copy.shiftDays * DAY_MS;
    const shifted = {
      event_time_ms: original.event_time_ms + shiftMs,
      join_time_ms: original.join_time_ms + shiftMs,
      event_id: `c-${String(n).padStart(2, '0')}`,
    };
    if (copy.kind === 'same') events.push({ ...original, ...fresh });
    if (copy.kind === 'differs') {
      events.push({ ...original, ...fresh, user_agent: 'other', bytes_out: n, record_sha256: sha256(`${original.record_sha256}${n}`) });
    }
    if (copy.kind === 'correction') {
      events.push({ ...original, ...fresh, ...shifted, corrects_event_id: original.event_id, record_sha256: sha256(`correction ${n}`) });
    }
    if (copy.kind === 'sameId') {
      const later = { event_time_ms: shifted.event_time_ms + 1000, join_time_ms: shifted.join_time_ms + 1000 };
      events.push({ ...original, ...fresh, ...later, record_sha256: sha256(`same id ${n}`) });
    }
    if (copy.kind === 'recipient') {
      const shared = original.shared_event_id ?? `shared-${place}`;
      const recipient = original.recipient_account_id === ACCOUNTS[0] ? ACCOUNTS[1] : ACCOUNTS[0];
      events[place] = { ...original, shared_event_id: shared };
      const id = { event_id: shifted.event_id, shared_event_id: shared, recipient_account_id: recipient };
      events.push({ ...original, ...fresh, ...id, record_sha256: sha256(`recipient ${n}`) });
    }
  }
}

function makeLogons(sessions: readonly TrueSession[], recipe: WorldRecipe): LogonRow[] {
  return recipe.logons.map((each, n) => {
    const session = pick(sessions, each.session);
    const role = each.role === 0 ? 'AppStreamUsers' : 'OtherUsers';
    return logonRow({
      event_id: `l-${String(n).padStart(2, '0')}`,
      logon_time_ms: Math.floor((session.startMs - each.beforeMs) / 1000) * 1000,
      kind: each.kind,
      account_id: session.account,
      user_id: each.otherUser ? 'somebody' : session.userId,
      authentication_type: { saml: 'SAML', streaming_url: 'CUSTOM', console: null }[each.kind],
      source_address: `203.0.113.${n + 1}`,
      role_arn: each.kind === 'saml' ? `arn:aws:iam::${ACCOUNTS[0]}:role/${role}` : null,
      success: each.success,
      valid_seconds: each.kind === 'streaming_url' ? each.validSeconds : null,
      stack_name: each.kind === 'streaming_url' ? `${session.fleet}-stack` : null,
      fleet_name: each.kind === 'streaming_url' ? (each.otherFleet ? 'other' : session.fleet) : null,
      source_file: '/world/cloudtrail-0.json',
      source_index: 1000 + n,
    });
  });
}
