import { z } from 'zod';
import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { shell } from '../shell.ts';

/** A block device. Sizes in bytes; what is not known is empty. */
export interface BlockDevice {
  /** Its file, such as `/dev/sda1`. */
  readonly name: string;
  /** What it is a part of. */
  readonly parent: string;
  readonly type: string;
  readonly size: number;
  /** As lsblk or blkid names it: `ext4`, `swap`, `LVM2_member`, `linux_raid_member`, `zfs_member`. */
  readonly fstype: string;
  readonly label: string;
  readonly uuid: string;
  readonly mounts: readonly string[];
  readonly model: string;
  readonly serial: string;
  readonly bus: string;
  /** It takes discards. */
  readonly discard: boolean;
  readonly rotates: boolean;
  readonly readOnly: boolean;
  /** What is used of the file system on it, where it is mounted. */
  readonly used: number | undefined;
  readonly children: readonly BlockDevice[];
}

/** Columns that lsblk(8) has had for long, and those it got later: 2.33 and 2.37. */
const OLD = 'NAME,PKNAME,TYPE,SIZE,FSTYPE,LABEL,UUID,MODEL,SERIAL,DISC-MAX,ROTA,RO,TRAN';
/** Where no udev runs lsblk knows no file systems, so that blkid is asked too. */
const BODY = `lsblk -J -b -p -o "$1,FSUSED,MOUNTPOINTS" 2>/dev/null || lsblk -J -b -p -o "$1,MOUNTPOINT"
echo; echo "== blkid"; timeout 5 blkid -o export 2>/dev/null || :`;

/** All block devices as a tree: `lsblk -J`. */
export function blockDevices(): Read<readonly BlockDevice[]> {
  return read({ argv: shell('block-devices', BODY, OLD), parse: parseBlockDevices });
}

/** Older versions give every value as text. */
const text = z.union([z.string(), z.number(), z.boolean(), z.null()]).optional();
const shape: z.ZodType<Raw> = z.object({
  ...{ name: z.string(), pkname: text, type: text, size: text, fstype: text, label: text, uuid: text, model: text, serial: text },
  ...{ 'disc-max': text, rota: text, ro: text, tran: text, fsused: text, mountpoint: text },
  mountpoints: z.array(z.string().nullable()).optional(),
  children: z.lazy(() => z.array(shape)).optional(),
});
type Value = string | number | boolean | null | undefined;
interface Raw {
  readonly name: string;
  readonly mountpoints?: readonly (string | null)[] | undefined;
  readonly children?: readonly Raw[] | undefined;
  readonly [column: string]: unknown;
}

export function parseBlockDevices(output: string): BlockDevice[] {
  const [tree = '', export_ = ''] = output.split('\n== blkid\n');
  const signs = parseBlkid(export_);
  const { blockdevices } = z.object({ blockdevices: z.array(shape) }).parse(JSON.parse(tree));
  return blockdevices.map((raw) => toDevice(raw, signs));
}

function toDevice(raw: Raw, signs: ReadonlyMap<string, Readonly<Record<string, string>>>): BlockDevice {
  const value = (column: string): Value => {
    const found = raw[column];
    return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? found : undefined;
  };
  const words = (column: string) => String(value(column) ?? '').trim();
  const yes = (column: string) => value(column) === true || words(column) === '1';
  const sign = signs.get(raw.name) ?? {};
  const mounts = raw.mountpoints ?? [words('mountpoint')];
  return {
    name: raw.name,
    parent: words('pkname'),
    type: words('type'),
    size: Number(words('size')),
    fstype: words('fstype') || (sign.TYPE ?? ''),
    label: words('label') || (sign.LABEL ?? ''),
    uuid: words('uuid') || (sign.UUID ?? ''),
    mounts: mounts.filter((mount): mount is string => typeof mount === 'string' && mount !== ''),
    model: words('model'),
    serial: words('serial'),
    bus: words('tran'),
    discard: Number(words('disc-max')) > 0,
    rotates: yes('rota'),
    readOnly: yes('ro'),
    used: words('fsused') === '' ? undefined : Number(words('fsused')),
    children: (raw.children ?? []).map((child) => toDevice(child, signs)),
  };
}

/** `blkid -o export`: `NAME=value` lines, a blank line between devices, by their file. */
export function parseBlkid(output: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const blocks = output.split(/\n\s*\n/).map((block) =>
    Object.fromEntries(
      block.split('\n').flatMap((line) => {
        const at = line.indexOf('=');
        return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
      }),
    ),
  );
  return new Map(blocks.flatMap((block) => (block.DEVNAME ? [[block.DEVNAME, block] as const] : [])));
}

/** The devices of a tree one after the other, parents first; each once, though it may hang on several. */
export function flat(devices: readonly BlockDevice[]): BlockDevice[] {
  const all = devices.flatMap((device): BlockDevice[] => [device, ...flat(device.children)]);
  return [...new Map(all.map((device) => [device.name, device])).values()];
}
