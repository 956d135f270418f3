/** `verify-session`: is this session what somebody claims it to be? */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { rejectedSomething } from '../../lib/answer/ingest-text.ts';
import { sessionCheckText } from '../../lib/answer/session-check-text.ts';
import type { Lake } from '../../lib/engine/lake.ts';
import { LakeError, UsageError } from '../../lib/errors.ts';
import { parseLocation, sessionCheckKey } from '../../lib/lake/cloud-layout.ts';
import { searchSessions } from '../../lib/verify/session-search.ts';
import { checkIdOf, judgeClaims } from '../../lib/verify/verify-session.ts';
import { type SessionCheck, sessionClaimsSchema } from '../../schemas/session-check.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { runIngest } from '../ingest-stage.ts';
import { addLakeOptions, type LakeFlags, withLake } from '../lake-options.ts';
import type { Start } from '../program.ts';
import type { Terminal } from '../terminal.ts';

interface VerifyFlags extends LakeFlags {
  readonly sessionId: string;
  readonly userId: string;
  readonly stack: string;
  readonly fleet: string;
  readonly authenticationType?: string;
  readonly address?: string;
  readonly homeFolderKey?: string;
  readonly account?: string;
  readonly region?: string;
  readonly role?: string;
}

/** A refused session is a finding; one that could not be decided is an input that could not be used. */
const CODES: Readonly<Record<SessionCheck['verdict'], ExitCode>> = {
  verified: EXIT.done,
  refused: EXIT.findings,
  undecided: EXIT.rejected,
};

export function verifySessionCommand(start: Start): Command {
  const command = new Command('verify-session')
    .description(
      'Asks AppStream whether a session is what it is claimed to be: that it exists, is active, is of this user and on this address. Ends with 3 when it is refused, with 4 when it cannot be decided.',
    )
    .requiredOption('--session-id <id>', 'session id as claimed')
    .requiredOption('--user-id <id>', 'user id as claimed, exactly: its case counts')
    .requiredOption('--stack <name>', 'stack as claimed')
    .requiredOption('--fleet <name>', 'fleet as claimed')
    .option('--authentication-type <type>', 'API (or custom), SAML (or federated), USERPOOL or AWS_AD, as claimed')
    .option('--address <address>', 'address that the claim came from, as you saw it; without it nothing is verified')
    .option('--home-folder-key <location>', 's3://bucket/key of an object in the home folder that the claim came with')
    .option('--account <id>', 'account that is asked, to be recorded')
    .option('--region <name>', 'region (default: AWS_REGION)')
    .option('--role <arn>', 'role to ask with');
  addLakeOptions(command);
  return command.action((flags: VerifyFlags) =>
    start(command, async (terminal) => {
      terminal.documentFormat; // refuses --output csv before anything is asked
      const check = await verify(terminal, flags);
      // first the answer: a lake that cannot be written must not keep it back
      await terminal.document(check, () => sessionCheckText(check, terminal.bold));
      return (await record(terminal, flags, check)) ? CODES[check.verdict] : EXIT.failed;
    }),
  );
}

async function verify(terminal: Terminal, flags: VerifyFlags): Promise<SessionCheck> {
  const { sessionId, userId, stack, fleet, authenticationType, address, homeFolderKey } = flags;
  const read = sessionClaimsSchema.safeParse({ sessionId, userId, stack, fleet, authenticationType, address, homeFolderKey });
  if (!read.success) {
    const [issue] = read.error.issues;
    const flag = String(issue?.path[0] ?? '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`--${flag} ${issue?.message}`);
  }
  if (flags.account !== undefined && !/^\d{12}$/.test(flags.account)) throw new UsageError('--account must be 12 digits');
  const region = flags.region ?? terminal.io.env['AWS_REGION'] ?? terminal.io.env['AWS_DEFAULT_REGION'];
  if (!region) throw new UsageError('no region is named', { remedy: 'give --region or set AWS_REGION' });
  const claims = {
    ...{ sessionId, userId, stack, fleet },
    authenticationType: read.data.authenticationType ?? null,
    address: read.data.address ?? null,
  };
  const source = await terminal.io.services.openSessions({ region, ...(flags.role === undefined ? {} : { roleArn: flags.role }) });
  try {
    const checkedAtMs = terminal.io.nowMs();
    const search = await searchSessions([{ accountId: flags.account ?? null, region, source }], claims, claims.address, {
      describe: (error) => (error instanceof Error ? error.message : String(error)),
      isLate: () => terminal.io.signal.aborted,
    });
    const request = {
      checkId: checkIdOf('command', String(checkedAtMs), JSON.stringify(claims)),
      origin: 'command',
      claims,
      upload: null,
      homeFolder: homeFolderKey === undefined ? null : parseLocation(homeFolderKey),
    } as const;
    return judgeClaims(request, claims, search, checkedAtMs);
  } finally {
    source.close();
  }
}

/** Puts the check into the lake, when one is named. @returns false when the lake did not take it */
async function record(terminal: Terminal, flags: VerifyFlags, check: SessionCheck): Promise<boolean> {
  if (flags.lake === undefined && !terminal.io.env['APPSTREAM_AUDIT_LAKE']) return true;
  return withLake(terminal, flags, { mode: 'write', create: true, command: 'verify-session' }, async (lake) => {
    const path = writeRecord(lake, check);
    const sources = { cloudtrail: [], usageReports: [], snapshots: [], flowLogs: [], sessionChecks: [path] };
    const summary = await runIngest(terminal, lake, sources, { threads: 1 });
    return !rejectedSomething(summary);
  });
}

function writeRecord(lake: Lake, check: SessionCheck): string {
  const path = lake.path(sessionCheckKey(check.checkId));
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(check)}\n`);
  } catch (cause) {
    throw new LakeError(`cannot write ${path}: ${(cause as Error).message}`, { remedy: 'see that the lake can be written', cause });
  }
  return path;
}
