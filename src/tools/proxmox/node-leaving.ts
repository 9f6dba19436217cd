import type { Host, Look } from '../../core/command.ts';
import type { Hazard } from '../../core/risk.ts';
import { unless } from './guest.ts';
import { disksOf } from './guest-disks.ts';
import { guestConfig } from './guest-reads.ts';
import { type Leaving, roomElsewhere } from './node-room.ts';
import { preflight } from './preflight.ts';
import type { Resources } from './resources.ts';

/** Most guests that are asked one by one whether they can be moved. */
const MOST = 20;

/** What it would cost to be without a node: quorum, memory that the others lack, guests that cannot leave. */
export async function withoutIt(look: Look, host: Host, leaving: Leaving): Promise<Pick<Hazard, 'quorum' | 'noRoom' | 'stuck'>> {
  const { node, quorum } = leaving;
  const stuck = await cannotLeave(look, host, leaving);
  const lost = quorum.nodes.length > 1 && quorum.nodes.some(({ name, online, mayFail }) => name === node && online && !mayFail);
  return { ...roomElsewhere(leaving), ...(lost ? { quorum: 'lost' as const } : {}), ...(stuck.length > 0 ? { stuck } : {}) };
}

/** Guests with disks or devices that only this node has, by name and number. */
async function cannotLeave(look: Look, host: Host, { node, all, moved, others }: Leaving): Promise<string[]> {
  const [other] = others;
  const asked = await Promise.all(
    moved.slice(0, MOST).map(async (guest) => {
      const config = await unless(look.read(host, guestConfig(guest)));
      const told = guest.type === 'qemu' && other !== undefined ? await unless(look.read(host, preflight(guest, other))) : undefined;
      const local = disksOf(guest.type, config?.values ?? {}).some(({ storage }) => storage !== undefined && !isShared(all, storage, node));
      return local || (told?.resources.length ?? 0) > 0 ? [`${guest.name} (${guest.vmid})`] : [];
    }),
  );
  return asked.flat();
}

function isShared({ storages }: Resources, storage: string, node: string): boolean {
  return storages.some((one) => one.storage === storage && one.node === node && one.shared);
}
