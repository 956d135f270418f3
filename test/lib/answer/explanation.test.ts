/** What an explanation makes of the rows that a lake gives it. */
import { describe, expect, test } from '@jest/globals';
import { explainEvent } from '../../../lib/answer/explanation.ts';
import * as queries from '../../../lib/answer/explanation-queries.ts';
import { explanationText } from '../../../lib/answer/explanation-text.ts';
import type { AnswerRecord } from '../../../lib/answer/records.ts';
import { type Answer, lakeOf } from '../../helpers/answers.ts';
import { ACCOUNT, eventRow, INGESTED_MS, reportedSession, utc } from '../../helpers/rows.ts';

const EVENT = eventRow() as unknown as AnswerRecord;
const T = utc('10:30:00');
const FILE = `/in/${ACCOUNT}/eu-west-1/daily-session-report-2026-03-02.csv`;

const ATTRIBUTION: AnswerRecord = {
  event_id: EVENT['event_id'] ?? null,
  event_time: '2026-03-02T10:30:00Z',
  event_time_ms: T,
  join_time_ms: T,
  source_address: '10.0.1.25',
  network_account_id: ACCOUNT,
  verdict: 'attributed',
  reason: 'in_session',
  verdict_row: '6',
  final: true,
  closed_by: 'report',
  corroborated: false,
  self_named_user: null,
  foreign_credentials: null,
  user_id: 'alice',
  session_id: 's-1',
  candidate_count: 1,
  candidate_user_ids: ['alice'],
  candidate_session_ids: ['s-1'],
  record_sha256: EVENT['record_sha256'] ?? null,
  run_id: 'r',
};

function session(row: number, more: Partial<Parameters<typeof reportedSession>[0]> = {}, flags: AnswerRecord = {}): AnswerRecord {
  return {
    ...(reportedSession(more) as unknown as AnswerRecord),
    session_no: row,
    contested: false,
    doubtful: false,
    reused: false,
    contradicting: false,
    ...flags,
  };
}

/** Session rows as the sightings of them. */
const sighting = (of: AnswerRecord): AnswerRecord => ({ ...of, observed_at: null, sightings: 1 });

async function explained(more: {
  attribution?: AnswerRecord;
  copies?: readonly AnswerRecord[];
  answers?: readonly (readonly [string, Answer])[];
}) {
  const { attribution = {}, copies = [EVENT], answers = [] } = more;
  const lake = lakeOf(
    new Map<string, Answer>([
      [queries.ATTRIBUTIONS, [{ ...ATTRIBUTION, ...attribution }]],
      [queries.EVENT_COPIES, ({ event_id }) => copies.filter((copy) => copy['event_id'] === event_id)],
      ...answers,
    ]),
  );
  const explanation = await explainEvent(lake, String(EVENT['event_id']), { graceSeconds: 300, longestSessionHours: 24 });
  return { explanation, verdict: explanation.verdicts[0], text: explanationText(explanation) };
}

describe('the verdict of an explanation', () => {
  test('is told by the row that is stored, with what closed its day', async () => {
    const { verdict, text } = await explained({});
    expect(verdict?.decided?.row).toBe('6');
    expect(text).toContain('verdict: attributed to alice (in_session)\n  because:          The call came from the address');
    expect(text).toContain('  rule:             row 6 of docs/verdicts.md\n  final:            yes: every report');
    expect(text).toContain('  day closed by:    its report: every report of the day is there in whole\n');
  });

  test.each([
    [{ final: false, closed_by: null }, 'no: evidence of its day is open'],
    [{ final: false, closed_by: 'snapshots' }, 'no: sweeps close the evidence for now'],
    [{ final: false, closed_by: 'report' }, 'no: a later day is open, or what was weighed is disputed'],
    [{ closed_by: 'time' }, 'day closed by:    time: a report of the day never came, or could not be read'],
  ])('says why it is final or not: %j', async (attribution, line) => {
    expect((await explained({ attribution })).text).toContain(line);
  });

  test('says whom the credentials name, and whose they are', async () => {
    const arn = `arn:aws:iam::${ACCOUNT}:user/deployer`;
    const { text, verdict } = await explained({ attribution: { self_named_user: 'bob', foreign_credentials: arn } });
    expect(verdict?.madeWith).toBe(`made with the credentials of ${arn}, which name no person`);
    expect(text).toContain('  self-named:       bob\n');
    expect(text).toContain(`  credentials:      made with the credentials of ${arn}, which name no person\n`);
  });

  test('never calls the address and the instance of one report row two sources', async () => {
    const { text } = await explained({ attribution: { corroborated: true } });
    expect(text).toContain('where one report row says both, they are one source');
    expect(text).not.toMatch(/independent/);
  });
});

