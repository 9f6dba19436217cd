import { die } from '../refused.ts';
import type { Work } from '../tasks.ts';
import type { Guest } from '../world.ts';
import { disksOf } from './disks.ts';
import { sidOf } from './figures.ts';
import { checkLock, flocked } from './find.ts';

/** Removes a guest and its drives; with `purge` out of jobs and HA, too. */
export function destroy(work: Work, guest: Guest, purge: boolean): Promise<void> {
  const { world } = work;
  return flocked(
    world,
    guest,
    async () => {
      checkLock(guest);
      const disks = disksOf(guest.type, guest.config).filter(({ cdrom }) => !cdrom);
      const base = disks.find(({ volid }) => isBase(volid) && [...world.guests.values()].some((other) => other !== guest && uses(other, volid)));
      if (base) throw die(`base volume '${base.volid}' is still in use by linked cloned`);
      for (const { volid } of disks) {
        await work.wait(400);
        work.say(guest.type === 'qemu' ? `Removing image: 100% complete...done. (${volid})` : `successfully removed '${volid}'`);
      }
      world.guests.delete(guest.vmid);
      if (!purge) return;
      work.say(`purging ${guest.type === 'qemu' ? 'VM' : 'CT'} ${guest.vmid} from related configurations..`);
      world.ha.delete(sidOf(guest));
    },
    work.task.stop.signal,
  );
}

const isBase = (volid: string) => /:(.*\/)?base-\d+-disk-\d+/.test(volid);

function uses({ type, config }: Guest, volid: string): boolean {
  return disksOf(type, config).some((disk) => disk.volid.startsWith(`${volid}/`));
}
