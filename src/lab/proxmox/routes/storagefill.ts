import { needs } from '../gates.ts';
import { newVolume } from '../guests/volumes.ts';
import * as kinds from '../kinds.ts';
import { oneOf, text } from '../params.ts';
import { die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { storageFault, type World } from '../world.ts';
import { task } from './storagefetch.ts';

const node = '/nodes/{node}/storage/{storage}';

/** Things are put on storages, as far as they can be had. */
export const STORAGES_FILLED: readonly Route[] = [
  {
    method: 'POST',
    path: `${node}/content`,
    gate: needs('/storage/{storage}', 'Datastore.AllocateSpace'),
    params: { 'filename!': text(), 'size!': text(), 'vmid!': kinds.vmid, format: oneOf('raw', 'qcow2', 'subvol', 'vmdk') },
    run: allocateVolume,
  },
  {
    method: 'POST',
    path: `${node}/content/{volume}`,
    gate: needs('/', 'Sys.Modify'),
    params: { 'target!': text(), target_node: kinds.node },
    run: (ask) => task(ask, 'imgcopy'),
  },
];

/** Throws when the storage of a path cannot be used on its node. */
export function usable(world: World, ask: Ask): void {
  const fault = storageFault(world, ask.text('storage'), ask.at.name);
  if (fault !== undefined) throw die(fault);
}

function allocateVolume(ask: Ask): Answer {
  const { world, given } = ask;
  usable(world, ask);
  const vmid = given.number('vmid') ?? 0;
  if (!given.text('filename').includes(`-${vmid}-`)) throw die(`illegal name '${given.text('filename')}' - should be 'vm-${vmid}-*'`);
  const guest = world.guests.get(vmid);
  const like = guest ? newVolume(world, guest, ask.text('storage')) : `${ask.text('storage')}:${vmid}/${given.text('filename')}`;
  const volid = like.replace(/[^/:]+$/, given.text('filename'));
  world.volumes.push({
    volid,
    node: ask.at.name,
    content: 'images',
    format: given.text('format') || 'raw',
    size: sizeOf(given.text('size')),
    at: Math.floor(Date.now() / 1000),
  });
  return ok(volid);
}

/** Bytes of a size in KiB, or with a unit. */
function sizeOf(text: string): number {
  const [, number = '0', unit = 'K'] = /^(\d+)([MG]?)$/.exec(text) ?? [];
  return Number(number) * (unit === 'G' ? 2 ** 30 : unit === 'M' ? 2 ** 20 : 2 ** 10);
}
