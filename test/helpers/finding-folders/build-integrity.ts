/**
 * Writes the golden folders of the rules about digests: `npx tsx test/helpers/finding-folders/build-integrity.ts`. The key that signs
 * them is made anew each time and thrown away, so that the bytes are others each time: `expected.json` of `digest-invalid` names them.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { ChainPlan, DigestedLog, MadeDigest } from '../../../lib/demo/digest-chain.ts';
import { sha256Hex } from '../../../lib/ingest/digest.ts';
import { putKeys } from '../digest-folder.ts';
import { chain, HOUR, logAt, START } from '../digests.ts';
import { call, s3 } from './records.ts';

type Log = DigestedLog & { readonly text: string };

interface Case {
  readonly title: string;
  readonly asOf?: string;
  readonly digests: readonly MadeDigest[];
  readonly logs: readonly Log[];
}

/** A log file, unpacked, with one call: what is hashed is what lies there. */
function log(time: string, more: { readonly unique?: string; readonly region?: string; readonly stops?: boolean } = {}): Log {
  const { unique = 'abcdefghijklmnop', region, stops = false } = more;
  const named = logAt(time, unique, region === undefined ? {} : { region });
  const at = time.replace('Z', '');
  const record = stops ? call(at, 'cloudtrail', 'StopLogging', { name: 'main' }) : s3(at, 'GetObject');
  const eventID = `${sha256Hex(named.key).slice(0, 8)}-0000-4000-8000-000000000001`;
  const text = `${JSON.stringify({ Records: [{ eventID, requestID: 'REQ1', ...record }] })}\n`;
  return { ...named, key: named.key.replace(/\.gz$/, ''), text, sha256: sha256Hex(text) };
}

const FIRST = log('2026-03-02T00:30:00Z');
const SECOND = log('2026-03-02T01:30:00Z');
const NEXT_DAY = log('2026-03-03T00:30:00Z');
const STOP = log('2026-03-02T01:30:00Z', { stops: true });
const LATE = log('2026-03-02T09:30:00Z');
const LOGS = [FIRST, SECOND];
const day = (plan: Partial<ChainPlan> = {}) => chain({ hours: 4, logs: LOGS, ...plan });
const without = (made: readonly MadeDigest[], ...places: readonly number[]) => made.filter((_, at) => !places.includes(at));
const changed = (made: MadeDigest): MadeDigest => ({
  ...made,
  bytes: Buffer.from(Buffer.from(made.bytes).toString('utf8').replace('"newestEventTime":null', '"newestEventTime":""')),
});

const CASES: Readonly<Record<string, Readonly<Record<string, Case>>>> = {
  'log-modified': {
    found: {
      title: 'A log file whose bytes are others than the digest lists, and one that is genuine',
      digests: day(),
      logs: [{ ...FIRST, text: FIRST.text.replace('a.csv', 'b.csv') }, SECOND],
    },
    genuine: {
      title: 'A genuine log file under another name, and one that only a digest lists that does not verify',
      digests: day({ logs: [FIRST] }).map((made, at) => (at === 1 ? changed(made) : made)),
      logs: [{ ...FIRST, key: FIRST.key.replace('abcdefghijklmnop', 'renamedrenamed00') }, SECOND],
    },
  },
  'log-missing': {
    found: {
      title: 'A log file that is gone while another of its day is here, and a day of which nothing is here',
      digests: chain({ hours: 28, logs: [...LOGS, NEXT_DAY] }),
      logs: [FIRST],
    },
    'all-here': {
      title: 'All log files are here, one of them under another name',
      digests: day(),
      logs: [FIRST, { ...SECOND, key: 'cloudtrail-copy.json' }],
    },
  },
  'log-unlisted': {
    found: { title: 'A log file that no digest lists, a day and more ago', digests: chain({ hours: 27, logs: [FIRST] }), logs: LOGS },
    'too-recent': { title: 'A log file that no digest lists yet', digests: chain({ hours: 20, logs: [FIRST] }), logs: LOGS },
  },
  'digest-invalid': {
    found: {
      title: 'A digest that was changed after it was signed, one that names another one before it, and one that is none',
      digests: chain({
        hours: 8,
        logs: LOGS,
        change: (digest, at) => {
          if (at === 5) digest['previousDigestHashValue'] = '0'.repeat(64);
        },
      }).map((made, at) => (at === 2 ? changed(made) : at === 7 ? { ...made, bytes: Buffer.from('{"Records":[]}') } : made)),
      logs: LOGS,
    },
    valid: { title: 'Digests that verify, and the newest without its signature', digests: day(), logs: LOGS },
  },
  'digest-gap': {
    found: {
      title: 'Two digests were taken out of the middle, and a chain begins anew five hours after logging was stopped',
      digests: [...without(chain({ hours: 6, logs: [FIRST, STOP] }), 3, 4), ...chain({ hours: 2, startMs: START + 11 * HOUR })],
      logs: [FIRST, STOP],
    },
    whole: {
      title: 'A chain of which the first digests were not copied, and one whose trail was given another bucket',
      digests: [
        ...without(day(), 0),
        ...chain({ hours: 2, startMs: START + 4 * HOUR, bucket: 'new-bucket', previous: day().at(-1) ?? null }),
      ],
      logs: LOGS,
    },
  },
  'digest-overdue': {
    found: { title: 'Log files five hours after the newest digest', digests: day(), logs: [...LOGS, LATE] },
    'in-time': {
      title: 'The newest digest is an hour older than the newest log file',
      digests: chain({ hours: 9, logs: LOGS }),
      logs: [...LOGS, LATE],
    },
  },
  'integrity-off': {
    found: {
      title: 'Log files of a region without any digest',
      digests: day(),
      logs: [...LOGS, log('2026-03-02T00:30:00Z', { region: 'us-east-1' }), log('2026-03-02T01:30:00Z', { region: 'us-east-1' })],
    },
    on: { title: 'Log files of a region with digests, one from before the first', digests: without(day(), 0), logs: LOGS },
  },
};

const root = join(dirname(fileURLToPath(import.meta.url)), '../../golden/findings');
for (const [rule, cases] of Object.entries(CASES)) {
  for (const [name, { title, asOf = '2026-03-20T00:00:00Z', digests, logs }] of Object.entries(cases)) {
    const folder = join(root, rule, name);
    const put = (path: string, bytes: string | Uint8Array) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    };
    rmSync(join(folder, 'AWSLogs'), { recursive: true, force: true });
    put('case.yaml', stringify({ title, as_of: asOf }));
    for (const { key, text } of logs) put(key, text);
    for (const { key, bytes } of digests) put(key.replace(/\.gz$/, ''), bytes);
    putKeys(join(folder, 'keys.json'), name === 'valid' ? [] : digests);
  }
}
