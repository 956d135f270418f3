// Mutation tests of the rules in sql/correlate/: changes one place of one file at a time and runs the golden cases until one
// of them notices. A mutant that no case notices shows a rule that no case holds fast, or a change that changes nothing.
//
//   npm run build
//   node scripts/mutate-verdicts.mjs                       150 mutants, evenly over the files, seed 1
//   node scripts/mutate-verdicts.mjs --count 400 --seed 7  others, and more of them
//   node scripts/mutate-verdicts.mjs --file verdicts,swept --count 9999
//   node scripts/mutate-verdicts.mjs --only verdicts:35:70:or,points:7:52:constant+1   those again, named as they were printed
//   node scripts/mutate-verdicts.mjs --list                what there is to change, without running anything
//
// Killed means: an error of the engine, counts that do not add up, or another value in a column that a case compares.
// Works on a copy of the build below the temporary folder, never on the checkout. To be quick, the tables of every case are
// kept: a mutant whose own table comes out as before in a case cannot change the verdicts of that case. Not a part of
// `npm test`: it takes some minutes.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Stages with rules in them; and which cases are most likely to notice: those whose names match. */
const FILES = {
  verdicts: /^row-/,
  presences: /^(grace|snapshot|address-reused|session-of)/,
  'session-places': /^(milliseconds|address-reused|endpoint|snapshot-never)/,
  arrivals: /^(grace|address-reused|snapshot-possible-until)/,
  points: /^(row-6|row-9|address-reused)/,
  placements: /^(row-9|row-6|milliseconds|endpoint)/,
  'segment-session-ids': /^(row-[78]|snapshot-possible)/,
  'segment-user-ids': /^(row-[78]|snapshot-possible|same-user)/,
  'segment-users': /^(row-[67]|snapshot-possible|same-user)/,
  segments: /^(row-[67]|snapshot)/,
  evidence: /^(closed|not-closed|grace-over|session-over)/,
  'report-days': /^(closed|not-closed)/,
  'network-days': /^(closed|not-closed|endpoint|foreign)/,
  'network-accounts': /^(endpoint|foreign|network)/,
  'unread-evidence': /^(unread|accept|not-closed)/,
  swept: /^sweeps/,
  claims: /^(row-[1234]|row-6-c|row-6-e|row-7|instance)/,
  calls: /^(scope|credentials|row-1|row-5|endpoint|home)/,
  'self-named': /^row-s/,
  'named-sessions': /^(row-s|row-6)/,
  'stated-sessions': /^(report|session|export)/,
  'covering-sessions': /^(report|session|export)/,
  'counting-sessions': /^(report|session|export|contested)/,
  'report-issues': /^(report|export|not-closed)/,
  'known-accounts': /^(endpoint|foreign)/,
  'resolved-sessions': /^(report|snapshot)/,
  sweeps: /^(snapshot|sweeps)/,
  'replaced-events': /^(copies|corrections)/,
  'rival-corrections': /^corrections/,
  'differing-copies': /^(copies|duplicates)/,
  'repeated-events': /^duplicates/,
  leads: /^access/,
  'key-leads': /^access/,
  'candidate-sets': /^(access|row-8|row-3|snapshot)/,
  candidates: /^(access|row-8|row-3|snapshot)/,
  'session-logons': /^logons/,
  'bucket-scope': /^scope/,
  'address-ranges': /^(row-5|row-4|scope)/,
};

