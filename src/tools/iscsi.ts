import { read } from '../core/read.ts';
import type { Argv, Read } from '../core/types.ts';
import { shell } from './shell.ts';

/** A target this host knows at a portal (a node record), and whether it is logged in. */
export interface IscsiTarget {
  readonly portal: string;
  readonly iqn: string;
  /** `automatic` or `manual`; undefined where there is no record. */
  readonly startup: string | undefined;
  readonly connStartup: string | undefined;
  /** `LOGGED_IN`, `FAILED`, …; undefined where there is no session. */
  readonly session: string | undefined;
  /** Its disks, such as `/dev/sdb`. */
  readonly disks: readonly string[];
}

/** iscsiadm(8): exit 21 says there is none. A record holds `name = value` lines; the portal of a record is without the group's number. */
const LOOK = `nodes=$(iscsiadm -m node) || [ $? = 21 ] || exit 1; sessions=$(timeout 6 iscsiadm -m session -P 3) || [ $? = 21 ] || exit 1
printf '%s\\n' "$nodes" | while read -r p t; do [ -n "$t" ] || continue; echo "== node \${p%%,*} $t"; timeout 4 iscsiadm -m node -T "$t" -p "\${p%%,*}" -o show 2>/dev/null | grep -E '^node\\.(startup|conn\\[0\\]\\.startup) ='; done
echo "== sessions"; printf '%s\\n' "$sessions"`;

export function iscsi(): Read<readonly IscsiTarget[]> {
  return read({ argv: shell('iscsi-show', LOOK), parse: parseIscsi });
}

export function parseIscsi(output: string): IscsiTarget[] {
  const [nodes = '', sessions = ''] = output.split('== sessions\n');
  const open = parseSessions(sessions);
  const known = nodes
    .split(/^== node /m)
    .slice(1)
    .map((block): IscsiTarget => {
      const [portal = '', iqn = ''] = (block.split('\n')[0] ?? '').trim().split(' ');
      const value = (name: string) => block.split('\n').flatMap((line) => (line.startsWith(`${name} = `) ? [line.slice(name.length + 3).trim()] : []))[0];
      const session = open.find((one) => one.iqn === iqn && one.portal === portal);
      return { portal, iqn, startup: value('node.startup'), connStartup: value('node.conn[0].startup'), session: session?.state, disks: session?.disks ?? [] };
    });
  const bare = open.filter((one) => !known.some(({ iqn, portal }) => iqn === one.iqn && portal === one.portal));
  return [...known, ...bare.map(({ portal, iqn, state, disks }) => ({ portal, iqn, startup: undefined, connStartup: undefined, session: state, disks }))];
}

interface Session {
  readonly iqn: string;
  readonly portal: string;
  readonly state: string;
  readonly disks: readonly string[];
}

/** `iscsiadm -m session -P 3`: a tree by indentation, a target, then its portals, then what is attached. */
export function parseSessions(output: string): Session[] {
  return output
    .split(/^Target: /m)
    .slice(1)
    .flatMap((block) => {
      const iqn = block.split(/\s/)[0] ?? '';
      return block
        .split(/^\s*Current Portal: /m)
        .slice(1)
        .map((part) => ({
          iqn,
          portal: (part.split(/\s/)[0] ?? '').replace(/,\d+$/, ''),
          state: /iSCSI Session State: (\S+)/.exec(part)?.[1] ?? '?',
          disks: [...part.matchAll(/Attached scsi disk (\S+)/g)].map((match) => `/dev/${match[1] ?? ''}`),
        }));
    });
}

export function logIn(iqn: string, portal: string): Argv {
  return ['iscsiadm', '-m', 'node', '-T', iqn, '-p', portal, '--login'];
}
export function logOut(iqn: string, portal: string): Argv {
  return ['iscsiadm', '-m', 'node', '-T', iqn, '-p', portal, '--logout'];
}
/** What a portal offers is learned first: login needs a record. */
export function discover(portal: string): Argv {
  return ['iscsiadm', '-m', 'discovery', '-t', 'sendtargets', '-p', portal];
}
/** Both settings, each by its own call: the second is what the boot looks at. */
export function startup(iqn: string, portal: string, value: string): Argv {
  return shell(
    'iscsi-startup',
    'set -eu; for n in node.startup "node.conn[0].startup"; do iscsiadm -m node -T "$1" -p "$2" -o update -n "$n" -v "$3"; done',
    iqn,
    portal,
    value,
  );
}
/** `in` while a session to that target and portal is open: for a wait. */
export const sessionOf = (iqn: string, portal: string) => ({
  argv: shell(
    'iscsi-session',
    `all=$(iscsiadm -m session 2>/dev/null) || [ $? = 21 ] || exit 1; printf '%s\\n' "$all" | while read -r a n p t r; do [ "$t" != "$1" ] || [ "\${p%%,*}" != "$2" ] || echo in; done | head -n 1`,
    iqn,
    portal,
  ),
});
/** Both settings of a record in one word, `automatic/automatic`: for a wait. */
export const startupOf = (iqn: string, portal: string) => ({
  argv: shell(
    'iscsi-startup-of',
    `iscsiadm -m node -T "$1" -p "$2" -o show | awk '$1=="node.startup"{a=$3} $1=="node.conn[0].startup"{b=$3} END{print a "/" b}'`,
    iqn,
    portal,
  ),
});
