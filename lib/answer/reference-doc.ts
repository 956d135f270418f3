/** Questions, findings rules, settings and commands as parts of the documentation. */
import { allowedIn, settings, variableFor } from '../config/settings.ts';
import type { FindingRest } from './finding-rest.ts';
import type { FindingRule } from './finding-rule.ts';
import type { QueryParameter, ReadyQuery } from './ready-query.ts';
import { MADE_BY, markdownTable } from './schema-doc.ts';

/** `docs/questions.md`. */
export function questionsDoc(queries: readonly ReadyQuery[]): string {
  return [
    MADE_BY,
    '',
    '# Ready questions',
    '',
    'Each is a file of `sql/queries/` and is asked with `appstream-audit query NAME --lake DIR --param NAME=VALUE …`.',
    '`query` without a name lists them, `query NAME --describe` shows what one asks for and its SQL. A parameter of type `date` or',
    '`time` takes a date, a time or a span back such as `-7d`. How to add one: [ARCHITECTURE](../ARCHITECTURE.md#how-to).',
    '',
    ...markdownTable(
      ['name', 'question'],
      queries.map((query) => [`[\`${query.name}\`](#${query.name})`, query.question]),
    ),
    '',
    ...queries.flatMap(questionSection),
  ].join('\n');
}

function questionSection(query: ReadyQuery): string[] {
  return [
    `## ${query.name}`,
    '',
    `${query.title}. ${query.question}`,
    '',
    ...(query.parameters.length === 0 ? ['It takes no parameters.'] : parameterTable(query.parameters)),
    '',
  ];
}

function parameterTable(parameters: readonly QueryParameter[]): string[] {
  const given = (each: QueryParameter) =>
    each.default === undefined ? 'must be given' : each.default === '' ? 'empty' : `\`${each.default}\``;
  return markdownTable(
    ['parameter', 'type', 'default', 'meaning'],
    parameters.map((each) => [`\`${each.name}\``, each.type, given(each), each.doc]),
  );
}

/** The question with the columns of the finding that its parameters take their values from. */
function restText({ question, parameters }: FindingRest): string {
  const taken = parameters.map(([name, column]) => (column === 'next_dt' ? `\`${name}\` the day after` : `\`${name}\` from \`${column}\``));
  return `\`query ${question}\`, ${taken.join(', ')}`;
}

/** `docs/findings.md`. */
export function findingsDoc(rules: readonly FindingRule[]): string {
  return [
    MADE_BY,
    '',
    '# Findings',
    '',
    'A finding is one thing a person should look at. Each rule is a file of `sql/findings/`; `correlate` and `run` ask them all over the',
    'days they settled, over every day that is not final, and over days settled before their events were a day old. One activity is one finding: calls of one caller, address, bucket and hour are told together, with how many they are, the first, the last and some between; "all of it" names the question that lists the rest. A finding is known by a hash of its rule and its subject: the same fact is told',
    'once, however often it is computed again; what it says, its user above all, is what the evidence says now, and a change of the user of an event that it names is told by itself.',
    '',
    'A finding is `open` while the last run that looked at its days found it. A run that does not find it again closes it: `answered` when evidence came or time passed since, `withdrawn` when the configuration or the rules are others, with the reason and the run (`state_reason`, `state_run_id`). It opens again when a later run finds it. What it said and was before is kept in `finding_changes` (`query finding-history`). What is closed, and what an exception suppresses ([`findings.exceptions`](configuration.md)), stays written, and `status`, `findings-open`, `--fail-on` and alerts do not count it. `query findings-open` lists what holds, `query findings-suppressed` what is suppressed, `--fail-on SEVERITY` turns the former into exit code 3.',
    '',
    ...markdownTable(
      ['rule', 'severity', 'title'],
      rules.map((rule) => [`[\`${rule.id}\`](#${rule.id})`, rule.severity, rule.title]),
    ),
    '',
    ...rules.flatMap((rule) => [
      `## ${rule.id}`,
      '',
      `**${rule.title}.** Severity ${rule.severity}.`,
      '',
      `- What it means: ${rule.meaning}`,
      `- What to do next: ${rule.next}`,
      ...(rule.rest === null ? [] : [`- All of it: ${restText(rule.rest)}`]),
      ...rule.needs.map(
        ({ settings: paths, part }) =>
          `- Needs: ${paths.map((path) => `\`${path}\``).join(' or ')}${part === null ? '' : ` for ${part}`}; silent without, and \`status\` says so`,
      ),
      `- False positives: ${rule.falsePositives}`,
      `- Source: ${rule.source}`,
      `- ATT&CK: ${rule.attack}`,
      '',
    ]),
  ].join('\n');
}

/**
 * Every setting with its variable, what it may be and its default.
 * @param defaults the effective configuration when nothing is given
 */
export function settingsTable(defaults: unknown): string {
  const rows = [...settings].map(([path, node]) => [
    `\`${path}\``,
    `\`${variableFor(path)}\``,
    allowedIn(node),
    `\`${JSON.stringify(valueAt(defaults, path.split('.')))}\``,
  ]);
  return markdownTable(['key', 'variable', 'what it may be', 'default'], rows).join('\n');
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner: unknown, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}

/** The part of a command of the command line that its documentation needs. */
export interface CommandForm {
  name(): string;
  description(): string;
  readonly options: readonly { readonly flags: string; readonly description: string; readonly defaultValue?: unknown }[];
  readonly registeredArguments: readonly { name(): string; readonly required: boolean; readonly description: string }[];
}

/** Every command with its arguments and flags, those that all commands take last. */
export function commandsDoc(program: CommandForm, commands: readonly CommandForm[]): string {
  return [
    ...commands.flatMap((command) => [
      `### ${command.name()}`,
      '',
      command.description(),
      '',
      ...markdownTable(['argument or flag', 'meaning'], [...argumentRows(command), ...flagRows(command)]),
      '',
    ]),
    '### Every command',
    '',
    ...markdownTable(['flag', 'meaning'], flagRows(program)),
  ].join('\n');
}

function argumentRows(command: CommandForm): string[][] {
  return command.registeredArguments.map((each) => [`\`${each.required ? `<${each.name()}>` : `[${each.name()}]`}\``, each.description]);
}

function flagRows(command: CommandForm): string[][] {
  return command.options.map(({ flags, description, defaultValue }) => [
    `\`${flags}\``,
    defaultValue === undefined || typeof defaultValue === 'boolean' ? description : `${description} (default: ${String(defaultValue)})`,
  ]);
}

/**
 * Puts made text between `<!-- made:NAME -->` and `<!-- /made:NAME -->`.
 * @throws RangeError when the page has no such place: names come from code
 */
export function replaceMade(page: string, name: string, made: string): string {
  const place = new RegExp(`(<!-- made:${name} -->\\n)[\\s\\S]*?(<!-- /made:${name} -->)`);
  if (!place.test(page)) throw new RangeError(`the page has no place for ${name}`);
  return page.replace(place, (_, before: string, after: string) => `${before}${made}\n${after}`);
}
