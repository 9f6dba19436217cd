import { read } from '../core/read.ts';
import type { Read } from '../core/types.ts';
import { type Mounted, parseMounted } from './machine.ts';
import { sections } from './sections.ts';
import { shell } from './shell.ts';

/** What says how a host is. Sizes in bytes, temperatures in degrees Celsius, the clock's offset in seconds. */
export interface Health {
  readonly cpus: number;
  readonly load: readonly [number, number, number];
  /** Pressure of cpu, memory and io, proc_pressure: the share of the last 10 s in which something waited; undefined where the kernel does not say. */
  readonly pressure: { readonly cpu?: number; readonly memory?: number; readonly io?: number };
  readonly memory: { readonly total: number; readonly available: number; readonly swap: number; readonly swapFree: number };
  readonly disks: readonly Mounted[];
  readonly inodes: readonly Mounted[];
  readonly failed: readonly string[];
  /** What there is and could not be asked: nothing of it is no good news. */
  readonly unread: readonly ('failed' | 'disks')[];
  readonly hottest: number | undefined;
  readonly throttled: Throttled | undefined;
  /** Lines of the kernel's log since boot that mean trouble; undefined where it cannot be read. */
  readonly kernel: readonly KernelTrouble[] | undefined;
  readonly synced: boolean | undefined;
  readonly rebootRequired: boolean;
}
/** A Raspberry Pi's firmware: what is so now, and what was since boot. */
export interface Throttled {
  readonly now: readonly Limit[];
  readonly since: readonly Limit[];
}
export type Limit = 'under-voltage' | 'frequency capped' | 'throttled' | 'soft temperature limit';
export interface KernelTrouble {
  readonly kind: 'oom' | 'io' | 'readonly' | 'voltage' | 'machine check';
  readonly line: string;
}

const BODY = `echo "== load"; cat /proc/loadavg; nproc
echo "== pressure"; for f in cpu memory io; do [ -r /proc/pressure/$f ] && sed -n "s/^some/$f/p" /proc/pressure/$f; done
echo "== memory"; cat /proc/meminfo
echo "== disks"; df -P -B1 -x tmpfs -x devtmpfs -x overlay -x squashfs -x efivarfs -x iso9660 2>/dev/null
echo "== inodes"; df -P -i -x tmpfs -x devtmpfs -x overlay -x squashfs -x efivarfs -x iso9660 2>/dev/null
if [ -d /run/systemd/system ]; then if out=$(timeout 5 systemctl list-units --failed --no-legend --no-pager --plain 2>/dev/null); then echo "== failed"; printf '%s\\n' "$out" | head -n 50; else echo "== unread"; echo failed; fi; fi
echo "== heat"; cat /sys/class/thermal/thermal_zone*/temp /sys/class/hwmon/hwmon*/temp*_input 2>/dev/null
echo "== throttled"; command -v vcgencmd >/dev/null && vcgencmd get_throttled 2>/dev/null
echo "== kernel"; { timeout 5 journalctl -k -b -q -o cat --no-pager -n 5000 2>/dev/null || dmesg 2>/dev/null; } >/dev/null && echo readable
{ timeout 5 journalctl -k -b -q -o cat --no-pager -n 5000 2>/dev/null || dmesg 2>/dev/null; } | grep -E 'Out of memory: Killed|out of memory: Killed|I/O error|Remounting filesystem read-only|[Uu]nder-?voltage detected|\\[Hardware Error\\]' | tail -n 30
echo "== clock"; timedatectl show -p NTPSynchronized --value 2>/dev/null
echo "== reboot"; [ -e /run/reboot-required ] && echo yes; exit 0`;

/** One question for everything that says how a host is: proc(5), df(1), systemctl(1), the kernel's log. */
export function health(): Read<Health> {
  return read({ argv: shell('host-health', BODY), parse: parseHealth });
}

export function parseHealth(output: string): Health {
  const of = sections(output);
  const [load = '', cpus = '1'] = of('load');
  const [one = 0, five = 0, fifteen = 0] = load.split(' ').map(Number);
  const some = (name: string) => {
    const value = of('pressure')
      .map((line) => new RegExp(`^${name} avg10=([\\d.]+)`).exec(line)?.[1])
      .find(Boolean);
    return value === undefined ? {} : { [name]: Number(value) };
  };
  const memory = of('memory').join('\n');
  if (!memory.includes('MemTotal:')) throw new Error('no /proc/meminfo');
  const kib = (name: string) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(memory)?.[1] ?? 0);
  const heat = of('heat')
    .map(Number)
    .filter((n) => n > 0 && n < 150_000);
  const [readable, ...kernel] = of('kernel');
  const synced = of('clock')[0];
  return {
    cpus: Number(cpus) || 1,
    load: [one, five, fifteen],
    pressure: { ...some('cpu'), ...some('memory'), ...some('io') },
    memory: { total: kib('MemTotal'), available: kib('MemAvailable'), swap: kib('SwapTotal'), swapFree: kib('SwapFree') },
    disks: parseMounted(of('disks').join('\n')),
    inodes: parseMounted(of('inodes').join('\n')),
    failed: of('failed').flatMap((line) => /^[●*\s]*(\S+)/.exec(line)?.[1] ?? []),
    unread: [...(of('unread').includes('failed') ? (['failed'] as const) : []), ...(of('disks').length === 0 ? (['disks'] as const) : [])],
    hottest: heat.length > 0 ? Math.max(...heat) / 1000 : undefined,
    throttled: parseThrottled(of('throttled')[0] ?? ''),
    kernel: readable === 'readable' ? kernel.flatMap(troubleOf) : undefined,
    synced: synced === 'yes' ? true : synced === 'no' ? false : undefined,
    rebootRequired: of('reboot')[0] === 'yes',
  };
}

const KINDS: readonly (readonly [RegExp, KernelTrouble['kind']])[] = [
  [/out of memory: killed/i, 'oom'],
  [/remounting filesystem read-only/i, 'readonly'],
  [/under-?voltage detected/i, 'voltage'],
  [/\[Hardware Error\]/, 'machine check'],
  [/I\/O error/, 'io'],
];

function troubleOf(line: string): KernelTrouble[] {
  if (/dev (fd|sr)\d/.test(line)) return []; // a drive without a disc in it
  const kind = KINDS.find(([pattern]) => pattern.test(line))?.[1];
  return kind ? [{ kind, line: line.slice(0, 200) }] : [];
}

const LIMITS: readonly Limit[] = ['under-voltage', 'frequency capped', 'throttled', 'soft temperature limit'];

/** `throttled=0x50005`: bits 0 to 3 are now, 16 to 19 since boot, as the firmware's documentation of `vcgencmd get_throttled` has them. */
export function parseThrottled(output: string): Throttled | undefined {
  const hex = /throttled=0x([0-9a-fA-F]+)/.exec(output)?.[1];
  if (hex === undefined) return undefined;
  const bits = Number.parseInt(hex, 16);
  const at = (shift: number) => LIMITS.filter((_, bit) => (bits & (1 << (bit + shift))) !== 0);
  return { now: at(0), since: at(16) };
}
