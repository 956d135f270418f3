/** The work of the function `correlate`: one step of a run, with what a bundle holds beside the handler. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AthenaClient } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import { CLIENT_OPTIONS, s3ClientOptions } from '../aws/client-options.ts';
import type { RunContext } from '../cloud/run-context.ts';
import type { RunRequest } from '../cloud/run-state.ts';
import { type StepAnswer, takeStep } from '../cloud/run-step.ts';
import { configurationHash, effectiveConfiguration } from '../config/configuration.ts';
import { findingRules, rulesVersion } from '../engine/finding-rules.ts';
import { ConfigurationError } from '../errors.ts';
import { packageRoot, packageVersion } from '../local/package-root.ts';
import { readSqlFile } from '../local/sql-files.ts';
import { answerTables, type CloudPlace, cloudEffects, type Reporting } from './run-effects.ts';
import { S3StateStore } from './state-store.ts';
import { FIRST_DT } from './table-ddl.ts';

/** A driver that was silent for so long has gone. */
const STALE_MS = 1_800_000;
/** One call looks again for so long while something moves: quick statements need no wait of a second each. */
const BUDGET_MS = 5000;
/** Athena runs 20 to 200 at once for an account, by region; people ask questions, too. */
const CONCURRENCY = 8;

/** Where the function works, by its variables. @throws ConfigurationError naming what is missing */
export function cloudPlace(environment: NodeJS.ProcessEnv): CloudPlace {
  const value = (name: string): string => {
    const found = environment[name];
    if (!found) throw new ConfigurationError(`the function's environment lacks ${name}`, { remedy: 'deploy the stack again' });
    return found;
  };
  return {
    bucket: value('APPSTREAM_AUDIT_BUCKET'),
    database: value('APPSTREAM_AUDIT_DATABASE'),
    workgroup: value('APPSTREAM_AUDIT_WORKGROUP'),
  };
}

/**
 * @param configuration values of the configuration; default: `configuration.json` at the root of the bundle
 * @throws ConfigurationError
 */
export function cloudRunContext(place: CloudPlace, configuration: unknown = bundledConfiguration()): RunContext {
  const effective = effectiveConfiguration({ file: { name: 'configuration.json', values: configuration as Record<string, unknown> } });
  return {
    database: place.database,
    configuration: effective,
    configurationHash: configurationHash(effective),
    rulesVersion: rulesVersion(),
    rules: findingRules(),
    toolVersion: packageVersion(),
    sql: readSqlFile,
    firstDt: FIRST_DT,
    answers: answerTables(place),
    concurrency: CONCURRENCY,
  };
}

function bundledConfiguration(): unknown {
  const file = join(packageRoot(), 'configuration.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (cause) {
    throw new ConfigurationError(`${file} cannot be read`, { remedy: 'deploy the stack again', cause });
  }
}

/** Steps of runs in one place. Made once a process: clients are kept between calls. */
export function correlationSteps(
  place: CloudPlace,
  context: RunContext,
  reporting: Reporting,
): (request: RunRequest) => Promise<StepAnswer> {
  const s3 = new S3Client(s3ClientOptions());
  const effects = cloudEffects(place, { athena: new AthenaClient(CLIENT_OPTIONS), s3 }, reporting);
  const store = new S3StateStore(s3, place.bucket);
  const options = { staleMs: STALE_MS, budgetMs: BUDGET_MS, pause: (ms: number) => sleep(ms) };
  return (request) => takeStep(request, context, effects, store, options);
}
