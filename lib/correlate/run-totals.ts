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

/** The books of the report rows, all of the lake: columns of `runs`, as the stage `session-counts` gives them. */
export const SESSION_BOOKS = [
  'session_rows',
  'sessions',
  'session_rows_joined',
  'session_rows_replaced',
  'sessions_contradicting',
] as const;

export type SessionBooks = Readonly<Record<(typeof SESSION_BOOKS)[number], number>>;

/** What does not add up in the books of the report rows, in one sentence; null when all does. */
export function whyUnbalanced(books: SessionBooks): string | null {
  const right = books.sessions + books.session_rows_joined + books.session_rows_replaced + books.sessions_contradicting;
  if (books.session_rows === right) return null;
  return `report rows do not add up: read = sessions + joined + replaced + contradicting, but ${books.session_rows} is not ${right}`;
}
