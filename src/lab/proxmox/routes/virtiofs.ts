import { needsAny } from '../gates.ts';
import type { Route } from '../route.ts';
import type { Fields, World } from '../world.ts';
import { shelf } from './shelf.ts';

/** Directories of nodes that guests may be given. It comes before the list that knows none. */
export const VIRTIOFS: readonly Route[] = shelf({
  ...{ path: '/cluster/mapping/dir', id: 'id', modify: needsAny('/mapping', 'Mapping.Modify'), what: 'dir mapping', fields: 'map! *' },
  fixed: practised,
});

/** Those the practice cluster has: one that two nodes have, and one of a single node. */
function practised({ name }: World): readonly Fields[] {
  if (name !== 'alpha') return [];
  return [
    { id: 'media', map: ['node=pve1,path=/srv/media', 'node=pve2,path=/srv/media'] },
    { id: 'scratch', map: ['node=pve1,path=/srv/scratch'] },
  ];
}
