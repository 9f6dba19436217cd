import { storage } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { enablePlan } from '../../src/tools/proxmox/storage-enable.ts';

/** Lets a storage be used again. */
export default command({
  summary: { en: 'Let a storage be used again', zh: '启用存储' },
  examples: ['storage enable archive'],
  risk: 'low',
  kinds: ['pve'],
  args: { storage: storage() },
  plan: ({ storage: typed }, look) => enablePlan(look, typed, true),
});
