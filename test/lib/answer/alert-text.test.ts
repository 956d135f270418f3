import { describe, expect, test } from '@jest/globals';
import { type ChangeFact, digestMessage, type FindingFact, factHash, factMessage } from '../../../lib/answer/alert-text.ts';
import { parseFindingRule } from '../../../lib/answer/finding-rule.ts';
import { bodies } from '../../../lib/aws/alert-effects.ts';
import { readSqlFile } from '../../../lib/local/sql-files.ts';

const rule = parseFindingRule('unattributed-write', readSqlFile('findings/unattributed-write.sql'));

const finding: FindingFact = {
  kind: 'finding',
  runId: '20260303T060000000Z-0a1b2c3d',
  severity: 'high',
  timeMs: Date.UTC(2026, 2, 2, 10, 5, 0),
  sourceAddress: '10.0.1.5',
  resource: 'research/results/genome.csv',
  eventIds: ['11111111-2222-3333-4444-555555555555'],
  findingId: 'f'.repeat(32),
  ruleId: 'unattributed-write',
  summary:
    'PutObject research/results/genome.csv at 2026-03-02 10:05:00 UTC from 10.0.1.5 by a role: no attributable user (outside_session)',
  userId: null,
  sessionId: null,
  verdict: { verdict: 'unattributed', reason: 'outside_session', final: true, userId: null, sessionId: null },
  candidates: ['ada@example.org'],
};

const change: ChangeFact = {
  kind: 'verdict_change',
  runId: '20260303T060000000Z-0a1b2c3d',
  severity: 'high',
  timeMs: Date.UTC(2026, 2, 2, 10, 5, 0),
  sourceAddress: '10.0.1.5',
  resource: 'research/results/genome.csv',
  eventIds: ['11111111-2222-3333-4444-555555555555'],
  eventName: 'PutObject',
  before: { verdict: 'attributed', reason: 'in_session', final: true, userId: 'ada@example.org', sessionId: 's-1' },
  now: { verdict: 'attributed', reason: 'in_session', final: true, userId: 'grace@example.org', sessionId: 's-2' },
  cause: 'new_evidence',
};

const many = (n: number): FindingFact[] =>
  Array.from({ length: n }, (_, at) => ({
    ...finding,
    findingId: String(at).padStart(32, '0'),
    severity: at === n - 1 ? 'critical' : 'medium',
    ruleId: at % 2 === 0 ? 'unnamed-write' : 'unattributed-write',
    timeMs: at,
  }));

describe('the message about a finding', () => {
  test('says who, what, when, how sure, what to do, and the command that shows more', () => {
    const { subject, text } = factMessage(finding, rule);

    expect(subject).toBe('HIGH: Write with no attributable user: research/results/genome.csv');
    expect(text).toMatch(/^who: +nobody is named; candidates or leads: ada@example.org$/m);
    expect(text).toMatch(/^when: +2026-03-02T10:05:00Z$/m);
    expect(text).toMatch(/^what: +research\/results\/genome.csv$/m);
    expect(text).toMatch(/^how sure: +unattributed \(outside_session\)\. .+ The verdict is final: the evidence is in\.$/m);
    expect(text).toContain(`What to do next: ${rule.next}`);
    expect(text).toContain(`It can be harmless: ${rule.falsePositives}`);
    expect(text).toContain('  appstream-audit cloud explain 11111111-2222-3333-4444-555555555555\n');
  });

  test('gives the question that lists all that it counts, and no word of a log acts in it', () => {
    const { text } = factMessage({ ...finding, resource: "b'; rm -rf ~; '", sourceAddress: null }, rule);

    expect(text).toContain(
      "  appstream-audit cloud query unattributed-writes --param from=2026-03-02 --param to=2026-03-02 --param 'bucket=b'\\''; rm -rf ~; '\\'''\n",
    );
  });

  test('is told without its rule, without an event, without a time', () => {
    const { text, subject } = factMessage(
      { ...finding, eventIds: [], timeMs: null, verdict: null, resource: null, ruleId: 'gone-rule' },
      null,
    );

    expect(subject).toMatch(/^HIGH: gone-rule: PutObject research/);
    expect(text).toMatch(/^when: +unknown$/m);
    expect(text).not.toMatch(/how sure|explain|null|undefined/);
  });

  test('has a subject of at most a hundred printable ASCII characters, whatever a key is named', () => {
    const { subject } = factMessage({ ...finding, resource: `b/ü\n\u202e${'é'.repeat(200)}` }, rule);

    expect(subject).toMatch(/^[\x20-\x7e]{100}$/);
    expect(subject).toMatch(/\.\.\.$/);
  });

  test('keeps what a log says in its place: no line of its own, no word of its own in a shell', () => {
    const { text } = factMessage({ ...finding, resource: 'b/x\nwho:       root', eventIds: ["a'; rm -rf ~; '"] }, rule);

    expect(text.match(/^who:/gm)).toHaveLength(1);
    expect(text).toContain("explain 'a'\\''; rm -rf ~; '\\'''");
  });

  test('gives programs the columns of the lake as they are', () => {
    expect(factMessage(finding, rule)).toMatchObject({
      kind: 'finding',
      severity: 'high',
      ruleIds: ['unattributed-write'],
      data: {
        rule_id: 'unattributed-write',
        event_time: '2026-03-02T10:05:00Z',
        verdict: 'unattributed',
        final: true,
        candidate_user_ids: ['ada@example.org'],
      },
    });
  });
});

