/** A part of interfaces(5) that begins with a keyword at the start of a line, or, with an empty keyword, lines that belong to none. */
export interface Stanza {
  readonly keyword: string;
  /** The words after the keyword. */
  readonly words: readonly string[];
  /** As they stand in the file, without line ends; the first holds the keyword. */
  readonly lines: readonly string[];
}

/** An option of an `iface` stanza: its name with dashes, its value, and the lines it takes (more than one where they end in `\`). */
export interface Option {
  readonly name: string;
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

const KEYWORD = /^\s*(auto|iface|mapping|source|source-directory|allow-\S+|template|vlan|no-auto-down|no-scripts|rename)(\s+(.*?))?\s*$/;

/** The stanzas of a file of ifupdown; joined again they are the file. */
export function stanzas(text: string): Stanza[] {
  const found: { keyword: string; words: string[]; lines: string[] }[] = [];
  let goesOn = false;
  for (const line of text.split('\n')) {
    const match = goesOn || line.trimStart().startsWith('#') ? null : KEYWORD.exec(line);
    if (match) found.push({ keyword: match[1] ?? '', words: (match[3] ?? '').split(/\s+/).filter(Boolean), lines: [line] });
    else {
      if (found.length === 0) found.push({ keyword: '', words: [], lines: [] });
      found.at(-1)?.lines.push(line);
    }
    goesOn = line.endsWith('\\') && !line.trimStart().startsWith('#');
  }
  return found;
}

export function joined(all: readonly Stanza[]): string {
  return all.flatMap(({ lines }) => lines).join('\n');
}

/** The options of an `iface` stanza, in their order. Underscores in names are dashes: ifupdown2 takes both. */
export function options({ lines }: Stanza): Option[] {
  const found: Option[] = [];
  for (let at = 1; at < lines.length; at++) {
    const from = at;
    let text = lines[at] ?? '';
    if (text.trim() === '' || text.trimStart().startsWith('#')) continue;
    while (text.endsWith('\\') && at + 1 < lines.length) text = `${text.slice(0, -1)} ${lines[++at] ?? ''}`;
    const [, name = '', value = ''] = /^\s*(\S+)\s*(.*?)\s*$/.exec(text) ?? [];
    found.push({ name: name.replaceAll('_', '-').toLowerCase(), value, from, to: at });
  }
  return found;
}

/**
 * The stanza with its options of this name (and value, where `match` says) being exactly these values: those that stay keep their lines, a changed one
 * stands where the old one stood, a new one stands after the last option.
 */
export function withOption(stanza: Stanza, name: string, values: readonly string[], match: (value: string) => boolean = () => true): Stanza {
  const lines: (string | undefined)[] = [...stanza.lines];
  const here = options(stanza).filter((option) => option.name === name && match(option.value));
  const missing = values.filter((value) => !here.some((option) => option.value === value));
  const indent = /^\s+/.exec(stanza.lines[options(stanza)[0]?.from ?? -1] ?? '')?.[0] ?? '\t';
  for (const option of here) {
    if (values.includes(option.value)) continue;
    const next = missing.shift();
    for (let at = option.from; at <= option.to; at++) lines[at] = undefined;
    if (next !== undefined) lines[option.from] = `${indent}${(stanza.lines[option.from] ?? '').trim().split(/\s+/)[0] ?? name} ${next}`;
  }
  const last = Math.max(0, ...options(stanza).map(({ to }) => to));
  const added = missing.map((value) => `${indent}${name} ${value}`);
  const kept = (from: number, to: number) => lines.slice(from, to).filter((line) => line !== undefined);
  return { ...stanza, lines: [...kept(0, last + 1), ...added, ...kept(last + 1, lines.length)] };
}
