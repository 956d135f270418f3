/** The settings there are, derived from the schema: their paths, the variables that set them, what they may be. */
import { z } from 'zod';
import { configurationSchema } from '../../schemas/configuration.ts';

/** The part of JSON Schema that our configuration needs. */
export interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
}

const root = z.toJSONSchema(configurationSchema, { io: 'input' }) as Node;

export const VARIABLE_PREFIX = 'APPSTREAM_AUDIT_';

/** The sections, in order: `scope`, `window`, … */
export const sections: readonly string[] = Object.keys(root.properties ?? {});

/** Every setting by its dotted path: `window.graceSeconds`. A list is one setting. */
export const settings: ReadonlyMap<string, Node> = new Map(leaves(root, []));

/** Every setting's path by the variable that sets it: `APPSTREAM_AUDIT_WINDOW_GRACE_SECONDS`. */
export const variables: ReadonlyMap<string, string> = new Map([...settings.keys()].map((path) => [variableFor(path), path]));

function leaves(node: Node, path: readonly string[]): [string, Node][] {
  if (!node.properties) return [[path.join('.'), node]];
  return Object.entries(node.properties).flatMap(([key, child]) => leaves(child, [...path, key]));
}

/** The variable that sets a setting: its path in upper snake case. */
export function variableFor(path: string): string {
  return (
    VARIABLE_PREFIX +
    path
      .replaceAll('.', '_')
      .replaceAll(/(?<=[a-z0-9])[A-Z]/g, '_$&')
      .toUpperCase()
  );
}

/** The schema of what is at a path, which may go into lists. @returns null where nothing is allowed */
export function nodeAt(path: readonly PropertyKey[]): Node | null {
  let node: Node | undefined = root;
  for (const step of path) node = typeof step === 'number' ? node?.items : own(node?.properties, String(step));
  return node ?? null;
}

function own(properties: Readonly<Record<string, Node>> | undefined, key: string): Node | undefined {
  return properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
}

/** What a node may be, in words: `a whole number from 0 to 86400`. */
export function allowedIn(node: Node): string {
  if (node.enum) return node.enum.join(' or ');
  if (node.description) return node.description;
  switch (node.type) {
    case 'integer': {
      const least = node.minimum ?? (node.exclusiveMinimum ?? 0) + 1;
      const isBounded = node.maximum !== undefined && node.maximum < Number.MAX_SAFE_INTEGER;
      return isBounded ? `a whole number from ${least} to ${node.maximum}` : `a whole number of at least ${least}`;
    }
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list${node.minItems ? ' that is not empty' : ''}, each ${allowedIn(node.items ?? {})}`;
    case 'object':
      return `a section with ${Object.keys(node.properties ?? {}).join(', ')}`;
    default:
      return 'a text';
  }
}

/**
 * A text (of a variable or a flag) as a value of a setting: lists are JSON or separated by commas, `true` and `false` are
 * yes and no, digits a number. What cannot be read stays the text, for validation to refuse.
 */
export function readSettingText(node: Node | null, text: string): unknown {
  const written = text.trim();
  switch (node?.type) {
    case 'array':
      return written.startsWith('[') ? jsonOr(written, text) : separated(written);
    case 'object':
      return jsonOr(written, text);
    case 'integer':
      return /^[+-]?\d+(\.\d+)?$/.test(written) ? Number(written) : text;
    case 'boolean':
      return written === 'true' || (written === 'false' ? false : text);
    default:
      return written;
  }
}

function separated(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function jsonOr(text: string, otherwise: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}
