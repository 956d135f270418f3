/**
 * One server of the local cloud: started apart from the command that starts it, found again by its pid file. A pid alone may by
 * now be another program's, so the file holds the command too.
 */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ServerName } from './settings.ts';

export interface Server {
  readonly name: ServerName;
  /** What it stands for, in a word or two. */
  readonly about: string;
  readonly url: string;
  /** Holds its log, its pid and its data. */
  readonly folder: string;
  /** Program, arguments and the whole environment: nothing of the caller's leaks into it. */
  readonly command: readonly [program: string, ...args: string[]];
  readonly environment: Readonly<Record<string, string>>;
  /** Answers once the server really works; anything thrown means: not yet. */
  readonly probe: () => Promise<unknown>;
}

/** Starts the server unless it runs. Returns once it answers. @throws Error with the end of its log when it does not */
export async function startServer(server: Server, patienceMs = 120_000): Promise<'started' | 'already up'> {
  const running = pidOf(server.folder) !== undefined;
  if (!running) {
    if (await isTaken(server.url)) {
      throw new Error(
        `${server.url} is taken by another program, so ${server.name} cannot start; set LOCAL_CLOUD_PORT or end that program`,
      );
    }
    launch(server);
  }
  const end = Date.now() + patienceMs;
  for (let last: unknown; ; ) {
    try {
      await server.probe();
      return running ? 'already up' : 'started';
    } catch (cause) {
      last = cause;
    }
    if (pidOf(server.folder) === undefined) throw new Error(`${server.name} ended while it started:\n${endOfLog(server)}`, { cause: last });
    if (Date.now() > end)
      throw new Error(`${server.name} does not answer after ${patienceMs / 1000} s:\n${endOfLog(server)}`, { cause: last });
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

function launch(server: Server): void {
  mkdirSync(server.folder, { recursive: true });
  const log = openSync(join(server.folder, 'log'), 'w');
  const [program, ...args] = server.command;
  // a group of its own: an interrupt at the terminal ends the command, not the server
  const child = spawn(program, args, { cwd: server.folder, env: { ...server.environment }, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  child.on('error', () => undefined);
  child.unref();
  if (child.pid === undefined) throw new Error(`${server.name} did not start: ${program} cannot be run`);
  writeFileSync(join(server.folder, 'pid'), `${child.pid} ${commandOf(child.pid)}\n`);
}

/** The running process of a server's folder; undefined when it does not run. */
export function pidOf(folder: string): number | undefined {
  const file = join(folder, 'pid');
  if (!existsSync(file)) return undefined;
  const [, digits, command] = /^(\d+) (.+)\n$/.exec(readFileSync(file, 'utf8')) ?? [];
  const pid = Number(digits);
  return digits !== undefined && commandOf(pid) === command ? pid : undefined;
}

/** Ends a server with all that it started (handlers). @returns false when it did not run */
export async function stopServer(folder: string): Promise<boolean> {
  const pid = pidOf(folder);
  if (pid === undefined) return false;
  signalGroup(pid, 'SIGTERM');
  for (let waited = 0; pidOf(folder) !== undefined; waited += 100) {
    if (waited >= 15_000) signalGroup(pid, 'SIGKILL');
    await new Promise((wake) => setTimeout(wake, 100));
  }
  signalGroup(pid, 'SIGKILL');
  rmSync(join(folder, 'pid'), { force: true });
  return true;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // nobody is left in the group
  }
}

/** Program and arguments of a process; empty when there is none (a zombie counts as none). */
function commandOf(pid: number): string {
  try {
    const said = execFileSync('ps', ['-ww', '-p', String(pid), '-o', 'stat=,args='], { encoding: 'utf8' });
    const [, state = 'Z', command = ''] = /^\s*(\S+)\s+(.*)$/.exec(said.trim()) ?? [];
    return state.startsWith('Z') ? '' : command;
  } catch {
    return '';
  }
}

/** Resident memory of the server's process in bytes; undefined when it does not run. */
export function memoryOf(folder: string): number | undefined {
  const pid = pidOf(folder);
  if (pid === undefined) return undefined;
  return Number(execFileSync('ps', ['-p', String(pid), '-o', 'rss='], { encoding: 'utf8' })) * 1024;
}

function isTaken(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((done) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
}

function endOfLog(server: Server): string {
  const file = join(server.folder, 'log');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-20).join('\n') : '(no log)';
}
