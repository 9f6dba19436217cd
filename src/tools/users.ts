import { read } from '../core/read.ts';
import type { Read } from '../core/types.ts';
import { shell } from './shell.ts';
import { parseSudoers, type Sudoers } from './users-sudoers.ts';

/** What stands in place of a password: `set`; `none`: no password fits; `locked`: one that was set and is locked; `empty`: anybody gets in; `unknown`: only root may know. */
export type Password = 'set' | 'none' | 'locked' | 'empty' | 'unknown';

/** An account of a host. passwd(5), shadow(5); never anything of a password itself. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
  readonly password: Password;
  /** The field begins with `!`: `usermod -L` has nothing left to do. */
  readonly bang: boolean;
  /** Days since 1970 from which on the account is of no use; undefined: never. */
  readonly expires: number | undefined;
  /** All groups it is in, its own first. */
  readonly groups: readonly string[];
  /** How it may become root: a group such as `sudo`, or a line of sudoers; `sudoers?` where that cannot be told. */
  readonly sudo: readonly string[];
  /** Keys in its authorized_keys; undefined where that cannot be read. */
  readonly keys: number | undefined;
  /** As lastlog(8) says it; empty for never, or where there is no lastlog. */
  readonly last: string;
}
export interface Users {
  readonly users: readonly User[];
  readonly groups: ReadonlySet<string>;
  /** Groups whose members may become root. */
  readonly roots: ReadonlySet<string>;
  readonly sudoers: Sudoers;
  readonly shells: readonly string[];
  /** The account by which the bot itself is there. */
  readonly self: string;
}

const BODY = `set -u
echo "== self"; echo "\${SUDO_USER:-$(id -un)}"
echo "== passwd"; getent passwd | head -n 5000
echo "== shadow"
[ -r /etc/shadow ] && while IFS=: read -r n p lc min max warn idle exp rest; do
  case $p in '') s=empty;; '!'|'!!'|'*'|'!*'|'!!*'|x) s=none;; '!'*|'*LK*'*) s=locked;; *) s=set;; esac
  case $p in '!'*) b=1;; *) b=0;; esac
  echo "$n:$s:$b:$exp"
done </etc/shadow
echo "== group"; getent group | head -n 5000
echo "== sudoers"; seen=' ' untold=
sudoers() {
  for f; do
    case $seen in *" $f "*) continue ;; esac
    seen="$seen$f "; [ -f "$f" ] || continue
    head -c 200000 "$f" 2>/dev/null && echo || { untold=1; continue; }
    ! grep -Eq '^[#@]include(dir)?[[:space:]]+[^/[:space:]]' "$f" || untold=1
    sudoers $(sed -n -e 's|^[#@]include[[:space:]][[:space:]]*\\(/[^[:space:]]*\\).*|\\1|p' -e 's|^[#@]includedir[[:space:]][[:space:]]*\\(/[^[:space:]]*\\).*|\\1/*|p' "$f")
  done
}
sudoers /etc/sudoers /usr/etc/sudoers /etc/sudoers.d/*
grep -Eq '^sudoers:.*(sss|ldap)' /etc/nsswitch.conf 2>/dev/null && untold=1
[ -z "$untold" ] || echo "== unread sudoers"
echo "== shells"; grep '^/' /etc/shells 2>/dev/null | head -n 100
echo "== keys"; getent passwd | head -n 5000 | while IFS=: read -r n p u g c h s; do
  { [ "$u" -ge 1000 ] || [ "$u" -eq 0 ]; } && [ "$n" != nobody ] || continue
  f=$h/.ssh/authorized_keys
  if [ -f "$f" ] && [ -r "$f" ]; then echo "$n:$(head -c 1000000 "$f" | grep -c '^[^#]*[A-Za-z]')"; elif [ "$(id -u)" = 0 ]; then echo "$n:0"; fi
done
echo "== last"; command -v lastlog >/dev/null && timeout 4 lastlog 2>/dev/null | tail -n +2 | head -n 5000
exit 0`;

/** Groups that make root of their members on the distributions we know. */
const ROOTS = ['sudo', 'wheel', 'admin', 'root', 'disk', 'docker', 'lxd', 'incus-admin', 'libvirt', 'shadow'];

/** All accounts of a host, with what is known of each. */
export function users(): Read<Users> {
  return read({ argv: shell('users', BODY), parse: parseUsers });
}

