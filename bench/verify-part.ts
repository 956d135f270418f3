/** Verification of a region-year: 8,760 digests that list 210,240 log files, which are known by their hashes and not read. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { makeDigests, makeSigner } from '../lib/demo/digest-chain.ts';
import { sha256Hex } from '../lib/ingest/digest.ts';
import { formatTime } from '../lib/time.ts';
import type { BenchOptions, PartResult } from './parts.ts';
import { benchScript } from './process.ts';
import { compete } from './rounds.ts';

const HOURS = 8760;
const LOGS_AN_HOUR = 24;
const HOUR_MS = 3_600_000;
const START = Date.UTC(2025, 0, 1);
const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
/** The most that it may take, seconds of one thread. */
const MOST_S = 2;

export async function verifyYear(options: BenchOptions): Promise<PartResult> {
  const directory = join(options.data, 'digests-of-a-year');
  if (!existsSync(join(directory, 'keys.json'))) makeYear(directory);
  const contender = {
    name: 'verify',
    program: { script: benchScript('verify-year'), argv: [directory], under: [] },
    check: (result: unknown) => {
      const { valid, verified } = result as { valid: number; verified: number };
      if (valid !== HOURS || verified !== HOURS * LOGS_AN_HOUR) throw new Error(`${valid} digests and ${verified} log files were verified`);
    },
  };
  const outcome = (await compete([contender], options.rounds, options.say)).get(contender.name);
  if (!outcome) throw new Error('verify was not measured');
  const { ms } = outcome.result as { ms: number };
  return {
    title: `verification of a region-year: ${HOURS} digests, ${HOURS * LOGS_AN_HOUR} log files that are not read`,
    figures: [outcome.figures],
    ratios: [],
    remarks: [
      `the verification itself, without the start of the process, took ${(ms / 1000).toFixed(2)} s in the last round; at most ${MOST_S}`,
    ],
    details: { ms },
  };
}

function makeYear(directory: string): void {
  const logs = Array.from({ length: HOURS * LOGS_AN_HOUR }, (_, n) => {
    const deliveredMs = START + Math.floor((n * HOUR_MS) / LOGS_AN_HOUR);
    const stamp = `${formatTime(deliveredMs).slice(0, 16).replaceAll(/[-:]/g, '')}Z`;
    const day = formatTime(deliveredMs).slice(0, 10).replaceAll('-', '/');
    const name = `${ACCOUNT}_CloudTrail_${REGION}_${stamp}_${String(n).padStart(16, '0')}.json.gz`;
    return { key: `AWSLogs/${ACCOUNT}/CloudTrail/${REGION}/${day}/${name}`, sha256: sha256Hex(name), deliveredMs };
  });
  const signer = makeSigner();
  const made = makeDigests(
    { bucket: 'trail-logs', accountId: ACCOUNT, region: REGION, trail: 'main', startMs: START, hours: HOURS, logs },
    signer,
  );
  for (const { key, bytes } of made) {
    const path = join(directory, 'in', key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, gzipSync(bytes));
  }
  writeFileSync(join(directory, 'logs.json'), JSON.stringify(logs.map(({ key, sha256 }) => [`/evidence/${key}`, sha256])));
  const last = made[HOURS - 1];
  const keys = [{ region: REGION, fingerprint: signer.fingerprint, value: signer.value }];
  const signatures = last === undefined ? [] : [{ bucket: last.bucket, key: last.key, signature: last.signature }];
  writeFileSync(join(directory, 'keys.json'), JSON.stringify({ keys, signatures }));
}
