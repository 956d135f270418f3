/** How a table was saved as text: what separates its columns, and whether Excel's `sep=` line comes first. */
import type { Line } from './line-reader.ts';

export interface CsvDialect {
  readonly separator: string;
  /** True when the first line only names the separator and is no record. */
  readonly skipsFirst: boolean;
}

export const COMMA_DIALECT: CsvDialect = { separator: ',', skipsFirst: false };

const SEPARATORS = [',', ';', '\t', '|'] as const;

/** Excel's own directive; of a tab it is written `sep=` and a tab. */
const DIRECTIVE = /^"?sep=([,;|\t])"?$/i;

/**
 * The dialect of a table by its first line: what a `sep=` line names, else what parts it into the most columns.
 * @param line the first line that is not blank
 */
export function readDialect(line: Line): CsvDialect {
  const named = DIRECTIVE.exec(line.text.trimEnd() || line.text)?.[1] ?? (/^"?sep=\t/i.test(line.text) ? '\t' : undefined);
  if (named !== undefined) return { separator: named, skipsFirst: true };
  const counts = SEPARATORS.map((separator) => ({ separator, n: line.text.split(separator).length }));
  const most = counts.reduce((best, each) => (each.n > best.n ? each : best));
  return { separator: most.separator, skipsFirst: false };
}
