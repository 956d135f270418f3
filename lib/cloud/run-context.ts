/** What every phase of a run can rely on: the deployment it runs in, and the SQL it came with. */
import type { Configuration } from '../../schemas/configuration.ts';
import type { FindingRule } from '../answer/finding-rule.ts';
import { fillSql, parameterNames } from '../sql-template.ts';
import type { StageContext } from './run-stages.ts';
import type { RunState } from './run-state.ts';

export interface RunContext {
  readonly database: string;
  readonly configuration: Configuration;
  readonly configurationHash: string;
  readonly rulesVersion: string;
  readonly rules: readonly FindingRule[];
  readonly toolVersion: string;
  /** Text of a file below `sql/`. */
  readonly sql: (path: string) => string;
  /** The first day that Athena looks for. */
  readonly firstDt: string;
  readonly answers: AnswerTables;
  /** Statements that run at once, at most. */
  readonly concurrency: number;
}

/** How the answer tables come about; the text is the engine's. */
export interface AnswerTables {
  readonly names: readonly string[];
  create(name: string): string;
  /** Null when nothing is missing. */
  upgrade(name: string, columns: ReadonlySet<string>): string | null;
  /** Statements that compact and clean up. @param days days of `attributions` that were written lately */
  maintain(name: string, days: readonly string[]): string[];
}

/** What stages are made from. */
export function stageContext(state: RunState, context: RunContext): StageContext {
  return {
    database: context.database,
    configuration: context.configuration,
    asOfMs: state.asOfMs,
    runId: state.runId,
    spans: state.listing?.spans ?? {},
    text: (stage, values) => {
      const sql = context.sql(`correlate/${stage}.sql`);
      const wanted = parameterNames(sql);
      return fillSql(sql, Object.fromEntries(Object.entries(values).filter(([name]) => wanted.includes(name))));
    },
  };
}
