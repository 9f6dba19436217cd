import { die } from '../refused.ts';
import type { Work } from '../tasks.ts';
import { type Guest, storageFault } from '../world.ts';
import { bytes, disksOf, sizeText } from './disks.ts';
import { checkLock, checkWritable, flocked } from './find.ts';
import { digestOf } from './pending.ts';

/** Makes a drive larger: `size` is the new size, or how much more with a plus in front. */
export function resize(work: Work, guest: Guest, key: string, size: string, digest: string): Promise<void> {
  return flocked(
    work.world,
    guest,
    async () => {
      if (digest !== '' && digest !== digestOf(guest)) throw die('detected modified configuration - file changed by other user? Try again.');
      checkLock(guest);
      checkWritable(work.world, guest);
      const disk = disksOf(guest.type, guest.config).find((one) => one.key === key);
      if (!disk) throw die(`disk '${key}' does not exist`);
      if (disk.cdrom) throw die("you can't resize a cdrom");
      if (disk.storage === undefined) throw die(`could not parse volume of '${key}'`);
      const fault = storageFault(work.world, disk.storage, guest.node);
      if (fault !== undefined) throw die(fault);
      const wanted = size.startsWith('+') ? disk.size + bytes(size.slice(1)) : bytes(size);
      if (wanted < disk.size) throw die('shrinking disks is not supported');
      await work.wait(800);
      work.say(guest.type === 'qemu' ? 'Image resized.' : `Resizing image: 100% complete...done.`);
      guest.config[key] = `${String(guest.config[key]).replace(/,size=[^,]*/, '')},size=${sizeText(wanted)}`;
    },
    work.task.stop.signal,
  );
}
