/** What S3 answers when it does not do what it is asked: throttling, errors, conflicts and connections that break, between us and a real server. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import type { S3Store } from '../../../lib/aws/s3-store.ts';

/** What the next matching requests get instead of an answer; `cut`: half of the answer's bytes. */
interface Fault {
  readonly method: string;
  readonly answer: { readonly status: number; readonly code: string } | 'cut' | 'reset';
  left: number;
}

let server: FauxqsServer;
let proxy: Server;
let store: S3Store;
let faults: Fault[] = [];
let asked = 0;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  server.createBucket('b');
  proxy = createServer(pass);
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
  });
  const { S3Store } = await import('../../../lib/aws/s3-store.ts');
  store = new S3Store();
});

afterAll(async () => {
  proxy.close();
  proxy.closeAllConnections();
  await server.stop();
});

beforeEach(() => {
  faults = [];
  asked = 0;
});

function pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
  asked++;
  const fault = faults.find(({ method, left }) => left > 0 && method === incoming.method);
  if (fault) fault.left--;
  if (fault?.answer === 'reset') return void incoming.socket.destroy();
  if (fault && fault.answer !== 'cut') {
    incoming.resume();
    outgoing.writeHead(fault.answer.status, { 'Content-Type': 'application/xml' });
    outgoing.end(`<Error><Code>${fault.answer.code}</Code><Message>as the test wants it</Message></Error>`);
    return;
  }
  const { hostname, port } = new URL(server.address);
  const { method, url: path, headers } = incoming;
  const onward = request({ hostname, port, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    if (fault === undefined) return void answer.pipe(outgoing);
    answer.once('data', (chunk: Buffer) => {
      outgoing.write(chunk.subarray(0, chunk.length / 2), () => outgoing.socket?.destroy());
    });
  });
  incoming.pipe(onward);
}

const fail = (method: string, status: number, code: string, times = 1) => {
  faults = [{ method, answer: { status, code }, left: times }];
};
const put = (key: string) => store.putNew('b', key, 'content of some length', 'text/plain');
const open = (key: string) => store.open({ bucket: 'b', key, etag: null, versionId: null });

test.each([
  [503, 'SlowDown'],
  [500, 'InternalError'],
  [503, 'ServiceUnavailable'],
])('%i %s is waited out', async (status, code) => {
  fail('PUT', status, code, 2);
  expect(await put(code)).toBe(true);
  fail('GET', status, code, 2);
  expect(await store.readText('b', code)).toBe('content of some length');
});

test('a connection that is closed before the answer is tried again', async () => {
  await put('reset');
  faults = [{ method: 'GET', answer: 'reset', left: 2 }];
  expect(await store.readText('b', 'reset')).toBe('content of some length');
});

test('two writers at the same instant: the one that is told of a conflict asks again', async () => {
  fail('PUT', 409, 'ConditionalRequestConflict', 3);
  expect(await put('conflict')).toBe(true);
  expect(asked).toBe(4);
});

test('a key that is taken is no fault', async () => {
  fail('PUT', 412, 'PreconditionFailed');
  expect(await put('taken')).toBe(false);
  expect(asked).toBe(1);
});

test('an answer that breaks off in the middle is a fault that may pass', async () => {
  await put('cut');
  faults = [{ method: 'GET', answer: 'cut', left: 1 }];
  const { bytes } = await open('cut');
  const read = async () => {
    for await (const _ of bytes);
  };
  await expect(read()).rejects.toMatchObject({ fault: 'busy', message: expect.stringMatching(/^s3:\/\/b\/cut cannot be read to its end/) });
});

test.each([
  [
    403,
    'AccessDenied',
    'denied',
    /^s3:\/\/b\/x cannot be read \(AccessDenied: .*\); check the function's role, the bucket's policy and the policy/,
  ],
  [400, 'KMS.DisabledException', 'denied', /where KMS is named\)$/],
  [404, 'NoSuchKey', 'absent', /if it was removed, nothing can be done/],
  [403, 'InvalidObjectState', 'denied', /InvalidObjectState/],
])('%i %s is told with what to look at, and not tried again', async (status, code, fault, message) => {
  fail('GET', status, code, 9);
  await expect(open('x')).rejects.toMatchObject({ name: 'ObjectFault', fault, message: expect.stringMatching(message) });
  expect(asked).toBe(1);
});

test('the signature of a digest is opened with it, and nothing else of its metadata', async () => {
  const { PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ forcePathStyle: true });
  const Metadata = { signature: 'ab12', 'signature-algorithm': 'SHA256withRSA', other: 'x' };
  await client.send(new PutObjectCommand({ Bucket: 'b', Key: 'digest', Body: 'content', Metadata }));
  await client.send(new PutObjectCommand({ Bucket: 'b', Key: 'log', Body: 'content', Metadata: { other: 'x' } }));
  client.destroy();
  const signedOf = async (key: string) => {
    const { signed, bytes } = await store.open({ bucket: 'b', key, etag: null, versionId: null });
    for await (const _ of bytes);
    return signed;
  };
  expect(await signedOf('digest')).toEqual({ signature: 'ab12', 'signature-algorithm': 'SHA256withRSA' });
  expect(await signedOf('log')).toBeUndefined();
});
