import { pause } from '../../timers.ts';
import { die } from '../refused.ts';
import type { Ask } from '../route.ts';
import { type Guest, quorate, type World } from '../world.ts';

/** How long a lock file is waited for, in milliseconds before the pace. */
const PATIENCE_MS = 10_000;

/** Where a guest's config is, as messages name it. */
export function confFile({ type, vmid, node }: Pick<Guest, 'type' | 'vmid' | 'node'>): string {
  return `nodes/${node}/${type === 'qemu' ? 'qemu-server' : 'lxc'}/${vmid}.conf`;
}

/** The guest of a path. It must be of that type and on that node, else its config does not exist there. */
export function guestAt({ world, at, given }: Pick<Ask, 'world' | 'at' | 'given'>, type: Guest['type']): Guest {
  const vmid = given.number('vmid') ?? 0;
  return still(world, type, vmid, at.name);
}

/** The guest as it is now; throws when it is not there any more. */
export function still(world: World, type: Guest['type'], vmid: number, node: string): Guest {
  const found = world.guests.get(vmid);
  if (!found || found.type !== type || found.node !== node) throw die(`Configuration file '${confFile({ type, vmid, node })}' does not exist`);
  return found;
}

/** `VM` or `CT`. */
export const word = ({ type }: Pick<Guest, 'type'>): string => (type === 'qemu' ? 'VM' : 'CT');

/** Throws when the config is locked; `but` is a lock that does not matter. */
export function checkLock(guest: Guest, but?: string): void {
  const { lock } = guest.config;
  if (lock !== undefined && lock !== but) throw die(`${word(guest)} is locked (${lock})`);
}

/** Throws when the cluster cannot write. */
export function checkQuorum(world: World): void {
  if (!quorate(world)) throw die('cluster not ready - no quorum?');
}

/** Throws what writing a config without quorum comes to. */
export function checkWritable(world: World, guest: Pick<Guest, 'type' | 'vmid' | 'node'>): void {
  if (!quorate(world)) throw die(`unable to open file '/etc/pve/${confFile(guest)}.tmp.${world.nextPid}' - Permission denied`);
}

/** Does something while holding a guest's lock file; waits for it, and gives up with the text of a timeout. */
export async function flocked<T>(world: World, guest: Guest, act: () => T | Promise<T>, signal: AbortSignal = world.closing): Promise<T> {
  const step = Math.max(5, 100 * world.pace);
  for (let waited = 0; guest.flocked || world.flocks.has(guest.vmid); waited += step) {
    if (waited >= PATIENCE_MS * world.pace || signal.aborted) throw die(`can't lock file '${lockFile(guest)}' - got timeout`);
    await pause(step, signal);
  }
  world.flocks.add(guest.vmid);
  try {
    return await act();
  } finally {
    world.flocks.delete(guest.vmid);
  }
}

function lockFile({ type, vmid }: Guest): string {
  return type === 'qemu' ? `/var/lock/qemu-server/lock-${vmid}.conf` : `/run/lock/lxc/pve-config-${vmid}.lock`;
}
