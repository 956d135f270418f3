/**
 * Correlation alone, of a lake that holds the evidence. `node correlation.js <lake> <configuration> <as-of> [all|none]` prints
 * what it settled and how long each stage took; with `none` no findings rule runs.
 */
import { correlate } from '../lib/engine/correlation.ts';
import { openLake } from '../lib/engine/lake.ts';
import { loadConfiguration } from '../lib/local/configuration-file.ts';
import { packageVersion } from '../lib/local/package-root.ts';

const [directory = '', file = '', asOf = '', rules = 'all'] = process.argv.slice(2);
const { configuration } = await loadConfiguration({ file, env: {}, overrides: {} });
const lake = await openLake(directory, { mode: 'write', command: 'bench' });

/** Milliseconds by stage; a stage that runs for several groups of days counts for all of them. */
const stages: Record<string, number> = {};
let current = 'prepare';
let since = performance.now();
const enter = (name: string) => {
  stages[current] = (stages[current] ?? 0) + performance.now() - since;
  [current, since] = [name, performance.now()];
};
const { run } = await correlate(lake, configuration, {
  asOfMs: Date.parse(asOf),
  nowMs: Date.now(),
  toolVersion: packageVersion(),
  ...(rules === 'none' ? { rules: [] } : {}),
  onStage: enter,
});
enter('end');
await lake.close();
console.log(
  JSON.stringify({
    events: run.events_kept,
    inScope: run.in_scope,
    attributed: run.attributed,
    newFindings: run.new_findings,
    durationMs: run.duration_ms,
    stages,
  }),
);
process.exit(0);
