import type { Host } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { read } from '../../core/read.ts';
import type { Argv, Read } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import { fileText } from '../files.ts';
import { shell } from '../shell.ts';

/** Where file systems that come back at boot are declared: fstab(5). */
export const FSTAB = '/etc/fstab';

/** A line of it that says something. */
export interface FstabLine {
  readonly source: string;
  readonly path: string;
  readonly type: string;
  readonly options: string;
  /** As it stands there. */
  readonly text: string;
}

/** The whole text of /etc/fstab; empty where there is none. */
export function fstab(): Read<string> {
  const { argv, parse } = fileText(FSTAB);
  return read({ argv, parse: (output, exit, at) => parse(output, exit, at) ?? '' });
}

/** The text as it may be written. Throws Refusal for one that holds a password in the options of a mount: what is written goes by way of the plan. */
export function sayable(host: Host, text: string): string {
  if (!/^[^#\n]*[\s,](password|passwd|pass)=[^,\s]/m.test(text)) return text;
  throw new Refusal(
    say({ en: '{file} on {host} holds a password; it is not written', zh: '{host} 上的 {file} 含有密码；不予改写' }, { file: FSTAB, host: host.name }),
    say({ en: 'move it to a file that the mount names with `credentials=`', zh: '请移至 `credentials=` 指定的文件' }),
  );
}

export function parseFstab(text: string): FstabLine[] {
  return text.split('\n').flatMap((line) => {
    const [source, path, type, options] = line.trim().split(/\s+/);
    return source && path && type && !source.startsWith('#') ? [{ source, path, type, options: options ?? 'defaults', text: line }] : [];
  });
}

/** With one more line at the end. */
export function withLine(text: string, line: string): string {
  return `${text === '' || text.endsWith('\n') ? text : `${text}\n`}${line}\n`;
}

/** Without this line, which stands there once. */
export function withoutLine(text: string, line: string): string {
  const lines = text.split('\n');
  const at = lines.indexOf(line);
  return at < 0 ? text : lines.toSpliced(at, 1).join('\n');
}

/** What stands before a line that is taken out of use, so that it can be found again. */
const OFF = '#off by hostler# ';

/** With lines made comments. */
export function commented(text: string, lines: readonly string[]): string {
  return text
    .split('\n')
    .map((line) => (lines.includes(line) ? `${OFF}${line}` : line))
    .join('\n');
}

/** With the comments made by `commented` taken back where the line is of this kind. */
export function uncommented(text: string, wanted: (line: FstabLine) => boolean): string {
  return text
    .split('\n')
    .map((line) => {
      const inner = line.startsWith(OFF) ? line.slice(OFF.length) : undefined;
      const [parsed] = inner === undefined ? [] : parseFstab(inner);
      return inner !== undefined && parsed && wanted(parsed) ? inner : line;
    })
    .join('\n');
}

/** Lines of this kind that `commented` took out of use. */
export function offLines(text: string): FstabLine[] {
  return text.split('\n').flatMap((line) => (line.startsWith(OFF) ? parseFstab(line.slice(OFF.length)) : []));
}

/** Nothing is written that findmnt(8) finds worse than what is there; systemd reads it again where it rules. */
const PUT = `set -eu; f=/etc/fstab; umask 022; t=$(mktemp /etc/.hostler.XXXXXX); trap 'rm -f -- "$t"' EXIT; cat >"$t"
worse() { findmnt --verify --tab-file "$1" 2>&1 | sed -n 's/^ *\\([0-9][0-9]*\\) parse error[s]*, \\([0-9][0-9]*\\) error[s]*.*/\\1 \\2/p' | { read -r a b || a=0 b=0; echo $((a + b)); }; }
was=0; [ ! -s "$f" ] || was=$(worse "$f"); is=$(worse "$t")
if [ "$is" -gt "$was" ]; then findmnt --verify --tab-file "$t" >&2 || :; echo "the new fstab is worse than the old: left as it was" >&2; exit 1; fi
if [ -e "$f" ]; then chown --reference="$f" -- "$t"; chmod --reference="$f" -- "$t"; chcon --reference="$f" -- "$t" 2>/dev/null || :; else chmod 0644 -- "$t"; fi
sync -- "$t" 2>/dev/null || sync; mv -f -- "$t" "$f"; [ ! -d /run/systemd/system ] || systemctl daemon-reload`;

/** Writes it whole from standard input, once it is found no worse than what is there. */
export function putFstab(): Argv {
  return shell('put-fstab', PUT);
}

/** What findmnt(8) says of it as it is: errors counted, and its words. */
export function verifyFstab(): Read<{ readonly errors: number; readonly said: string }> {
  return read({ argv: ['findmnt', '--verify'], exits: [1], parse: parseVerify });
}

export function parseVerify(output: string): { errors: number; said: string } {
  const [, parse, other] = /(\d+) parse errors?, (\d+) errors?/.exec(output) ?? [];
  return { errors: Number(parse ?? 0) + Number(other ?? 0), said: output.trim() };
}
