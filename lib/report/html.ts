/** HTML as a typed value: whatever is put into it is text, unless it is HTML that was made here. */
import { visible } from './shown-text.ts';

/** HTML that was made by `html`; nothing else makes one. */
export class Html {
  readonly text: string;
  private constructor(text: string) {
    this.text = text;
  }
  /** For `html` and the parts of the page that come with the package: never for a text out of a log. */
  static trusted(text: string): Html {
    return new Html(text);
  }
}

/** What can stand in a template: text and numbers are escaped, lists are joined, null is nothing. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

/** Escapes text for an element or a quoted attribute, and makes visible what is not seen. */
export function escapeText(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A template whose values are escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  let text = parts[0] ?? '';
  values.forEach((value, at) => {
    text += contentText(value) + (parts[at + 1] ?? '');
  });
  return Html.trusted(text);
}

function contentText(value: Content): string {
  if (value instanceof Html) return value.text;
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeText(value);
  return value.map(contentText).join('');
}
