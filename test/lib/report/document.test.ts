import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type PageParts, renderReport } from '../../../lib/report/document.ts';
import { escapeText } from '../../../lib/report/html.ts';
import { redactModel } from '../../../lib/report/redact.ts';
import type { ReportModel } from '../../../lib/report/report-model.ts';
import { type ReportBlock, unpackRows } from '../../../lib/report/rows-codec.ts';
import { shortened } from '../../../lib/report/shown-text.ts';
import { AS_OF, HOSTILE_KEYS, HOSTILE_USER, hostileLake, modelOf, PLAIN_USER } from '../../helpers/hostile-lake.ts';
import type { Scenario } from '../../helpers/scenario.ts';

// a report is some fifty questions, and several are made in one test
jest.setTimeout(300_000);

const PAGE: PageParts = { script: 'console.log(1)', style: 'body{color:red}' };
let scenario: Scenario;
let model: ReportModel;
let text: string;

beforeAll(async () => {
  scenario = await hostileLake();
  model = await modelOf(scenario.lake);
  text = renderReport(model, PAGE, 5_000_000).text;
}, 120_000);

afterAll(() => scenario.end());

const block = (document: string): ReportBlock => {
  const base64 = /id="rows"[^>]*>([^<]*)</.exec(document)?.[1] ?? '';
  return JSON.parse(gunzipSync(Buffer.from(base64, 'base64')).toString('utf8')) as ReportBlock;
};
const count = async (where: string) => Number((await scenario.lake.query(`SELECT count(*) FROM attributions WHERE ${where}`)).rows[0]?.[0]);
/** As the lake keeps it: half of a pair is no text. */
const asKept = (text: string) => Buffer.from(text, 'utf8').toString('utf8');
const render = (of: ReportModel, bytes = 5_000_000) => renderReport(of, PAGE, bytes);

