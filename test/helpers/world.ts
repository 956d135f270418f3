/** Generated worlds: rows as readers would give them, few of everything, so that addresses, seconds and users collide. */
import type fc from 'fast-check';
import type { RowSink } from '../../lib/ingest/reader.ts';
import { formatDt } from '../../lib/time.ts';
import { type Configuration, configurationSchema } from '../../schemas/configuration.ts';
import type { InputRow } from '../../schemas/ledger-tables.ts';
import type { LogonRow } from '../../schemas/logons-table.ts';
import type { EvidenceBase } from '../oracle/evidence-base.ts';
import { inputRow, logonRow } from './rows.ts';
import { eventsOf } from './world-events.ts';
import { type SettingsRecipe, type WorldRecipe, worldRecipe } from './world-recipe.ts';
import { reportsOf } from './world-reports.ts';
import { ACCOUNTS, at, EVENING_MS, REGIONS, type TrueSession, trueSessions } from './world-sessions.ts';
import { sweepsOfWorld } from './world-sweeps.ts';

/** All a lake holds, and how it is to be judged. Every row's `source_file` is the location of one of the inputs. */
export interface World extends EvidenceBase {
  readonly inputs: readonly InputRow[];
}

/** Worlds of 2 to 14 sessions, 10 to 52 records, up to 3 × 13 sweeps and 8 logons, in two accounts and two regions. */
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
  const events = eventsOf(sessions, recipe);
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
    rejected: reported.rejected,
    failed: reported.failed,
    acceptances: reported.acceptances,
    configuration: makeConfiguration(recipe.settings),
    asOfMs,
  };
}

/** The same world, in which every input is there a second time under another name, as when a bucket is replicated. */
export function withCopies(world: World): World {
  const away = (path: string) => path.replace('/world/', '/world-again/');
  const twice = <R extends { readonly source_file: string }>(rows: readonly R[]) => [
    ...rows,
    ...rows.map((row) => ({ ...row, source_file: away(row.source_file) })),
  ];
  const twicePlaced = <R extends { readonly location: string }>(rows: readonly R[]) => [
    ...rows,
    ...rows.map((row) => ({ ...row, location: away(row.location) })),
  ];
  return {
    ...world,
    events: twice(world.events),
    logons: twice(world.logons),
    sessions: twice(world.sessions),
    snapshots: twice(world.snapshots),
    inputs: twicePlaced(world.inputs),
    rejected: twicePlaced(world.rejected),
    acceptances: twicePlaced(world.acceptances),
  };
}

function makeConfiguration(settings: SettingsRecipe): Configuration {
  const { graceSeconds, longestSessionHours, lookbackDays, logonHours } = settings;
  const { buckets, excludeBuckets, fleetRoles, fleetCidrs, natAddresses } = settings;
  const { identityUsers, sharedPrincipals, sourceIdentityRoles } = settings;
  const vpcEndpoints = {
    any: [],
    ours: [{ id: 'vpce-1' }, { id: 'vpce-2' }],
    accounts: [
      { id: 'vpce-1', account: ACCOUNTS[0] },
      { id: 'vpce-2', account: ACCOUNTS[1] },
    ],
    several: [
      { id: 'vpce-1', accounts: [...ACCOUNTS] },
      { id: 'vpce-2', accounts: [...ACCOUNTS], fleets: ['analytics'] },
    ],
    regions: [
      { id: 'vpce-1', regions: [...REGIONS] },
      { id: 'vpce-2', regions: [REGIONS[1]] },
      { id: 'vpce-9', accounts: [...ACCOUNTS], regions: [REGIONS[0]] },
    ],
    fleets: [{ id: 'vpce-1', fleets: ['analytics'] }, { id: 'vpce-2', fleets: ['finance'], account: ACCOUNTS[0] }, { id: 'vpce-9' }],
  }[settings.endpoints];
  return configurationSchema.parse({
    scope: { buckets, excludeBuckets, fleetRoles, fleetCidrs, natAddresses, vpcEndpoints },
    window: { graceSeconds, longestSessionHours, lookbackDays, logonHours },
    logons: { roles: settings.logonRoles },
    identity: { users: identityUsers, sharedPrincipals, sourceIdentityRoles },
    policy: { accounts: settings.policyAccounts },
  });
}

function makeLogons(sessions: readonly TrueSession[], recipe: WorldRecipe): LogonRow[] {
  return recipe.logons.map((each, n) => {
    const session = at(sessions, each.session);
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
      issued_access_key_id: each.kind === 'saml' && each.issues !== null ? `AKS${each.issues}` : null,
      valid_seconds: each.kind === 'streaming_url' ? each.validSeconds : null,
      stack_name: each.kind === 'streaming_url' ? `${session.fleet}-stack` : null,
      fleet_name: each.kind === 'streaming_url' ? (each.otherFleet ? 'other' : session.fleet) : null,
      source_file: '/world/cloudtrail-0.json',
      source_index: 1000 + n,
    });
  });
}
