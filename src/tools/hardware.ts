import { read } from '../core/read.ts';
import type { Read } from '../core/types.ts';
import { parseThrottled, type Throttled } from './health.ts';
import { sections } from './sections.ts';
import { shell } from './shell.ts';

/** What a host is made of. Sizes in bytes, temperature in degrees Celsius. */
export interface Hardware {
  /** Who made it and what it is called, by DMI or the device tree. */
  readonly model: string;
  /** `kvm`, `none`, …: systemd-detect-virt(1). */
  readonly virtual: string;
  /** lscpu(1): the fields by name, without their colon. */
  readonly cpu: ReadonlyMap<string, string>;
  readonly memory: number;
  readonly disks: readonly Disk[];
  /** What dmidecode(8) says of memory modules, as it says it; empty where it says nothing. */
  readonly modules: string;
  readonly pci: readonly string[];
  readonly usb: readonly string[];
  readonly temperature: number | undefined;
  readonly throttled: Throttled | undefined;
}
export interface Disk {
  readonly name: string;
  readonly size: number;
  readonly model: string;
  readonly rotates: boolean;
  readonly parts: readonly string[];
}

const BODY = `echo "== model"; if [ -r /proc/device-tree/model ]; then tr -d '\\000' </proc/device-tree/model; echo; else cat /sys/class/dmi/id/sys_vendor /sys/class/dmi/id/product_name 2>/dev/null; fi
echo "== virtual"; systemd-detect-virt 2>/dev/null
echo "== cpu"; lscpu -J 2>/dev/null
echo "== memory"; sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo
echo "== disks"; lsblk -J -b -o NAME,TYPE,SIZE,MODEL,ROTA,FSTYPE,MOUNTPOINT 2>/dev/null
echo "== modules"; timeout 4 dmidecode -q -t memory 2>/dev/null | head -n 200
echo "== pci"; timeout 4 lspci 2>/dev/null | head -n 200
echo "== usb"; timeout 4 lsusb 2>/dev/null | head -n 100
echo "== heat"; cat /sys/class/thermal/thermal_zone0/temp 2>/dev/null
echo "== throttled"; command -v vcgencmd >/dev/null && vcgencmd get_throttled 2>/dev/null; exit 0`;

/** lscpu(1) and lsblk(8) in JSON, DMI or the device tree, and what of lspci, lsusb, dmidecode and vcgencmd is there. */
export function hardware(): Read<Hardware> {
  return read({ argv: shell('host-hardware', BODY), keepMs: 60_000, parse: parseHardware });
}

export function parseHardware(output: string): Hardware {
  const of = sections(output);
  const json = (name: string): unknown => {
    const text = of(name).join('\n');
    return text === '' ? {} : JSON.parse(text);
  };
  const heat = Number(of('heat')[0]);
  return {
    model: of('model').join(' ').trim(),
    virtual: of('virtual')[0] ?? '',
    cpu: new Map(rows(json('cpu'), 'lscpu').flatMap(fields)),
    memory: 1024 * (Number(of('memory')[0]) || 0),
    disks: rows(json('disks'), 'blockdevices').flatMap(disk),
    modules: of('modules').join('\n'),
    pci: of('pci'),
    usb: of('usb'),
    temperature: heat > 0 ? heat / 1000 : undefined,
    throttled: parseThrottled(of('throttled')[0] ?? ''),
  };
}

type Row = Readonly<Record<string, unknown>>;

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

function rows(value: unknown, name: string): Row[] {
  const all = isRow(value) ? value[name] : undefined;
  return Array.isArray(all) ? all.filter(isRow) : [];
}

/** `{field, data}`, and in newer versions those below it in `children`. */
function fields(row: Row): (readonly [string, string])[] {
  const own = typeof row.field === 'string' && typeof row.data === 'string' ? [[row.field.replace(/:$/, ''), row.data] as const] : [];
  return [...own, ...rows(row, 'children').flatMap(fields)];
}

function disk(row: Row): Disk[] {
  if (row.type !== 'disk' || Number(row.size) === 0) return [];
  const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
  const parts = rows(row, 'children').map((part) => [part.name, part.fstype, part.mountpoint].map(text).filter(Boolean).join(' '));
  // Older versions say "1" where newer ones say true.
  const rotates = row.rota === true || row.rota === '1';
  return [{ name: text(row.name), size: Number(row.size), model: text(row.model), rotates, parts }];
}
