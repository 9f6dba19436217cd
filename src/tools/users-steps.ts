import type { Argv } from '../core/types.ts';
import { shell } from './shell.ts';

/** Locks the password (unless it is already) and ends the account on the second of January 1970, so that no key opens it either. usermod(8) */
export function lock(user: string, bang: boolean): Argv {
  return ['usermod', ...(bang ? [] : ['-L']), '-e', '1', user];
}

/** Sets the day from which on the account is of no use; undefined: never. With `password`, its password counts again. */
export function unlock(user: string, expires: number | undefined, password: boolean): Argv {
  return ['usermod', ...(password ? ['-U'] : []), '-e', expires === undefined ? '' : String(expires), user];
}

export function add(
  user: string,
  { shell: path, comment, groups }: { readonly shell: string; readonly comment: string; readonly groups: readonly string[] },
): Argv {
  return ['useradd', '-m', '-s', path, '-c', comment, ...(groups.length > 0 ? ['-G', groups.join(',')] : []), user];
}

export function remove(user: string, home: boolean): Argv {
  return ['userdel', ...(home ? ['-r'] : []), user];
}

/** Ends what systemd keeps running for an account for some seconds after its last session. */
export function endManager(uid: number): Argv {
  return shell('user-end', 'systemctl stop "user@$1.service" 2>/dev/null || :', String(uid));
}

const STATE = `set -u; l=$(grep "^$1:" /etc/shadow 2>/dev/null) || { getent passwd "$1" >/dev/null && echo unknown || echo none; exit 0; }
IFS=: read -r n p lc min max warn idle exp rest <<E
$l
E
case $p in '!'*) b=locked;; *) b=open;; esac; echo "$b \${exp:-never}"`;

/** How an account is: `locked 1`, `open never`, `none` where there is no such account. For waits. */
export function userState(user: string): Argv {
  return shell('user-state', STATE, user);
}
