/** Programs of the machine: found, or missed with a plain message; run to their end with their output kept. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Full path of a program on the PATH; undefined when there is none. */
export function findProgram(name: string): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/** @throws Error that names the program, what it is for and how to get it */
export function requireProgram(name: string, purpose: string, remedy: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`the program ${name} is missing (needed for ${purpose}); ${remedy}`);
  return path;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Show the output while it runs. Default false: it is only part of the error. */
  readonly show?: boolean;
  /** After so long it is ended. Default: never. */
  readonly patienceMs?: number;
}

/** Runs a program to its end. @returns what it wrote to stdout @throws Error with the end of its output */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const late = options.patienceMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.patienceMs);
    const output: Buffer[] = [];
    const stdout: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.push(chunk);
      output.push(chunk);
      if (options.show) process.stderr.write(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output.push(chunk);
      if (options.show) process.stderr.write(chunk);
    });
    child.on('error', (cause) => fail(new Error(`${program} did not start: ${cause.message}`, { cause })));
    child.on('close', (code, signal) => {
      clearTimeout(late);
      if (code === 0) return done(Buffer.concat(stdout).toString());
      const said = Buffer.concat(output).toString().trim().split('\n').slice(-30).join('\n');
      fail(new Error(`${program} ${args.join(' ')} ended with ${code ?? signal}:\n${said}`));
    });
  });
}
