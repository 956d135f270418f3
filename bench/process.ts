/** Runs one program as a whole process, and says what it took. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { USAGE_DESCRIPTOR, type Usage } from './usage.ts';

export interface Measured extends Usage {
  /** From the start of Node to its end, seconds. */
  readonly wallS: number;
  /** The last line of its standard output, as JSON. */
  readonly result: unknown;
}

/** A program to run: the path of a script and what it is called with. */
export interface Program {
  readonly script: string;
  readonly argv: readonly string[];
  /** What Node is started by: a command and its arguments, before the path of Node. */
  readonly under?: readonly string[];
  /** Path of Node; default: the one that runs the bench. */
  readonly node?: string;
}

/** The path of a compiled script of the bench, beside this one. */
export function benchScript(name: string): string {
  return fileURLToPath(new URL(`./${name}.js`, import.meta.url));
}

/** The path of the built command line. */
export function commandLine(): string {
  return fileURLToPath(new URL('../cli/main.js', import.meta.url));
}

/** @throws Error with what it wrote on standard error when the program fails */
export async function measure({ script, argv, under = [], node = process.execPath }: Program): Promise<Measured> {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const started = performance.now();
  const [command = node, ...before] = [...under, node];
  const child = spawn(command, [...before, '--import', new URL('./usage.js', import.meta.url).href, script, ...argv], {
    env: { ...inherited, BENCH_USAGE: 'tell' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [out, err, told] = [1, 2, USAGE_DESCRIPTOR].map((descriptor) => collect(child.stdio[descriptor] as NodeJS.ReadableStream));
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const wallS = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${script} ${argv.join(' ')} ended with ${code}: ${err?.text}`);
  return { wallS, ...(JSON.parse(told?.text ?? '') as Usage), result: lastDocument(out?.text ?? '') };
}

function collect(stream: NodeJS.ReadableStream): { text: string } {
  const collected = { text: '' };
  stream.setEncoding('utf8').on('data', (text) => {
    collected.text += text;
  });
  return collected;
}

/** A whole document over many lines, or the last line alone; null when it is no JSON: a program for people. */
function lastDocument(text: string): unknown {
  for (const candidate of [text, text.trimEnd().split('\n').at(-1) ?? '']) {
    try {
      return JSON.parse(candidate);
    } catch {
      // not this one
    }
  }
  return null;
}
