/** What the findings rules take of a correlation, by the stages that it says it went through. */

/** A rule against the correlation without rules. */
export interface RuleShare {
  readonly id: string;
  readonly ms: number;
  /** Of the time of everything but findings, in the same process. */
  readonly share: number;
}

export interface RuleShares {
  /** All rules with the stages that they share. */
  readonly all: number;
  /** The stages that rules share: sessions, calls and addresses, made once. */
  readonly shared: number;
  /** The dearest first. */
  readonly rules: readonly RuleShare[];
}

/**
 * @param stages milliseconds by stage; a rule's stage is `findings: ID`, a shared stage `findings: NAME`
 * @param ids of the rules
 */
export function ruleShares(stages: Readonly<Record<string, number>>, ids: readonly string[]): RuleShares {
  const entries = Object.entries(stages);
  const sum = (of: readonly (readonly [string, number])[]) => of.reduce((total, [, ms]) => total + ms, 0);
  const findings = entries.filter(([name]) => /^findings\b/.test(name));
  const others = sum(entries) - sum(findings);
  const rules = ids.map((id) => ({ id, ms: stages[`findings: ${id}`] ?? 0, share: (stages[`findings: ${id}`] ?? 0) / others }));
  const ofRules = rules.reduce((total, { ms }) => total + ms, 0);
  return {
    all: sum(findings) / others,
    shared: (sum(findings) - ofRules) / others,
    rules: rules.sort((a, b) => b.ms - a.ms || (a.id < b.id ? -1 : 1)),
  };
}
