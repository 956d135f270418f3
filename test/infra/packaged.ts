/** Packages a copy of the service once, as `npx serverless package` does, without network or credentials. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { packageRoot } from '../../lib/local/package-root.ts';
import { readZip } from './zip.ts';

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Condition?: string;
  readonly DependsOn?: unknown;
}

export interface Template {
  readonly Resources: Record<string, TemplateResource>;
  readonly Outputs: Record<string, { readonly Value: unknown }>;
  readonly Parameters: Record<string, unknown>;
}

export interface Packaged {
  readonly template: Template;
  /** Where the template lies. */
  readonly templateFile: string;
  /** What is in the bundle of each function, by path. */
  readonly bundles: ReadonlyMap<string, ReadonlyMap<string, Buffer>>;
  remove(): void;
}

/** What a package needs of the checkout. */
const PARTS = ['serverless.yml', 'infra', 'functions', 'lib', 'schemas', 'sql', 'package.json'];

/**
 * @param deployment what the deployment file holds
 * @throws Error with what the deployment tool said
 */
export function packageService(deployment: unknown): Packaged {
  const folder = mkdtempSync(join(tmpdir(), 'appstream-audit-package-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const ended = runServerless(folder, deployment, ['package']);
  if (ended.status !== 0) {
    remove();
    throw new Error(`${ended.out}\n${ended.err}`);
  }
  const output = join(folder, '.serverless');
  const templateFile = join(output, 'cloudformation-template-update-stack.json');
  const zips = readdirSync(output).filter((name) => name.endsWith('.zip'));
  return {
    template: JSON.parse(readFileSync(templateFile, 'utf8')),
    templateFile,
    bundles: new Map(zips.map((zip) => [zip.slice(0, -4), readZip(join(output, zip))])),
    remove,
  };
}

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the deployment tool on a copy of the service in `folder`. */
export function runServerless(folder: string, deployment: unknown, args: readonly string[]): Ended {
  const root = packageRoot();
  for (const part of PARTS) if (existsSync(join(root, part))) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'deployment.yaml'), stringify(deployment));
  const ended = spawnSync(process.execPath, [join(root, 'node_modules/serverless/bin/serverless.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    // no credentials, no way to the network, nothing of the caller
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      TMPDIR: folder,
      AWS_EC2_METADATA_DISABLED: 'true',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      HTTP_PROXY: 'http://127.0.0.1:9',
      SLS_NOTIFICATIONS_MODE: 'off',
    },
  });
  return { status: ended.status, out: ended.stdout, err: ended.stderr };
}
