/** The ingestion of the largest file that CloudTrail writes as a Lambda function does it: one core, against gunzip and `JSON.parse`. */
import { existsSync, statSync } from 'node:fs';
import type { Contender } from './contenders.ts';
import { logFiles, prepareSet } from './data.ts';
import type { BenchOptions, PartResult } from './parts.ts';
import { benchScript } from './process.ts';
import { compete } from './rounds.ts';
import { ratio } from './statistics.ts';

/** What a file of CloudTrail unpacks to at most (F§5.4), and records enough to fill it. */
const FILE_MB = 50;
const RECORDS = 60_000;
/** The most that the function may hold of its 1,769 MB. */
const MOST_MB = 700;
/** Pins to one core; where there is no such command, all cores are used. */
const TASKSET = '/usr/bin/taskset';

/** `BENCH_LAMBDA_NODE` names the Node of the deployed runtime; else the one that runs the bench is taken. */
export async function lambdaIngest(options: BenchOptions): Promise<PartResult> {
  const wanted = { events: RECORDS, filesize: FILE_MB, story: false, truth: false };
  const set = await prepareSet(options.data, 'lambda-file', wanted, options.say);
  const [file] = (await logFiles(set.directory)).sort((a, b) => statSync(b).size - statSync(a).size);
  const contender = (name: string): Contender => ({
    name,
    program: {
      script: benchScript('lambda-ingest'),
      argv: [name, file ?? ''],
      under: existsSync(TASKSET) ? [TASKSET, '-c', '0'] : [],
      ...(process.env['BENCH_LAMBDA_NODE'] === undefined ? {} : { node: process.env['BENCH_LAMBDA_NODE'] }),
    },
    check: (result) => {
      if (((result as { records?: number } | null)?.records ?? 0) < 10_000) throw new Error(`${name} read too little`);
    },
  });
  const outcomes = await compete(['parse', 'read', 'ingest'].map(contender), options.rounds, options.say);
  const [floor, read, ours] = ['parse', 'read', 'ingest'].map((name) => outcomes.get(name)?.figures);
  if (!floor || !read || !ours) throw new Error('a contender was not measured');
  const details = {
    ...(outcomes.get('read')?.result as { unpackedBytes: number }),
    ...(outcomes.get('ingest')?.result as { node: string; records: number; writtenBytes: number }),
  };
  return {
    title: `a file of ${(details.unpackedBytes / 1e6).toFixed(0)} MB and ${details.records} records in a function, ${details.node}`,
    figures: [floor, read, ours],
    ratios: [ratio(read, floor), ratio(ours, floor)],
    remarks: [`ingest holds ${ours.peakMb.toFixed(0)} MB at most; target: ${MOST_MB}`],
    details,
  };
}
