/**
 * Which findings still hold. A finding is told once and kept for ever; a run that looks at its days again and does not find it
 * again withdraws it (`lib/correlate/found-again.ts`). `sql/queries/findings-open.sql` says the same.
 */

/** A SELECT of the rows of `findings` that still hold. */
export const STANDING_FINDINGS = "SELECT * FROM findings WHERE coalesce(state, 'open') = 'open'";
