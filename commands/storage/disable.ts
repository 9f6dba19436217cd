import { storage } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { enablePlan } from '../../src/tools/proxmox/storage-enable.ts';

/** Takes a storage out of use; nothing on it is removed. */
export default command({
  summary: { en: 'Take a storage out of use', zh: '禁用存储' },
  examples: ['storage disable nas'],
  risk: 'medium',
  kinds: ['pve'],
  args: { storage: storage() },
  plan: ({ storage: typed }, look) => enablePlan(look, typed, false),
});
