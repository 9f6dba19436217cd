import { apiPath } from '../../core/call.ts';
import type { Look } from '../../core/command.ts';
import { HostError } from '../../core/errors.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';
import { number, rows, text } from './fields.ts';
import type { Resources } from './resources.ts';
import type { Stored } from './storage.ts';

/** A volume on a storage, and the node that was asked. Size in bytes. */
export interface Volume {
  readonly volid: string;
  readonly vmid: number | undefined;
  readonly kind: string;
  readonly size: number;
  readonly node: string;
}

/** All volumes of a storage as one node sees them: `GET /nodes/{node}/storage/{storage}/content`. */
function volumes(node: string, storage: string): ApiRead<Volume[]> {
  return readApi({
    path: apiPath`/nodes/${node}/storage/${storage}/content`,
    parse: ({ data }) =>
      rows(data).map((from) => ({
        volid: text(from, 'volid') ?? '',
        vmid: number(from, 'vmid'),
        kind: text(from, 'content') ?? '',
        size: number(from, 'size') ?? 0,
        node,
      })),
  });
}

/** All volumes of a storage: a shared one is asked at one node that sees it, any other at each. With a note for what could not be asked. */
export async function volumesOf(look: Look, { host, storage, sight }: Stored): Promise<{ found: Volume[]; notes: Said[] }> {
  const active = sight.filter((one) => one.sight === 'active').map(({ node }) => node);
  const notes: Said[] = [];
  const found = await Promise.all(
    (storage.shared ? active.slice(0, 1) : active).map(async (node) => {
      try {
        return await look.read(host, volumes(node, storage.storage));
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        notes.push(
          say(
            { en: 'what is on {storage} at {node} is not known: {trouble}', zh: '无法得知 {node} 上 {storage} 的内容：{trouble}' },
            { storage: storage.storage, node, trouble: error.said },
          ),
        );
        return [];
      }
    }),
  );
  return { found: found.flat(), notes };
}

/** Guests with disks on a storage, each with its node; of one that is not shared, only those of the node where the volume is. */
export function guestsOn({ all, storage }: Stored, volumes: readonly Volume[]): Resources['guests'] {
  const disks = volumes.filter(({ kind }) => kind === 'images' || kind === 'rootdir');
  return all.guests.filter((guest) => disks.some(({ vmid, node }) => vmid === guest.vmid && (storage.shared || node === guest.node)));
}
