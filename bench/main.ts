/** `npm run bench`: measures, prints tables, and with `--json` keeps the figures. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { PARTS, type PartResult } from './parts.ts';

interface Flags {
  readonly events: number;
  readonly rounds: number;
  readonly only?: readonly string[];
  readonly scale?: true;
  readonly data: string;
  readonly json?: string;
}

const program = new Command('bench')
  .description(`Measures. Parts: ${Object.keys(PARTS).join(', ')}.`)
  .option('--events <n>', 'events of a set', wholeNumber, 1_000_000)
  .option('--rounds <n>', 'how often each contender runs', wholeNumber, 3)
  .option('--only <part...>', 'these parts only')
  .option('--scale', 'correlation of ten times the events, too (25 GB of disk at a million)')
  .option('--data <dir>', 'where the sets are kept', 'bench/data')
  .option('--json <file>', 'write the figures here, too')
  .parse();
const flags = program.opts<Flags>();
const names = flags.only ?? Object.keys(PARTS).filter((name) => name !== 'growth' || flags.scale);
for (const name of names) if (!PARTS[name]) program.error(`there is no part ${name}`);

mkdirSync(flags.data, { recursive: true });
const scratch = mkdtempSync(join(flags.data, 'scratch-'));
const machine = {
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 1e9),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
};
const measured: PartResult[] = [];
try {
  for (const name of names) {
    const part = await PARTS[name]?.({ ...flags, scratch, say: (text) => console.error(text) });
    if (!part) continue;
    measured.push(part);
    print(part);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (flags.json) writeFileSync(flags.json, `${JSON.stringify({ machine, events: flags.events, parts: measured }, null, 2)}\n`);

function print({ title, figures, ratios, remarks }: PartResult): void {
  console.log(`\n${title} (${machine.cores} cores, Node ${machine.node})`);
  const table = plainTable(['', 'rounds', 'wall s', 'from – to', 'cpu s', 'peak MB']);
  for (const { name, rounds, wallS, fastestS, slowestS, cpuS, peakMb } of figures) {
    table.push([name, rounds, wallS.toFixed(2), `${fastestS.toFixed(2)} – ${slowestS.toFixed(2)}`, cpuS.toFixed(2), peakMb.toFixed(0)]);
  }
  console.log(table.toString());
  const against = plainTable(['ratio', 'wall', 'cpu', 'at most']);
  for (const { name, wall, cpu, target } of ratios) against.push([name, wall.toFixed(2), cpu.toFixed(2), target ?? '']);
  if (ratios.length > 0) console.log(against.toString());
  for (const remark of remarks) console.log(remark);
}

function plainTable(head: string[]): Table.Table {
  return new Table({ head, style: { head: [], border: [] }, colAligns: head.map((_, at) => (at === 0 ? 'left' : 'right')) });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('use a whole number from 1');
  return value;
}