describe('the sessions of an explanation', () => {
  const here = session(1, {}, { reused: true, contradicting: true });
  const bob = { user_id: 'bob', private_addresses: ['10.0.9.9'], instance_id: 'i-9', source_index: 3 };
  const elsewhere = session(2, bob, { reused: true, contradicting: true });

  test('are told apart by what they say where they share an id, each with its own sources', async () => {
    const { verdict, text } = await explained({
      answers: [
        [queries.CANDIDATE_SESSIONS, [here, elsewhere]],
        [queries.ADDRESS_SESSIONS, [here]],
        [queries.SIGHTINGS, [sighting(here), sighting(elsewhere)]],
      ],
    });
    expect(verdict?.sessions.map((each) => [each.session['user_id'], each.candidate])).toEqual([
      ['alice', true],
      ['bob', false],
    ]);
    expect(verdict?.sessions.map((each) => each.sources.map(({ row }) => row['source_index']))).toEqual([[2], [3]]);
    expect(text).toContain('sessions that count (1)\n  alice (SAML), session s-1 in 111122223333 eu-west-1\n');
    expect(text).toContain("    its id is also another user's session\n");
  });

  test('are told apart by their times where one user has the id twice', async () => {
    const early = session(1, {}, { contradicting: true });
    const late = session(2, { session_start_ms: utc('10:20:00'), source_index: 9 }, { contradicting: true });
    const { verdict } = await explained({
      answers: [
        [queries.CANDIDATE_SESSIONS, [early, late]],
        [queries.SIGHTINGS, [sighting(early), sighting(late)]],
      ],
    });
    expect(verdict?.sessions.map((each) => [each.candidate, ...each.sources.map(({ row }) => row['source_index'])])).toEqual([
      [true, 2],
      [true, 9],
    ]);
  });

  test('say why one is not believed', async () => {
    const doubtful = session(1, {}, { doubtful: true, contested: true, contradiction: 'user_arn names mallory' });
    const { text } = await explained({ answers: [[queries.ADDRESS_SESSIONS, [doubtful]]] });
    expect(text).toContain('    doubtful, it names nobody by itself: user_arn names mallory\n');
    expect(text).toContain('    contested: another issue of the report does not say the same\n');
  });

  test('cite the content of the report, and whether a later one is there', async () => {
    const content = (version: string, ingested: number): AnswerRecord => ({
      location: FILE,
      version,
      modified: '2026-03-25T00:00:00Z',
      modified_ms: INGESTED_MS,
      ingested_at_ms: ingested,
      status: 'ingested',
    });
    const answers = (contents: readonly AnswerRecord[]): [string, Answer][] => [
      [queries.ADDRESS_SESSIONS, [here]],
      [queries.SIGHTINGS, [sighting(here)]],
      [queries.INPUT_CONTENTS, contents],
    ];
    const first = content('v1', INGESTED_MS);
    expect((await explained({ answers: answers([first]) })).text).toContain(
      `    report of 2026-03-02: ${FILE} line 2\n      sha256 v1, modified 2026-03-25T00:00:00Z, no later content there\n`,
    );
    expect((await explained({ answers: answers([first, content('v2', INGESTED_MS + 1)]) })).text).toContain(
      'sha256 v1, modified 2026-03-25T00:00:00Z, a later content is there: sha256 v2',
    );
    // read again later: the one that came before is no later content
    expect((await explained({ answers: answers([content('v0', INGESTED_MS - 1), first]) })).text).toContain('no later content there');
  });
});

