/**
 * Which findings still hold. A finding is told once and kept for ever; a run that looks at its days again and does not find it
 * again closes it (`lib/correlate/found-again.ts`), and an exception suppresses it. `sql/queries/findings-open.sql` says the same.
 */

/** Condition over a row of `findings` that holds and that no exception suppresses. @param alias of the row, default none */
export const standing = (alias = ''): string => {
  const of = alias === '' ? '' : `${alias}.`;
  return `coalesce(${of}state, 'open') = 'open' AND ${of}suppressed_reason IS NULL`;
};

/** A SELECT of the rows of `findings` that still hold and that no exception suppresses. */
export const STANDING_FINDINGS = `SELECT * FROM findings WHERE ${standing()}`;

/** A SELECT of those that still hold and that an exception suppresses. */
export const SUPPRESSED_FINDINGS = "SELECT * FROM findings WHERE coalesce(state, 'open') = 'open' AND suppressed_reason IS NOT NULL";
