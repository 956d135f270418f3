/**
 * A service of AWS's JSON protocol on loopback: `X-Amz-Target: <prefix>.<operation>`, JSON in, JSON out. Test code.
 *
 * Tests steer it: `GET /_control/ready`; `GET /_control/calls` (how often each operation was called); `PUT /_control/faults` with a
 * list of {@link Fault} (replaces the former list); further paths by the service itself.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** An error as the API would give it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  /** The exception's name, e.g. `TooManyRequestsException`. */
  readonly type: string;
  /** Further members of the answer. */
  readonly members: Readonly<Record<string, unknown>>;
  readonly status: number;

  /** @param status default 400: the caller's fault */
  constructor(type: string, message: string, members: Readonly<Record<string, unknown>> = {}, status = 400) {
    super(message);
    this.type = type;
    this.members = members;
    this.status = status;
  }
}

/** What shall go wrong. */
export interface Fault {
  readonly operation: string;
  /** Name of the exception. */
  readonly error: string;
  readonly message?: string;
  /** How often; default 1. */
  readonly times?: number;
  /** `after`: it is done, but the caller is told otherwise. Default `before`: nothing is done. */
  readonly when?: 'before' | 'after';
  /** Only requests whose JSON contains this text. */
  readonly containing?: string;
  /** Default 400. SDKs try again after 500 and after the exceptions that they know as throttling. */
  readonly status?: number;
}

export type Operation = (input: Record<string, unknown>, request: IncomingMessage) => unknown;

/** Takes the faults that are due, one at a time. */
export class Faults {
  #due: { fault: Fault; left: number }[] = [];

  set(faults: readonly Fault[]): void {
    this.#due = faults.map((fault) => ({ fault, left: fault.times ?? 1 }));
  }

  /** The fault that this call meets; each counts once. */
  take(operation: string, when: 'before' | 'after', text: string): ApiError | undefined {
    for (const due of this.#due) {
      const { fault } = due;
      if (due.left <= 0 || fault.operation !== operation || (fault.when ?? 'before') !== when) continue;
      if (fault.containing !== undefined && !text.includes(fault.containing)) continue;
      due.left--;
      return new ApiError(fault.error, fault.message ?? `${fault.error}, as the test wants it`, {}, fault.status);
    }
    return undefined;
  }
}

/**
 * @param prefix of `X-Amz-Target`
 * @param operations by name; an {@link ApiError} thrown by one is the answer
 * @param controls further control paths, by `<method> <path>`; get the parsed body
 * @param faults given when the service has its own use for them
 */
export function createJsonService(
  prefix: string,
  operations: Readonly<Record<string, Operation>>,
  controls: Readonly<Record<string, (body: unknown) => unknown>> = {},
  faults = new Faults(),
): Server {
  const calls = new Map<string, number>();
  const control: Record<string, (body: unknown) => unknown> = {
    'GET /_control/ready': () => ({ ready: true }),
    'GET /_control/calls': () => Object.fromEntries(calls),
    'PUT /_control/faults': (body) => faults.set(body as Fault[]),
    ...controls,
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    const steer = control[`${request.method} ${request.url}`];
    if (steer) return send(response, 200, (await steer(text === '' ? undefined : JSON.parse(text))) ?? {});
    const target = String(request.headers['x-amz-target'] ?? '');
    const name = target.startsWith(`${prefix}.`) ? target.slice(prefix.length + 1) : '';
    const operation = operations[name];
    if (!operation) throw new ApiError('UnknownOperationException', `${target || request.url} is not part of this test double`);
    calls.set(name, (calls.get(name) ?? 0) + 1);
    const before = faults.take(name, 'before', text);
    if (before) throw before;
    const output = await operation(JSON.parse(text || '{}'), request);
    const after = faults.take(name, 'after', text);
    if (after) throw after;
    send(response, 200, output ?? {});
  }

  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const known = error instanceof ApiError ? error : new ApiError('InternalServerException', String(error), {}, 500);
      if (!(error instanceof ApiError)) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      // services differ in the spelling, and so do SDKs
      send(response, known.status, { __type: known.type, message: known.message, Message: known.message, ...known.members });
    });
  });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1', 'x-amzn-RequestId': randomUUID() });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
