/** The Python side: virtual environments with what is taken from PyPI. */
import { join } from 'node:path';
import { installOnce } from './installation.ts';
import { requireProgram, run } from './programs.ts';
import { type Settings, VERSIONS } from './settings.ts';

/** The server of AWS's APIs. @returns the interpreter that has it @throws Error without Python 3.10 or newer */
export async function installPython(settings: Settings): Promise<string> {
  return await installFromPyPi(settings, 'python', `ministack ${VERSIONS.ministack}`);
}

/** The linter of CloudFormation templates. @returns the interpreter that has it @throws Error without Python 3.10 or newer */
export async function installLinter(settings: Settings): Promise<string> {
  return await installFromPyPi(settings, 'linter', `cfn-lint ${VERSIONS.cfnLint}`);
}

/** @param what name and version @returns interpreter of the virtual environment */
async function installFromPyPi(settings: Settings, name: string, what: string): Promise<string> {
  const folder = await installOnce(join(settings.programs, name), what, async (folder) => {
    await run(await requirePython(), ['-m', 'venv', folder]).catch((cause) => {
      throw new Error(`python3 cannot make a virtual environment; install its venv module (Debian: python3-venv)\n${cause.message}`);
    });
    await run(interpreter(folder), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', what.replace(' ', '==')]);
  });
  return interpreter(folder);
}

/** Path of a Python 3.10 or newer. @throws Error that says what to install */
export async function requirePython(): Promise<string> {
  const remedy = 'install Python 3.10 or newer with its venv module (Debian: apt-get install python3-venv; macOS: brew install python)';
  const python = requireProgram('python3', 'the server of the AWS APIs', remedy);
  const version = await run(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
  const [major = 0, minor = 0] = version.trim().split('.').map(Number);
  if (major < 3 || (major === 3 && minor < 10)) throw new Error(`python3 is ${version.trim()}; ${remedy}`);
  return python;
}

function interpreter(folder: string): string {
  return join(folder, 'bin/python');
}