describe('the evidence of an explanation', () => {
  const unread: AnswerRecord = {
    location: FILE,
    version: 'v1',
    source_index: 7,
    reason: 'no end',
    report_day: '2026-03-02',
    accepted: false,
  };

  test('is asked for the days on which a session that covers the time can be reported', async () => {
    let asked: unknown;
    const { verdict } = await explained({
      attribution: { join_time_ms: utc('2026-03-02T00:01:00') },
      answers: [
        [
          queries.UNREAD_OF_DAYS,
          (values) => {
            asked = values;
            return [];
          },
        ],
      ],
    });
    expect(asked).toEqual({ from_day: '2026-03-01', to_day: '2026-03-03', account_id: ACCOUNT });
    expect(verdict?.evidence).toMatchObject({ fromDay: '2026-03-01', toDay: '2026-03-03' });
  });

  test('names what could not be read, and who accepted what', async () => {
    const acceptance = { location: FILE, version: 'v1', reason: 'lost', accepted_by: 'ada@desk', accepted_at_ms: T };
    const { text, verdict } = await explained({
      answers: [
        [queries.UNREAD_OF_DAYS, [unread, { ...unread, source_index: 8, accepted: true }, { ...unread, source_index: 9, accepted: true }]],
        [
          queries.ACCEPTED_OF_LOCATIONS,
          [
            { ...acceptance, source_index: 8 },
            { ...acceptance, source_index: null, version: 'v0' },
          ],
        ],
      ],
    });
    expect(text).toContain(`could not be read, of 2026-03-02 to 2026-03-03 (1)\n  2026-03-02: ${FILE} line 7: no end\n`);
    expect(text).toContain(`(2)\n  2026-03-02: ${FILE} line 8 (sha256 v1), by ada@desk at 2026-03-02T10:30:00Z: lost\n`);
    expect(text).toContain(`  2026-03-02: ${FILE} line 9: who accepted it is not in the ledger\n`);
    expect(verdict?.evidence.unread.map((each) => each.acceptance?.reason ?? null)).toEqual([null, 'lost', null]);
  });

  test('names every issue of a contested day', async () => {
    const issue = { account_id: ACCOUNT, region: 'eu-west-1', report_day: '2026-03-02', source_file: FILE, source_modified_ms: T };
    const { text } = await explained({
      answers: [
        [
          queries.CONTESTED_OF_DAYS,
          [
            { ...issue, version: 'v1', counts: true },
            { ...issue, version: 'v2', counts: false },
          ],
        ],
      ],
    });
    expect(text).toContain(`${FILE}, sha256 v1, modified 2026-03-02T10:30:00Z\n`);
    expect(text).toContain(`${FILE}, sha256 v2, modified 2026-03-02T10:30:00Z, replaced\n`);
  });
});

