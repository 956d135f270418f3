/** Which rules say nothing without a setting, and how that is said. */
import { describe, expect, test } from '@jest/globals';
import { parseFindingRule } from '../../../lib/answer/finding-rule.ts';
import { parseNeeds, silentRules, silentRuleText } from '../../../lib/answer/rule-needs.ts';
import { findingRules } from '../../../lib/engine/finding-rules.ts';
import { configurationSchema } from '../../../schemas/configuration.ts';

const silent = (settings: unknown) => silentRules(findingRules(), configurationSchema.parse(settings)).map(({ rule }) => rule);

describe('needs', () => {
  test('are settings of which one is enough, and the part that is silent', () => {
    expect(parseNeeds('r', 'logons.roles or logons.requireMfa, for sign-ins by SAML; policy.accounts')).toEqual([
      { settings: ['logons.roles', 'logons.requireMfa'], part: 'sign-ins by SAML' },
      { settings: ['policy.accounts'], part: null },
    ]);
    expect(parseNeeds('r', '')).toEqual([]);
  });

  test('name settings that there are', () => {
    expect(() => parseNeeds('r', 'logons.trusted')).toThrow('the rule r needs the setting "logons.trusted", which does not exist');
  });

  test('may be left out of a header, and are no unknown heading', () => {
    const header = ['title', 'severity: low', 'looks at: days', 'meaning', 'next', 'false positives', 'source', 'att&ck'];
    const text = (...more: string[]) => [...header, ...more].map((each) => `-- ${each.includes(': ') ? each : `${each}: x`}`).join('\n');
    expect(parseFindingRule('r', text()).needs).toEqual([]);
    expect(parseFindingRule('r', text('needs: policy.accounts')).needs).toEqual([{ settings: ['policy.accounts'], part: null }]);
    expect(() => parseFindingRule('r', text('need: policy.accounts'))).toThrow('unknown heading "need"');
  });
});

describe('silent rules', () => {
  test('are those whose settings nobody made', () => {
    expect(silent({})).toEqual([
      'access-outside-appstream',
      'console-from-untrusted-network',
      'egress-outside-vpc',
      'fleet-role-outside-fleet',
      'logon-from-untrusted-network',
      'logon-without-mfa',
      'logon-without-session',
      'notebook-changed',
      'streaming-url-by-unknown-caller',
    ]);
  });

  test('speak when one of the settings is made', () => {
    const spoken = (settings: unknown) => silent({}).filter((rule) => !silent(settings).includes(rule));
    expect(spoken({ logons: { trustedCidrs: ['203.0.113.0/24'] } })).toEqual([
      'console-from-untrusted-network',
      'logon-from-untrusted-network',
    ]);
    expect(spoken({ policy: { consoleCidrs: ['203.0.113.0/24'] } })).toEqual(['console-from-untrusted-network']);
    expect(spoken({ scope: { buckets: ['data-*'] } })).toEqual(['access-outside-appstream']);
    expect(spoken({ scope: { buckets: ['*'] } })).toEqual([]);
  });

  test('are told with what to set', () => {
    const [first] = silentRules(findingRules(), configurationSchema.parse({}));
    expect(silentRuleText(first as NonNullable<typeof first>)).toBe(
      'the rule access-outside-appstream is silent: it needs policy.protectedBuckets or scope.buckets',
    );
    expect(silentRuleText({ rule: 'r', settings: ['a.b'], part: 'starts' })).toBe('the rule r is silent about starts: it needs a.b');
  });
});
