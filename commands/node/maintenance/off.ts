import { node } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { maintenancePlan } from '../../../src/tools/proxmox/node-maintenance.ts';

/** Let HA use a node again. Guests HA does not look after stay where they are. */
export default command({
  summary: { en: 'Let HA use a node again', zh: '让 HA 重新使用节点' },
  examples: ['node maintenance off pve1'],
  risk: 'medium',
  kinds: ['pve'],
  args: { node: node() },
  plan: ({ node: typed }, look) => maintenancePlan(look, typed, false),
});
