/** The certificate of the secured local cloud: its own, for 127.0.0.1 only. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { requireProgram, run } from './programs.ts';
import type { Settings } from './settings.ts';

/** Path of the certificate's key. */
export function keyOf(settings: Settings): string {
  return settings.certificate.replace(/\.pem$/, '.key');
}

/** Makes the certificate unless it is there. @throws Error without openssl */
export async function createCertificate(settings: Settings): Promise<void> {
  if (existsSync(settings.certificate)) return;
  mkdirSync(settings.folder, { recursive: true });
  const openssl = requireProgram('openssl', 'the certificate of the secured local cloud', 'install OpenSSL');
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '365', '-subj', '/CN=local-cloud'];
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
  await run(openssl, [...request, ...names, '-keyout', keyOf(settings), '-out', settings.certificate]);
}

/**
 * Lets this program trust the certificate. Node reads NODE_EXTRA_CA_CERTS when it starts, so the program starts anew with it.
 *
 * @returns its exit code; undefined when this program trusts it already
 */
export function startTrusting(settings: Settings): number | undefined {
  if (process.env['NODE_EXTRA_CA_CERTS'] === settings.certificate) return undefined;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: settings.certificate };
  return spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], { env, stdio: 'inherit' }).status ?? 1;
}
