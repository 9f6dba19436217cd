/** What words a virsh command takes. */
export interface Syntax {
  /** Options with a value, in the order in which bare words fill them; the first `required` must be there. */
  readonly values: readonly string[];
  readonly required: number;
  readonly flags?: readonly string[];
  /** The last of `values` takes all words that are left. */
  readonly many?: true;
}

/** A virsh command line taken apart. */
export interface Parsed {
  readonly value: (name: string) => string | undefined;
  readonly has: (flag: string) => boolean;
  readonly rest: readonly string[];
}

/** Takes the words after a virsh command apart; a string is the error virsh prints. */
export function parse(command: string, words: readonly string[], syntax: Syntax): Parsed | string {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  const rest: string[] = [];
  let onlyData = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (!onlyData && word === '--') {
      onlyData = true;
      continue;
    }
    if (!onlyData && /^--?[A-Za-z]/.test(word)) {
      const [, name = '', given] = /^--?([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
      if (syntax.flags?.includes(name)) {
        flags.add(name);
        continue;
      }
      if (!syntax.values.includes(name)) return `command '${command}' doesn't support option --${name}`;
      const value = given ?? words[++i];
      if (value === undefined) return `expected syntax: --${name} <string>`;
      values.set(name, value);
      if (syntax.many && name === syntax.values.at(-1)) rest.push(value);
      continue;
    }
    const next = syntax.values.find((name) => !values.has(name));
    if (syntax.many && (next === undefined || next === syntax.values.at(-1))) {
      rest.push(word);
      if (next !== undefined) values.set(next, word);
    } else if (next === undefined) return `unexpected data '${word}'`;
    else values.set(next, word);
  }
  const absent = syntax.values.slice(0, syntax.required).find((name) => !values.has(name));
  if (absent !== undefined) return `command '${command}' requires <${absent}> option`;
  return { value: (name) => values.get(name), has: (flag) => flags.has(flag), rest };
}
