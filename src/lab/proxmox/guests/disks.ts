import type { Config, Guest } from '../world.ts';

/** A drive of a guest. `size` in bytes. */
export interface Disk {
  /** The option that names it, such as `scsi0`. */
  readonly key: string;
  /** `storage:volume`, or `none` and `cdrom` for drives without a volume. */
  readonly volid: string;
  readonly storage: string | undefined;
  readonly size: number;
  readonly cdrom: boolean;
  readonly backup: boolean;
}

const QEMU = /^((ide|sata|scsi|virtio|unused)\d+|efidisk0|tpmstate0)$/;
const LXC = /^(rootfs|(mp|unused)\d+)$/;
const UNITS: { readonly [unit: string]: number } = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Whether an option is a drive. */
export function isDrive(type: Guest['type'], key: string): boolean {
  return (type === 'qemu' ? QEMU : LXC).test(key);
}

/** The drives in a config, in the order of its options. */
export function disksOf(type: Guest['type'], config: Config): readonly Disk[] {
  return Object.entries(config).flatMap(([key, value]) => (isDrive(type, key) ? [diskOf(key, String(value))] : []));
}

function diskOf(key: string, text: string): Disk {
  const [first = '', ...rest] = text.split(',');
  const volid = first.replace(/^(file|volume)=/, '');
  return {
    key,
    volid,
    storage: /^([^:/]+):/.exec(volid)?.[1],
    size: bytes(rest.find((part) => part.startsWith('size='))?.slice(5) ?? '0'),
    cdrom: rest.includes('media=cdrom'),
    backup: !rest.includes('backup=0') && !key.startsWith('unused'),
  };
}

/** Bytes of a size such as `32G`. */
export function bytes(text: string): number {
  const [, number = '0', unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(text) ?? [];
  return Math.round(Number(number) * (UNITS[unit] ?? 1));
}

/** A size as config files write it. */
export function sizeText(size: number): string {
  for (const unit of ['T', 'G', 'M', 'K']) if (size % (UNITS[unit] ?? 1) === 0) return `${size / (UNITS[unit] ?? 1)}${unit}`;
  return String(size);
}

/** The size of the drive a guest boots from. */
export function bootSize({ type, config }: Guest): number {
  const disks = disksOf(type, config).filter((disk) => !disk.cdrom);
  if (type === 'lxc') return disks.find(({ key }) => key === 'rootfs')?.size ?? 0;
  const order = /order=([^,]*)/.exec(String(config.boot ?? ''))?.[1]?.split(';') ?? ['scsi0', 'virtio0', 'sata0', 'ide0'];
  for (const key of order) {
    const found = disks.find((disk) => disk.key === key);
    if (found) return found.size;
  }
  return 0;
}
