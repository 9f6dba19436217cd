import { node } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { maintenancePlan } from '../../../src/tools/proxmox/node-maintenance.ts';

/** Have HA move its guests off a node. Guests HA does not look after stay where they are. */
export default command({
  summary: { en: 'Have HA move its guests off a node', zh: '让 HA 将客户机迁离节点' },
  examples: ['node maintenance on pve1'],
  risk: 'medium',
  kinds: ['pve'],
  args: { node: node() },
  plan: ({ node: typed }, look) => maintenancePlan(look, typed, true),
});
