/** Trino's own protocol: a statement is posted, its answer comes in pages. */

/** A type as Trino describes it in columns. */
export interface TypeSignature {
  readonly rawType: string;
  readonly arguments?: readonly { readonly value: unknown }[];
}

export interface TrinoColumn {
  readonly name: string;
  readonly typeSignature: TypeSignature;
}

/** What came back. Numbers in rows are the text that Java wrote: nothing of a bigint is lost, 1.0 stays 1.0. */
export interface TrinoAnswer {
  readonly columns: readonly TrinoColumn[];
  readonly rows: readonly (readonly unknown[])[];
  /** `INSERT`, `CREATE TABLE` …; undefined for a query. */
  readonly updateType: string | undefined;
  readonly updateCount: number;
  readonly scannedBytes: number;
}

export interface StatementContext {
  readonly url: string;
  readonly catalog: string;
  readonly schema: string | undefined;
  /** Session properties, e.g. `hive.compression_codec`. */
  readonly session: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Called with the bytes read so far. */
  readonly onProgress?: (scannedBytes: number) => void;
}

/** Trino refused or failed. */
export class TrinoError extends Error {
  override readonly name = 'TrinoError';

  /** `USER_ERROR`, `INTERNAL_ERROR`, `INSUFFICIENT_RESOURCES` or `EXTERNAL`. */
  readonly kind: string;

  constructor(message: string, kind: string) {
    super(message);
    this.kind = kind;
  }
}

interface Page {
  readonly nextUri?: string;
  readonly columns?: readonly TrinoColumn[];
  readonly data?: readonly (readonly unknown[])[];
  readonly updateType?: string;
  readonly updateCount?: string;
  readonly stats?: { readonly physicalInputBytes?: string };
  readonly error?: { readonly errorName: string; readonly errorType: string; readonly message: string };
}

/** Runs a statement to its end. @throws TrinoError; an AbortError when the signal says so, with the statement stopped */
export async function runStatement(statement: string, context: StatementContext): Promise<TrinoAnswer> {
  const headers: Record<string, string> = {
    'X-Trino-User': 'athena',
    'X-Trino-Catalog': context.catalog,
    'X-Trino-Time-Zone': 'UTC',
    'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
  };
  if (context.schema !== undefined) headers['X-Trino-Schema'] = context.schema;
  const session = Object.entries(context.session).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  if (session.length > 0) headers['X-Trino-Session'] = session.join(',');
  const rows: (readonly unknown[])[] = [];
  let columns: readonly TrinoColumn[] = [];
  let updateType: string | undefined;
  let updateCount = 0;
  let scannedBytes = 0;
  let page = await read(fetch(`${context.url}/v1/statement`, { method: 'POST', body: statement, headers }));
  for (;;) {
    if (context.signal.aborted) {
      if (page.nextUri) await fetch(page.nextUri, { method: 'DELETE' });
      context.signal.throwIfAborted();
    }
    columns = page.columns ?? columns;
    for (const row of page.data ?? []) rows.push(row);
    updateType = page.updateType ?? updateType;
    updateCount = Number(page.updateCount ?? updateCount);
    scannedBytes = Math.max(scannedBytes, Number(page.stats?.physicalInputBytes ?? 0));
    context.onProgress?.(scannedBytes);
    if (page.error) throw new TrinoError(`${page.error.errorName}: ${page.error.message}`, page.error.errorType);
    if (!page.nextUri) return { columns, rows, updateType, updateCount, scannedBytes };
    page = await read(fetch(page.nextUri));
  }
}

async function read(response: Promise<Response>): Promise<Page> {
  const answer = await response;
  const text = await answer.text();
  if (!answer.ok) throw new TrinoError(`Trino answers ${answer.status}: ${text.slice(0, 500)}`, 'INTERNAL_ERROR');
  return JSON.parse(quoteNumbers(text)) as Page;
}

/** Puts every number of a JSON text in quotes. */
function quoteNumbers(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) => (token.startsWith('"') ? token : `"${token}"`));
}
