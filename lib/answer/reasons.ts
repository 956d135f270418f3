/** What each verdict and reason means, in one sentence for a tired person, and the row of the table that decides it. */

export interface ReasonText {
  readonly verdict: 'attributed' | 'ambiguous' | 'pending' | 'unattributed' | 'not_joinable';
  readonly reason: string;
  /** Row of the table in `docs/verdicts.md`; the first row that matches wins. */
  readonly row: number;
  readonly sentence: string;
}

export const REASONS: readonly ReasonText[] = [
  {
    verdict: 'attributed',
    reason: 'home_folder_key',
    row: 1,
    sentence: 'AppStream itself wrote this key for the user whose hash it carries.',
  },
  {
    verdict: 'ambiguous',
    reason: 'evidence_disagrees',
    row: 3,
    sentence: 'Two kinds of evidence name different users; nobody is named until a person has looked.',
  },
  {
    verdict: 'attributed',
    reason: 'instance_credentials',
    row: 7,
    sentence: 'The role session names the instance, and of those the evidence leaves, this user alone was in a session on it.',
  },
  {
    verdict: 'not_joinable',
    reason: 'no_address',
    row: 5,
    sentence: 'The record names no single address, so there is nothing to join on.',
  },
  { verdict: 'not_joinable', reason: 'aws_internal', row: 5, sentence: 'AWS made the call internally; no instance of ours did.' },
  {
    verdict: 'not_joinable',
    reason: 'aws_service',
    row: 5,
    sentence: 'An AWS service made the call; its name stands where an address would.',
  },
  {
    verdict: 'not_joinable',
    reason: 'foreign_endpoint',
    row: 5,
    sentence: 'The call did not come through one of the configured VPC endpoints, so the address means nothing here.',
  },
  {
    verdict: 'not_joinable',
    reason: 'public_address',
    row: 5,
    sentence: 'The call came from a public address that no session held: a NAT gateway, a laptop, another network.',
  },
  {
    verdict: 'not_joinable',
    reason: 'outside_fleet',
    row: 5,
    sentence: 'The address lies outside the configured fleet ranges and no session held it.',
  },
  {
    verdict: 'attributed',
    reason: 'in_session',
    row: 6,
    sentence: 'The call came from the address of a session of this user, while the session ran, and nobody else was there.',
  },
  {
    verdict: 'attributed',
    reason: 'in_grace',
    row: 6,
    sentence: 'The call came shortly after the session of this user ended, before anybody else began on the address.',
  },
  {
    verdict: 'ambiguous',
    reason: 'multi_session',
    row: 7,
    sentence: 'Several users shared a multi-session instance, hence its address, at that time.',
  },
  {
    verdict: 'ambiguous',
    reason: 'overlapping_sessions',
    row: 7,
    sentence: 'Sessions of several users had the address at that time.',
  },
  {
    verdict: 'pending',
    reason: 'awaiting_report',
    row: 8,
    sentence: 'A usage report that may still come could name the user, or another one.',
  },
  {
    verdict: 'unattributed',
    reason: 'not_connected',
    row: 9,
    sentence: 'Only sessions that nobody ever connected to had the address at that time.',
  },
  {
    verdict: 'unattributed',
    reason: 'outside_session',
    row: 9,
    sentence: 'The address belonged to sessions before, but none contains this time: the call was made between sessions.',
  },
  {
    verdict: 'unattributed',
    reason: 'unknown_address',
    row: 9,
    sentence: 'No session known here had this address in the days before, and nothing configured rules it out as one of a fleet.',
  },
];

/** What is known of an attribution that tells two rows with one reason apart. */
export interface DecidedBy {
  readonly verdict: string;
  readonly reason: string;
  readonly corroborated: boolean;
  /** Distinct users listed with the verdict. */
  readonly candidateCount: number;
  /** True when the key of the event carries a user's hash and AppStream's own role made the call. */
  readonly keyNamesUser: boolean;
}

/**
 * The row that decided, as far as the stored columns tell.
 * @returns null for a verdict and reason that do not belong together
 */
export function decidingRow(by: DecidedBy): ReasonText | null {
  const text = REASONS.find((each) => each.verdict === by.verdict && each.reason === by.reason);
  if (!text) return null;
  if (by.reason === 'home_folder_key' && !by.corroborated) {
    return { ...text, row: 2, sentence: `${text.sentence} No session on the address confirms it.` };
  }
  if (by.reason === 'home_folder_key')
    return { ...text, sentence: `${text.sentence} A session of the same user on the address confirms it.` };
  if (by.reason === 'evidence_disagrees' && !by.keyNamesUser) {
    return {
      ...text,
      row: 6,
      sentence: 'The address points to one user and the instance in the role session to another; nobody is named.',
    };
  }
  // row 4 lists the one user of the instance, row 7 the several users of the address
  if (by.reason === 'instance_credentials' && by.candidateCount === 1) {
    return {
      ...text,
      row: 4,
      sentence: 'The call left through a configured NAT address, and the role session names an instance that one user had.',
    };
  }
  return text;
}
