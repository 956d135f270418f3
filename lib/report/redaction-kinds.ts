/** What can be left out of a report. */

export const REDACTION_KINDS = ['users', 'addresses', 'keys', 'buckets', 'accounts'] as const;
export type RedactionKind = (typeof REDACTION_KINDS)[number];

/** What each leaves out, for the reader of the report. */
export const REDACTION_TEXTS: Readonly<Record<RedactionKind, string>> = {
  users:
    'User ids are replaced by numbers, the same number for the same user throughout; names of role sessions and user hashes are left out.',
  addresses: 'IP addresses are replaced by numbers, the same number for the same address throughout.',
  keys: 'Object keys are replaced by numbers; the depth of the key and its extension stay.',
  buckets: 'Bucket names are replaced by numbers.',
  accounts: 'Account numbers are replaced by numbers.',
};
