/** Real logs through every command, in every time zone alike; and no secret of a log in a lake or an answer. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openLake } from '../../lib/engine/lake.ts';
import { packageRoot } from '../../lib/local/package-root.ts';
import { databaseTables, parquetTables } from '../../schemas/tables.ts';
import { ensureBuilt, run } from '../cli/build.ts';
import { removeFolder, temporaryFolder } from '../helpers/input-files.ts';

const folder = temporaryFolder('real');
const AS_OF = '2026-03-10T00:00:00Z';
const REAL = resolve(packageRoot(), '../shared/data/real/cloudtrail');
const REAL_FLOWS = resolve(packageRoot(), '../shared/data/real/vpcflow');
const FOUND = 'SELECT rule_id, count(*) AS n FROM findings GROUP BY rule_id ORDER BY rule_id';

beforeAll(ensureBuilt);
afterAll(() => removeFolder(folder));

function filesBelow(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function bytesOf(path: string): Buffer {
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

/** Values that nobody else may see: of session tokens, secret keys and passwords, in JSON or in JSON within JSON. */
function secretsOf(directory: string): string[] {
  const named = /\\*"(?:sessionToken|secretAccessKey|secretKey|password|SigninToken)\\*"\s*:\s*\\*"([^"\\]{12,})/gi;
  const found = filesBelow(directory).flatMap((path) => [...bytesOf(path).toString('utf8').matchAll(named)].map((match) => match[1] ?? ''));
  return [...new Set(found)];
}

/** Every cell of every table, as one text: in the files it is compressed. */
async function everyCell(directory: string): Promise<string> {
  const lake = await openLake(directory, { mode: 'read', command: 'test' });
  try {
    const texts: string[] = [];
    for (const { name } of [...parquetTables, ...databaseTables])
      texts.push(JSON.stringify((await lake.query(`SELECT * FROM ${name}`)).rows));
    return texts.join('\n');
  } finally {
    await lake.close();
  }
}

/** None of the secrets is in the cells, in the bytes on disk, or in what was printed. */
async function expectNone(secrets: readonly string[], directories: readonly string[], lake: string, printed: string): Promise<void> {
  const cells = await everyCell(lake);
  const files = directories.flatMap(filesBelow).map((path) => ({ path, bytes: readFileSync(path) }));
  for (const secret of secrets) {
    // a message with the secret in it would be the next place to leak it
    const at = [...(cells.includes(secret) ? ['a table'] : []), ...(printed.includes(secret) ? ['an output'] : [])];
    at.push(...files.filter(({ bytes }) => bytes.includes(secret)).map(({ path }) => path));
    expect(at).toEqual([]);
  }
}

describe('the secrets of the demo', () => {
  test('are in its logs, and in no lake, no export and no answer', async () => {
    const demo = join(folder, 'demo');
    const lake = join(demo, 'lake');
    const made = await run(['demo', '--dir', demo, '--events', '3000', '--quiet']);
    const exported = await run(['export', '--lake', lake, '--out', join(folder, 'export')]);
    const dumped = await run(['query', '--lake', lake, '--sql', 'SELECT * FROM logons', '--output', 'json']);
    expect([made.code, exported.code, dumped.code]).toEqual([0, 0, 0]);
    const secrets = secretsOf(join(demo, 'logs')).filter((secret) => secret.includes('FAKEDEMOTOKEN'));
    expect(secrets.length).toBeGreaterThan(3);
    const printed = [made, exported, dumped].map(({ out, err }) => out + err).join('\n');
    await expectNone(['FAKEDEMOTOKEN', ...secrets], [lake, join(folder, 'export')], lake, printed);
    // the search sees what is there
    await expect(expectNone(['acme-research-data'], [lake], lake, printed)).rejects.toThrow(/a table/);
  }, 60_000);
});

const ZONES = ['UTC', 'America/New_York', 'Asia/Tokyo'];

interface Told {
  readonly codes: readonly (number | null)[];
  /** Answers that may not depend on the machine. */
  readonly answers: readonly string[];
  readonly printed: string;
}

