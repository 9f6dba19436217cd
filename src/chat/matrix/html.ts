/** A piece of HTML. Made only by `html` and by what is built on it, so that nothing from outside becomes a tag. */
export class Html {
  readonly #markup: string;
  constructor(markup: string) {
    this.#markup = markup;
  }
  toString(): string {
    return this.#markup;
  }
}

type Part = Html | string | number | readonly Part[];

/** Builds HTML: html`<b>${text}</b>`. Values that are not HTML themselves are escaped. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((all, piece, i) => all + markup(parts[i - 1] ?? '') + piece));
}

function markup(part: Part): string {
  if (part instanceof Html) return part.toString();
  return typeof part === 'string' || typeof part === 'number' ? escaped(String(part)) : part.map(markup).join('');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
