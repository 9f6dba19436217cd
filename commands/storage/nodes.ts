import { z } from 'zod';
import { storage, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { nodesPlan } from '../../src/tools/proxmox/storage-nodes.ts';

/** Keeps a storage to the nodes that have it; `all` takes the limit away. */
export default command({
  summary: { en: 'Keep a storage to some nodes, or all', zh: '将存储限定到某些节点或全部' },
  examples: ['storage nodes local-zfs pve1 pve2', 'storage nodes alpha/nas pve1 pve2'],
  risk: 'medium',
  kinds: ['pve'],
  args: {
    storage: storage(),
    nodes: z
      .array(word(/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/, { en: 'NODE', zh: '节点' }))
      .min(1)
      .max(64),
  },
  plan: ({ storage: typed, nodes }, look) => nodesPlan(look, typed, nodes),
});
