#!/usr/bin/env node
/** The program `appstream-audit`. */
import { processIo } from './io.ts';
import { runCli } from './program.ts';

const io = processIo();
const code = await runCli(process.argv.slice(2), io);
// an idle worker or engine thread must not keep a finished command alive; what is written goes out first
process.stdout.write('', () => process.exit(code));