describe('the message about a changed verdict', () => {
  test('says what was believed, what is believed now, and why', () => {
    const { subject, text, ruleIds } = factMessage(change, null);

    expect(ruleIds).toEqual(['verdict-changed']);
    expect(subject).toMatch(/^HIGH: Final verdict changed: ada@example.org -> grace@example.org/);
    expect(text).toMatch(/^before: +attributed to ada@example.org \(in_session\), session s-1$/m);
    expect(text).toMatch(/^now: +attributed to grace@example.org \(in_session\), session s-2$/m);
    expect(text).toMatch(/^why: +evidence arrived that was not there before/m);
    expect(text).toContain('appstream-audit cloud query event-changes --param event_id=11111111-2222-3333-4444-555555555555');
  });

  test('says that there is a name now where none could be given', () => {
    const before = { verdict: 'pending', reason: 'report_missing', final: false, userId: null, sessionId: null };

    expect(factMessage({ ...change, severity: 'medium', before }, null).subject).toBe(
      'MEDIUM: User found for an event without one: nobody named (pending, report_missing) -> grace@exam...',
    );
  });

  test('says that a name which was no more than provisional does not hold', () => {
    const before = { verdict: 'attributed', reason: 'in_session', final: false, userId: 'ada@example.org', sessionId: 's-1' };
    const now = { verdict: 'ambiguous', reason: 'multi_session', final: true, userId: null, sessionId: null };

    expect(factMessage({ ...change, before, now }, null).subject).toMatch(
      /^HIGH: User of an event no longer holds: ada@example.org -> nobody named/,
    );
  });

  test('says so when the event is out of scope now', () => {
    const gone = { verdict: null, reason: null, final: null, userId: null, sessionId: null };

    expect(factMessage({ ...change, now: gone, cause: 'left_scope' }, null).text).toMatch(/^now: +no verdict: the event is out of scope$/m);
  });
});

describe('a digest', () => {
  test('counts by rule, shows the twenty gravest and says where the rest is', () => {
    const { subject, text, severity, ruleIds, data } = digestMessage(many(50));

    expect(subject).toMatch(/^CRITICAL: 50 new things to look at: /);
    expect([severity, [...ruleIds].sort()]).toEqual(['critical', ['unattributed-write', 'unnamed-write']]);
    expect(text).toMatch(/^ {2}critical unattributed-write +25$/m);
    expect(text.match(/^- /gm)).toHaveLength(20);
    expect(text.indexOf('- critical')).toBeLessThan(text.indexOf('- medium'));
    expect(text).toContain('appstream-audit cloud query findings-open');
    expect(data).toMatchObject({ total: 50 });
  });

  test('stays far below what a message may hold, whatever keys are named', () => {
    const long = many(5000).map((fact) => ({
      ...fact,
      summary: '\u202e'.repeat(1024),
      resource: '"'.repeat(1024),
      userId: '\\'.repeat(300),
    }));

    const { Message, MessageAttributes } = bodies(digestMessage(long));

    expect(Buffer.byteLength(Message) + Buffer.byteLength(JSON.stringify(MessageAttributes))).toBeLessThan(262_144);
  });

  test('is the same for the same facts in any order', () => {
    expect(digestMessage(many(30)).hash).toBe(digestMessage(many(30).reverse()).hash);
    expect(digestMessage(many(30)).hash).not.toBe(digestMessage(many(31)).hash);
  });
});

test('a fact is the same however often it is found, and another when a run changes the verdict again', () => {
  expect(factHash({ ...finding, runId: 'another', summary: 'other words' })).toBe(factHash(finding));
  expect(factHash({ ...change, runId: 'another' })).not.toBe(factHash(change));
});