describe('the document', () => {
  test('allows one script and one style, each by its hash, and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1] ?? '';
    const hash = (of: string) => `'sha256-${createHash('sha256').update(of).digest('base64')}'`;
    const styles = [...text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, each]) => each ?? '');
    expect(styles).toHaveLength(1);
    expect(policy).toBe(
      `default-src 'none'; script-src ${hash(PAGE.script)}; style-src ${hash(styles[0] ?? '')}; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(policy).not.toContain('unsafe');
    expect(text.match(/<script/g)).toHaveLength(2);
    expect(text).not.toMatch(/<[^>]*\s(style|on\w+)=/i);
    expect(text).not.toMatch(/<[^>]*\s(src|href)="(?!#)/i);
  });

  test('has one heading of the first rank, and headings for all sections', () => {
    expect(text.match(/<h1/g)).toHaveLength(1);
    for (const [, id] of text.matchAll(/<a href="#([a-z]+)">/g)) expect(text).toContain(`<section id="${id}"`);
    expect(text).not.toContain('undefined');
    expect(text).not.toContain('NaN');
    expect(text).not.toContain('[object');
  });

  test.each(HOSTILE_KEYS)('shows the key %j as text', (key) => {
    // a slash may break a line, and a long key loses its middle
    const shown = shortened(asKept(key), 64).split('/').map(escapeText).join('/<wbr>');
    expect(text).toContain(shown);
  });

  test('shows a user who would like to be an image', () => {
    expect(text).toContain(escapeText(HOSTILE_USER.slice(0, 44)));
    expect(text).not.toContain('<img');
  });

  test('is the same bytes for the same lake and time, and others for another time', async () => {
    const again = render(await modelOf(scenario.lake));
    expect(createHash('sha256').update(again.text).digest('hex')).toBe(createHash('sha256').update(text).digest('hex'));
    const later = render(await modelOf(scenario.lake, { asOfMs: AS_OF + 1000 }));
    expect(later.text).not.toBe(text);
  });

  test('counts what the lake counts', async () => {
    for (const verdict of ['attributed', 'unattributed'] as const) {
      const n = await count(`verdict = '${verdict}'`);
      expect(n).toBeGreaterThan(0);
      const shown = new RegExp(`">${verdict}</span> <b>(\\d+)</b>`).exec(text)?.[1];
      expect({ verdict, shown }).toEqual({ verdict, shown: String(n) });
    }
    const figure = (name: string) => new RegExp(`<dt>${name}</dt><dd>([^<]*)</dd>`).exec(text)?.[1];
    expect(figure('writes')).toBe(String(await count("action = 'write'")));
    expect(figure('calls that failed')).toBe(String(await count('error_code IS NOT NULL')));
    const list = /<section id="unnamed"[\s\S]*?<\/section>/.exec(text)?.[0] ?? '';
    expect(list.match(/<tr>/g)?.length).toBe(1 + (await count("action = 'write' AND verdict = 'unattributed'")));
  });

  test('holds every row of the lake in its data, with the record that decided', async () => {
    const columns = unpackRows(block(text).rows);
    const { rows } = await scenario.lake.query(
      'SELECT event_id, object_key, verdict, user_id, record_sha256, source_index FROM attributions ORDER BY event_time_ms, event_id',
    );
    const found = rows.map((_, at) =>
      ['event_id', 'object_key', 'verdict', 'user_id', 'record_sha256', 'source_index'].map((name) => columns.get(name)?.[at]),
    );
    expect(found).toEqual(rows.map((row) => [...row]));
  });

  test('gives its data a hash that holds', () => {
    const base64 = /id="rows"[^>]*>([^<]*)</.exec(text)?.[1] ?? '';
    const sha256 = createHash('sha256')
      .update(gunzipSync(Buffer.from(base64, 'base64')))
      .digest('hex');
    expect(text).toContain(`data-sha256="${sha256}"`);
    expect(text).toContain(`<span class="code">${sha256}</span>`);
  });

  test('leaves out the rows that matter least when it would be too large, and says how many', () => {
    const whole = render(model);
    const cut = render(model, whole.bytes - 500);
    expect(cut.bytes).toBeLessThanOrEqual(whole.bytes - 500);
    expect(cut.rows + cut.leftOut).toBe(model.events.total);
    expect(cut.leftOut).toBeGreaterThan(0);
    expect(cut.text).toMatch(new RegExp(`Events that are counted here and not listed</b> <span class="count">${cut.leftOut}</span>`));
    const kept = unpackRows(block(cut.text).rows).get('action') ?? [];
    expect(kept.filter((action) => action === 'write')).toHaveLength(HOSTILE_KEYS.length);
    expect(() => render(model, 20_000)).toThrow('the report does not fit into 0 MB; give a greater --max-mb');
  });

  test('looks only into its window', async () => {
    const fromMs = Date.parse('2026-03-02T10:05:00Z');
    const toMs = Date.parse('2026-03-02T10:08:00Z');
    const narrow = await modelOf(scenario.lake, { fromMs, toMs });
    expect(narrow.events.total).toBe(await count(`event_time_ms >= ${fromMs} AND event_time_ms < ${toMs}`));
    expect(narrow.events.total).toBe(3);
  });

  test('carries its marking at the head and, as escapes alone, at the foot of every sheet', async () => {
    const marked = render(await modelOf(scenario.lake, { marking: 'TLP:RED"}</style><script>' })).text;
    expect(marked).toContain('<header class="marking"><bdi>TLP:RED&#34;}&#60;/style&#62;&#60;script&#62;</bdi></header>');
    expect(marked).toContain('content:"TLP\\3a RED\\22 \\7d \\3c \\2f style\\3e \\3c script\\3e "');
    expect(marked.match(/<script/g)).toHaveLength(2);
  });
});

describe('subjects', () => {
  const ids = async (subject: Parameters<typeof modelOf>[1]) =>
    (await modelOf(scenario.lake, subject)).events.rows.map((row) => row['event_id']);

  test('choose the events of a user, a session, an object, an event', async () => {
    const named = await count(`user_id = '${PLAIN_USER}'`);
    expect(named).toBeGreaterThan(0);
    expect(await ids({ subject: { user: PLAIN_USER } })).toHaveLength(named);
    expect(await ids({ subject: { session: 's-2' } })).toHaveLength(await count("session_id = 's-2'"));
    // read, written, and what was copied from it
    expect(await ids({ subject: { bucket: 'data', key: '__proto__' } })).toEqual([
      'aaaaaaaa-0000-4000-8000-000000000016',
      'bbbbbbbb-0000-4000-8000-000000000016',
    ]);
    expect(await ids({ subject: { event: 'bbbbbbbb-0000-4000-8000-000000000003' } })).toHaveLength(HOSTILE_KEYS.length);
  });

  test('choose the events that a finding rests on', async () => {
    const [finding] = model.findings.filter((row) => row['rule_id'] === 'unattributed-write');
    const of = await modelOf(scenario.lake, { subject: { finding: String(finding?.['finding_id']).slice(0, 12) } });
    expect(of.subject.id).toBe(finding?.['finding_id']);
    expect(of.events.rows.map((row) => row['event_id'])).toEqual(finding?.['event_ids']);
    expect(of.findings.map((row) => row['finding_id'])).toContain(finding?.['finding_id']);
  });

  test('of an event say what explain says', async () => {
    const of = render(await modelOf(scenario.lake, { subject: { event: 'bbbbbbbb-0000-4000-8000-000000000000' } })).text;
    expect(of).toContain('verdict: unattributed');
    expect(of).not.toContain('<script>window');
  });

  test('that are not in the lake are refused, naming what is near', async () => {
    const refused = (subject: Parameters<typeof modelOf>[1]) => modelOf(scenario.lake, subject);
    await expect(refused({ subject: { user: PLAIN_USER.toUpperCase() } })).rejects.toThrow(`did you mean ${PLAIN_USER}?`);
    await expect(refused({ subject: { user: 'nobody' } })).rejects.toThrow('no user "nobody" is in this lake; query bytes-by-user');
    await expect(refused({ subject: { bucket: 'dat' } })).rejects.toThrow('did you mean data?');
    await expect(refused({ subject: { bucket: 'data', key: 'none' } })).rejects.toThrow('no event on the object "none" of data');
    await expect(refused({ subject: { session: 's-9' } })).rejects.toThrow('no session "s-9"');
    await expect(refused({ subject: { finding: 'no-such' } })).rejects.toThrow(
      'no finding "no-such" is in this lake; query findings-open lists them',
    );
    await expect(refused({ subject: { event: 'aaaaaaaa' } })).rejects.toThrow('several events begin with aaaaaaaa');
    await expect(refused({ subject: { user: 'a', session: 'b' } })).rejects.toThrow(
      'a report is about one thing, and --user and --session were given',
    );
    await expect(refused({ subject: { key: 'a' } })).rejects.toThrow('--key needs --bucket');
  });
});

