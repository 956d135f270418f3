/** Every statement of a run, of a fixture that has something of everything. */
import { stageContext } from '../../../lib/cloud/run-context.ts';
import { WORK } from '../../../lib/cloud/run-phases.ts';
import { planSteps, touchedStep } from '../../../lib/cloud/run-plan.ts';
import { compareSteps, mergeAttributions, mergeChanges, mergeDayCounts } from '../../../lib/cloud/run-publish.ts';
import { reportSelects } from '../../../lib/cloud/run-reports.ts';
import { chunkBindings, eventSteps, judgeSteps, type Step, sessionSteps, spanStep } from '../../../lib/cloud/run-stages.ts';
import type { RunState } from '../../../lib/cloud/run-state.ts';
import { EVENT_STAGES, SESSION_STAGES, stageTable } from '../../../lib/correlate/stages.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';
import { testContext, testState } from './run-fixture.ts';

export const context = testContext(
  configurationSchema.parse({
    scope: { fleetRoles: ['Fleet'], fleetCidrs: ['10.0.0.0/8'], vpcEndpoints: [{ id: 'vpce-1', fleets: ['a', 'b'] }] },
  }),
);
export const state = testState();
export const stages = stageContext(state, context);
export const chunk = { settled: [{ dt: '2026-03-02', cause: 'new_evidence' }], list: 'run_c0' };
const named = (names: readonly string[]) => new Map(names.map((name) => [name, `SELECT * FROM "db"."w_${name}"`]));
export const sessionTables = named(['corrections', ...SESSION_STAGES.map(stageTable)]);
const eventTables = new Map([...sessionTables, ...named(['repeated_events', 'unique_events'])]);
export const judgedTables = new Map([...eventTables, ...named([...EVENT_STAGES.map(stageTable), 'fresh_attributions'])]);
const span = { fromMs: 1, toMs: 2, starts: [1_772_409_600_000] };

/** Those before publishing, in the order of the phases. */
export const STEPS: readonly (readonly [phase: string, step: Step])[] = [
  ...planSteps(state, context).map((step) => ['plan', step] as const),
  ['touched', touchedStep({ ...state, marks: { eventDays: [], corrections: true } }, context)],
  ...sessionSteps(stages, '2026-03-01').map((step) => ['sessions', step] as const),
  ...eventSteps(stages, chunk, sessionTables).map((step) => ['events', step] as const),
  ['events', spanStep(eventTables)],
  ...judgeSteps(stages, chunk, span, eventTables).map((step) => ['judge', step] as const),
  ...compareSteps(stages, chunk, new Map([...chunkBindings(stages, chunk, judgedTables)])).map((step) => ['compare', step] as const),
];

/** A run that looks at these days, after it made the tables of all days. */
const looking = (days: readonly string[]): RunState => ({
  ...state,
  planned: days.map((dt) => ({ dt, cause: 'new_evidence' })),
  made: Object.fromEntries([...sessionTables.keys()].map((name) => [`-/${name}`, `w_${name}`])),
});

/** The steps of the phase that asks the rules. */
export const findingSteps = (days: readonly string[]): Step[] => WORK.findings.steps({ ...looking(days), phase: 'findings' }, context);

/** The steps that end a publication. */
export const recordSteps = (): Step[] => WORK.record.steps({ ...looking(['2026-03-02']), phase: 'record' }, context);

/** A CREATE TABLE … WITH (…) AS is Trino's, too. */
export const textOf = (step: Step) => step.sql('w_table').replace(/"\{(\w+)\}"/g, '"db"."w_$1"');

/** Those that publish, find and report. */
export const publishTexts = (): string[] => {
  const counts = [{ dt: '2026-03-02', events_kept: 5 }];
  return [
    mergeChanges('db', 'run', 'w_delta'),
    mergeAttributions('db', chunk, 'w_delta'),
    mergeDayCounts('db', 'run', counts),
    ...recordSteps().map(textOf),
    ...findingSteps(['2026-03-02']).map(textOf),
    ...findingSteps([]).map(textOf),
    ...reportSelects('db', 'run').map(({ sql }) => sql),
  ];
};
