/** Runs a correlation in the local cloud from this process, by the same steps as the function takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { answerTables, cloudEffects } from '../../../lib/athena/run-effects.ts';
import { S3StateStore } from '../../../lib/athena/state-store.ts';
import type { RunContext } from '../../../lib/cloud/run-context.ts';
import type { RunEffects } from '../../../lib/cloud/run-ports.ts';
import type { RunRequest, RunState } from '../../../lib/cloud/run-state.ts';
import { type StepAnswer, takeStep } from '../../../lib/cloud/run-step.ts';
import { configurationHash } from '../../../lib/config/configuration.ts';
import { chosenRules, rulesVersion } from '../../../lib/engine/finding-rules.ts';
import { readSqlFile } from '../../../lib/local/sql-files.ts';
import type { Configuration } from '../../../schemas/configuration.ts';
import type { CloudLake } from './cloud-lake.ts';

/** @param ids rules to ask, default all */
export function runContext(cloud: CloudLake, configuration: Configuration, ids?: readonly string[]): RunContext {
  const rules = chosenRules(ids);
  return {
    database: cloud.database,
    configuration,
    configurationHash: configurationHash(configuration),
    rulesVersion: rulesVersion(rules),
    rules,
    toolVersion: 'test',
    sql: readSqlFile,
    firstDt: '2016-01-01',
    answers: answerTables(cloud),
    concurrency: 4,
  };
}

export interface RunLog {
  readonly metrics: [name: string, value: number][];
  readonly messages: { readonly message: string; readonly facts: Readonly<Record<string, unknown>> }[];
}

export interface Ran {
  readonly answer: StepAnswer;
  readonly state: RunState;
  readonly seconds: number;
  readonly log: RunLog;
}

let requests = 0;

/** Effects that keep what they are told. @param nowMs the clock; default: the real one */
export function effectsOf(cloud: CloudLake, log: RunLog, nowMs?: () => number): RunEffects {
  const effects = cloudEffects(
    cloud,
    { athena: cloud.athena, s3: cloud.s3 },
    {
      metric: (name, value) => log.metrics.push([name, value]),
      log: (message, facts) => log.messages.push({ message, facts }),
    },
  );
  return nowMs === undefined ? effects : { ...effects, nowMs };
}

/** Takes steps until the run is over. */
export async function runCloud(
  cloud: CloudLake,
  configuration: Configuration,
  request: Partial<RunRequest> & { readonly asOfMs?: number; readonly rules?: readonly string[] },
  effects?: RunEffects,
): Promise<Ran> {
  const log: RunLog = { metrics: [], messages: [] };
  const { asOfMs, rules, ...rest } = request;
  const full: RunRequest = {
    requestId: `test-${process.pid}-${++requests}`,
    ...(asOfMs === undefined ? {} : { asOf: new Date(asOfMs).toISOString() }),
    ...rest,
  };
  const world = effects ?? effectsOf(cloud, log);
  const store = new S3StateStore(cloud.s3, cloud.bucket);
  const context = runContext(cloud, configuration, rules);
  const started = performance.now();
  for (;;) {
    const answer = await takeStep(full, context, world, store, { staleMs: 1_800_000, budgetMs: 5000, pause: (ms) => sleep(ms / 5) });
    if (answer.status !== 'running') {
      const state = (await store.load())?.state as RunState;
      return { answer, state, seconds: (performance.now() - started) / 1000, log };
    }
    await sleep(100);
  }
}

/** What went wrong on the way, tolerated or not. */
export function failuresOf({ log }: Pick<Ran, 'log'>): unknown[] {
  return log.messages.filter(({ message }) => /fail|refused/.test(message)).map(({ facts }) => facts);
}
