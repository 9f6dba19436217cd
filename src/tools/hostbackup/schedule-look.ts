import { read } from '../../core/read.ts';
import type { Argv, Read } from '../../core/types.ts';
import { ANEW } from '../anew.ts';
import { shell } from '../shell.ts';

/** What a host says of the unit that runs a backup, and of the file with its password. */
export interface Standing {
  /** Where the unit's file is; empty: there is none. */
  readonly fragment: string;
  readonly on: boolean;
  /** When it runs next, in systemd's words. */
  readonly next: string;
  /** Mode and owner of the file with the password: `600 root`; empty: there is none. */
  readonly password: string;
}

const BODY = `systemctl show -p FragmentPath --value "$1"; { systemctl is-enabled "$2" && systemctl is-active "$2"; } 2>/dev/null | tr '\\n' ' '; echo
systemctl show -p NextElapseUSecRealtime --value "$2"; [ -z "$3" ] || stat -L -c '%a %U' -- "$3" 2>/dev/null; exit 0`;

/** systemctl(1) of a service and its timer, stat(1) of a file. */
export function standing(unit: string, timer: string, password = ''): Read<Standing> {
  return read({
    argv: shell('schedule-read', BODY, unit, timer, password),
    parse: (output) => {
      const [fragment = '', state = '', next = '', file = ''] = output.split('\n').map((line) => line.trim());
      return { fragment, on: state === 'enabled active', next, password: file };
    },
  });
}

/** Has systemd take the files as they are, and run the timer from now on. */
export function timerOn(timer: string): Argv {
  return shell(
    'schedule-on',
    `set -eu; ${ANEW}\nsystemctl daemon-reload; systemctl enable --quiet -- "$1"; anew restart "$1"; systemctl is-active -- "$1"`,
    timer,
  );
}

/** Stops the timer and removes its files. */
export function timerOff(timer: string, files: readonly string[]): Argv {
  return shell(
    'schedule-off',
    'set -eu; systemctl disable --quiet --now -- "$1" 2>/dev/null || :; shift; rm -f -- "$@"; systemctl daemon-reload',
    timer,
    ...files,
  );
}
