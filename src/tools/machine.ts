import { read } from '../core/read.ts';
import type { Argv, Read } from '../core/types.ts';

/** What the kernel and the distribution say of a machine. Memory in KiB, uptime in seconds. */
export interface Machine {
  readonly bootId: string;
  readonly load: readonly [number, number, number];
  readonly uptime: number;
  readonly memoryKiB: number;
  readonly availableKiB: number;
  readonly os: string;
}

const FILES = ['/proc/sys/kernel/random/boot_id', '/proc/loadavg', '/proc/uptime', '/proc/meminfo', '/etc/os-release'] as const;

/** Several files in one question: boot id, load, uptime, memory (proc(5)) and os-release(5). */
export function machine(): Read<Machine> {
  return read({ argv: ['cat', ...FILES], parse: parseMachine });
}

export function parseMachine(output: string): Machine {
  const lines = output.split('\n');
  const load = (lines[1] ?? '').split(' ').map(Number);
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(output)?.[1] ?? 0);
  return {
    bootId: (lines[0] ?? '').trim(),
    load: [load[0] ?? 0, load[1] ?? 0, load[2] ?? 0],
    uptime: Number.parseFloat(lines[2] ?? '0'),
    memoryKiB: field('MemTotal'),
    availableKiB: field('MemAvailable'),
    os: /^PRETTY_NAME="?(.*?)"?$/m.exec(output)?.[1] ?? '',
  };
}

/** The boot id alone: another one proves a reboot. random(4). */
export function bootId(): Read<string> {
  return read({ argv: ['cat', '/proc/sys/kernel/random/boot_id'], parse: (output) => output.trim() });
}

export function kernel(): Read<string> {
  return read({ argv: ['uname', '-r'], parse: (output) => output.trim() });
}

/** A mounted file system. Sizes in bytes. */
export interface Mounted {
  readonly target: string;
  readonly size: number;
  readonly used: number;
}

/** Real file systems: `df -P -B1`, POSIX columns. */
export function mounted(): Read<readonly Mounted[]> {
  const argv: Argv = ['df', '-P', '-B1', '-x', 'tmpfs', '-x', 'devtmpfs', '-x', 'overlay', '-x', 'squashfs', '-x', 'efivarfs'];
  return read({ argv, exits: [1], parse: parseMounted });
}

export function parseMounted(output: string): Mounted[] {
  return output.split('\n').flatMap((line) => {
    const [, size, used, target] = /^.+?\s+(\d+)\s+(\d+)\s+\d+\s+\d+%\s+(.*)$/.exec(line) ?? [];
    return size && used && target ? [{ target, size: Number(size), used: Number(used) }] : [];
  });
}
