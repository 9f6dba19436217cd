const OPERATORS = ';|&<>$`()\n';

/** Splits a command string into words as a POSIX shell quotes them; undefined when it holds an operator or an open quote. */
export function words(line: string): string[] | undefined {
  const found: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i);
    if (c === ' ' || c === '\t') {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else if (c === "'") {
      const end = line.indexOf("'", i + 1);
      if (end < 0) return undefined;
      word = (word ?? '') + line.slice(i + 1, end);
      i = end;
    } else if (c === '"') {
      const inner = doubleQuoted(line, i + 1);
      if (!inner) return undefined;
      word = (word ?? '') + inner.text;
      i = inner.end;
    } else if (c === '\\') {
      if (i + 1 >= line.length) return undefined;
      // A backslash before a newline joins two lines; anything else is taken as it is.
      const next = line.charAt(++i);
      if (next !== '\n') word = (word ?? '') + next;
    } else if (OPERATORS.includes(c)) return undefined;
    else if (c === '#' && word === undefined) break;
    else word = (word ?? '') + c;
  }
  if (word !== undefined) found.push(word);
  return found;
}

function doubleQuoted(line: string, start: number): { text: string; end: number } | undefined {
  let text = '';
  for (let i = start; i < line.length; i++) {
    const c = line.charAt(i);
    if (c === '"') return { text, end: i };
    if (c === '$' || c === '`') return undefined;
    if (c !== '\\') {
      text += c;
      continue;
    }
    const next = line.charAt(++i);
    if (next === '\n') continue;
    text += '$`"\\'.includes(next) ? next : `\\${next}`;
  }
  return undefined;
}
