/** A section of an INI file as systemd and NetworkManager write it; the lines before the first header have an empty name. */
export interface Section {
  readonly name: string;
  readonly lines: readonly string[];
}

/** The sections of a file; joined again they are the file. */
export function sections(text: string): Section[] {
  const found: { name: string; lines: string[] }[] = [{ name: '', lines: [] }];
  for (const line of text.split('\n')) {
    const name = /^\s*\[([^\]]+)\]\s*$/.exec(line)?.[1];
    if (name !== undefined) found.push({ name, lines: [line] });
    else found.at(-1)?.lines.push(line);
  }
  return found;
}

export function iniText(all: readonly Section[]): string {
  return all
    .filter(({ lines }) => lines.length > 0)
    .flatMap(({ lines }) => lines)
    .join('\n');
}

const ENTRY = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*=\s*(.*?)\s*$/;

/** All values of a key in sections of a name, in their order. Keys are compared without regard to case. */
export function valuesOf(all: readonly Section[], section: string, key: string): string[] {
  return all.filter(({ name }) => name === section).flatMap((one) => within(one, key));
}

/** All values of a key in one section. */
export function within({ lines }: Section, key: string): string[] {
  return lines.flatMap((line) => {
    const [, name, value] = ENTRY.exec(line) ?? [];
    return name?.toLowerCase() === key.toLowerCase() && value !== undefined ? [value] : [];
  });
}

/** Whether a section says nothing. */
export function isEmpty({ lines }: Section): boolean {
  return !lines.some((line) => ENTRY.test(line));
}

/** The sections with a key having exactly these values: those that stay keep their lines. A section that is missing comes last; one that then says nothing goes, but for `ethernet`, which NetworkManager writes in any case. */
export function withValues(all: readonly Section[], section: string, key: string, values: readonly string[]): Section[] {
  const missing = values.filter((value) => !valuesOf(all, section, key).includes(value));
  const was = all.filter((one) => one.name === section && !isEmpty(one));
  const pruned = all.map((one) => {
    if (one.name !== section) return one;
    const lines = one.lines.flatMap((line) => {
      const [, name = '', value = ''] = ENTRY.exec(line) ?? [];
      if (name.toLowerCase() !== key.toLowerCase() || values.includes(value)) return [line];
      const next = missing.shift();
      return next === undefined ? [] : [`${name}=${next}`];
    });
    return { ...one, lines };
  });
  const at = pruned.findIndex(({ name }) => name === section);
  const filled = pruned.map((one, i) => (i === at && missing.length > 0 ? { ...one, lines: inserted(one.lines, missing, key) } : one));
  const added =
    at < 0 && missing.length > 0
      ? withSection(
          filled,
          section,
          missing.map((value) => [key, value]),
        )
      : filled;
  return added.filter(
    (one) => one.name !== section || !isEmpty(one) || one.name === 'ethernet' || one.lines.some((line) => /^\s*[#;]/.test(line)) || was.length === 0,
  );
}

/** A new section at the end, after an empty line. */
export function withSection(all: readonly Section[], name: string, entries: readonly (readonly [string, string])[]): Section[] {
  const text = iniText(all);
  const before = text === '' || text.endsWith('\n\n') ? text : `${text.endsWith('\n') ? text : `${text}\n`}\n`;
  return sections(`${before}[${name}]\n${entries.map(([key, value]) => `${key}=${value}\n`).join('')}`);
}

function inserted(lines: readonly string[], values: readonly string[], key: string): string[] {
  const last = lines.findLastIndex((line) => ENTRY.test(line));
  const at = (last < 0 ? 0 : last) + 1;
  return [...lines.slice(0, at), ...values.map((value) => `${key}=${value}`), ...lines.slice(at)];
}
