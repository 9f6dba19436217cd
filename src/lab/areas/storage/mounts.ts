import { type Call, effect, fail, type Program } from '../../program.ts';
import type { Machine } from '../../world/machine.ts';
import { flatOf, lsblk } from './disks.ts';

interface Shown {
  readonly target: string;
  readonly source: string;
  readonly fstype: string;
  readonly options: string;
}

function mounted(machine: Machine): Shown[] {
  return flatOf(machine).flatMap((one) => one.mounts.map((target) => ({ target, source: one.name, fstype: one.fstype, options: one.options })));
}

/** What a host's fstab says until it is written. */
export function fstabOf(machine: Machine): string {
  const lines = flatOf(machine).flatMap((one) => one.mounts.map((on) => `UUID=${one.uuid} ${on} ${one.fstype} defaults 0 ${on === '/' ? 1 : 2}\n`));
  return `# /etc/fstab: static file system information.\n${lines.join('')}${machine.name === 'pve2' ? '#off by hostler# ' : ''}/swapfile none swap sw 0 0\n`;
}

/** `findmnt`: as JSON, one path, or --verify. */
function findmnt(call: Call): number {
  const { argv, machine, out } = call;
  if (argv.includes('--verify')) {
    out('Success, no errors or warnings detected\n');
    return 0;
  }
  if (argv.includes('-J')) {
    out(`${JSON.stringify({ filesystems: mounted(machine) }, undefined, 3)}\n`);
    return 0;
  }
  const path = argv[argv.indexOf('-M') + 1];
  if (!mounted(machine).some(({ target }) => target === path)) return 1;
  out(`${path}\n`);
  return 0;
}

function umount(call: Call): number {
  const path = call.argv.at(-1) ?? '';
  const found = flatOf(call.machine).find(({ mounts }) => mounts.includes(path));
  if (!found) return fail(call, `umount: ${path}: not mounted.`, 32);
  found.mounts = found.mounts.filter((one) => one !== path);
  effect(call, 'umount', path);
  return 0;
}

function mountAt(call: Call): number {
  const [, id = '', path = '', type = '', options = ''] = call.argv;
  const found = flatOf(call.machine).find((one) => one.uuid === id);
  if (!found) return fail(call, `mount: ${path}: can't find UUID=${id}.`, 1);
  if (found.fstype !== type) return fail(call, `mount: ${path}: wrong fs type, bad option, bad superblock on ${found.name}.`, 32);
  found.mounts.push(path);
  found.options = options === 'defaults' ? 'rw,relatime' : options;
  effect(call, 'mount', found.name, path);
  return 0;
}

async function putFstab(call: Call): Promise<number> {
  call.machine.files.set('/etc/fstab', await call.input());
  effect(call, 'write', '/etc/fstab');
  return 0;
}

/** `df` with the columns of the bot's script. */
function usage(call: Call): number {
  const rows = flatOf(call.machine)
    .filter(({ mounts }) => mounts.length > 0)
    .map(({ name, fstype, fsSize, used, mounts }) => {
      const inodes = fstype === 'vfat' ? 0 : Math.floor(fsSize / 16_384);
      return [name, fstype, fsSize, used, Math.max(0, fsSize - used), inodes, Math.floor(inodes / 20), mounts[0]].join(' ');
    });
  call.out(`Filesystem Type 1B-blocks Used Avail Inodes IUsed Mounted on\n${rows.join('\n')}\n`);
  return 0;
}

function format(call: Call): number {
  const [, name = '', type = '', label = ''] = call.argv;
  const found = flatOf(call.machine).find((one) => one.name === name);
  if (found?.fstype !== '') return fail(call, `${name} is not empty`);
  Object.assign(found, { fstype: type, label, fsSize: found.size, uuid: `0f0e0d0c-0000-4000-8000-${name.length}${'0'.repeat(11)}` });
  effect(call, `mkfs.${type}`, name);
  return 0;
}

