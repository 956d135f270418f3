/** The part of a status that says how far verdicts can be trusted. */
import { describe, expect, test } from '@jest/globals';
import { contestedReports, reportKey } from '../../../lib/answer/contested-reports.ts';
import { evidenceStatus } from '../../../lib/answer/status-evidence.ts';
import { evidenceStatusText } from '../../../lib/answer/status-evidence-text.ts';
import * as queries from '../../../lib/answer/status-queries.ts';
import { configurationSchema, defaultConfiguration } from '../../../schemas/configuration.ts';
import { type Answer, lakeOf } from '../../helpers/answers.ts';

const ACCOUNT = '111122223333';
const OTHER = '444455556666';
const TIMES = { first_time: '2026-03-01T00:00:00Z', last_time: '2026-03-02T00:00:00Z' };

async function textOf(answers: readonly (readonly [string, Answer])[], configuration = defaultConfiguration): Promise<string> {
  const evidence = await evidenceStatus(lakeOf(new Map(answers)), configuration);
  return `${evidenceStatusText(evidence, (text) => text).join('\n')}\n`;
}

describe('the evidence of a status', () => {
  test('is nothing where all of it holds', async () => {
    expect(await textOf([[queries.KNOWN_ACCOUNTS, [{ account_id: ACCOUNT }]]])).toBe('\n');
  });

  test('names what could not be read with the day it keeps open, and what was accepted with who, when and why', async () => {
    const row = { location: '/a.csv', version: 'v1', reason: 'no end', account_id: null, region: null, report_day: null };
    const said = { reason: 'lost', accepted_by: 'ada@desk', accepted_at: '2026-03-10T00:00:00Z' };
    const text = await textOf([
      [
        queries.UNREAD,
        [
          { ...row, source_index: 7, accepted: false, report_day: '2026-03-02', account_id: ACCOUNT, region: 'eu-west-1' },
          { ...row, source_index: null, accepted: false },
          { ...row, source_index: 9, accepted: true },
        ],
      ],
      [queries.ACCEPTANCES, [{ ...row, source_index: 9, ...said }]],
    ]);
    expect(text).toContain(
      `unread evidence (2)\n  2026-03-02 ${ACCOUNT} eu-west-1: /a.csv:7: no end\n  any day any account: /a.csv: no end\n`,
    );
    expect(text).toContain('accept INPUT[:LINE] --reason TEXT');
    expect(text).toContain('accepted as never readable (1)\n  /a.csv:9, by ada@desk at 2026-03-10T00:00:00Z: lost\n');
  });

  test('names inputs that failed and inputs whose content changed, with both hashes', async () => {
    const changed = { location: '/a.csv', kind: 'usage_report', old_version: 'v1', new_version: 'v2', ingested_at: TIMES.last_time };
    const text = await textOf([
      [queries.FAILED_INPUTS, [{ location: 's3://b/k', reason: 'access denied' }]],
      [queries.CHANGED_INPUTS, [changed]],
    ]);
    expect(text).toContain('inputs that could not be opened (1)\n  s3://b/k: access denied\n');
    expect(text).toContain(`/a.csv (usage_report), read again ${TIMES.last_time}\n    sha256 v1 -> v2\n`);
  });

  test('names days that time closed although fleets were active', async () => {
    const text = await textOf([[queries.CLOSED_BY_TIME, [{ dt: '2026-03-01', account_id: ACCOUNT, n: 1200 }]]]);
    expect(text).toContain(`days closed by time alone, with fleets active (1)\n  2026-03-01 ${ACCOUNT}: 1,200 events\n`);
  });

  const network = { vpc_endpoint_id: 'vpce-1a', network_account_id: OTHER, account_id: ACCOUNT, n: 50, one_event: 'e-1', ...TIMES };

  test('gives both readings of a network without sessions, with the configuration lines for the harmless one', async () => {
    const text = await textOf([
      [queries.UNKNOWN_NETWORKS, [{ ...network, fleet_side_n: 50 }]],
      [queries.KNOWN_ACCOUNTS, [{ account_id: ACCOUNT }, { account_id: '777788889999' }]],
    ]);
    expect(text).toContain(`  vpce-1a of ${OTHER}, callers of ${ACCOUNT}: 50 events, 50 fleet-side`);
    expect(text).toContain(
      `    scope:\n        vpcEndpoints:\n          - id: vpce-1a\n            account: "${ACCOUNT}"\n`.replace('    scope', '      scope'),
    );
    expect(text).toContain('or it is not: then credentials of your fleets are used in a foreign network, and are stolen');
  });

  test('cries no theft where no fleet is involved, and makes up no account', async () => {
    const text = await textOf([
      [queries.UNKNOWN_NETWORKS, [{ ...network, account_id: OTHER, fleet_side_n: 0 }]],
      [queries.KNOWN_ACCOUNTS, [{ account_id: ACCOUNT }, { account_id: '777788889999' }]],
    ]);
    expect(text).toContain('account: "<the account of the fleets>"');
    expect(text).toContain('its addresses prove nothing, and nobody is named');
    expect(text).not.toContain('stolen');
  });

  test('names accounts without sessions that act or are configured as ours', async () => {
    const configuration = configurationSchema.parse({
      policy: { accounts: [ACCOUNT, '777788889999'] },
      scope: { vpcEndpoints: [{ id: 'vpce-1', accounts: [OTHER] }] },
    });
    const text = await textOf(
      [
        [queries.KNOWN_ACCOUNTS, [{ account_id: ACCOUNT }]],
        [queries.UNKNOWN_ACCOUNTS, [{ account_id: OTHER, n: 3, ...TIMES }]],
      ],
      configuration,
    );
    expect(text).toContain(
      `accounts whose sessions are unknown (2)\n  ${OTHER}: 3 fleet-side events, ${TIMES.first_time} to ${TIMES.last_time}\n` +
        '  777788889999: configured as yours\n',
    );
  });
});

describe('a report day that several issues speak for', () => {
  const issue = { account_id: ACCOUNT, region: 'eu-west-1', report_day: '2026-03-02', source_modified_ms: Date.UTC(2026, 2, 3) };
  const lake = lakeOf(
    new Map<string, Answer>([
      [
        queries.CONTESTED_ISSUES,
        [
          { ...issue, source_file: '/first.csv', version: 'v1' },
          { ...issue, source_file: '/second.csv', version: null },
          { ...issue, report_day: '2026-03-01', source_file: '/x.csv', version: 'v3' },
        ],
      ],
    ]),
  );

  test('is told with every issue and what to look at', async () => {
    const [problem, ...others] = await contestedReports(lake);
    expect(others).toHaveLength(1);
    expect(problem).toEqual({
      location: '/second.csv',
      status: 'contested',
      reason:
        'the report of 2026-03-02 in 111122223333 eu-west-1 was rewritten: 2 issues of it count, because none covers the others: ' +
        '/first.csv (modified 2026-03-03T00:00:00Z, sha256 v1), /second.csv (modified 2026-03-03T00:00:00Z); ' +
        'look at finding report-rewritten: it says, user by user, what changed; verdicts that hang on it are not final',
    });
  });

  test('is told by an ingestion only when one of its reports came', async () => {
    const wanted = reportKey(ACCOUNT, 'eu-west-1', '2026-03-01');
    expect((await contestedReports(lake, (report) => report === wanted)).map((each) => each.location)).toEqual(['/x.csv']);
  });
});
