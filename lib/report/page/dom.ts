/** Elements without markup: text is only ever text. */

type Child = Node | string | null;

/** Makes an element. Attributes are ours; text out of a log comes in as a child. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  children: readonly Child[] = [],
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  for (const child of children) if (child !== null) made.append(child);
  return made;
}

/** The element with an id of ours. @throws Error when the page is not ours */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}

/** A text out of a log, its direction its own. */
export function bdi(text: string, kind = ''): HTMLElement {
  return element('bdi', kind === '' ? {} : { class: kind }, [text]);
}
