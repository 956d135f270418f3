/** The questions of a report: files of `sql/report/`, over the events of its subject. */

import { ask } from '../answer/records.ts';
import type { LakeReader, QueryValue } from '../lake/ports.ts';
import { fillSql, parameterNames } from '../sql-template.ts';
import type { AskFile } from './subject.ts';

/** Text of a file below `sql/`. */
export type ReadSql = (path: string) => string;

/** The name under which questions read the events of the subject. */
const EVENTS = /\breport_events\b/;

/** Asks a file as it is. Values that it does not name are left out. */
export function fileAsker(lake: LakeReader, readSql: ReadSql): AskFile {
  return (name, values) => {
    const sql = withoutHeader(readSql(`report/${name}.sql`));
    return ask(lake, sql, chosen(values, sql));
  };
}

/**
 * Asks files about the events of one subject.
 * @param filter values of `subject-events.sql`, and of what questions ask beside it
 */
export function subjectAsker(lake: LakeReader, readSql: ReadSql, filter: Readonly<Record<string, QueryValue>>): AskFile {
  const select = withoutHeader(readSql('report/subject-events.sql'));
  const events = fillSql(select, chosen(filter, select));
  return (name, values) => {
    const question = withoutHeader(readSql(`report/${name}.sql`));
    const sql = EVENTS.test(question) ? over(question, events) : question;
    return ask(lake, sql, chosen({ ...filter, ...values }, sql));
  };
}

/** A question with its events before it, as the first of its CTEs. */
function over(question: string, events: string): string {
  const own = /^WITH\s+/i.exec(question);
  return `WITH report_events AS (\n${events}\n)${own ? `, ${question.slice(own[0].length)}` : `\n${question}`}`;
}

/** Without the comments at the beginning: what follows them says whether there is a WITH. */
function withoutHeader(sql: string): string {
  return sql.replace(/^(?:--[^\n]*\n)+/, '').trim();
}

function chosen(values: Readonly<Record<string, QueryValue>>, sql: string): Record<string, QueryValue> {
  const names = parameterNames(sql);
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}
