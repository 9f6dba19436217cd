import { HostError } from '../../core/errors.ts';
import { say } from '../../core/words.ts';

/** The parts of a script's output by name: each begins with a line `== name`; one that is not there was not asked, as what it asks is missing. */
export type Sections = ReadonlyMap<string, readonly string[]>;

/** Splits what a script printed; empty lines are left out. */
export function sections(output: string): Sections {
  return new Map(
    output
      .split(/^== /m)
      .slice(1)
      .map((part): [string, string[]] => {
        const [name = '', ...lines] = part.split('\n');
        return [name.trim(), lines.filter((line) => line.trim() !== '')];
      }),
  );
}

/** POSIX sh: `part NAME ARGV…` prints what a program says as that part; where it fails, that it could not be read. */
export const PART = `part() { part=$1; shift; if out=$("$@" 2>/dev/null); then echo "== $part"; [ -z "$out" ] || printf '%s\\n' "$out" | head -n 2000; else echo "== unread $part"; fi; }`;

/** A part; undefined where what it asks is missing. Throws HostError where it could not be read: nothing said is then no good news. */
export function partOf(all: Sections, name: string): readonly string[] | undefined {
  if (all.has(`unread ${name}`)) throw new HostError('failed', '', say({ en: '{name} cannot be read', zh: '无法读取 {name}' }, { name }));
  return all.get(name);
}

/** `Name=value` lines as a table. */
export function valuesOf(lines: readonly string[] = []): ReadonlyMap<string, string> {
  return new Map(
    lines.flatMap((line): [string, string][] => (line.includes('=') ? [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]] : [])),
  );
}
