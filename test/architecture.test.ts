/** What holds for every source file: who may import what, no clock in the core, UTC everywhere, files of a readable size. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packageRoot } from '../lib/local/package-root.ts';

const root = packageRoot();

function filesBelow(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.split(sep).join('/')}`)
    .sort();
}

const ADAPTERS = ['lib/engine/', 'lib/aws/', 'lib/athena/', 'lib/local/'];
const LIB = filesBelow('lib');
const CORE = [...LIB.filter((file) => !ADAPTERS.some((folder) => file.startsWith(folder))), ...filesBelow('schemas')];
const PROGRAM = [...LIB, ...filesBelow('cli'), ...filesBelow('schemas'), ...filesBelow('functions')];

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
/** Without comments, and with nothing in quotes: what is said about a thing is not a use of it. */
const codeOf = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''");

/** What a text imports at run time; `import type` leaves nothing behind. */
function importsOf(text: string): string[] {
  const found = text.matchAll(/^(?:import|export)\s+(?!type\s)(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm);
  return [...found].map((match) => match[1] ?? match[2] ?? '');
}

/** The modules beyond the project that a file reaches, each with the way to it. */
function reached(file: string, seen = new Map<string, string>(), way = file): Map<string, string> {
  for (const name of importsOf(textOf(file))) {
    const target = name.startsWith('.')
      ? relative(root, resolve(root, dirname(file), name))
          .split(sep)
          .join('/')
      : name;
    if (seen.has(target)) continue;
    seen.set(target, `${way} → ${target}`);
    if (name.startsWith('.')) reached(target, seen, `${way} → ${target}`);
  }
  return seen;
}

/** The core may compute; it may not touch a file, a thread, a network, an engine or AWS. */
const FORBIDDEN =
  /^(node:)?(fs|fs\/promises|child_process|worker_threads|http|https|net|dns|os|process|timers.*)$|^@aws-sdk\/|^@duckdb\/|^fauxqs|^tinyglobby|^lib\/(engine|aws|athena|local)\//;
/** Of `node:net` the core takes `isIP`, which only looks at text. */
const ALLOWED = /^node:net$/;

const CLOCK = /\bDate\.now\(|\bnew Date\(\s*\)|\bperformance\.now\(|\bprocess\.(env|hrtime|argv|cwd)\b|\bMath\.random\(/;
const LOCAL_TIME =
  /\.(get|set)(Hours|Date|Day|Month|FullYear|Minutes|Seconds|Milliseconds|TimezoneOffset)\(|\.toLocale\w*\(|\.to(Date|Time)String\(|\bIntl\.DateTimeFormat\(/;

describe('the core', () => {
  test('is there', () => {
    expect(CORE.length).toBeGreaterThan(60);
  });

  test.each(CORE)('%s reaches no file system, engine, thread, process or AWS, not even by way of another', (file) => {
    const ways = [...reached(file)].filter(([target]) => FORBIDDEN.test(target) && !ALLOWED.test(target)).map(([, way]) => way);
    expect(ways).toEqual([]);
  });

  test.each(CORE)('%s asks no clock, no environment and no chance', (file) => {
    expect(CLOCK.exec(codeOf(textOf(file)))?.[0]).toBeUndefined();
  });
});

describe('every source file', () => {
  test.each(PROGRAM)('%s knows no local time', (file) => {
    // the zone that a reader asks for by name is no local time
    const code = codeOf(textOf(file));
    expect(LOCAL_TIME.exec(file === 'lib/report/zone.ts' ? code.replace(/\bIntl\.DateTimeFormat\(/, '') : code)?.[0]).toBeUndefined();
  });

  test.each(PROGRAM)('%s is short enough to read at one sitting', (file) => {
    expect(textOf(file).split('\n').length).toBeLessThanOrEqual(400);
  });

  test.each(PROGRAM)('%s says what it is for', (file) => {
    // a table's doc, where a file defines one, says it too
    expect(textOf(file)).toMatch(/^(#!.*\n)?(\/\*\*|import [\s\S]*?\n\n\/\*\*)/);
  });

  test.each(PROGRAM)('%s hides no doubt about a type', (file) => {
    expect(textOf(file)).not.toMatch(/@ts-(ignore|expect-error|nocheck)/);
  });

  test.each(PROGRAM)('%s leaves nothing undone', (file) => {
    expect(textOf(file)).not.toMatch(/\b(TODO|FIXME|XXX|HACK)\b/);
  });
});

describe('the ingestion', () => {
  // the seam that a faster reader will be put behind
  test.each(LIB.filter((file) => file.startsWith('lib/ingest/')))('%s knows neither the lake nor the correlation', (file) => {
    const ways = [...reached(file)].filter(([target]) => /^lib\/(lake|correlate|answer|demo|config)\//.test(target)).map(([, way]) => way);
    expect(ways).toEqual([]);
  });
});

describe('the guard', () => {
  test('sees an import in any form, and no type', () => {
    const text = [
      "import { a } from 'node:fs';",
      "import 'x';",
      "export { b } from './b.ts';",
      "export * from './c.ts';",
      "import {\n  d,\n} from './d.ts';",
      "const e = await import('./e.ts');",
      "import type { F } from './f.ts';",
      "export type { G } from './g.ts';",
    ].join('\n');
    expect(importsOf(text)).toEqual(['node:fs', 'x', './b.ts', './c.ts', './d.ts', './e.ts']);
  });

  test('sees a file system behind two files', () => {
    expect([...reached('lib/engine/lake.ts').keys()]).toEqual(expect.arrayContaining(['node:fs', '@duckdb/node-api']));
  });

  test.each(['Date.now()', 'new Date()', 'process.env.HOME', 'Math.random()'])('sees %s as a clock or the like', (code) => {
    expect(CLOCK.test(codeOf(`const a = ${code};`))).toBe(true);
  });

  test.each(['a.getHours()', 'a.getDate()', 'a.getTimezoneOffset()', 'a.toLocaleString()', 'a.setMonth(1)'])(
    'sees the local time of %s',
    (code) => {
      expect(LOCAL_TIME.test(codeOf(`const a = ${code};`))).toBe(true);
    },
  );

  test('does not mind UTC, nor what is said in a comment', () => {
    expect(LOCAL_TIME.test('a.getUTCHours() + a.getTime()')).toBe(false);
    expect(CLOCK.test(codeOf("// never Date.now()\nconst a = 'new Date()'; /* Math.random() */"))).toBe(false);
  });
});
