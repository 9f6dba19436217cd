/** The lines of a script's output below each `== name`; empty lines are left out. */
export function sections(output: string): (name: string) => readonly string[] {
  const parts = output.split(/^== /m).slice(1);
  const byName = new Map(
    parts.map((part) => {
      const [name = '', ...lines] = part.split('\n');
      return [name.trim(), lines.flatMap((line) => (line.trim() === '' ? [] : [line.trimEnd()]))] as const;
    }),
  );
  return (name) => byName.get(name) ?? [];
}

/** A moment in whole seconds, as `stat -c %Y` prints it, in milliseconds; undefined for none. */
export function moment(text: string | undefined): number | undefined {
  const seconds = Number(text);
  return text !== undefined && Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}