/** All commands over the real logs, as a machine in that zone would run them. */
async function tell(zone: string): Promise<Told> {
  const lake = join(folder, zone.replace('/', '-'));
  const call = (...argv: string[]) => run([...argv, '--lake', lake], { env: { TZ: zone } });
  const sql = (text: string) => call('query', '--output', 'json', '--sql', text);
  const ingested = await call('ingest', '--cloudtrail', REAL);
  const correlated = await call('correlate', '--as-of', AS_OF);
  const attributions = await sql('SELECT * EXCLUDE (run_id) FROM attributions ORDER BY event_time_ms, event_id');
  const id = (JSON.parse(attributions.out) as { event_id: string }[])[0]?.event_id ?? '';
  const rest = [
    await call('query', 'verdict-summary', '--output', 'csv'),
    await sql('SELECT * EXCLUDE (ingested_at, ingested_at_ms) FROM events ORDER BY source_file, source_index'),
    await sql('SELECT * EXCLUDE (ingested_at, ingested_at_ms) FROM logons ORDER BY source_file, source_index'),
    await sql(
      'SELECT location, content, records_read, kept, malformed, not_records, status, reason FROM inputs ORDER BY location, version',
    ),
    await sql('SELECT * EXCLUDE (run_id, state_run_id, text_run_id) FROM findings ORDER BY finding_id'),
  ];
  const others = [await call('explain', id), await call('status', '--as-of', AS_OF), await call('export', '--out', `${lake}-export`)];
  const all = [ingested, correlated, attributions, ...rest, ...others];
  return {
    codes: all.map(({ code }) => code),
    answers: [attributions, ...rest].map(({ out }) => out),
    printed: all.map(({ out, err }) => out + err).join('\n'),
  };
}

/** Only where the real logs are; they are not ours to hand on. */
if (existsSync(REAL)) {
  describe('real logs', () => {
    const told = new Map<string, Told>();

    test.each(ZONES)(
      'go through every command in %s',
      async (zone) => {
        const result = await tell(zone);
        told.set(zone, result);
        // 4: some of them are not what CloudTrail writes, and are rejected by name
        expect(result.codes).toEqual([4, ...result.codes.slice(1).map(() => 0)]);
        expect(JSON.parse(result.answers[0] ?? '[]')).not.toEqual([]);
      },
      90_000,
    );

    test('lead to the same answers in every time zone', () => {
      const [first, ...others] = ZONES.map((zone) => told.get(zone)?.answers);
      for (const other of others) expect(other).toEqual(first);
    });

    test('leave none of their secrets in a lake, an export or an answer', async () => {
      const secrets = secretsOf(REAL).filter((secret) => !secret.startsWith('HIDDEN_DUE_TO'));
      expect(secrets.length).toBeGreaterThan(0);
      const lake = join(folder, 'UTC');
      await expectNone(secrets, [lake, `${lake}-export`], lake, told.get('UTC')?.printed ?? '');
    });

    test.each([
      ['the defaults', '', []],
      [
        'settings that make rules about people and places speak',
        `logons: { trustedCidrs: ["10.0.0.0/8"], requireMfa: true }\npolicy: { consoleCidrs: ["10.0.0.0/8"], protectedBuckets: ["*"] }\n`,
        // six sign-ins from addresses of the documentation, one of them by a SAML user, one without MFA
        [
          ['console-from-untrusted-network', 6],
          ['logon-from-untrusted-network', 1],
          ['logon-without-mfa', 1],
        ],
      ],
    ] as const)(
      'lead with %s to no finding that a reader would call wrong',
      async (name, settings, expected) => {
        const lake = join(folder, `findings of ${name}`);
        const config = join(folder, 'settings.yaml');
        writeFileSync(config, settings);
        const flows = existsSync(REAL_FLOWS) ? ['--flow-logs', REAL_FLOWS] : [];
        const { code } = await run(['run', '--lake', lake, '--cloudtrail', REAL, ...flows, '--config', config, '--as-of', AS_OF]);
        const { out } = await run(['query', '--lake', lake, '--output', 'json', '--sql', FOUND]);
        const found = (JSON.parse(out) as { rule_id: string; n: number }[]).map(({ rule_id, n }) => [rule_id, n]);
        // ids that documentation anonymised: one stands on records of different years, one on three calls of a moment
        const anonymised = [
          ['event-copies-disagree', 1],
          ['event-id-reused', 1],
        ];
        expect([code, found]).toEqual([4, [...expected, ...anonymised].sort()]);
      },
      90_000,
    );

    test('add up: every record read is kept, malformed or no record', async () => {
      const { out } = await run([
        'query',
        '--lake',
        join(folder, 'UTC'),
        '--sql',
        'SELECT count(*) AS inputs, sum(records_read) > 0 AS some, sum(kept + malformed + not_records - records_read) AS lost FROM inputs',
      ]);
      expect(JSON.parse(out)).toEqual({ inputs: filesBelow(REAL).length, some: true, lost: 0 });
    });
  });
}
