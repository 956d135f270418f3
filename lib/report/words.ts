/** The words, shapes and order of verdicts and severities: the same in charts, tables and sentences. Used by the page's script, too. */

export const VERDICTS = ['attributed', 'ambiguous', 'pending', 'unattributed', 'not_joinable'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A word for people, a shape that needs no colour, what it means. */
export const VERDICT_WORDS: Readonly<Record<Verdict, { readonly word: string; readonly shape: string; readonly meaning: string }>> = {
  attributed: { word: 'attributed', shape: '●', meaning: 'One user is named; the evidence points to nobody else.' },
  ambiguous: {
    word: 'ambiguous',
    shape: '◐',
    meaning: 'The evidence points to several people, or contradicts itself. Candidates are listed, nobody is named.',
  },
  pending: { word: 'pending', shape: '○', meaning: 'Evidence that may still come could name somebody. Nothing is decided.' },
  unattributed: { word: 'unattributed', shape: '▲', meaning: 'The evidence is in, and no session explains the event. Nobody is named.' },
  not_joinable: {
    word: 'not joinable',
    shape: '–',
    meaning: 'The record has nothing to join a session on: a service, another network, a public address.',
  },
};

/** A verdict of the lake; one that is not known here is shown as not joinable would be, under its own name. */
export function verdictWord(verdict: string): { readonly word: string; readonly shape: string } {
  return VERDICT_WORDS[verdict as Verdict] ?? { word: verdict, shape: '–' };
}

export const SEVERITY_SHAPES: Readonly<Record<string, string>> = { critical: '◆', high: '▲', medium: '■', low: '●' };

/** A name for `class`: only what is known here ever becomes one. */
export function verdictClass(verdict: string): string {
  return verdict in VERDICT_WORDS ? `v-${verdict}` : 'v-not_joinable';
}

export function severityClass(severity: string): string {
  return severity in SEVERITY_SHAPES ? `s-${severity}` : 's-low';
}
