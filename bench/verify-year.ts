/** One process of the bench: verifies a year of digests of one region. The log files are known by their hashes, and not read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { limitsAt } from '../lib/ingest/time-range.ts';
import type { FoundDigest } from '../lib/integrity/digest-checks.ts';
import { KeyBook, parseKeyFile } from '../lib/integrity/public-keys.ts';
import { summarize, verify } from '../lib/integrity/verification.ts';
import { listInputs } from '../lib/local/input-listing.ts';
import { readForVerification } from '../lib/local/integrity-files.ts';

const directory = process.argv[2] ?? '';
const { keys, signatures } = parseKeyFile(readFileSync(join(directory, 'keys.json'), 'utf8'), 'keys.json');
const book = new KeyBook();
for (const key of keys) book.add(key, 'file keys.json');
const logs = (JSON.parse(readFileSync(join(directory, 'logs.json'), 'utf8')) as [string, string][]).map(([location, contentSha256]) => ({
  ...{ location, version: contentSha256, contentSha256 },
  ...{ hasTail: false, isDamaged: false, problem: null },
}));
const began = performance.now();
const digests: FoundDigest[] = [];
for (const { location } of await listInputs('cloudtrail', [join(directory, 'in')])) {
  const { digest, hasTail } = await readForVerification(location, limitsAt(Date.now()), true);
  if (digest !== null) digests.push({ location, read: digest, hasTail, signature: null });
}
const verification = verify({
  ...{ digests, logs, keys: book, unreadNames: new Set<string>(), asOfMs: Date.now() },
  signatures: new Map(signatures.map(({ bucket, key, signature }) => [`${bucket}/${key}`, signature])),
  window: { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER },
});
const { digests: states, logs: logStates } = summarize(verification);
console.log(JSON.stringify({ valid: states.valid, verified: logStates.verified, ms: Math.round(performance.now() - began) }));
