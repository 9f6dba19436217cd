import { FILES as OF_AREAS } from '../areas/all.ts';
import type { Machine } from '../world/machine.ts';
import { uptime } from '../world/machine.ts';
import { cpuinfo } from './cpuinfo.ts';
import { loads } from './load.ts';
import { meminfo } from './meminfo.ts';

const FILES: { readonly [path: string]: (machine: Machine) => string } = {
  '/etc/os-release': ({ os }) => os.release,
  '/usr/lib/os-release': ({ os }) => os.release,
  '/etc/hostname': ({ name }) => `${name}\n`,
  '/proc/cpuinfo': cpuinfo,
  '/proc/loadavg': (machine) => `${loads(machine).join(' ')} ${1 + Math.floor(machine.load)}/${180 + machine.units.length * 7} ${machine.nextPid}\n`,
  '/proc/meminfo': meminfo,
  '/proc/sys/kernel/osrelease': ({ os }) => `${os.kernel}\n`,
  '/proc/sys/kernel/random/boot_id': ({ bootId }) => `${bootId}\n`,
  '/proc/uptime': (machine) =>
    `${uptime(machine).toFixed(2)} ${(uptime(machine) * machine.cpus * (1 - Math.min(0.9, machine.load / machine.cpus))).toFixed(2)}\n`,
};
const DIRECTORIES = [
  '/',
  '/etc',
  '/home',
  '/opt',
  '/proc',
  '/root',
  '/srv',
  '/sys',
  '/tmp',
  '/usr',
  '/var',
  '/var/lib',
  '/var/lib/libvirt',
  '/var/log',
  '/var/tmp',
];

/** The text of a file of the host, if the host has it. */
export function readFile(machine: Machine, path: string): string | undefined {
  const written = machine.files.get(path);
  if (written !== undefined) return written ?? undefined; // null: it was removed
  return Object.hasOwn(FILES, path) ? FILES[path]?.(machine) : OF_AREAS.get(path)?.(machine);
}

/** The directories of the host. */
export function directories(machine: Machine): ReadonlySet<string> {
  return new Set([...DIRECTORIES, ...machine.mounts.map((mount) => mount.on)]);
}
