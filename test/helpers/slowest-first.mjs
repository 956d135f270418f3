/**
 * The order of the suites: those known to be slow first. A fresh clone knows no times, so that a slow suite may come last and
 * keep one core busy while the other has nothing to do. After a first run jest knows them, and its order is better than ours.
 */
import Sequencer from '@jest/test-sequencer';

/** Slowest first; what is missing here only comes later. */
const SLOW = [
  'lib/engine/correlation',
  'cli/end-to-end',
  'golden/findings-run',
  'golden/verdicts-run',
  'lib/engine/findings',
  'oracle/correlation',
  'sql/trino',
  'docs/examples',
  'lib/demo/demo-sets',
  'infra/template',
  'functions/snapshot-sessions',
  'lib/aws/s3-store',
];

const rank = ({ path }) => {
  const at = SLOW.findIndex((suite) => path.endsWith(`/test/${suite}.test.ts`));
  return at === -1 ? SLOW.length : at;
};

export default class SlowestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return sorted.some((test) => test.duration !== undefined) ? sorted : sorted.sort((a, b) => rank(a) - rank(b));
  }
}
