/** The words of docs/verdicts.md one by one: whose network, whose role, whose credentials, what is unread. */
import { describe, expect, test } from '@jest/globals';
import { type Configuration, configurationSchema } from '../../schemas/configuration.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import type { SessionRow } from '../../schemas/sessions-table.ts';
import {
  ACCOUNT,
  acceptanceRow,
  eventRow,
  failedInputRow,
  INGESTED_MS,
  inputRow,
  logonRow,
  NO_EVIDENCE,
  rejectedRow,
  reportedSession,
  seenSession,
  sha256,
  sweepPage,
  utc,
} from '../helpers/rows.ts';
import { attribute } from './attribute.ts';
import type { EvidenceBase } from './evidence-base.ts';

const CLOSED = utc('2026-03-20T00:00:00');
const OTHER = '444455556666';

type Given = Partial<EvidenceBase> & {
  readonly scope?: Partial<Configuration['scope']>;
  readonly identity?: Partial<Configuration['identity']>;
};

/** The row of one event, with alice on 10.0.1.25 unless a test says otherwise. */
function judge(event: Partial<EventRow>, { scope, identity, ...more }: Given = {}) {
  const configuration = configurationSchema.parse({ scope, identity });
  const given = { ...NO_EVIDENCE, sessions: [reportedSession()], configuration, asOfMs: CLOSED, ...more };
  return attribute({ ...given, events: [eventRow(event), ...given.events] }).rows[0];
}

const person = { principal_type: 'AssumedRole', principal_role: 'AWSReservedSSO_Analyst_0123456789abcdef' };

describe('the network', () => {
  test('is that of the endpoint as configured, whatever owner the record names', () => {
    const scope = { vpcEndpoints: [{ id: 'vpce-1', account: ACCOUNT }] };

    expect(judge({ vpc_endpoint_account_id: OTHER }, { scope })).toMatchObject({ user_id: 'alice', network_account_id: ACCOUNT });
    expect(judge({ vpc_endpoint_id: 'vpce-2' }, { scope })).toMatchObject({ reason: 'foreign_endpoint' });
  });

  test('of an endpoint of several accounts is that of the session shown', () => {
    const scope = { vpcEndpoints: [{ id: 'vpce-1', accounts: [OTHER, ACCOUNT] }] };

    expect(judge({}, { scope })).toMatchObject({ user_id: 'alice', network_account_id: ACCOUNT });
    expect(judge({ source_address: '10.0.1.99' }, { scope })).toMatchObject({ verdict: 'unattributed', network_account_id: null });
  });

  test('is nobody’s where the record names no owner and no fleet role made the call', () => {
    expect(judge({ principal_role: 'AWSServiceRoleForBackup' })).toMatchObject({ reason: 'foreign_endpoint', network_account_id: null });
    expect(judge({ account_id: OTHER })).toMatchObject({ reason: 'foreign_endpoint' });
    expect(judge({ vpc_endpoint_account_id: OTHER })).toMatchObject({ reason: 'foreign_endpoint', network_account_id: OTHER });
    expect(judge({ vpc_endpoint_account_id: ACCOUNT, account_id: OTHER })).toMatchObject({ user_id: 'alice' });
  });

  test('without an endpoint is the caller’s for fleet roles and addresses of fleets', () => {
    const event = { vpc_endpoint_id: null, principal_type: 'IAMUser', principal_role: null, role_session_name: null };

    expect(judge({ vpc_endpoint_id: null })).toMatchObject({ user_id: 'alice' });
    expect(judge(event)).toMatchObject({ reason: 'no_endpoint' });
    expect(judge(event, { scope: { fleetCidrs: ['10.0.1.0/24'] } })).toMatchObject({ user_id: 'alice' });
  });
});

describe('another region', () => {
  test('names nobody for certain, unless regions do not matter', () => {
    expect(judge({ region: 'us-east-1' })).toMatchObject({ verdict_row: '7', reason: 'other_region', candidate_user_ids: ['alice'] });
    expect(judge({ region: null })).toMatchObject({ user_id: 'alice' });
    const scope = { vpcEndpoints: [{ id: 'vpce-1', regions: ['eu-west-1', 'us-east-1'] }] };
    expect(judge({ region: 'us-east-1' }, { scope })).toMatchObject({ user_id: 'alice' });
  });

  test('makes a user of this region ambiguous when somebody else is there', () => {
    const there = reportedSession({ session_id: 's-2', region: 'us-east-1', user_id: 'bob' });

    expect(judge({}, { sessions: [reportedSession(), there] })).toMatchObject({
      verdict_row: '6',
      reason: 'other_region',
      candidate_count: 2,
    });
    expect(judge({}, { sessions: [reportedSession(), { ...there, ...reportedSession({ region: 'us-east-1' }) }] })).toMatchObject({
      reason: 'in_session',
    });
  });
});

