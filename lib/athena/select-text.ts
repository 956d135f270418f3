/** The outer shape of a SELECT's text: its WITH, its order, what comes after. Only what lies outside of all parentheses counts. */

/** Quoted text, quoted identifiers, comments, words, single characters. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|[A-Za-z_][A-Za-z0-9_$]*|[^\s]/g;

interface Token {
  /** Lower case when it is a word. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Parentheses and brackets around it. */
  readonly depth: number;
}

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (const match of sql.matchAll(TOKEN)) {
    const [text] = match;
    if (text.startsWith('--') || text.startsWith('/*')) continue;
    if (text === ')' || text === ']') depth -= 1;
    const isWord = /^[A-Za-z_]/.test(text);
    tokens.push({ text: isWord ? text.toLowerCase() : text, start: match.index, end: match.index + text.length, depth });
    if (text === '(' || text === '[') depth += 1;
  }
  return tokens;
}

/**
 * One statement without what may end it.
 * @returns null when there is more than one statement, or one that is no SELECT: in the engine's grammar whatever begins with
 * one of these words only reads
 */
export function oneSelect(sql: string): string | null {
  const tokens = tokensOf(sql);
  const last = tokens.findLastIndex((token) => token.text !== ';');
  if (last < 0 || tokens.slice(0, last).some((token) => token.text === ';')) return null;
  const first = tokens.find((token) => token.text !== '(');
  return /^(select|with|values|table)$/.test(first?.text ?? '') ? sql.slice(0, (tokens[last] as Token).end) : null;
}

/** Puts CTEs before those that the text has. @returns the text, and how many lines of it come before the text as it was */
export function withCtes(sql: string, ctes: readonly string[]): { readonly sql: string; readonly linesBefore: number } {
  if (ctes.length === 0) return { sql, linesBefore: 0 };
  const [first, second] = tokensOf(sql);
  const ours = ctes.join(',\n');
  if (first?.text !== 'with') return after(`WITH ${ours}\n`, sql);
  const start = second?.text === 'recursive' ? second : first;
  return after(`WITH${start === second ? ' RECURSIVE' : ''} ${ours},\n`, sql.slice(start.end));
}

function after(before: string, rest: string): { sql: string; linesBefore: number } {
  return { sql: before + rest, linesBefore: before.split('\n').length - 1 };
}

/** Names that the text's own WITH defines, lower case. */
export function ownCtes(sql: string): Set<string> {
  const tokens = tokensOf(sql);
  const names = new Set<string>();
  if (tokens[0]?.text !== 'with') return names;
  for (let at = 1; at < tokens.length; at++) {
    const [name, next] = [tokens[at], tokens[at + 1]];
    if (name === undefined || next === undefined || name.depth !== 0) continue;
    if (name.text === 'select') break;
    // a name, perhaps its columns in parentheses, AS
    const follows = next.text === '(' ? tokens.slice(at + 2).find((token) => token.depth === 0 && token.text !== ')') : next;
    if (follows?.text === 'as' && name.text !== ')') names.add(unquoted(name.text));
  }
  return names;
}

export interface OrderKey {
  /** The expression, as it stands. */
  readonly expression: string;
  /** `DESC NULLS LAST` and the like, or empty. */
  readonly direction: string;
}

export interface OrderedSelect {
  /** What comes before ORDER BY. */
  readonly body: string;
  readonly keys: readonly OrderKey[];
  /** LIMIT, OFFSET, FETCH: what comes after ORDER BY. Without an order they stay in the body. */
  readonly tail: string;
}

/** Parts a SELECT at the order of its rows. */
export function splitOrder(sql: string): OrderedSelect {
  const text = withoutParentheses(sql);
  const tokens = tokensOf(text);
  const order = tokens.findLastIndex((token, at) => token.depth === 0 && token.text === 'order' && tokens[at + 1]?.text === 'by');
  if (order < 0) return { body: text, keys: [], tail: '' };
  const from = order + 2;
  const found = tokens.findIndex((token, at) => at >= from && token.depth === 0 && /^(limit|offset|fetch)$/.test(token.text));
  const to = found < 0 ? tokens.length : found;
  const keys: OrderKey[] = [];
  for (let start = from; start < to; ) {
    const comma = tokens.findIndex((token, at) => at >= start && at < to && token.depth === 0 && token.text === ',');
    const end = comma < 0 ? to : comma;
    keys.push(orderKey(text, tokens.slice(start, end)));
    start = end + 1;
  }
  const tail = found < 0 ? '' : text.slice((tokens[found] as Token).start);
  return { body: text.slice(0, (tokens[order] as Token).start), keys, tail };
}

function orderKey(sql: string, tokens: readonly Token[]): OrderKey {
  let end = tokens.length;
  if (tokens.at(-2)?.text === 'nulls') end -= 2;
  if (/^(asc|desc)$/.test(tokens[end - 1]?.text ?? '')) end -= 1;
  const text = (from: number, to: number) => (from >= to ? '' : sql.slice((tokens[from] as Token).start, (tokens[to - 1] as Token).end));
  return { expression: text(0, end), direction: text(end, tokens.length) };
}

/** The parentheses around all of it say nothing. */
function withoutParentheses(sql: string): string {
  const tokens = tokensOf(sql);
  const [first] = tokens;
  if (first?.text !== '(') return sql;
  const closing = tokens.findIndex((token, at) => at > 0 && token.text === ')' && token.depth === 0);
  return closing === tokens.length - 1 ? withoutParentheses(sql.slice(first.end, (tokens[closing] as Token).start)) : sql;
}

/**
 * Adds columns to the one SELECT that a text without an order is.
 * @returns null when they cannot be added without changing the answer: DISTINCT, UNION and its like
 */
export function addColumns(body: string, expressions: readonly string[]): string | null {
  const tokens = tokensOf(body).filter((token) => token.depth === 0);
  const select = tokens.findIndex((token) => token.text === 'select');
  if (select < 0 || tokens.some((token) => /^(union|intersect|except|values|table)$/.test(token.text))) return null;
  if (tokens[select + 1]?.text === 'distinct') return null;
  const isClause = (token: Token, at: number) =>
    /^(from|where|group|having|window)$/.test(token.text) && tokens[at - 1]?.text !== 'distinct';
  const end = tokens.find((token, at) => at > select && isClause(token, at))?.start ?? body.length;
  return `${body.slice(0, end)}\n, ${expressions.join(', ')}\n${body.slice(end)}`;
}

/** A name without its quotes, lower case: names do not differ by case in the engine. */
export function unquoted(name: string): string {
  return (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name).toLowerCase();
}
