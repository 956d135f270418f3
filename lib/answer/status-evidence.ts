/** What the evidence of a lake lacks, and what stands against it: the part of a status that says how far verdicts can be trusted. */
import type { Configuration } from '../../schemas/configuration.ts';
import type { LakeReader } from '../lake/ports.ts';
import { type AnswerRecord, ask, textOf } from './records.ts';
import {
  ACCEPTANCES,
  CHANGED_INPUTS,
  CLOSED_BY_TIME,
  FAILED_INPUTS,
  KNOWN_ACCOUNTS,
  UNKNOWN_ACCOUNTS,
  UNKNOWN_NETWORKS,
  UNREAD,
} from './status-queries.ts';

export interface EvidenceStatus {
  /** What could not be read and keeps days open. */
  readonly unread: readonly AnswerRecord[];
  /** Who accepted what as never readable, the latest first. */
  readonly accepted: readonly AnswerRecord[];
  /** Inputs whose content changed since it was read before, the latest first. */
  readonly changedInputs: readonly AnswerRecord[];
  /** Inputs that could not be opened, and were not read since. */
  readonly failedInputs: readonly AnswerRecord[];
  /** Days that time closed without a report although the fleets of the account were active, with the events. */
  readonly closedByTime: readonly AnswerRecord[];
  /** Endpoints and network accounts without a session here. */
  readonly unknownNetworks: readonly AnswerRecord[];
  /** Accounts whose fleets act, or that are configured as ours, and of which no session is here; `n` is null for the latter. */
  readonly unknownAccounts: readonly AnswerRecord[];
  /** Accounts with sessions. */
  readonly knownAccounts: readonly string[];
}

export async function evidenceStatus(lake: LakeReader, { scope, policy }: Configuration): Promise<EvidenceStatus> {
  const knownAccounts = (await ask(lake, KNOWN_ACCOUNTS)).flatMap((row) => textOf(row, 'account_id') ?? []);
  const active = await ask(lake, UNKNOWN_ACCOUNTS);
  const configured = [
    ...policy.accounts,
    ...scope.vpcEndpoints.flatMap(({ account, accounts = [] }) => (account === undefined ? accounts : [account])),
  ];
  const silent = [...new Set(configured)]
    .filter((account) => !knownAccounts.includes(account) && !active.some((row) => row['account_id'] === account))
    .sort()
    .map((account) => ({ account_id: account, n: null, first_time: null, last_time: null }));
  return {
    unread: (await ask(lake, UNREAD)).filter((row) => row['accepted'] !== true),
    accepted: await ask(lake, ACCEPTANCES),
    changedInputs: await ask(lake, CHANGED_INPUTS),
    failedInputs: await ask(lake, FAILED_INPUTS),
    closedByTime: await ask(lake, CLOSED_BY_TIME),
    unknownNetworks: await ask(lake, UNKNOWN_NETWORKS),
    unknownAccounts: [...active, ...silent],
    knownAccounts,
  };
}