describe('credentials that name somebody', () => {
  test('name the person, in the order of the rules', () => {
    const users = [{ name: 'id-*', user: '*' }];
    const logons = [logonRow({ issued_access_key_id: 'AK', user_id: 'carol' })];
    const nowhere = { source_address: '198.51.100.20', access_key_id: 'AK' };

    expect(
      judge({ ...nowhere, ...person, role_session_name: 'dave', on_behalf_of_user_id: 'id-bob' }, { identity: { users } }),
    ).toMatchObject({
      user_id: 'bob',
      authentication_type: 'IDENTITY_CENTER',
      user_key: `${ACCOUNT}/IDENTITY_CENTER/bob`,
      session_id: null,
    });
    expect(judge({ ...nowhere, ...person, role_session_name: 'ALICE', on_behalf_of_user_id: 'x' }, { logons })).toMatchObject({
      user_id: 'alice',
      authentication_type: 'SAML',
      self_named_user: 'ALICE',
    });
    expect(judge(nowhere, { logons })).toMatchObject({ user_id: 'carol', authentication_type: 'SAML' });
    expect(judge({ ...nowhere, join_time_ms: utc('09:54:59') }, { logons })).toMatchObject({ self_named_user: null });
  });

  test('are corroborated by a session of the person, and contradicted by another’s', () => {
    const bob = [reportedSession({ user_id: 'bob' })];

    expect(judge({ ...person, role_session_name: 'alice', vpc_endpoint_account_id: ACCOUNT })).toMatchObject({
      verdict_row: 'S',
      corroborated: true,
      session_id: 's-1',
    });
    expect(judge({ ...person, role_session_name: 'alice', vpc_endpoint_account_id: ACCOUNT }, { sessions: bob })).toMatchObject({
      verdict_row: 'S',
      reason: 'evidence_disagrees',
      candidate_user_ids: ['alice', 'bob'],
    });
  });

  test('name nobody when they are shared, or of an account that is not ours', () => {
    const event = { ...person, role_session_name: 'alice', vpc_endpoint_account_id: ACCOUNT };

    expect(judge({ ...event, principal_arn: 'arn' }, { identity: { sharedPrincipals: [person.principal_role] } })).toMatchObject({
      verdict_row: '6',
      self_named_user: null,
      foreign_credentials: 'arn',
    });
    expect(judge({ ...event, account_id: OTHER })).toMatchObject({ self_named_user: null });
  });
});

describe('a key', () => {
  const home = {
    principal_role: 'AmazonAppStreamServiceAccess',
    role_session_name: 'AppStream2.0',
    key_account_id: ACCOUNT,
    key_authentication_type: 'SAML',
    key_user_hash: sha256('alice'),
    source_address: null,
  };

  test('is evidence only for calls that AppStream itself made, once its user is known', () => {
    expect(judge(home)).toMatchObject({ verdict_row: '2', user_id: 'alice' });
    expect(judge({ ...home, invoked_by: 'appstream.amazonaws.com' })).toMatchObject({ verdict_row: '2' });
    for (const more of [
      { invoked_by: 's3.amazonaws.com' },
      { error_code: 'AccessDenied' },
      { user_agent: '[aws-cli/2.1]' },
      { source_address: '198.51.100.20' },
      { join_time_ms: utc('09:59:59') },
    ]) {
      expect(judge({ ...home, ...more })).toMatchObject({ verdict_row: '5', object_owner_user_id: 'alice' });
    }
  });
});

describe('copies that contradict one another', () => {
  test('name nobody and list the users of all of them', () => {
    const sessions = [reportedSession(), reportedSession({ session_id: 's-2', user_id: 'bob', private_addresses: ['10.0.1.26'] })];
    const copy = (more: Partial<EventRow>) => [eventRow({ record_sha256: 'f', ...more })];

    expect(judge({}, { sessions, events: copy({ source_address: '10.0.1.26' }) })).toMatchObject({
      verdict_row: '0',
      reason: 'evidence_disagrees',
      candidate_user_ids: ['alice', 'bob'],
      final: true,
    });
    expect(judge({}, { sessions, events: copy({ bytes_out: 1, user_agent: 'other' }) })).toMatchObject({ verdict_row: '6' });
  });
});

