/**
 * The ready questions, saved in Athena. A saved text takes no names for its parameters, so a default is filled in and what
 * has to be given is a `?`, for which Athena's console asks; a comment says which is which.
 */

import { parseReadyQuery, type ReadyQuery, resolveParameters } from '../lib/answer/ready-query.ts';
import { glueLandingTables, icebergTables } from '../lib/athena/table-ddl.ts';
import { listSqlFiles, readSqlFile } from '../lib/local/sql-files.ts';
import { sqlLiteral } from '../lib/sql-template.ts';
import { pascalCase, type Resources, ref } from './cloudformation.ts';

/** Quoted text, quoted names and comments stay; then parameters. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|:([a-z_][a-z0-9_]*)/gi;

export function namedQueryResources(): Resources {
  return Object.fromEntries(
    savedQueries().map((query) => [
      `${pascalCase(query.name)}Query`,
      {
        Type: 'AWS::Athena::NamedQuery',
        // the stand-ins refuse saved queries
        Condition: 'InAws',
        Properties: {
          Name: `${query.title} (${query.name})`,
          Description: query.question,
          Database: ref('Database'),
          WorkGroup: ref('Workgroup'),
          QueryString: savedText(query),
        },
      },
    ]),
  );
}

/** The questions that can be asked of the tables alone; others need what only the command line makes. */
export function savedQueries(): ReadyQuery[] {
  const known = new Set([...icebergTables, ...glueLandingTables].map(({ name }) => name));
  return listSqlFiles('queries')
    .map((name) => parseReadyQuery(name, readSqlFile(`queries/${name}.sql`)))
    .filter(({ sql }) => tablesOf(sql).every((table) => known.has(table)));
}

/** The tables that a query reads: what follows FROM and JOIN and is not one of its own WITH clauses. */
export function tablesOf(sql: string): string[] {
  const code = sql.replace(/--[^\n]*/g, '').replace(/'(?:[^']|'')*'|:[a-z_]+/g, "''");
  const own = [...code.matchAll(/(?:\bWITH|,)\s+([a-z_]+)\s+AS\s*\(/gi)].map(([, name]) => name);
  const read = [...code.matchAll(/\b(?:FROM|JOIN)\s+([a-z_]+)\b(?!\s*\()/gi)].map(([, name]) => name as string);
  return [...new Set(read)].filter((name) => !own.includes(name) && !/^(?:unnest|lateral)$/i.test(name)).sort();
}

/** The text with defaults filled in, and `?` where something has to be given. Spans such as -7d have no place in a saved text. */
export function savedText(query: ReadyQuery): string {
  const defaults = Object.fromEntries(query.parameters.filter((each) => each.default !== undefined).map((each) => [each.name, each]));
  const asked: string[] = [];
  const text = query.sql.replace(TOKEN, (token, name: string | undefined) => {
    if (name === undefined) return token;
    const parameter = defaults[name];
    if (parameter === undefined) {
      asked.push(name);
      return '?';
    }
    const value = resolveParameters({ name: query.name, parameters: [parameter] }, {}, 0)[name];
    return sqlLiteral(value ?? null);
  });
  return asked.length === 0 ? text : `-- parameters in this order: ${asked.join(', ')}\n${text}`;
}
