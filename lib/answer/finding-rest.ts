/** The ready question that lists everything that a finding counts: it names the first and the last of it, and some between. */
import { AuditError } from '../errors.ts';
import { addDays } from '../time.ts';

/** Columns of a finding that a parameter may take its value from; `next_dt` is the day after `dt`. */
const COLUMNS = ['dt', 'next_dt', 'resource', 'source_address', 'user_id'] as const;
type RestColumn = (typeof COLUMNS)[number];

export interface FindingRest {
  /** Name of the ready question. */
  readonly question: string;
  /** Parameters of the question, each with the column it takes its value from. */
  readonly parameters: readonly (readonly [name: string, column: RestColumn])[];
}

/** What is filled in of a finding. */
export interface RestValues {
  /** UTC day. */
  readonly dt: string;
  readonly resource: string | null;
  readonly source_address: string | null;
  readonly user_id: string | null;
}

/**
 * Reads `question parameter=column …`.
 * @returns null without a text
 * @throws AuditError when a column is none of a finding's
 */
export function parseRest(ruleId: string, text: string | undefined): FindingRest | null {
  if (text === undefined) return null;
  const [question = '', ...pairs] = text.split(/\s+/);
  const parameters = pairs.map((pair) => {
    const [name = '', column = ''] = pair.split('=');
    if (!isColumn(column)) {
      throw new AuditError(`the rule ${ruleId} takes ${name} from "${column}", which is no column of a finding`, {
        remedy: `use one of ${COLUMNS.join(', ')} in the line "-- rest: …" of sql/findings/${ruleId}.sql`,
      });
    }
    return [name, column] as const;
  });
  return { question, parameters };
}

function isColumn(text: string): text is RestColumn {
  return (COLUMNS as readonly string[]).includes(text);
}

/** The parameters of the question for one finding, as `name=value`; one without a value is left out. */
export function restParameters(rest: FindingRest, finding: RestValues): string[] {
  const values: Readonly<Record<RestColumn, string | null>> = { ...finding, next_dt: addDays(finding.dt, 1) };
  return rest.parameters.flatMap(([name, column]) => (values[column] === null ? [] : [`${name}=${values[column]}`]));
}
