import { read } from '../core/read.ts';
import type { Argv, Read } from '../core/types.ts';
import { ANEW } from './anew.ts';
import { shell } from './shell.ts';

/** Where the bot keeps its redirects on a host, and the unit that loads them at boot. */
export const REDIRECT_RULES = '/etc/hostler/redirect.rules';
export const REDIRECT_UNIT = '/etc/systemd/system/hostler-redirect.service';

/** A port, 1 to 65535. */
export const PORT = /^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$/;

/** A TCP port of a host that leads to another of it. */
export interface Redirect {
  readonly port: number;
  readonly to: number;
}

/** What sends ports elsewhere on a host. */
export interface Redirects {
  readonly has: ReadonlySet<string>;
  readonly firewalld: boolean;
  /** Ports by which the bot comes in. */
  readonly sshPorts: readonly number[];
  /** The bot's own, as its file says. */
  readonly own: readonly Redirect[];
  /** They are in the kernel, and the unit loads them at boot. */
  readonly loaded: boolean;
  readonly boot: boolean;
  /** Rules of others that send ports elsewhere, as the program prints them. */
  readonly others: readonly string[];
  /** TCP sockets that listen: `ADDRESS:PORT`, as ss(8) prints them. */
  readonly listens: readonly string[];
}

const BODY = `[ "$(id -u)" = 0 ] || { echo 'only root can read the rules' >&2; exit 1; }
echo "== has"; for p in nft iptables ip6tables; do command -v "$p" >/dev/null && echo "$p"; done; systemctl is-active -q firewalld 2>/dev/null && echo firewalld
echo "== ssh"; set -- \${SSH_CONNECTION:-}; echo "\${4:-}"; sshd -T 2>/dev/null | sed -n 's/^port //p'
echo "== rules"; head -c 65536 /etc/hostler/redirect.rules 2>/dev/null
said=; all=; if command -v nft >/dev/null; then all=$(nft list ruleset) || exit 1; fi
for p in iptables ip6tables; do if command -v "$p-save" >/dev/null; then one=$("$p-save") || exit 1; said="$said
$(printf '%s\\n' "$one" | awk '/^\\*/{nat=($0=="*nat")} nat')"; fi; done
ports=$(ss -Htln) || exit 1
echo "== state"; systemctl is-enabled hostler-redirect.service 2>/dev/null
{ printf '%s\\n' "$all" | awk '/^table /{own=/ hostler_redirect /} own'; printf '%s\\n' "$said" | grep '^-A HOSTLER-REDIRECT '; } | grep -qi redirect && echo loaded
echo "== others"
{ printf '%s\\n' "$all" | awk '/^table /{own=/ hostler_redirect /} !own' | grep -E '(redirect|dnat) '
printf '%s\\n' "$said" | grep -v '^-A HOSTLER-REDIRECT ' | grep -E -- '-j (REDIRECT|DNAT)'; } | head -n 200
echo "== listens"; printf '%s\\n' "$ports" | awk '{ print $4 }' | head -n 1000; exit 0`;

/** Redirects of a host, of the bot and of others: nft(8), iptables-save(8), ss(8). Fails where one of them is there and cannot be read. */
export function redirects(): Read<Redirects> {
  return read({ argv: shell('redirect-read', BODY), parse: parseRedirects });
}

export function parseRedirects(output: string): Redirects {
  const sections = new Map(output.split(/^== /m).map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n') + 1)] as const));
  const lines = (name: string) => (sections.get(name) ?? '').split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  const ports = lines('ssh').filter((line) => /^\d+$/.test(line));
  return {
    has: new Set(lines('has')),
    firewalld: lines('has').includes('firewalld'),
    sshPorts: ports.length > 0 ? [...new Set(ports.map(Number))] : [22],
    own: lines('rules').flatMap((line) => {
      const [, port, to] = /dport (\d+) .*?(?:redirect to :|--to-ports )(\d+)/.exec(line) ?? [];
      return port === undefined || to === undefined ? [] : [{ port: Number(port), to: Number(to) }];
    }),
    loaded: lines('state').includes('loaded'),
    boot: lines('state').includes('enabled'),
    others: [...new Set(lines('others'))],
    listens: lines('listens'),
  };
}

/** The rules as nft(8), or iptables-restore(8) for both families, loads them whole; what stood there before is replaced. */
export function rulesText(has: ReadonlySet<string>, all: readonly Redirect[]): string {
  if (has.has('nft')) {
    const rules = all.map(({ port, to }) => `    fib daddr type local tcp dport ${port} redirect to :${to}\n`).join('');
    return `# Written by Hostler.
add table inet hostler_redirect
delete table inet hostler_redirect
table inet hostler_redirect {
  chain prerouting {
    type nat hook prerouting priority -101; policy accept;
${rules}  }
}
`;
  }
  const rules = all
    .map(({ port, to }) => `-A HOSTLER-REDIRECT -p tcp -m tcp --dport ${port} -m addrtype --dst-type LOCAL -j REDIRECT --to-ports ${to}\n`)
    .join('');
  return `# Written by Hostler.\n*nat\n:HOSTLER-REDIRECT - [0:0]\n${rules}COMMIT\n`;
}

/** What systemd loads them by, also after somebody loaded the host's own rules anew, which may empty everything: systemd.unit(5). */
export function unitText(has: ReadonlySet<string>): string {
  const tables = ['iptables', 'ip6tables'].filter((program) => has.has(program));
  const sh = (line: string) => `/bin/sh -c '${line}'`;
  const start = has.has('nft')
    ? [`ExecStart=${sh(`exec nft -f ${REDIRECT_RULES}`)}`]
    : tables.map(
        (program) =>
          `ExecStart=${sh(`${program}-restore -w 5 -n <${REDIRECT_RULES} && { ${program} -w 5 -t nat -C PREROUTING -j HOSTLER-REDIRECT 2>/dev/null || ${program} -w 5 -t nat -I PREROUTING -j HOSTLER-REDIRECT; }`)}`,
      );
  const stop = has.has('nft')
    ? [`ExecStop=-${sh('exec nft delete table inet hostler_redirect')}`]
    : tables.map(
        (program) =>
          `ExecStop=-${sh(`${program} -w 5 -t nat -D PREROUTING -j HOSTLER-REDIRECT; ${program} -w 5 -t nat -F HOSTLER-REDIRECT; ${program} -w 5 -t nat -X HOSTLER-REDIRECT`)}`,
      );
  return `# Written by Hostler.
[Unit]
Description=Ports of this host that lead to others of it
After=nftables.service netfilter-persistent.service iptables.service ip6tables.service
PartOf=nftables.service netfilter-persistent.service iptables.service ip6tables.service

[Service]
Type=oneshot
RemainAfterExit=yes
${[...start, ...stop].join('\n')}

[Install]
WantedBy=multi-user.target
`;
}

const LOAD = `set -eu; u=hostler-redirect.service
${ANEW}
if [ -e "/etc/systemd/system/$u" ]; then systemctl daemon-reload; systemctl enable --quiet "$u"; anew restart "$u"; systemctl is-active "$u"
else systemctl stop "$u" 2>/dev/null || :; rm -f "/etc/systemd/system/multi-user.target.wants/$u"; systemctl daemon-reload
  nft delete table inet hostler_redirect 2>/dev/null || :
fi`;

/** Has the host use the files as they are now; where there are none, nothing is redirected. */
export function loadRedirects(): Argv {
  return shell('redirect-load', LOAD);
}
