/** What a question without an answer asked for that is nowhere in the lake: a misspelt user looks like an innocent one. */
import { nearest } from '../config/near-miss.ts';
import type { LakeReader, QueryValue } from '../lake/ports.ts';
import { ask, textOf } from './records.ts';

/** Values looked through for one that is near. */
const MOST = 20_000;

/** Where the values of a parameter come from, by its name. */
export const KNOWN_VALUES: Readonly<Record<string, string>> = {
  user: `SELECT DISTINCT user_id AS value FROM resolved_sessions LIMIT ${MOST}`,
  session: `SELECT DISTINCT session_id AS value FROM resolved_sessions LIMIT ${MOST}`,
  bucket: `SELECT DISTINCT bucket AS value FROM attributions WHERE bucket IS NOT NULL LIMIT ${MOST}`,
  address: `SELECT DISTINCT source_address AS value FROM attributions WHERE source_address IS NOT NULL LIMIT ${MOST}`,
};

/** Whether the lake has exactly that value. */
const PRESENT: Readonly<Record<string, string>> = {
  user: 'SELECT 1 AS found FROM resolved_sessions WHERE user_id = :value UNION ALL SELECT 1 FROM attributions WHERE user_id = :value LIMIT 1',
  session: 'SELECT 1 AS found FROM resolved_sessions WHERE session_id = :value LIMIT 1',
  bucket: 'SELECT 1 AS found FROM attributions WHERE bucket = :value OR copy_source_bucket = :value LIMIT 1',
  address: `SELECT 1 AS found FROM resolved_sessions WHERE contains(private_addresses, :value)
UNION ALL SELECT 1 FROM attributions WHERE source_address = :value LIMIT 1`,
};

/**
 * One remark for each value of a question that the lake has nowhere, with the nearest that it has.
 * @param values of the parameters, by name
 */
export async function absentValues(lake: LakeReader, values: Readonly<Record<string, QueryValue>>): Promise<string[]> {
  const remarks: string[] = [];
  for (const [name, known] of Object.entries(KNOWN_VALUES)) {
    const value = values[name];
    if (typeof value !== 'string' || value === '') continue;
    if ((await ask(lake, PRESENT[name] as string, { value })).length > 0) continue;
    const near = nearest(
      value,
      (await ask(lake, known)).map((row) => textOf(row, 'value') ?? ''),
    );
    remarks.push(`the ${name} ${JSON.stringify(value)} is nowhere in this lake${near ? `; did you mean ${near}?` : ''}`);
  }
  return remarks;
}
