/** The counts that a run sums over its days: columns of `day_counts` and of `runs` alike, in their order. */
export const RUN_TOTALS = [
  'events_kept',
  'duplicates',
  'conflicting_copies',
  'superseded',
  'account_copies',
  'out_of_scope',
  'in_scope',
  'attributed',
  'ambiguous',
  'pending',
  'unattributed',
  'not_joinable',
] as const;