describe('redaction', () => {
  /** The whole file, its data unpacked, escapes undone. */
  const whole = (document: string) =>
    `${document}${JSON.stringify(block(document))}${JSON.stringify([...unpackRows(block(document).rows)])}`.replace(
      /&#(\d+);/g,
      (_, code: string) => String.fromCharCode(Number(code)),
    );

  test('of everything leaves no name, address, key, bucket or account', async () => {
    const plain = await modelOf(scenario.lake, { command: ['--out', 'r.html', '--user', PLAIN_USER], marking: `for ${PLAIN_USER}` });
    expect(whole(render(plain).text)).toContain(PLAIN_USER);
    const redacted = whole(render(redactModel(plain, ['users', 'addresses', 'keys', 'buckets', 'accounts'])).text).toLowerCase();
    const { rows } = await scenario.lake.query('SELECT event_id, record_sha256 FROM attributions');
    expect(redacted).toContain(String(rows[0]?.[0]));
    for (const original of [
      PLAIN_USER,
      encodeURIComponent(PLAIN_USER),
      'ines.vogel',
      HOSTILE_USER,
      '10.0.1.25',
      '10.0.1.99',
      '10-0-1-25',
      '198.51.100.7',
      '111122223333',
      'notes.txt',
      'hyperlink',
      '__xss',
    ])
      expect({ original, at: redacted.indexOf(original.toLowerCase()) }).toEqual({ original, at: -1 });
    for (const key of HOSTILE_KEYS.filter((each) => each.length > 12)) expect(redacted).not.toContain(key.toLowerCase());
    expect(redacted).toContain('user-01');
  });

  test('of users leaves keys and addresses, but no user in them', async () => {
    const redacted = whole(render(redactModel(model, ['users'])).text);
    expect(redacted).toContain('10.0.1.25');
    expect(redacted).toContain('nul ⟨U+0000⟩');
    expect(redacted).not.toContain('ines.vogel');
    expect(redacted).toMatch(/home\/(<wbr>)?user-0\d\/(<wbr>)?user-0\d\/(<wbr>)?ip-10-0-1-25/);
    expect(redacted).toContain('assumed-role/FleetRole/…');
  });

  test('keeps apart who was apart', () => {
    const redacted = redactModel(model, ['users']);
    const names = (of: ReportModel) => of.events.rows.map((row) => row['user_id'] ?? null);
    const pairs = new Map(names(model).map((name, at) => [name, names(redacted)[at]]));
    expect(new Set(pairs.values()).size).toBe(pairs.size);
    expect(names(redacted)).toEqual(names(model).map((name) => pairs.get(name)));
  });

  test('changes no number', () => {
    const redacted = redactModel(model, ['users', 'addresses', 'keys', 'buckets', 'accounts']);
    expect(redacted.totals).toEqual(model.totals);
    expect(redacted.events.rows.map((row) => [row['bytes_out'], row['verdict'], row['event_id']])).toEqual(
      model.events.rows.map((row) => [row['bytes_out'], row['verdict'], row['event_id']]),
    );
  });
});