describe('what was not read', () => {
  const partial = inputRow({ status: 'partial', malformed: 1 });
  const unread = { inputs: [partial], rejected: [rejectedRow(partial)] };
  const openly = (given: Given) => judge({ join_time_ms: utc('11:00:01') }, given);

  test('keeps the day open, until it is accepted', () => {
    const accepted = (more: Parameters<typeof acceptanceRow>[1]) =>
      openly({ ...unread, acceptances: [acceptanceRow(partial.location, more)] });

    expect(openly(unread)).toMatchObject({ verdict: 'pending', reason: 'evidence_unread', closed_by: null });
    const { version } = partial;
    expect(accepted({ version, source_index: 3 })).toMatchObject({ reason: 'in_grace', closed_by: 'time', final: false });
    expect(accepted({ version })).toMatchObject({ reason: 'in_grace' });
    expect(accepted({ source_index: 3 })).toMatchObject({ reason: 'evidence_unread' });
    expect(accepted({ version: 'other' })).toMatchObject({ reason: 'evidence_unread' });
    expect(accepted({ version, source_index: 4 })).toMatchObject({ reason: 'evidence_unread' });
  });

  test('keeps it open until a later issue that is whole replaces it', () => {
    const later = inputRow({ location: '/later.csv', modified_ms: INGESTED_MS + 1 });
    const laterRow = (more: object) => reportedSession({ source_file: '/later.csv', source_modified_ms: INGESTED_MS + 1, ...more });
    const asRead = [reportedSession(), laterRow({})];
    const theOneSetAside = laterRow({ session_id: 's-9', user_id: 'bob', private_addresses: ['10.0.1.99'] });
    const replaced = (sessions: SessionRow[]) => openly({ inputs: [partial, later], rejected: unread.rejected, sessions });

    expect(replaced([reportedSession()])).toMatchObject({ reason: 'evidence_unread' });
    expect(replaced(asRead)).toMatchObject({ reason: 'evidence_unread' });
    expect(replaced([...asRead, theOneSetAside])).toMatchObject({
      reason: 'in_grace',
      closed_by: 'report',
      final: true,
    });
  });

  test('may be of any account and day when its place does not say', () => {
    expect(openly({ failed: [failedInputRow({ account_id: null, region: null, report_day: null })] })).toMatchObject({
      reason: 'evidence_unread',
    });
    expect(openly({ failed: [failedInputRow({ account_id: OTHER })] })).toMatchObject({ reason: 'in_grace' });
    expect(openly({ failed: [failedInputRow({ report_day: '2026-02-01' })] })).toMatchObject({ reason: 'in_grace' });
    expect(openly({ failed: [failedInputRow({ location: '/in/daily-app-report-2026-03-02.csv' })] })).toMatchObject({ reason: 'in_grace' });
  });
});

describe('a verdict hangs', () => {
  test('on a session that an issue denies, unless another one of the user is sound', () => {
    const denying = inputRow({ location: '/later.csv', modified_ms: INGESTED_MS + 1 });
    const inputs = [inputRow(), denying];
    const sound = reportedSession({ session_id: 's-2', report_day: '2026-03-03' });

    expect(judge({}, { inputs })).toMatchObject({ reason: 'in_session', final: false });
    expect(judge({}, { inputs, sessions: [reportedSession(), sound] })).toMatchObject({ reason: 'in_session', final: true });
  });

  test('on a row that contradicts itself, which names nobody', () => {
    const doubtful = reportedSession({ contradiction: 'user_arn' });

    expect(judge({}, { sessions: [doubtful] })).toMatchObject({ verdict_row: '6', reason: 'evidence_disagrees', final: false });
    expect(judge({}, { sessions: [reportedSession(), reportedSession({ session_id: 's-2', contradiction: 'user_arn' })] })).toMatchObject({
      reason: 'in_session',
      session_id: 's-1',
      final: true,
    });
  });

  test('on the one id that two users have', () => {
    expect(judge({}, { sessions: [reportedSession(), reportedSession({ user_id: 'bob' })] })).toMatchObject({
      verdict_row: '7',
      reason: 'evidence_disagrees',
    });
  });

  test('on somebody whose address nobody knows', () => {
    const nowhere = reportedSession({ session_id: 's-2', user_id: 'bob', private_addresses: [] });

    expect(judge({ source_address: '10.0.1.99' })).toMatchObject({ verdict: 'unattributed', final: true });
    expect(judge({ source_address: '10.0.1.99' }, { sessions: [reportedSession(), nowhere] })).toMatchObject({
      verdict: 'unattributed',
      final: false,
    });
  });
});

describe('sweeps', () => {
  test('close nothing for a fleet on which users share instances', () => {
    const times = [utc('10:20:00'), utc('10:35:00')];
    const snapshots = times.map((sweep_time_ms) => sweepPage({ sweep_time_ms }));
    const seen = times.map((observed_at_ms) => seenSession({ observed_at_ms, is_multisession: null }));
    const shared = reportedSession({ session_id: 's-9', instance_id: 'i-9', private_addresses: [], is_multisession: true });
    const asOfMs = utc('13:00:00');

    expect(judge({}, { sessions: seen, snapshots, asOfMs })).toMatchObject({ reason: 'in_session', closed_by: 'snapshots', final: false });
    expect(judge({}, { sessions: [...seen, shared], snapshots, asOfMs })).toMatchObject({ verdict: 'pending', closed_by: null });
  });
});
