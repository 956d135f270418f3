import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapeText, html } from '../../../lib/report/html.ts';
import { shortened, sizeText, visible } from '../../../lib/report/shown-text.ts';
import { HOSTILE_KEYS } from '../../helpers/hostile-lake.ts';

describe('a template', () => {
  test('takes what is put into it for text', () => {
    expect(html`<p title="${'"><script>'}">${'<b>&'}</p>`.text).toBe('<p title="&#34;&#62;&#60;script&#62;">&#60;b&#62;&#38;</p>');
  });

  test('takes only its own kind for HTML', () => {
    const pretender = { text: '<script>' } as unknown as string;
    expect(() => html`${pretender}`).toThrow();
    expect(html`${[html`<b>1</b>`, '<', null, false, 2]}`.text).toBe('<b>1</b>&#60;2');
  });

  test.each(HOSTILE_KEYS)('lets no character of %j act', (key) => {
    expect(escapeText(key)).not.toMatch(/[<>"'`\p{Cc}\p{Cf}\p{Cs}]/u);
  });

  test('never lets through a character that acts, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => !/[<>"'`\p{Cc}\p{Cf}\p{Cs}]/u.test(escapeText(text))));
  });
});

describe('a text out of a log', () => {
  test('shows what is not seen', () => {
    expect(visible('a\u202eb\u200bc\ud800d\u0000e f\u00a0')).toBe('a⟨U+202E⟩b⟨U+200B⟩c⟨U+D800⟩d⟨U+0000⟩e f⟨U+00A0⟩');
    expect(visible('Grüße 日本 😀')).toBe('Grüße 日本 😀');
  });

  test('keeps both ends when it is long, and no half of a pair', () => {
    expect(shortened('abcdefghij', 5)).toBe('a…hij');
    expect(shortened('😀'.repeat(10), 5)).toBe('😀…😀😀😀');
    expect(shortened('short', 5)).toBe('short');
  });

  test('says sizes in units that do not round up to a thousand', () => {
    expect([0, 999, 1000, 999_949, 999_950, 9_894_250_480].map(sizeText)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '999.9 kB',
      '1.0 MB',
      '9.9 GB',
    ]);
  });
});
