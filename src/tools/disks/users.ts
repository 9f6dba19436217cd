import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { shell } from '../shell.ts';

/**
 * POSIX sh: `users DEVICE` prints who uses a disk or a partition of it as it is, without mounting it: who has it open for writing, as a guest that runs does
 * (no claim of the kernel says so), and the guests of this host in whose configuration it stands.
 */
export const USERS = `users() {
  d=$(readlink -f -- "$1"); n=\${d##*/}
  for u in "$d" $(for p in /sys/class/block/"$n"/"$n"*; do [ ! -e "$p/partition" ] || echo "/dev/\${p##*/}"; done); do
    find /proc/[0-9]*/fd -maxdepth 1 -type l -lname "$u" 2>/dev/null | while IFS=/ read -r _ _ p _ f; do
      grep -Eqs '^flags:.*[12]$' "/proc/$p/fdinfo/$f" && echo "open by $(cat "/proc/$p/comm" 2>/dev/null) ($p)"
    done
    for l in "$u" $(udevadm info --query=symlink --root --name="$u" 2>/dev/null); do
      grep -lswF -- "$l" /etc/pve/qemu-server/*.conf /etc/pve/lxc/*.conf /etc/libvirt/qemu/*.xml | sed 's/^/guest /'
    done
  done | sort -u
}`;

/** Who uses disks without mounting them, a line each, after the disk's name. */
export function diskUsers(disks: readonly string[]): Read<readonly string[]> {
  return read({
    argv: shell('disk-users', `${USERS}\nfor one; do users "$one" | sed "s|^|$one |"; done`, ...disks),
    parse: (output) => output.split('\n').filter((line) => line !== ''),
  });
}
