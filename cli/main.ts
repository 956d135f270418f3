#!/usr/bin/env node
/** The program `appstream-audit`. */
import { processIo } from './io.ts';
import { runCli } from './program.ts';

// the SDK of AWS writes eight lines on Node 20, whatever --quiet says; it is loaded later than this
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const io = processIo();
const code = await runCli(process.argv.slice(2), io);
// an idle worker or engine thread must not keep a finished command alive; what is written goes out first
process.stdout.write('', () => process.exit(code));
