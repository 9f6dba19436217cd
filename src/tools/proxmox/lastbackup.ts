import type { Look } from '../../core/command.ts';
import { HostError } from '../../core/errors.ts';
import { type Archive, archives, shelves } from './archives.ts';
import type { PveGuest } from './guest.ts';

/** Most storages that are asked for backups for one plan. */
const MOST = 3;

/** The newest backup of a guest that its node can be restored from: `none` when there is none; `unknown` when not every storage could be asked, and none was found. */
export async function lastBackup(look: Look, { host, all, vmid, node, type }: PveGuest): Promise<Archive | 'none' | 'unknown'> {
  const seen = shelves(all).filter((shelf) => shelf.shared || shelf.node === node);
  // Where it is most likely first: what all nodes see, then what its own node has.
  const weight = ({ type: kind, shared }: (typeof seen)[number]) => (kind === 'pbs' ? 0 : shared ? 1 : 2);
  const asked = seen.toSorted((a, b) => weight(a) - weight(b)).slice(0, MOST);
  const answers = await Promise.all(
    asked.map(async (shelf) => {
      try {
        return (await look.read(host, archives(shelf, vmid))).filter((one) => one.vmid === vmid && (one.type === undefined || one.type === type));
      } catch (error) {
        if (error instanceof HostError) return undefined;
        throw error;
      }
    }),
  );
  const newest = answers.flatMap((found) => found ?? []).sort((a, b) => b.at - a.at)[0];
  if (newest) return newest;
  return asked.length === seen.length && !answers.includes(undefined) ? 'none' : 'unknown';
}
