/** A statement cut into tokens; enough to translate DDL. Comments and blanks fall out. */

export interface Token {
  /** `word`: a bare name, keyword or number; `name`: in backticks or double quotes; `text`: in single quotes. */
  readonly kind: 'word' | 'name' | 'text' | 'sign';
  /** Without its quotes. */
  readonly value: string;
  /** Offset after it in the statement. */
  readonly end: number;
}

const PATTERN = /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|(?<text>'(?:[^']|'')*')|(?<name>"(?:[^"]|"")*"|`[^`]*`)|(?<word>[\w$]+)|(?<sign>[^\s\w])/gy;

export function tokensOf(statement: string): Token[] {
  const tokens: Token[] = [];
  for (const match of statement.matchAll(PATTERN)) {
    const { text, name, word, sign } = match.groups ?? {};
    const end = match.index + match[0].length;
    if (text !== undefined) tokens.push({ kind: 'text', value: text.slice(1, -1).replaceAll("''", "'"), end });
    else if (name !== undefined) tokens.push({ kind: 'name', value: name.slice(1, -1).replaceAll('""', '"'), end });
    else if (word !== undefined) tokens.push({ kind: 'word', value: word, end });
    else if (sign !== undefined) tokens.push({ kind: 'sign', value: sign, end });
  }
  return tokens;
}

/** Reads tokens from left to right. */
export class Cursor {
  #at = 0;
  readonly #tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  /** Offset in the statement after the token that was read last. */
  get offset(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  next(): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new SyntaxError('the statement ends too early');
    return token;
  }

  /** Reads these words or signs if they come next, whatever their case; else reads nothing. */
  take(...values: string[]): boolean {
    const there = values.every((value, at) => {
      const token = this.#tokens[this.#at + at];
      return token !== undefined && (token.kind === 'word' || token.kind === 'sign') && token.value.toLowerCase() === value;
    });
    if (there) this.#at += values.length;
    return there;
  }

  /** @throws SyntaxError when something else comes next */
  expect(...values: string[]): void {
    if (!this.take(...values))
      throw new SyntaxError(`mismatched input '${this.peek()?.value ?? '<EOF>'}'. Expecting: '${values.join(' ')}'`);
  }

  /** Reads `( item, item … )`. */
  list<T>(item: () => T, open = '(', close = ')'): T[] {
    this.expect(open);
    const items: T[] = [];
    while (!this.take(close)) {
      if (items.length > 0) this.expect(',');
      items.push(item());
    }
    return items;
  }
}
