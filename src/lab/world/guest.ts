import { type Prng, uuid } from '../prng.ts';

/** A snapshot of a guest. */
export interface Snapshot {
  readonly name: string;
  readonly description: string;
  readonly at: number;
  readonly state: 'running' | 'paused' | 'shutoff';
  parent: string | undefined;
}

/** A virtual machine as libvirt holds it. */
export interface Guest {
  readonly name: string;
  readonly uuid: string;
  readonly vcpus: number;
  readonly memKiB: number;
  readonly autostart: boolean;
  readonly mac: string;
  readonly address: string;
  readonly disk: string;
  /** Takes the power button for nothing. */
  deaf: boolean;
  id: number | undefined;
  state: 'running' | 'paused' | 'shut off';
  reason: string;
  startedAt: number;
  snapshots: Snapshot[];
  current: string | undefined;
  /** Drops a shutdown or reboot that is under way. */
  cancel: (() => void) | undefined;
}

type Named = readonly [name: string, running: boolean | undefined, autostart: boolean];
const NAMED: { readonly [host: string]: readonly Named[] } = {
  kvm1: [
    ['shop', true, true],
    ['build', false, false],
    ['cache', undefined, false],
  ],
  kvm2: [
    ['mail', true, true],
    ['db 02', true, false],
    ['cache', undefined, true],
  ],
};

/** Names for the guests a seed adds; the two hosts draw from different halves, so that only `cache` is on both. */
export function extraNames(random: Prng): readonly [readonly string[], readonly string[]] {
  const names = random.shuffle(['blog', 'git', 'mirror', 'metrics', 'ldap', 'vpn', 'queue', 'search']);
  return [names.slice(0, random.int(0, 2)), names.slice(4, 4 + random.int(0, 2))];
}

/** The guests of a host. */
export function makeGuests(host: string, extra: readonly string[], network: string, bootedAt: number, random: Prng): Guest[] {
  const all = [...(NAMED[host] ?? []), ...extra.map((name): Named => [name, undefined, random.next() < 0.5])];
  let id = 0;
  return all.map(([name, fixed, autostart], index) => {
    const running = fixed ?? random.next() < 0.6;
    const startedAt = bootedAt + random.int(20, 4000) * 1000;
    const old: Snapshot = { name: 'before-upgrade', description: 'before the upgrade', at: bootedAt - 86_400_000, state: 'running', parent: undefined };
    return {
      name,
      uuid: uuid(random),
      vcpus: random.pick([1, 2, 4]),
      memKiB: random.pick([1, 2, 4]) * 1024 * 1024,
      autostart,
      mac: `52:54:00:${random.hex(2)}:${random.hex(2)}:${random.hex(2)}`,
      address: `${network}.${101 + index}`,
      disk: `/var/lib/libvirt/images/${name}.qcow2`,
      deaf: false,
      id: running ? ++id : undefined,
      state: running ? 'running' : 'shut off',
      reason: running ? 'booted' : 'shutdown',
      startedAt,
      snapshots: name === 'shop' ? [old] : [],
      current: name === 'shop' ? old.name : undefined,
      cancel: undefined,
    };
  });
}