/** What is changed into what. One mutant for every match outside comments. */
const OPERATORS = [
  ['at-least', />=/g, '>'],
  ['more', /(?<![<-])>(?!=)/g, '>='],
  ['at-most', /<=/g, '<'],
  ['less', /<(?![=>])/g, '<='],
  ['differs', /<>/g, '='],
  ['equals', /(?<![<>:])=(?!>)/g, '<>'],
  ['or', /\bAND\b(?! CURRENT| UNBOUNDED)/g, 'OR'],
  ['and', /\bOR\b/g, 'AND'],
  ['no-not', /\bNOT (?!NULL)/g, ''],
  ['minus', / \+ /g, ' - '],
  ['plus', / - /g, ' + '],
  ['constant+1', /(?<![\w.'])\d+(?![\w.'])/g, ([text]) => String(Number(text) + 1)],
  ['constant-1', /(?<![\w.'])\d{3,}(?![\w.'])/g, ([text]) => String(Number(text) - 1)],
  ['max', /\bmin\(/g, 'max('],
  ['min', /\bmax\(/g, 'min('],
  ['least', /\bgreatest\(/g, 'least('],
  ['greatest', /\bleast\(/g, 'greatest('],
  ['ascending', / DESC\b/g, ''],
  ['descending', /(?<=ORDER BY \w+(?:\.\w+)?)(?=[, )])(?!\.| DESC)/g, ' DESC'],
  ['no-when', /^ *WHEN .* THEN (?!CASE).*\n/gm, ''],
  [
    'swap-when',
    /^( *WHEN .* THEN )(\S+)\n( *WHEN .* THEN )(\S+)$/gm,
    ([, first, one, second, other]) => `${first}${other}\n${second}${one}`,
  ],
  ['false', /\btrue\b/g, 'false'],
  ['true', /\bfalse\b/g, 'true'],
  ['not-null', /\bIS NULL\b/g, 'IS NOT NULL'],
  ['null', /\bIS NOT NULL\b/g, 'IS NULL'],
  ['default', /(?<=coalesce\([^()]*, )''(?=\))/g, "'other'"],
  ['inner', /\bLEFT JOIN\b/g, 'JOIN'],
  ['repeated', /\bDISTINCT /g, ''],
];

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '150' },
    seed: { type: 'string', default: '1' },
    file: { type: 'string' },
    only: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});
const chosen = choose();
if (values.list) for (const mutant of chosen) console.log(describe(mutant));
else await run(chosen);

/** All mutants of a file. */
function mutantsOf(file) {
  const sql = readFileSync(join(root, 'sql/correlate', `${file}.sql`), 'utf8');
  const code = sql.replace(/--.*/g, (comment) => ' '.repeat(comment.length));
  return OPERATORS.flatMap(([operator, pattern, replacement]) =>
    [...code.matchAll(pattern)].map((match) => {
      const before = sql.slice(0, match.index);
      const line = before.split('\n').length;
      const column = match.index - before.lastIndexOf('\n');
      const changed = typeof replacement === 'string' ? replacement : replacement(match);
      const text = before + changed + sql.slice(match.index + match[0].length);
      return { file, text, id: `${file}:${line}:${column}:${operator}`, line: sql.split('\n')[line - 1].trim() };
    }),
  );
}

/** The mutants to run: those named, or as many as asked for, in turn from each file. */
function choose() {
  const files = values.file ? values.file.split(',') : Object.keys(FILES);
  if (values.only) {
    const wanted = new Set(values.only.split(','));
    const found = Object.keys(FILES)
      .flatMap(mutantsOf)
      .filter((mutant) => wanted.delete(mutant.id));
    if (wanted.size > 0) throw new Error(`no such mutant: ${[...wanted].join(', ')}; --list names them`);
    return found;
  }
  const random = randomOf(Number(values.seed));
  const piles = files.map((file) => shuffle(mutantsOf(file), random));
  const count = Math.min(
    Number(values.count),
    piles.reduce((sum, pile) => sum + pile.length, 0),
  );
  const taken = [];
  for (let at = 0; taken.length < count; at++) taken.push(...(piles[at % piles.length] ?? []).splice(0, 1));
  return taken;
}

