/** The words, shapes and order of verdicts and severities: the same in charts, tables and sentences. Used by the page's script, too. */

export const VERDICTS = ['attributed', 'ambiguous', 'pending', 'unattributed', 'not_joinable'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A word for people and what it means; the style puts a shape of its own before each, which needs no colour. */
export const VERDICT_WORDS: Readonly<Record<Verdict, { readonly word: string; readonly meaning: string }>> = {
  attributed: { word: 'attributed', meaning: 'One user is named; the evidence points to nobody else.' },
  ambiguous: {
    word: 'ambiguous',

    meaning: 'The evidence points to several people, or contradicts itself. Candidates are listed, nobody is named.',
  },
  pending: { word: 'pending', meaning: 'Evidence that may still come could name somebody. Nothing is decided.' },
  unattributed: { word: 'unattributed', meaning: 'The evidence is in, and no session explains the event. Nobody is named.' },
  not_joinable: {
    word: 'not joinable',

    meaning: 'The record has nothing to join a session on: a service, another network, a public address.',
  },
};

/** A verdict of the lake; one that is not known here is shown as not joinable would be, under its own name. */
export function verdictWord(verdict: string): { readonly word: string } {
  return VERDICT_WORDS[verdict as Verdict] ?? { word: verdict };
}

/** From the worst. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low'];

/** A name for `class`: only what is known here ever becomes one. */
export function verdictClass(verdict: string): string {
  return verdict in VERDICT_WORDS ? `v-${verdict}` : 'v-not_joinable';
}

export function severityClass(severity: string): string {
  return SEVERITIES.includes(severity) ? `s-${severity}` : 's-low';
}
