/**
 * HTML as a tagged template in which every value is escaped, so that forgetting is not possible: text that is already
 * HTML has its own type, and only this file makes it.
 */

/** HTML that is safe to stand in a page. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Part = Html | string | number | undefined | readonly Part[];

/** `undefined` is nothing, lists are joined, strings and numbers are escaped. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let out = texts[0] as string;
  for (const [n, part] of parts.entries()) out += rendered(part) + (texts[n + 1] as string);
  return new Html(out);
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] as string);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function rendered(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  return part.map(rendered).join('');
}