export function parseUsers(output: string): Users {
  const parts = new Map(
    output.split(/^== /m).map((part) => {
      const [name = '', ...lines] = part.split('\n');
      return [name, lines.filter((line) => line !== '')] as const;
    }),
  );
  const rows = (name: string) => (parts.get(name) ?? []).map((line) => line.split(':'));
  const shadow = new Map(rows('shadow').map(([name = '', state = '', bang, expires]) => [name, { state, bang: bang === '1', expires }]));
  const groups = rows('group').map(([name = '', , gid = '', members = '']) => ({ name, gid: Number(gid), members: members.split(',') }));
  const read = parseSudoers((parts.get('sudoers') ?? []).join('\n'));
  const sudoers = { ...read, untold: read.untold || parts.has('unread sudoers') };
  const named = groups.filter(({ name, gid }) => sudoers.groups.has(name) || sudoers.gids.has(gid)).map(({ name }) => name);
  const keys = new Map(rows('keys').map(([name = '', count]) => [name, Number(count)]));
  const last = new Map((parts.get('last') ?? []).map((line) => [line.split(/\s/, 1)[0] ?? '', /\*\*/.test(line) ? '' : lastOf(line)]));
  const found = rows('passwd').flatMap(([name = '', , uid = '', gid = '', comment = '', home = '', shellOf = '']): User[] => {
    if (name === '' || !/^\d+$/.test(uid)) return [];
    const secret = shadow.get(name);
    const own = groups.filter((group) => group.gid === Number(gid) || group.members.includes(name)).map((group) => group.name);
    const sudo = [
      ...own.filter((group) => ROOTS.includes(group)),
      ...(sudoers.all || sudoers.users.has(name) || sudoers.uids.has(Number(uid)) ? ['sudoers'] : []),
      ...own.filter((group) => !ROOTS.includes(group) && named.includes(group)),
    ];
    const untold = sudo.length === 0 && sudoers.untold && isPerson({ name, uid: Number(uid) }) ? ['sudoers?'] : [];
    return [
      {
        ...{ name, uid: Number(uid), gid: Number(gid), comment: comment.split(',')[0] ?? '', home, shell: shellOf },
        password: passwordOf(secret?.state),
        bang: secret?.bang ?? false,
        expires: secret?.expires && /^\d+$/.test(secret.expires) ? Number(secret.expires) : undefined,
        groups: own,
        sudo: [...sudo, ...untold],
        keys: keys.get(name),
        last: last.get(name) ?? '',
      },
    ];
  });
  if (found.length === 0) throw new Error('getent tells no account, not even root');
  return {
    users: found,
    groups: new Set(groups.map(({ name }) => name)),
    roots: new Set([...ROOTS, ...named]),
    sudoers,
    shells: parts.get('shells') ?? [],
    self: parts.get('self')?.[0] ?? '',
  };
}

function passwordOf(state: string | undefined): Password {
  return state === 'set' || state === 'none' || state === 'locked' || state === 'empty' ? state : 'unknown';
}

/** `Sat Nov 21 21:00:00 +0000 2026` at the end of a line of lastlog, as `2026-11-21 21:00`; the line's end where it is another. */
function lastOf(line: string): string {
  const [, date, year] = /\s(\S{3} \S{3}\s+\d+ \d\d:\d\d:\d\d [+-]\d{4}) (\d{4})\s*$/.exec(line) ?? [];
  const at = date && year ? Date.parse(date.replace(/^\S{3} (\S{3})\s+(\d+) (\S+) (\S+)$/, `$2 $1 ${year} $3 $4`)) : Number.NaN;
  return Number.isNaN(at) ? '' : new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

/** Accounts of people: root and what has a number of its own from 1000 on. login.defs(5), UID_MIN. */
export function isPerson({ uid, name }: Pick<User, 'uid' | 'name'>): boolean {
  return uid === 0 || (uid >= 1000 && uid < 65_534 && name !== 'nobody');
}

/** A day as people write it, from days since 1970. */
export function dayOf(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

/** Whether nobody can use the account any more at this time (milliseconds since the epoch). */
export function isExpired({ expires }: User, now: number): boolean {
  return expires !== undefined && expires * 86_400_000 <= now;
}

/** Names of the programs an account runs, but for its own systemd, which ends by itself. ps(1) */
export function processesOf(user: string): Read<readonly string[]> {
  return read({
    argv: ['ps', '--no-headers', '-o', 'comm', '-u', user],
    exits: [1],
    parse: (output) => output.split('\n').flatMap((line) => (['', 'systemd', '(sd-pam)'].includes(line.trim()) ? [] : [line.trim()])),
  });
}

/** Who is logged in, as `who` says, and the last logins, as `last` says. */
export function sessions(): Read<{ readonly now: readonly (readonly string[])[]; readonly last: string }> {
  const body = `who | head -n 200; echo "== last"; command -v last >/dev/null && timeout 5 last -n 15 -w 2>/dev/null; exit 0`;
  return read({ argv: shell('sessions', body), parse: parseSessions });
}

/** `root     pts/0        2026-11-21 21:00 (192.0.2.5)`: name, terminal, since, from. who(1) */
export function parseSessions(output: string): { now: string[][]; last: string } {
  const [who = '', last = ''] = output.split('== last\n');
  const now = who.split('\n').flatMap((line) => {
    const [, name, tty, since, from] = /^(\S+)\s+(\S+)\s+(\d{4}-\d\d-\d\d \d\d:\d\d)(?:\s+\((.*)\))?\s*$/.exec(line) ?? [];
    return name && tty && since ? [[name, tty, since, from ?? '']] : [];
  });
  return { now, last: last.trimEnd() };
}
