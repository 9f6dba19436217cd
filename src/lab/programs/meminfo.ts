import { type Machine, uptime } from '../world/machine.ts';

/** /proc/meminfo: what is in use grows after a boot and then stays about where it is. */
export function meminfo(machine: Machine): string {
  const total = machine.memKiB;
  const settled = 1 - Math.exp(-uptime(machine) / 30);
  const used = Math.floor(total * (0.08 + machine.usedShare * 0.9 * settled));
  const available = total - used;
  const cached = Math.floor(available * 0.6 * settled);
  const buffers = Math.floor(cached * 0.04);
  const free = Math.floor((available - cached - buffers) * 0.97);
  const swap = machine.tags.includes('kvm') ? 8_388_604 : 1_048_572;
  const lines: readonly (readonly [string, number])[] = [
    ['MemTotal', total],
    ['MemFree', free],
    ['MemAvailable', available],
    ['Buffers', buffers],
    ['Cached', cached],
    ['SwapCached', 0],
    ['Active', Math.floor(used * 0.4)],
    ['Inactive', Math.floor(cached * 0.9)],
    ['Unevictable', 0],
    ['Mlocked', 0],
    ['SwapTotal', swap],
    ['SwapFree', swap],
    ['Dirty', 84],
    ['Writeback', 0],
    ['AnonPages', Math.floor(used * 0.8)],
    ['Mapped', Math.floor(used * 0.1)],
    ['Shmem', Math.floor(total * 0.002)],
    ['Slab', Math.floor(total * 0.02)],
    ['CommitLimit', Math.floor(total / 2) + swap],
    ['Committed_AS', Math.floor(used * 1.3)],
  ];
  return lines.map(([name, kib]) => `${`${name}:`.padEnd(15)}${String(kib).padStart(9)} kB\n`).join('');
}
