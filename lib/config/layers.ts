/** Where settings come from, and how one source goes over another. */
import { nearest } from './near-miss.ts';
import { nodeAt, readSettingText, sections, VARIABLE_PREFIX, variables } from './settings.ts';

/** One value, where it goes, and who said so (for messages). */
export interface Assignment {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly origin: string;
}

/** The merged sources. */
export interface Merged {
  readonly values: Readonly<Record<string, unknown>>;
  /** The origin of what is at a path: its own, else that of what it lies in. */
  originOf(path: readonly PropertyKey[]): string | null;
}

/** Nested values as assignments. Sections are gone into, so that a later source can replace one key; lists are replaced whole. */
export function assignmentsIn(values: unknown, origin: string, path: readonly string[] = []): Assignment[] {
  const isSection = nodeAt(path)?.type === 'object';
  // an empty section in YAML (all its keys are comments) is null
  if (isSection && values === null) return [];
  if (!isSection || typeof values !== 'object' || values === null || Array.isArray(values)) return [{ path, value: values, origin }];
  return Object.entries(values).flatMap(([key, value]) => assignmentsIn(value, origin, [...path, key]));
}

/** Overrides as assignments: nested, or with dotted paths as keys; texts are read as the setting wants them. */
export function assignmentsOf(overrides: Readonly<Record<string, unknown>>): Assignment[] {
  return Object.entries(overrides).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const path = key.split('.');
    const read = typeof value === 'string' ? readSettingText(nodeAt(path), value) : value;
    return assignmentsIn(read, `given as ${key}`, path);
  });
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings in environment variables `APPSTREAM_AUDIT_<SECTION>_<KEY>`. An empty variable says nothing.
 * @returns the settings, and a problem for each variable that begins with a section and names no setting
 */
export function readEnvironment(environment: Environment): { assignments: Assignment[]; problems: string[] } {
  const assignments: Assignment[] = [];
  const problems: string[] = [];
  const starts = sections.map((section) => VARIABLE_PREFIX + section.toUpperCase());
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || text.trim() === '') continue;
    const path = variables.get(variable)?.split('.');
    if (path) assignments.push({ path, value: readSettingText(nodeAt(path), text), origin: variable });
    else if (starts.some((start) => variable === start || variable.startsWith(`${start}_`))) {
      const meant = nearest(variable, [...variables.keys()]);
      problems.push(`${variable}: names no setting${meant ? `; did you mean ${meant}` : ''}`);
    }
  }
  return { assignments, problems };
}

/** Puts later assignments over earlier ones. Where a section was given as something else, that stays, to be refused. */
export function merge(assignments: readonly Assignment[]): Merged {
  // without a prototype even a key named __proto__ is an ordinary, unknown key
  const values: Record<string, unknown> = Object.create(null);
  const origins = new Map<string, string>();
  for (const { path, value, origin } of assignments) {
    const section = sectionAt(values, path.slice(0, -1));
    if (section === null) continue;
    section[path.at(-1) ?? ''] = value;
    origins.set(path.join('.'), origin);
  }
  const originOf = (path: readonly PropertyKey[]): string | null => {
    for (let length = path.length; length > 0; length--) {
      const origin = origins.get(path.slice(0, length).join('.'));
      if (origin !== undefined) return origin;
    }
    return null;
  };
  return { values, originOf };
}

function sectionAt(values: Record<string, unknown>, path: readonly string[]): Record<string, unknown> | null {
  let section = values;
  for (const key of path) {
    section[key] ??= Object.create(null);
    const inner = section[key];
    if (typeof inner !== 'object' || Array.isArray(inner)) return null;
    section = inner as Record<string, unknown>;
  }
  return section;
}
