/** `.local-cloud/env`: what a shell reads so that the AWS SDK, the command line and any AWS tool talk to the local cloud. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CREDENTIALS, type Settings } from './settings.ts';

/** Path of the file. */
export function environmentFile(settings: Settings): string {
  return join(settings.folder, 'env');
}

/** What every client of the running servers needs. */
export function clientEnvironment(settings: Settings): Record<string, string> {
  return {
    ...CREDENTIALS,
    AWS_ENDPOINT_URL: settings.urls.ministack,
    AWS_ENDPOINT_URL_ATHENA: settings.urls.athena,
    AWS_ENDPOINT_URL_APPSTREAM: settings.urls.appstream,
    ...(settings.secured && { NODE_EXTRA_CA_CERTS: settings.certificate, AWS_CA_BUNDLE: settings.certificate }),
  };
}

/** Writes the file. @param values plain values: names, numbers, URLs, JSON */
export function writeEnvironment(settings: Settings, values: Readonly<Record<string, string>>): void {
  mkdirSync(settings.folder, { recursive: true });
  const lines = Object.entries(values).map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`);
  // a profile or a session of the caller's would win over the keys
  const text = `# written by npm run local-cloud; read it with: . ${environmentFile(settings)}\nunset AWS_PROFILE AWS_SESSION_TOKEN\n${lines.join('')}`;
  writeFileSync(environmentFile(settings), text);
}

/** What {@link writeEnvironment} wrote; undefined when there is no such file. */
export function readEnvironment(settings: Settings): Record<string, string> | undefined {
  let text: string;
  try {
    text = readFileSync(environmentFile(settings), 'utf8');
  } catch {
    return undefined;
  }
  return Object.fromEntries(
    [...text.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [name, value.replaceAll("'\\''", "'")]),
  );
}
