import type { Argv } from '../core/types.ts';
import { shell } from './shell.ts';

/** By whatever the host has; the last two say it to every link by UDP port 9. */
const BODY = `mac=$1 done=
if command -v etherwake >/dev/null; then
  for dev in $(ip -o route show default | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p' | sort -u); do etherwake -i "$dev" "$mac" && done=1; done
fi
[ -n "$done" ] || { command -v wakeonlan >/dev/null && wakeonlan "$mac" && done=1; }
[ -n "$done" ] || { command -v python3 >/dev/null && python3 - "$mac" <<'END' && done=1
import socket, sys
packet = b'\\xff' * 6 + bytes.fromhex(sys.argv[1].replace(':', '')) * 16
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.sendto(packet, ('255.255.255.255', 9))
print('sent', len(packet), 'bytes')
END
}
[ -n "$done" ] || { echo "no etherwake, wakeonlan or python3 here" >&2; exit 1; }`;

/** Sends the magic packet: six times 255, then sixteen times the address of the card to be woken. */
export function wake(mac: string): Argv {
  return shell('wake', BODY, mac);
}

/** What a host must have one of to send it. */
export const WAKERS = ['etherwake', 'wakeonlan', 'python3'] as const;
