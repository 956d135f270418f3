/** The findings rules: a correlation with all of them against one of the same lake without any, and the dearest by name. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findingRules } from '../lib/engine/finding-rules.ts';
import { correlation, ingest } from './contenders.ts';
import { prepareSet } from './data.ts';
import type { BenchOptions, PartResult } from './parts.ts';
import { measure } from './process.ts';
import { compete } from './rounds.ts';
import { ruleShares } from './rule-shares.ts';
import { ratio } from './statistics.ts';

/** So many of the dearest are named. */
const NAMED = 5;

export async function rulesTime(options: BenchOptions): Promise<PartResult> {
  const set = await prepareSet(options.data, `plain-${options.events}`, { events: options.events }, options.say);
  const lake = join(options.scratch, 'rules-ingested');
  rmSync(lake, { recursive: true, force: true });
  options.say(`ingesting ${set.name}`);
  await measure(ingest(set, lake));
  const contenders = [
    correlation(set, options.scratch, 'without rules', lake, 'none'),
    correlation(set, options.scratch, 'with all rules', lake, 'all'),
  ];
  const outcomes = await compete(contenders, options.rounds, options.say);
  rmSync(lake, { recursive: true, force: true });
  const [without, all] = contenders.map(({ name }) => outcomes.get(name));
  if (!without || !all) throw new Error('a contender was not measured');
  const { stages, newFindings } = all.result as { stages: Record<string, number>; newFindings: number };
  const ids = findingRules().map(({ id }) => id);
  const shares = ruleShares(stages, ids);
  const dearest = shares.rules.slice(0, NAMED);
  return {
    title: `${ids.length} findings rules over ${set.manifest.records} events, ${newFindings} findings`,
    figures: [without.figures, all.figures],
    ratios: [ratio(all.figures, without.figures)],
    remarks: [
      `of the last round, against all but findings in the same process: all rules ${shares.all.toFixed(3)}, of these what they share ${shares.shared.toFixed(3)}`,
      ...dearest.map(({ id, ms, share }) => `${id} ${share.toFixed(3)} (${(ms / 1000).toFixed(2)} s)`),
    ],
    details: { ...shares, stages },
  };
}
