import type { Argv, Step, Target } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import { putFile, removeFile } from '../files.ts';
import { shell } from '../shell.ts';

/** Values for files of /proc or /sys, in the order they are to be written. */
export type Settings = readonly (readonly [path: string, value: string])[];

/** Writes each value; the kernel says no by an error, and then what was written before goes back. Reads back what it wrote. */
const SET = `set -u; done_=; while [ $# -ge 2 ]; do f=$1 v=$2; shift 2
if [ ! -w "$f" ]; then echo "$f is not there" >&2; bad=1; else o=$(cat "$f"); bad=0; printf '%s' "$v" >"$f" 2>/dev/null || bad=1; fi
if [ "$bad" = 1 ]; then echo "the kernel does not take $v for $f" >&2; eval "$done_"; exit 1; fi
done_="printf '%s' '$o' >'$f'; $done_"; done; exit 0`;

/** Writes these values as one: all of them or none. */
export function setAll(settings: Settings): Argv {
  return shell('sysfs-set', SET, ...settings.flat());
}

/** What files of /proc or /sys hold, joined by blanks: for a wait. */
export const valuesOf = (paths: readonly string[]) => ({ argv: shell('sysfs-get', `o=; for f; do o="$o $(cat "$f")"; done; echo "\${o# }"`, ...paths) });

/** Where such values are written again at boot: tmpfiles.d(5), lines of type `w`. */
export const KEPT = (what: string) => `/etc/tmpfiles.d/hostler-${what}.conf`;

export function keptText(settings: Settings): string {
  return `# Written by Hostler: values set again at boot.\n${settings.map(([path, value]) => `w ${path} - - - - ${value}\n`).join('')}`;
}

/** Steps that keep values over a reboot, or forget them. */
export function keepSteps(on: Target, path: string, text: string | undefined): Step[] {
  return [
    text === undefined
      ? { kind: 'exec', on, why: say({ en: 'forget it at boot', zh: '启动时不再设置' }), argv: removeFile(path), timeoutMs: 30_000 }
      : { kind: 'exec', on, why: say({ en: 'set it again at boot', zh: '启动时再次设置' }), argv: putFile(path), stdin: text, timeoutMs: 30_000 },
  ];
}
