import { prng, uuid } from '../../prng.ts';
import type { Machine } from '../../world/machine.ts';
import { kept } from '../area.ts';

const GIB = 1024 ** 3;

/** A block device of a practice host. Sizes in bytes. */
export interface Device {
  readonly name: string;
  readonly type: 'disk' | 'part' | 'lvm';
  size: number;
  fstype: string;
  label: string;
  uuid: string;
  mounts: string[];
  readonly model: string;
  readonly serial: string;
  readonly tran: string;
  readonly discard: boolean;
  /** How large the file system on it is, and how much of it is used. */
  fsSize: number;
  used: number;
  options: string;
  readonly children: Device[];
}

interface Made extends Partial<Omit<Device, 'name' | 'size' | 'type'>> {
  readonly type?: Device['type'];
}

function device(machine: Machine, name: string, size: number, made: Made = {}): Device {
  const fstype = made.fstype ?? '';
  return {
    ...{
      name,
      type: made.type ?? 'part',
      size,
      fstype,
      label: '',
      mounts: [],
      model: '',
      serial: '',
      tran: '',
      discard: true,
      used: 0,
      options: 'rw,relatime',
      children: [],
    },
    uuid: fstype === '' ? '' : uuid(prng(1, `${machine.name} ${name}`)),
    fsSize: size,
    ...made,
  };
}

const disk = (machine: Machine, letter: string, size: number, children: Device[], more: Made = {}): Device =>
  device(machine, `/dev/${letter}`, size, {
    type: 'disk',
    model: 'SAMSUNG MZ7LH480',
    serial: `S45N${letter.toUpperCase()}0${machine.name.toUpperCase()}`,
    tran: 'sata',
    ...more,
    children,
  });

/** The disks a host has: those its file systems lie on, and what is there to practise with. */
export const devicesOf = kept((machine): { readonly all: Device[] } => {
  const own = Map.groupBy(
    machine.mounts.filter(({ source }) => source.startsWith('/dev/')),
    ({ source }) => source.replace(/p?\d+$/, '').replace('/dev/', ''),
  );
  const all = [...own].map(([name, mounts]) => {
    const parts = mounts
      .map(({ source, type, size, used, on }) => device(machine, source, size, { fstype: type, mounts: [on], used }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return disk(
      machine,
      name,
      parts.reduce((sum, { size }) => sum + size, 2 ** 20),
      parts,
      name.startsWith('mmc') ? { model: 'SD32G', tran: 'mmc' } : {},
    );
  });
  if (machine.name === 'web1')
    all.push(
      disk(machine, 'sdb', 100 * GIB, [device(machine, '/dev/sdb1', 100 * GIB - 2 ** 20, { fstype: 'ext4', label: 'data' })]),
      disk(machine, 'sdc', 200 * GIB, []),
      disk(machine, 'sdd', 50 * GIB, [device(machine, '/dev/sdd1', 20 * GIB, { fstype: 'ext4', label: 'www', mounts: ['/srv/www'], used: 18 * GIB })]),
    );
  if (machine.name === 'kvm1')
    all.push(
      disk(
        machine,
        'sdc',
        400 * GIB,
        [device(machine, '/dev/mapper/vg0-images', 100 * GIB, { type: 'lvm', fstype: 'xfs', mounts: ['/srv/images'], used: 60 * GIB })],
        {
          fstype: 'LVM2_member',
        },
      ),
    );
  if (machine.name === 'pve1')
    all.push(
      ...['sdc', 'sdd'].map((name) =>
        disk(machine, name, 480 * GIB, [device(machine, `/dev/${name}1`, 480 * GIB - 2 ** 20, { fstype: 'zfs_member', label: 'rpool' })]),
      ),
      disk(
        machine,
        'sde',
        1024 * GIB,
        [device(machine, '/dev/sde1', 1024 * GIB - 2 ** 20, { fstype: 'ext4', label: 'vault', mounts: ['/mnt/vault'], used: 300 * GIB })],
        {
          model: 'VIRTUAL-DISK',
          tran: 'iscsi',
        },
      ),
      disk(machine, 'sdf', 64 * GIB, [], { model: 'VIRTUAL-DISK', tran: 'iscsi' }),
    );
  return { all };
});

/** All of a host's devices one after the other. */
export function flatOf(machine: Machine): Device[] {
  const flat = (devices: readonly Device[]): Device[] => devices.flatMap((one) => [one, ...flat(one.children)]);
  return flat(devicesOf(machine).all);
}

/** As `lsblk -J -b -p` writes it. */
export function lsblk(machine: Machine): string {
  const tree = (one: Device, parent: string | null): object => ({
    ...{ name: one.name, pkname: parent, type: one.type, size: one.size, fstype: one.fstype || null, label: one.label || null, uuid: one.uuid || null },
    ...{ model: one.model || null, serial: one.serial || null, 'disc-max': one.discard ? 2_147_450_880 : 0, rota: false, ro: false, tran: one.tran || null },
    ...{ fsused: one.mounts.length > 0 ? one.used : null, mountpoints: one.mounts.length > 0 ? one.mounts : [null] },
    ...(one.children.length > 0 ? { children: one.children.map((child) => tree(child, one.name)) } : {}),
  });
  return `${JSON.stringify({ blockdevices: devicesOf(machine).all.map((one) => tree(one, null)) }, undefined, 3)}\n`;
}
