/** What a findings rule needs to be told before it can speak: settings that have no sensible default. */
import { type Configuration, defaultConfiguration } from '../../schemas/configuration.ts';
import { settings } from '../config/settings.ts';
import { AuditError } from '../errors.ts';
import type { FindingRule } from './finding-rule.ts';

export interface RuleNeed {
  /** Dotted paths of settings: one of them is enough. */
  readonly settings: readonly string[];
  /** The part of the rule that is silent without them; null when all of it is. */
  readonly part: string | null;
}

/** A rule that is silent because nobody made a setting. */
export interface SilentRule {
  readonly rule: string;
  readonly settings: readonly string[];
  readonly part: string | null;
}

/**
 * Reads `a.b or c.d, for what; e.f`.
 * @throws AuditError when a setting does not exist
 */
export function parseNeeds(ruleId: string, text: string): RuleNeed[] {
  const needs = text.split(';').flatMap((each) => {
    const [names = '', ...rest] = each.split(', for ');
    const paths = names
      .split(' or ')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    return paths.length === 0 ? [] : [{ settings: paths, part: rest.join(', for ').trim() || null }];
  });
  for (const path of needs.flatMap((need) => need.settings)) {
    if (!settings.has(path)) {
      throw new AuditError(`the rule ${ruleId} needs the setting "${path}", which does not exist`, {
        remedy: `correct the line "-- needs: …" in sql/findings/${ruleId}.sql`,
      });
    }
  }
  return needs;
}

/** The rules that a configuration leaves silent, in whole or in part, in the order of the rules. */
export function silentRules(rules: readonly Pick<FindingRule, 'id' | 'needs'>[], configuration: Configuration): SilentRule[] {
  return rules.flatMap((rule) =>
    rule.needs.filter((need) => !need.settings.some((path) => isMade(path, configuration))).map((need) => ({ rule: rule.id, ...need })),
  );
}

/** For a person: what is silent, and what to set. */
export function silentRuleText({ rule, settings: paths, part }: SilentRule): string {
  return `the rule ${rule} is silent${part === null ? '' : ` about ${part}`}: it needs ${paths.join(' or ')}`;
}

/** Whether somebody gave a setting another value than its default. */
function isMade(path: string, configuration: Configuration): boolean {
  return JSON.stringify(valueAt(configuration, path)) !== JSON.stringify(valueAt(defaultConfiguration, path));
}

function valueAt(configuration: Configuration, path: string): unknown {
  return path.split('.').reduce((value: unknown, key) => (value as Record<string, unknown> | undefined)?.[key], configuration);
}
