import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { shell } from '../shell.ts';
import { ACCOUNTS } from './accounts.ts';
import { PART, partOf, type Sections, sections } from './sections.ts';

/** Units that checks want to know of. */
export const UNITS = ['pve-firewall.service', 'fstrim.timer', 'kubelet.service', 'k3s.service', 'rke2-server.service', 'rke2-agent.service'] as const;

const BODY = `${PART}
has() { command -v "$1" >/dev/null 2>&1; }
full() { part=$1; shift; out=$(timeout 4 df -P "$@" -l -x tmpfs -x devtmpfs -x overlay -x squashfs -x iso9660 2>/dev/null); if [ $? = 124 ] || [ -z "$out" ]; then echo "== unread $part"; else echo "== $part"; printf '%s\\n' "$out" | tail -n +2; fi; }
if [ -d /run/systemd/system ]; then
  part failed timeout 3 systemctl list-units --failed --plain --no-legend --no-pager --all
  part units timeout 3 systemctl show --no-pager --property=Id,LoadState,ActiveState,UnitFileState -- "$@"
  rootbackup() {
    timeout 3 systemctl show --no-pager --property=Id,LoadState,ActiveState,Result,RequiresMountsFor,ExecStart,ExecMainExitTimestamp rootfs-backup.service || return 1
    t=$(timeout 3 systemctl show --property=ExecMainExitTimestamp --value rootfs-backup.service) || return 1; [ -z "$t" ] || echo "EndedAt=$(date -d "$t" +%s)"
  }
  part rootbackup rootbackup
fi
echo "== uptime"; cut -d. -f1 /proc/uptime
echo "== mounts"; head -n 2000 /proc/self/mountinfo
full df -k; full inodes -i
echo "== swaps"; tail -n +2 /proc/swaps
echo "== fstab-swap"; [ ! -r /etc/fstab ] || awk '$1 !~ /^#/ && $3 == "swap"' /etc/fstab
[ ! -r /sys/kernel/mm/ksm/run ] || { echo "== ksm"; cat /sys/kernel/mm/ksm/run; }
echo "== congestion"; cat /proc/sys/net/ipv4/tcp_congestion_control 2>/dev/null
echo "== congestion-wanted"; cat /usr/lib/sysctl.d/*.conf /run/sysctl.d/*.conf /etc/sysctl.d/*.conf /etc/sysctl.conf 2>/dev/null | sed -n 's/^[[:space:]]*-\\{0,1\\}net[./]ipv4[./]tcp_congestion_control[[:space:]]*=[[:space:]]*//p'
echo "== kernel"; uname -r
echo "== kernels"; ls -1 /boot 2>/dev/null | sed -n 's/^vmlinuz-//p' | grep -v rescue | sort -V
echo "== reboot"; [ ! -e /run/reboot-required ] || { echo required; head -n 20 /run/reboot-required.pkgs 2>/dev/null; }
if has dpkg; then out=$(timeout 5 dpkg --audit 2>&1); [ $? = 124 ] && echo "== unread dpkg" || { echo "== dpkg"; printf '%s\\n' "$out" | head -n 20; }; ls -1 /var/lib/dpkg/updates 2>/dev/null | grep '^[0-9]' | head -n 5; fi
if has apt-get; then echo "== lists"; date +%s; stat -c %Y /var/lib/apt/lists /var/lib/apt/lists/partial /var/lib/apt/periodic/update-success-stamp 2>/dev/null; fi
if [ -d /etc/systrace ] || has systrace-failslow; then echo "== systrace"; fi
if has vcgencmd; then echo "== throttled"; timeout 2 vcgencmd get_throttled; fi
echo "== md"; for d in /sys/block/md*/md; do [ ! -r "$d/degraded" ] || { n=\${d#/sys/block/}; echo "\${n%/md} $(cat "$d/level") $(cat "$d/raid_disks") $(cat "$d/degraded") $(cat "$d/sync_action" 2>/dev/null)"; }; done
echo "== discard"; for d in /sys/block/*/queue/discard_max_bytes; do [ ! -r "$d" ] || case $d in */loop*|*/ram*|*/zram*|*/zd*) ;; *) echo "$d $(cat "$d")";; esac; done
${ACCOUNTS}
exit 0`;

/** How a host is in general, for many checks at once: one answer from proc(5), sysfs, systemctl(1), df(1), dpkg(1), shadow(5). */
export function system(): Read<Sections> {
  return read({ argv: shell('doctor-system', BODY, ...UNITS), parse: sections });
}

/** The blank-separated words of a line. */
export function wordsOf(line: string): string[] {
  return line.trim().split(/\s+/);
}

/** What `systemctl show` says of a unit, of several in one answer: blocks that begin with `Id=`, or end before it. */
export function unitOf(all: Sections, id: string): ReadonlyMap<string, string> | undefined {
  const lines = partOf(all, 'units');
  if (!lines) return undefined;
  // Properties come in systemd's own order, the same for each unit: a block ends before the first one comes again.
  const first = lines[0]?.split('=')[0] ?? '';
  const blocks: Map<string, string>[] = [];
  for (const line of lines) {
    const at = line.indexOf('=');
    const name = line.slice(0, at);
    if (name === first) blocks.push(new Map());
    blocks.at(-1)?.set(name, line.slice(at + 1));
  }
  return blocks.find((block) => block.get('Id') === id);
}

/** A mounted file system. `options`: of the file system itself, not of a second view of it. */
export interface Mounted {
  readonly target: string;
  readonly type: string;
  readonly device: string;
  readonly options: readonly string[];
}

/** Lines of /proc/self/mountinfo: proc_pid_mountinfo(5). */
export function mountsOf(all: Sections): Mounted[] {
  return (all.get('mounts') ?? []).flatMap((line) => {
    const [mount = '', file = ''] = line.split(' - ');
    const [type = '', device = '', options = ''] = wordsOf(file);
    return file === '' ? [] : [{ target: wordsOf(mount)[4] ?? '', type, device, options: options.split(',') }];
  });
}
