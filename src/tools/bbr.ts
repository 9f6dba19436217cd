import { read } from '../core/read.ts';
import type { Argv, Read } from '../core/types.ts';
import { shell } from './shell.ts';

/** A line of a sysctl file about congestion control or the default queue. */
export interface Configured {
  readonly file: string;
  readonly key: 'congestion' | 'qdisc';
  readonly value: string;
}

/** How a host's TCP decides how fast to send. */
export interface Bbr {
  /** The running algorithm and default queue, such as `cubic` and `fq_codel`. */
  readonly congestion: string;
  readonly qdisc: string;
  readonly available: readonly string[];
  /** The kernel has tcp_bbr, loaded or not. */
  readonly exists: boolean;
  /** In the order in which they take effect at boot: the last one of a key wins. */
  readonly configured: readonly Configured[];
}

/** Where the bot writes what it is asked for. */
export const BBR_FILE = '/etc/sysctl.d/90-hostler-bbr.conf';

const BODY = `cd /proc/sys/net
echo "running $(cat ipv4/tcp_congestion_control)"; echo "qdisc $(cat core/default_qdisc)"; echo "available $(cat ipv4/tcp_available_congestion_control)"
case " $(cat ipv4/tcp_available_congestion_control) " in *" bbr "*) echo exists;; *) modprobe -n -q tcp_bbr 2>/dev/null && echo exists;; esac
for f in /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf /lib/sysctl.d/*.conf /etc/sysctl.conf; do
  [ -r "$f" ] || continue; echo "file $f"
  sed -n 's/^[[:space:]]*-\\{0,1\\}[[:space:]]*\\(net[./]core[./]default_qdisc\\|net[./]ipv4[./]tcp_congestion_control\\)[[:space:]]*=[[:space:]]*\\([A-Za-z0-9_-]*\\).*/set \\1 \\2/p' -- "$f"
done; exit 0`;

/** Running values (ip-sysctl, tcp(7)) and what sysctl.d(5) files say. */
export function bbr(): Read<Bbr> {
  return read({ argv: shell('bbr', BODY), parse: parseBbr });
}

export function parseBbr(output: string): Bbr {
  const lines = output.split('\n');
  const field = (name: string) =>
    lines
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1)
      .trim() ?? '';
  const congestion = field('running');
  if (congestion === '') throw new Error('no running congestion control');
  const byFile = new Map<string, Configured[]>();
  let file = '';
  for (const line of lines) {
    if (line.startsWith('file ')) {
      file = line.slice(5);
      byFile.set(file, []);
    }
    const [, name, value] = /^set (\S+) (\S+)$/.exec(line) ?? [];
    if (name && value) byFile.get(file)?.push({ file, key: name.endsWith('qdisc') ? 'qdisc' : 'congestion', value });
  }
  return {
    congestion,
    qdisc: field('qdisc'),
    available: field('available').split(' ').filter(Boolean),
    exists: lines.includes('exists'),
    configured: inEffect([...byFile]).flatMap(([, settings]) => settings),
  };
}

const FOLDERS = ['/etc/sysctl.d/', '/run/sysctl.d/', '/usr/local/lib/sysctl.d/', '/usr/lib/sysctl.d/', '/lib/sysctl.d/'];

/** sysctl.d(5): by file name whatever the folder; of two files of one name the one in the earlier folder. /etc/sysctl.conf comes last. */
function inEffect(files: readonly (readonly [string, Configured[]])[]): (readonly [string, Configured[]])[] {
  const place = (path: string) => (path === '/etc/sysctl.conf' ? '99-sysctl.conf~' : path.slice(path.lastIndexOf('/') + 1));
  const rank = (path: string) => FOLDERS.findIndex((folder) => path.startsWith(folder));
  const chosen = files.filter(([path]) => !files.some(([other]) => place(other) === place(path) && rank(other) < rank(path)));
  return chosen.filter(([path]) => path !== '/etc/sysctl.d/99-sysctl.conf').toSorted(([a], [b]) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
}

/** What the next boot would set, and by which file; none where no file says. */
export function atBoot({ configured }: Bbr, key: Configured['key']): Configured | undefined {
  return configured.findLast((one) => one.key === key);
}

/** The text of our file. */
export function sysctlText(congestion: string, qdisc: string): string {
  return `# Set by Hostler.\nnet.core.default_qdisc = ${qdisc}\nnet.ipv4.tcp_congestion_control = ${congestion}\n`;
}

/** Loads the module; sysctl(8) would, too, but says less of why it cannot. */
export function loadBbr(): Argv {
  return ['modprobe', 'tcp_bbr'];
}

/** Sets the running values from our file. */
export function applyFile(): Argv {
  return ['sysctl', '-p', BBR_FILE];
}

/** Sets the running values. */
export function applyNow(congestion: string, qdisc: string): Argv {
  return ['sysctl', '-w', `net.core.default_qdisc=${qdisc}`, `net.ipv4.tcp_congestion_control=${congestion}`];
}

/** The running values in one line: `bbr fq`. */
export function running(): Argv {
  return shell('bbr-running', 'cd /proc/sys/net && echo "$(cat ipv4/tcp_congestion_control) $(cat core/default_qdisc)"');
}
