import { properties, type Row, text } from './fields.ts';

/** A disk or mount point of a guest's config. `size` in bytes, where it is said. */
export interface Disk {
  /** Such as `scsi0`, `rootfs`. */
  readonly name: string;
  /** The volume, such as `ceph:vm-100-disk-0`; or a path, `none`, `cdrom`. */
  readonly volume: string;
  readonly storage: string | undefined;
  readonly size: number | undefined;
  readonly cdrom: boolean;
  /** The whole value. */
  readonly value: string;
}

const NAMES = { qemu: /^(ide|sata|scsi|virtio)\d+$|^(efidisk0|tpmstate0)$/, lxc: /^rootfs$|^mp\d+$/ } as const;

/** The disks of a config, CD drives and mount points included; unused ones are not. */
export function disksOf(type: 'qemu' | 'lxc', config: Row): Disk[] {
  return Object.keys(config)
    .filter((name) => NAMES[type].test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => diskOf(name, text(config, name) ?? ''));
}

function diskOf(name: string, value: string): Disk {
  const parts = properties(value);
  const volume = parts.get('') ?? parts.get('file') ?? parts.get('volume') ?? value.split(',')[0] ?? '';
  return {
    name,
    volume,
    storage: /^([A-Za-z][A-Za-z0-9._-]*):/.exec(volume)?.[1],
    size: sizeOf(parts.get('size')),
    // A cloud-init drive looks like a CD, and is made anew wherever the guest goes.
    cdrom: parts.get('media') === 'cdrom' && !volume.includes('cloudinit'),
    value,
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Bytes of `32G`, `1.5T`; undefined where it is no size. */
export function sizeOf(value: string | undefined): number | undefined {
  const [, n, unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(value ?? '') ?? [];
  return n === undefined ? undefined : Math.round(Number(n) * (UNITS[unit] ?? 1));
}

/** Bytes as Proxmox writes them into a config: in the largest unit that divides them. */
export function sizeText(size: number): string {
  for (const unit of ['T', 'G', 'M', 'K']) {
    const one = UNITS[unit] ?? 1;
    if (size >= one && size % one === 0) return `${size / one}${unit}`;
  }
  return String(size);
}
