/** What each verdict and reason means, in one sentence for a tired person, by the row of the table that decides it. */

export type Verdict = 'attributed' | 'ambiguous' | 'pending' | 'unattributed' | 'not_joinable';

export interface ReasonText {
  readonly verdict: Verdict;
  readonly reason: string;
  /** Row of the table in `docs/verdicts.md`: `0` to `9`, or `S`. */
  readonly row: string;
  readonly sentence: string;
}

export const REASONS: readonly ReasonText[] = [
  {
    verdict: 'attributed',
    reason: 'home_folder_key',
    row: '1',
    sentence:
      'AppStream itself moved this object of the user whose hash its key carries. A session of the same user on the address confirms it.',
  },
  {
    verdict: 'attributed',
    reason: 'home_folder_key',
    row: '2',
    sentence: 'AppStream itself moved this object of the user whose hash its key carries. No session on the address confirms it.',
  },
  {
    verdict: 'ambiguous',
    reason: 'evidence_disagrees',
    row: '0',
    sentence:
      'Copies of this record differ in something that a verdict depends on; which of them is true nobody knows, so nobody is named.',
  },
  {
    verdict: 'ambiguous',
    reason: 'evidence_disagrees',
    row: '3',
    sentence: 'The hash in the key and the address point to different users, or nobody known has the hash; nobody is named.',
  },
  {
    verdict: 'ambiguous',
    reason: 'evidence_disagrees',
    row: 'S',
    sentence: 'The credentials name a person who had no session on the address while others had; nobody is named.',
  },
  {
    verdict: 'ambiguous',
    reason: 'evidence_disagrees',
    row: '6',
    sentence:
      'One user had the address, but the instance in the role session points to somebody else, the call was made with a fleet role of another account than the network, or every report row that puts the user there contradicts itself or its place; nobody is named.',
  },
  {
    verdict: 'ambiguous',
    reason: 'evidence_disagrees',
    row: '7',
    sentence:
      'Several users had the address, and the report rows that say so contradict one another, themselves or their place; nobody is named.',
  },
  {
    verdict: 'attributed',
    reason: 'own_credentials',
    row: 'S',
    sentence: 'The credentials of the call name this person themselves: AWS, not the caller, chose the name.',
  },
  {
    verdict: 'attributed',
    reason: 'instance_credentials',
    row: '4',
    sentence: 'The call left through a configured NAT address; the role session names an instance that this user alone had.',
  },
  {
    verdict: 'attributed',
    reason: 'instance_credentials',
    row: '7',
    sentence: 'Several users had the address; the role session names an instance that of them this user alone had.',
  },
  {
    verdict: 'not_joinable',
    reason: 'no_address',
    row: '5',
    sentence: 'The record names no single address, so there is nothing to join on.',
  },
  {
    verdict: 'not_joinable',
    reason: 'aws_internal',
    row: '5',
    sentence: 'AWS made the call internally; no instance of ours did.',
  },
  {
    verdict: 'not_joinable',
    reason: 'aws_service',
    row: '5',
    sentence: 'An AWS service made the call; its name stands where an address would.',
  },
  {
    verdict: 'not_joinable',
    reason: 'foreign_endpoint',
    row: '5',
    sentence: 'The call came through a network that is not known to be ours, so its address proves nothing here.',
  },
  {
    verdict: 'not_joinable',
    reason: 'no_endpoint',
    row: '5',
    sentence:
      'The address is private, the record names no VPC endpoint and no fleet role made the call: nothing says in which network the address lies.',
  },
  {
    verdict: 'not_joinable',
    reason: 'public_address',
    row: '5',
    sentence: 'The call came from a public address that no session held: a NAT gateway, a laptop, another network.',
  },
  {
    verdict: 'not_joinable',
    reason: 'outside_fleet',
    row: '5',
    sentence: 'The address lies outside the configured fleet ranges and no session held it.',
  },
  {
    verdict: 'attributed',
    reason: 'in_session',
    row: '6',
    sentence: 'The call came from the address of a session of this user, while the session ran, and nobody else was there.',
  },
  {
    verdict: 'attributed',
    reason: 'in_grace',
    row: '6',
    sentence: 'The call came shortly after the session of this user ended, before anybody else began on the address.',
  },
  {
    verdict: 'ambiguous',
    reason: 'other_region',
    row: '6',
    sentence:
      'One user had the address in the region of the call and somebody else had it in another region; which network the call came from is not known.',
  },
  {
    verdict: 'ambiguous',
    reason: 'other_region',
    row: '7',
    sentence: 'Only sessions in another region had the address at that time; which network the call came from is not known.',
  },
  {
    verdict: 'ambiguous',
    reason: 'multi_session',
    row: '7',
    sentence: 'Several users shared a multi-session instance, hence its address, at that time.',
  },
  {
    verdict: 'ambiguous',
    reason: 'overlapping_sessions',
    row: '7',
    sentence: 'Sessions of several users had the address at that time.',
  },
  {
    verdict: 'pending',
    reason: 'awaiting_report',
    row: '8',
    sentence: 'A usage report that may still come could name the user, or another one.',
  },
  {
    verdict: 'pending',
    reason: 'evidence_unread',
    row: '8',
    sentence: 'A usage report, or a row of one, could not be read; it may name the user, or another one.',
  },
  {
    verdict: 'unattributed',
    reason: 'not_connected',
    row: '9',
    sentence: 'Only sessions that nobody ever connected to had the address at that time.',
  },
  {
    verdict: 'unattributed',
    reason: 'outside_session',
    row: '9',
    sentence: 'The address belonged to sessions before, but none contains this time: the call was made between sessions.',
  },
  {
    verdict: 'unattributed',
    reason: 'unknown_address',
    row: '9',
    sentence: 'No session known here had this address in the days before, and nothing configured rules it out as one of a fleet.',
  },
];

/** What reasons of several rows say in all of them. */
const IN_GENERAL: Readonly<Record<string, string>> = {
  home_folder_key: 'AppStream itself moved this object of the user whose hash its key carries.',
  evidence_disagrees: 'Pieces of evidence contradict one another; nobody is named until a person has looked.',
  instance_credentials: 'The address could not decide; the role session names an instance that this user alone had.',
  other_region: 'A session in another region had the address; which network the call came from is not known.',
};

/**
 * What a verdict means, by the row that decided.
 * @param row as it is stored; null in answers that are older than the column
 * @returns null when no such row gives such a verdict
 */
export function reasonText(row: string | null, verdict: string, reason: string): ReasonText | null {
  return REASONS.find((each) => each.row === row && each.verdict === verdict && each.reason === reason) ?? null;
}

/** Every verdict that a row of the table can give, in its order. @param row `0` to `9`, or `S` */
export function reasonsOfRow(row: string): ReasonText[] {
  return REASONS.filter((each) => each.row === row.toUpperCase());
}

/** What a verdict means where the row is not at hand: what holds in every row that gives it. @returns null for an unknown one */
export function reasonSentence(verdict: string, reason: string): string | null {
  const texts = REASONS.filter((each) => each.verdict === verdict && each.reason === reason);
  if (texts.length === 1) return texts[0]?.sentence ?? null;
  return texts.length === 0 ? null : (IN_GENERAL[reason] ?? null);
}