function shuffle(list, random) {
  for (let at = list.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [list[at], list[other]] = [list[other], list[at]];
  }
  return list;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

async function run(mutants) {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
  const cases = [];
  try {
    for (const part of ['package.json', 'dist', 'sql']) cpSync(join(root, part), join(copy, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const build = await load(copy);
    const folder = join(root, 'test/golden/verdicts');
    const names = readdirSync(folder).filter((name) => !needsLedger(join(folder, name)));
    for (const name of names.sort()) cases.push(await prepare(build, join(folder, name), name, join(copy, 'cases', name)));
    for (const each of cases) {
      await judge(build, each);
      const noticed = await difference(build, each);
      if (noticed) throw new Error(`${each.name} fails without any change: ${noticed}`);
    }
    console.log(`${cases.length} cases, ${mutants.length} mutants`);
    const survivors = [];
    for (const mutant of mutants) {
      const path = join(copy, 'sql/correlate', `${mutant.file}.sql`);
      const original = readFileSync(path, 'utf8');
      writeFileSync(path, mutant.text);
      const killer = await firstKiller(build, cases, mutant.file);
      writeFileSync(path, original);
      for (const each of cases.filter((each) => each.stale)) await judge(build, each);
      if (!killer) survivors.push(mutant);
      console.log(killer ? `killed    ${mutant.id}  by ${killer}` : `SURVIVED  ${describe(mutant)}`);
    }
    const killed = mutants.length - survivors.length;
    console.log(`\n${killed} of ${mutants.length} killed, ${survivors.length} survived`);
    for (const mutant of survivors) console.log(describe(mutant));
  } finally {
    for (const each of cases) await each.lake.close();
    rmSync(copy, { recursive: true, force: true });
  }
}

function describe({ id, line }) {
  return `${id}  ${line}`;
}

/** The parts of the build that a case needs, from the copy: they read the SQL beside them. */
async function load(copy) {
  const part = (path) => import(pathToFileURL(join(copy, 'dist', path)).href);
  const [correlation, tables, stages, lake, ingestion, time, configuration] = await Promise.all(
    [
      'lib/engine/correlation.js',
      'lib/engine/stage-tables.js',
      'lib/correlate/stages.js',
      'lib/engine/lake.js',
      'lib/local/ingest.js',
      'lib/time.js',
      'schemas/configuration.js',
    ].map(part),
  );
  const timeOf = (text) => time.parseTime(text).ms;
  return {
    ...correlation,
    ...tables,
    ...stages,
    ...lake,
    ...ingestion,
    ...time,
    timeOf,
    configurationSchema: configuration.configurationSchema,
  };
}

/** Failures and acceptances are no inputs: the few cases that are about them are left out. */
function needsLedger(folder) {
  const about = parse(readFileSync(join(folder, 'case.yaml'), 'utf8'));
  return about.failed !== undefined || about.accepted !== undefined;
}

/** Reads a golden folder and ingests its files once, with the times that `case.yaml` gives them (see test/helpers/golden.ts). */
async function prepare(build, folder, name, target) {
  const read = (file) => readFileSync(join(folder, file), 'utf8');
  const about = parse(read('case.yaml'));
  const configuration = build.configurationSchema.parse(
    existsSync(join(folder, 'configuration.yaml')) ? parse(read('configuration.yaml')) : {},
  );
  const asOfMs = build.timeOf(about.as_of);
  const sources = { cloudtrail: [], usageReports: [], snapshots: [], flowLogs: [] };
  for (const entry of readdirSync(folder, { recursive: true }).sort()) {
    const kind = kindOf(entry);
    if (!kind) continue;
    const path = join(target, 'in', entry);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(join(folder, entry), path);
    const modified = build.timeOf(about.modified?.[entry.split('\\').join('/')] ?? '2026-03-08T06:00:00Z') / 1000;
    utimesSync(path, modified, modified);
    sources[kind].push(path);
  }
  const lake = await build.openLake(join(target, 'lake'), { mode: 'write', create: true, command: 'mutate-verdicts', threads: 1 });
  await build.ingest(lake, sources, { nowMs: asOfMs, threads: 1 });
  return { name, lake, configuration, asOfMs, counts: about.counts ?? {}, expected: JSON.parse(read('expected.json')) };
}

function kindOf(entry) {
  const file = entry.split(/[/\\]/).at(-1);
  if (/^cloudtrail.*\./.test(file)) return 'cloudtrail';
  if (file.endsWith('.csv')) return 'usageReports';
  return /^snapshots.*\./.test(file) ? 'snapshots' : null;
}

/** Name of the first case that notices the change; those that noticed others of the same file are asked first. */
async function firstKiller(build, cases, file) {
  const rank = (each) => (each.killedIn?.has(file) ? 0 : FILES[file].test(each.name) ? 1 : 2);
  for (const each of cases.toSorted((a, b) => rank(a) - rank(b))) {
    const noticed = await effect(build, each, file);
    if (!noticed) continue;
    each.killedIn = (each.killedIn ?? new Set()).add(file);
    return `${each.name}: ${noticed}`;
  }
  return null;
}

/** Takes a case through the stages as `correlate` does, but keeps the table and the statement of each of them. */
async function judge(build, each) {
  const { lake, configuration, asOfMs } = each;
  const { database } = lake;
  const stages = [...build.SESSION_STAGES, 'repeated-events', ...build.EVENT_STAGES];
  const names = new Map(stages.map((stage) => [build.stageTable(stage), stage]));
  each.statements = [];
  each.stale = false;
  const original = database.run;
  database.run = async (sql) => {
    if (sql.startsWith('DROP TABLE temp.')) return;
    const stage = names.get(/^CREATE OR REPLACE TEMP TABLE (\w+) AS /.exec(sql)?.[1]);
    if (stage) each.statements.push({ stage, sql });
    await original.call(database, sql);
  };
  try {
    const events = (await database.rows('SELECT DISTINCT dt FROM events')).map((row) => row.dt);
    const all = [...new Set([...events, ...events.map((dt) => build.addDays(dt, -1))])].sort();
    const days = all.map((dt) => ({ dt, settled: events.includes(dt), previousDt: build.addDays(dt, -1) }));
    await build.prepareSessions(lake, { configuration, asOfMs });
    await build.judgeDays(lake, days, { configuration, asOfMs });
    const [span] = await database.rows('SELECT min(join_time_ms) AS first, max(join_time_ms) AS last FROM unique_events');
    each.values = build.stageParameters(configuration, asOfMs, span.first ?? 0, span.last ?? 0);
  } finally {
    database.run = original;
  }
}

/** What is not as expected with the mutated stage; null when everything is. Leaves the tables as they were. */
async function effect(build, each, file) {
  // sessions are kept in a file, which only a whole judgement makes anew
  const isBeforeSessions =
    build.SESSION_STAGES.indexOf(file) >= 0 && build.SESSION_STAGES.indexOf(file) <= build.SESSION_STAGES.indexOf('resolved-sessions');
  if (isBeforeSessions) return judgedWhole(build, each);
  const { database } = each.lake;
  const table = build.stageTable(file);
  try {
    await database.run(`CREATE OR REPLACE TEMP TABLE mutant AS ${build.stageText(file, each.values)}`);
    const changed = `(FROM mutant EXCEPT ALL FROM ${table}) UNION ALL (FROM ${table} EXCEPT ALL FROM mutant)`;
    if ((await database.count(`SELECT count(*) FROM (${changed})`)) === 0) return null;
  } catch (error) {
    return messageOf(error);
  }
  const noticed = await laterStages(build, each, file);
  // what a run counts beside verdicts rests on these two
  return noticed === null && /^(replaced|repeated)-events$/.test(file) ? wholeRun(build, each) : noticed;
}

async function judgedWhole(build, each) {
  try {
    await judge(build, each);
    return await difference(build, each);
  } catch (error) {
    return messageOf(error);
  } finally {
    each.stale = true;
  }
}

async function laterStages(build, each, file) {
  const { database } = each.lake;
  const at = each.statements.findIndex(({ stage }) => stage === file);
  try {
    await database.run(`CREATE OR REPLACE TEMP TABLE ${build.stageTable(file)} AS FROM mutant`);
    for (const { sql } of each.statements.slice(at + 1)) await database.run(sql);
    return await difference(build, each);
  } catch (error) {
    return messageOf(error);
  } finally {
    for (const { sql } of each.statements.slice(at)) await database.run(sql);
  }
}

async function wholeRun(build, each) {
  const { lake, configuration, asOfMs } = each;
  try {
    const { run } = await build.correlate(lake, configuration, { asOfMs, nowMs: asOfMs, toolVersion: 'mutant' });
    const other = Object.keys(each.counts).find((count) => run[count] !== each.counts[count]);
    return other ? `${other} ${run[other]}` : null;
  } catch (error) {
    return messageOf(error);
  } finally {
    each.stale = true;
  }
}

/** Compares the rows that `attributions` would have. */
async function difference(build, { lake, expected }) {
  const rows = await lake.database.rows(build.stageText('attributions', {}));
  if (rows.length !== expected.length) return `${rows.length} rows`;
  for (const { event_id, event_time, note, row: _, ...columns } of expected) {
    const found = rows.find((row) => row.event_id === event_id && row.event_time_ms === build.timeOf(event_time));
    const other = Object.keys(columns).find((column) => JSON.stringify(found?.[column]) !== JSON.stringify(columns[column]));
    if (other) return `${other} ${found?.[other]} (${note})`;
  }
  return null;
}

function messageOf(error) {
  return String(error instanceof Error ? error.message : error).split('\n')[0];
}