function blkid(call: Call): number {
  const found = flatOf(call.machine).find((one) => one.name === call.argv.at(-1));
  if (!found?.fstype) return 2;
  call.out(`${found.fstype}\n`);
  return 0;
}

/** What is behind a partition, in 512-byte sectors, less what GPT keeps. */
function growpart(call: Call): number {
  const [disk = '', number = '1'] = call.argv.filter((word) => !word.startsWith('-')).slice(1);
  const all = flatOf(call.machine);
  const whole = all.find((one) => one.name === disk);
  const part = all.find((one) => one.name === `${disk}${number}`);
  if (!whole || !part) return fail(call, `FAILED: failed to get info for ${disk}${number}`, 2);
  const [from, to] = [Math.floor(part.size / 512), Math.floor(whole.size / 512) - 2048 - 33];
  if (to - from < 2048) {
    call.out(`NOCHANGE: partition ${number} is size ${from}. it cannot be grown\n`);
    return 1;
  }
  const dry = call.argv.includes('-N');
  call.out(`${dry ? 'CHANGE' : 'CHANGED'}: partition=${number} start=2048 old: size=${from} end=${2047 + from} new: size=${to} end=${2047 + to}\n`);
  if (!dry) {
    part.size = to * 512;
    effect(call, 'growpart', disk, number);
  }
  return 0;
}

function grow(call: Call): number {
  const name = call.argv.at(-1) ?? '';
  const found = flatOf(call.machine).find((one) => one.name === name || one.mounts.includes(name));
  if (!found) return fail(call, `${call.argv[0]}: ${name}: no such file system`);
  found.fsSize = found.size;
  effect(call, call.argv[0], name);
  return 0;
}

const by = (call: Call) => flatOf(call.machine).find((one) => one.name === call.argv[1]);

export const mountPrograms: { readonly [name: string]: Program } = {
  findmnt,
  umount,
  blkid,
  growpart,
  resize2fs: grow,
  xfs_growfs: grow,
  lsblk: (call) => {
    call.out(lsblk(call.machine));
    return 0;
  },
};

export const mountScripts: { readonly [name: string]: Program } = {
  'block-devices': (call) => {
    call.out(`${lsblk(call.machine)}\n== blkid\n`);
    return 0;
  },
  'mount-holders': () => 0,
  'mount-at': mountAt,
  'mount-folder': (call) => {
    const [, path = ''] = call.argv;
    const below = [...call.machine.files.keys()].flatMap((file) => (file.startsWith(`${path}/`) ? [file.slice(path.length + 1).split('/')[0]] : []));
    call.out(`${path}\n${new Set(below).size}\n`);
    return 0;
  },
  'put-fstab': putFstab,
  'disk-usage': usage,
  'disk-format': format,
  'disk-users': ({ argv, machine, out }) => {
    const guests = [...machine.files].filter(([file]) => file.startsWith('/etc/pve/qemu-server/'));
    for (const disk of argv.slice(1)) for (const [file, text] of guests) if (text?.includes(disk)) out(`${disk} guest ${file}\n`);
    return 0;
  },
  'disk-signs': (call) => {
    const found = by(call);
    if (found?.fstype) call.out(`signature ${found.name.replace('/dev/', '')} 0x438 ${found.fstype} ${found.uuid}\n`);
    for (const child of found?.children ?? []) call.out(`partition ${child.name.replace('/dev/', '')}\n`);
    return 0;
  },
  'partition-of': (call) => {
    const found = by(call);
    if (found?.type === 'part') call.out(`${found.name.replace(/p?\d+$/, '')} ${/\d+$/.exec(found.name)?.[0] ?? '1'}\n`);
    return 0;
  },
  'fs-size': (call) => {
    const found = flatOf(call.machine).find((one) => one.name === call.argv[2]);
    call.out(`${found?.fsSize ?? 0}\n`);
    return 0;
  },
};
