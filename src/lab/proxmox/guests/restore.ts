import type { Backup } from '../backups.ts';
import { die } from '../refused.ts';
import { typeOf } from '../retention.ts';
import type { Work } from '../tasks.ts';
import type { Config, Guest } from '../world.ts';
import { newGuest } from './clone.ts';
import { disksOf } from './disks.ts';
import { boot } from './power.ts';
import { newVolume, otherMac, sizedDrive } from './volumes.ts';

/** How a guest is made. `options` win over those of the backup. */
export interface Birth {
  readonly type: Guest['type'];
  readonly vmid: number;
  readonly node: string;
  readonly options: Config;
  readonly storage: string;
  readonly unique: boolean;
  readonly start: boolean;
}

/** Makes a guest of a backup, over one that is there where that was allowed. */
export async function restore(work: Work, birth: Birth, backup: Backup): Promise<void> {
  const { world } = work;
  const { type, vmid, node } = birth;
  const before = world.guests.get(vmid);
  const config: Config = { ...(backup.config ?? world.first.get(backup.vmid) ?? { memory: type === 'qemu' ? '2048' : 512 }) };
  delete config.lock;
  delete config.template;
  if (typeOf(backup) !== type) {
    world.guests.set(vmid, newGuest(type, vmid, node, { lock: 'create' }));
    work.say(`error before or during data restore, some or all disks were not completely restored. VM ${vmid} state is NOT cleaned up.`);
    throw die(`ERROR: file '${backup.volid}' does not look like a ${type === 'qemu' ? 'QemuServer' : 'LXC'} vzdump backup`);
  }
  const made = newGuest(type, vmid, node, { lock: 'create' });
  world.guests.set(vmid, made);
  if (before)
    work.say(
      `removing image of the guest that is replaced: ${disksOf(type, before.config)
        .map(({ volid }) => volid)
        .join(', ')}`,
    );
  const disks = disksOf(type, config).filter(({ cdrom, key }) => !cdrom && !key.startsWith('unused'));
  for (const { key, storage = '' } of disks) {
    const volid = newVolume(world, made, birth.storage || storage);
    made.config[key] = String(config[key]).replace(/^[^,]+/, volid);
    work.say(type === 'qemu' ? `new volume ID is '${volid}'` : `Formatting '${volid}'`);
  }
  const total = disks.reduce((sum, { size }) => sum + size, 0);
  for (let percent = 10; percent <= 100; percent += 15) {
    await work.wait(1000);
    const read = Math.round((total * Math.min(percent, 100)) / 100);
    if (type === 'qemu')
      work.say(
        `progress ${Math.min(percent, 100)}% (read ${read} bytes, zeroes = 50% (${Math.round(read / 2)} bytes), duration ${Math.round(percent / 10)} sec)`,
      );
  }
  if (type === 'lxc') work.say(`Total bytes read: 210718720 (201MiB, 165MiB/s)`);
  finish(work, made, { ...config, ...birth.options }, birth.unique);
  if (birth.start) await boot(work, made);
}

/** Makes an empty guest; drives such as `ceph:32` are allocated. */
export async function create(work: Work, birth: Birth): Promise<void> {
  const { world } = work;
  const made = newGuest(birth.type, birth.vmid, birth.node, { lock: 'create' });
  world.guests.set(birth.vmid, made);
  try {
    await work.wait(800);
    for (const [key, value] of Object.entries(birth.options)) {
      const stored = sizedDrive(world, made, key, value);
      if (stored !== value) work.say(`${key}: successfully created disk '${String(stored)}'`);
      made.config[key] = /^net\d+$/.test(key) ? withMac(work, String(stored)) : stored;
    }
  } catch (error) {
    world.guests.delete(birth.vmid);
    throw error;
  }
  delete made.config.lock;
  if (birth.start) await boot(work, made);
}

function finish({ world }: Work, made: Guest, config: Config, unique: boolean): void {
  for (const [key, value] of Object.entries(config)) {
    if (key in made.config && key !== 'lock') continue;
    made.config[key] = unique && /^net\d+$/.test(key) ? otherMac(world, String(value)) : value;
  }
  delete made.config.lock;
}

function withMac({ world }: Work, value: string): string {
  return value.replace(/^(virtio|e1000|vmxnet3|rtl8139)(?=,|$)/, (model) => otherMac(world, `${model}=00:00:00:00:00:00`));
}
