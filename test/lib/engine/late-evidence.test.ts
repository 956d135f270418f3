/** Evidence that comes late speaks for days however old, and only for those it can matter to. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { configurationSchema } from '../../../schemas/configuration.ts';
import { ACCOUNT, inputRow, reportedSession, sha256, utc } from '../../helpers/rows.ts';
import { day, event, report, Scenario } from '../../helpers/scenario.ts';

/** Weeks after the events, and beyond every window. */
const MUCH_LATER = day('2026-06-01');
const IN_MAY = { session_start_ms: utc('2026-05-20T10:00:00'), session_end_ms: utc('2026-05-20T11:00:00'), session_id: 's-may' };
const MAY_REPORT = report('2026-05-20');

let scenario: Scenario;

beforeEach(async () => {
  scenario = await Scenario.begin([]);
});
afterEach(() => scenario.end());

describe('a session that is first reported long after', () => {
  test('names its user for a home-folder call of an older day', async () => {
    const home = { principal_role: 'AmazonAppStreamServiceAccess', role_session_name: 'AppStream2.0', key_account_id: ACCOUNT };
    const bob = { key_authentication_type: 'SAML', key_user_hash: sha256('bob') };
    await scenario.commit({ events: [event(1, '10:30:00', { ...home, ...bob }), event(2, '2026-03-09T10:30:00')] });
    await scenario.settle(MUCH_LATER);
    expect((await scenario.verdicts())[0]).toEqual(['e-1', 'not_joinable', 'foreign_endpoint', null, true]);
    const span = { session_start_ms: utc('2026-02-10T10:00:00'), session_end_ms: utc('2026-02-10T11:00:00') };
    await scenario.commit({
      sessions: [reportedSession({ ...span, user_id: 'bob', private_addresses: ['10.0.9.9'] })],
      inputs: [report('2026-02-10')],
    });

    const run = await scenario.settle(MUCH_LATER);

    expect(run.days).toEqual(['2026-03-02', '2026-03-09']);
    expect((await scenario.verdicts())[0]).toEqual(['e-1', 'attributed', 'home_folder_key', 'bob', true]);
  });

  test('names the owner of an object that somebody else read on an older day', async () => {
    const bobs = { key_account_id: ACCOUNT, key_authentication_type: 'SAML', key_user_hash: sha256('bob') };
    await scenario.commit({ events: [event(1, '10:30:00', bobs)] });
    await scenario.settle(MUCH_LATER);
    await scenario.commit({ sessions: [reportedSession({ ...IN_MAY, user_id: 'bob' })], inputs: [MAY_REPORT] });

    await scenario.settle(MUCH_LATER);

    expect((await scenario.lake.query('SELECT object_owner_user_id FROM attributions')).rows).toEqual([['bob']]);
  });

  test('makes its instance known to older days', async () => {
    await scenario.commit({ events: [event(1, '10:30:00', { role_session_name: 'i-7' })] });
    await scenario.settle(MUCH_LATER);
    await scenario.commit({ sessions: [reportedSession({ ...IN_MAY, instance_id: 'i-7' })], inputs: [MAY_REPORT] });

    await scenario.settle(MUCH_LATER);

    expect((await scenario.lake.query('SELECT instance_id FROM attributions')).rows).toEqual([['i-7']]);
  });

  test('of a user and an instance that were known makes no older day one to look at', async () => {
    await scenario.commit({
      events: [event(1, '10:30:00', { role_session_name: 'i-1', key_account_id: ACCOUNT, key_user_hash: sha256('alice') })],
      sessions: [reportedSession()],
      inputs: [report()],
    });
    await scenario.settle(MUCH_LATER);
    await scenario.commit({ sessions: [reportedSession(IN_MAY)], inputs: [MAY_REPORT] });

    expect((await scenario.settle(MUCH_LATER)).days).toEqual([]);
  });

  test('and flagged for several users makes doubtful who was alone on its instance', async () => {
    const alone = { sessions: [reportedSession()], inputs: [report()] };
    await scenario.commit({ events: [event(1, '10:30:00'), event(2, '2026-03-30T10:30:00')], ...alone });
    const before = await scenario.settle(MUCH_LATER);
    expect(before.days).toEqual(['2026-03-02', '2026-03-30']);
    await scenario.commit({ sessions: [reportedSession({ ...IN_MAY, is_multisession: true })], inputs: [MAY_REPORT] });

    expect((await scenario.settle(MUCH_LATER)).days).toEqual(['2026-03-02']);
  });
});

describe('a region that an account is first heard of in', () => {
  test('opens the days that reports of the other region had closed', async () => {
    const configuration = configurationSchema.parse({ window: { longestSessionHours: 24 } });
    const whole = ['2026-03-02', '2026-03-03', '2026-03-04'].map((dt) => report(dt));
    await scenario.commit({ events: [event(1, '2026-03-03T10:30:00')], sessions: [reportedSession()], inputs: whole });
    const asOf = utc('2026-03-04T23:00:00');
    await scenario.settle(asOf, { configuration });
    expect(await scenario.verdicts()).toEqual([['e-1', 'unattributed', 'outside_session', null, true]]);
    const elsewhere = { region: 'eu-west-2', location: `/in/${ACCOUNT}/eu-west-2/daily-session-report-2026-03-01.csv` };
    await scenario.commit({ inputs: [inputRow({ ...elsewhere, report_day: '2026-03-01' })] });

    await scenario.settle(asOf, { configuration });

    expect(await scenario.verdicts()).toEqual([['e-1', 'pending', 'awaiting_report', null, false]]);
  });
});