describe('the records of an explanation', () => {
  test('stand side by side where their copies differ, what decides first', async () => {
    const other = { ...EVENT, source_address: '10.0.9.9', user_agent: 'x', record_sha256: 'f'.repeat(64), source_file: '/other' };
    const { verdict, text } = await explained({
      attribution: { verdict: 'ambiguous', reason: 'evidence_disagrees', verdict_row: '0' },
      copies: [EVENT, other],
    });
    expect(verdict?.differences.map(({ column, decides }) => [column, decides])).toEqual([
      ['source_address', true],
      ['user_agent', false],
    ]);
    expect(text).toContain('copies that differ in what a verdict depends on (1)\n  source_address: 10.0.1.25 | 10.0.9.9\n');
    expect(text).toContain('because:          Copies of this record differ');
  });

  test('show the error and the agent as deciding for calls of the role of AppStream', async () => {
    const own = { ...EVENT, principal_role: 'AmazonAppStreamServiceAccess' };
    const { verdict } = await explained({ copies: [own, { ...own, user_agent: 'x', record_sha256: 'f' }] });
    expect(verdict?.differences).toEqual([expect.objectContaining({ column: 'user_agent', decides: true })]);
  });

  const claim = (more: AnswerRecord): AnswerRecord => ({
    ...EVENT,
    event_id: 'e-claim',
    corrects_event_id: EVENT['event_id'] ?? null,
    corrects_request_id: EVENT['request_id'] ?? null,
    correction_reason: 'UPDATED_DATA',
    ...more,
  });

  test.each([
    [{ bucket: 'another' }, 'it is of another bucket'],
    [{ account_id: '444455556666', event_name: 'PutObject' }, "it is of another caller's account, call"],
    [{ corrects_request_id: 'another' }, 'it is of another request id'],
    [{ event_time_ms: T - 1000 }, 'it is earlier than what it corrects'],
  ])('name a claimed correction that was refused: %j', async (more, why) => {
    const copies = [{ ...EVENT, request_id: 'R1' }];
    const claimed = claim({ corrects_request_id: 'R1', ...more });
    const { text } = await explained({ copies, answers: [[queries.CLAIMED_CORRECTIONS, [claimed]]] });
    expect(text).toContain(`  refused:          e-claim claims to correct this event, reason UPDATED_DATA: ${why}\n`);
  });

  test('say what an event without a verdict is superseded by, and nothing of a claim that was refused', async () => {
    const none: [string, Answer] = [queries.ATTRIBUTIONS, []];
    const good = await explained({
      answers: [none, [queries.CLAIMED_CORRECTIONS, [claim({ bucket: 'x' }), claim({ event_id: 'e-good' })]]],
    });
    expect(good.explanation.noVerdict).toContain('the correction e-good replaces this event');
    const bad = await explained({ answers: [none, [queries.CLAIMED_CORRECTIONS, [claim({ bucket: 'x' })]]] });
    expect(bad.explanation.noVerdict).toContain('not settled');
  });

  test('say what the event itself claims to correct, and that it does not', async () => {
    const copies = [
      { ...EVENT, corrects_event_id: 'e-old', corrects_request_id: null, correction_reason: null },
      { ...EVENT, event_id: 'e-old', bucket: 'x' },
    ];
    const { text } = await explained({ copies });
    expect(text).toContain('  claims to correct: e-old; refused: it is of another bucket\n');
  });

  test('name the other corrections of the same event and call, and say which one counts', async () => {
    const own = { ...EVENT, corrects_event_id: 'e-old', corrects_request_id: 'R1' };
    const rival = { ...own, event_id: 'e-rival', corrects_request_id: null };
    const other = { ...own, event_id: 'e-other-call', event_name: 'PutObject' };
    const later = { ...own, event_id: 'e-later', event_time_ms: T + 1000 };
    const answers = (more: AnswerRecord[]): [string, Answer][] => [
      [queries.CLAIMED_CORRECTIONS, (asked) => (asked['event_id'] === 'e-old' ? [own, ...more] : [])],
    ];
    const { verdict, text } = await explained({ copies: [own], answers: answers([rival, other]) });
    expect(verdict?.siblings).toEqual([expect.objectContaining({ eventId: 'e-rival', is: 'of the same time' })]);
    expect(text).toMatch(/ also corrected by: e-rival at .*, of the same time\n/);
    const none: [string, Answer] = [queries.ATTRIBUTIONS, []];
    const superseded = await explained({ copies: [own], answers: [none, ...answers([rival, later])] });
    expect(superseded.explanation.noVerdict).toContain('the later correction e-later of the same event replaces this one');
  });

  test('show a start time that is not believed', async () => {
    const { text } = await explained({ copies: [{ ...EVENT, refused_start_ms: utc('08:00:00') }] });
    expect(text).toContain('  refused start:    2026-03-02T08:00:00Z: not believed');
  });
});
