/** One call of `alert`: the answers of the report questions of a published run → messages. */
import type { AthenaClient } from '@aws-sdk/client-athena';
import { z } from 'zod';
import { type FindingRule, parseFindingRule, type Severity } from '../answer/finding-rule.ts';
import { AthenaStatements } from '../athena/statements.ts';
import { type AlertEffects, type AlertOutcome, tell } from '../cloud/alert.ts';
import { changeFacts, findingFacts, type TextRow } from '../cloud/alert-facts.ts';
import { AuditError, UsageError } from '../errors.ts';
import { readSqlFile } from '../local/sql-files.ts';
import type { Telemetry } from './telemetry.ts';

/** Facts that come as messages of their own; more come as one digest. */
const MOST_MESSAGES = 20;

/** The answer of the step that published the run. */
const request = z.object({
  runId: z.string().min(1),
  reports: z.array(z.object({ name: z.string(), executionId: z.string().nullable() })),
});

export interface AlertResult extends AlertOutcome {
  readonly runId: string;
  /** Reports that could not be asked or read: the next run tells what is in them. */
  readonly missing: readonly string[];
}

export interface AlertContext {
  readonly athena: AthenaClient;
  readonly effects: AlertEffects;
  readonly minimumSeverity: Severity;
  readonly telemetry: Pick<Telemetry, 'info' | 'warn'>;
  /** Default: 20. */
  readonly most?: number;
}

/**
 * @param event `{runId, reports: [{name, executionId}]}`; of what else it holds nothing is read
 * @throws UsageError when it is something else; ObjectFault when the bucket or the topic cannot be reached: call again
 */
export async function alertRun(event: unknown, context: AlertContext): Promise<AlertResult> {
  const read = request.safeParse(event);
  if (!read.success) {
    throw new UsageError('the event names no published run', { remedy: 'give {"runId": …, "reports": [{"name": …, "executionId": …}]}' });
  }
  const { runId, reports } = read.data;
  const statements = new AthenaStatements(context.athena, { database: '', workgroup: '', outputLocation: '' });
  const missing: string[] = [];
  const rowsOf = async (name: string): Promise<readonly TextRow[]> => {
    const executionId = reports.find((report) => report.name === name)?.executionId ?? null;
    if (executionId !== null) return statements.rows(executionId);
    missing.push(name);
    return [];
  };
  const facts = [...findingFacts(await rowsOf('findings'), context.minimumSeverity), ...changeFacts(await rowsOf('changes'))];
  if (missing.length > 0) {
    context.telemetry.warn('a report is missing; the next run tells what is in it', { runId, missing });
    // nothing is told from half of the truth: the run must not count as told
    return { runId, missing, published: 0, told: 0, known: 0, elsewhere: facts.length };
  }
  const outcome = await tell(facts, { runId, most: context.most ?? MOST_MESSAGES, ruleOf: knownRule }, context.effects);
  context.telemetry.info('alerted', { runId, ...outcome });
  return { runId, missing, ...outcome };
}

/** Null when the text of the rule is not here: what was found is told all the same. */
function knownRule(ruleId: string): FindingRule | null {
  // the id comes from a table and becomes a path
  if (!/^[a-z0-9-]+$/.test(ruleId)) return null;
  try {
    return parseFindingRule(ruleId, readSqlFile(`findings/${ruleId}.sql`));
  } catch (error) {
    if (error instanceof AuditError) return null;
    throw error;
  }
}
