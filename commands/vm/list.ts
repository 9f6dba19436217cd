import { anyTargets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { listPlan } from '../../src/tools/guests.ts';

/** Every virtual machine on every cluster and virtualisation host in reach, in one table; one call a cluster. */
export default command({
  summary: { en: 'List guests', zh: '列出虚拟机' },
  examples: ['vm list', 'vm list kvm1', 'vm list alpha', 'vm list pve1', 'vm list site:west'],
  risk: 'none',
  kinds: ['libvirt', 'pve'],
  args: { on: anyTargets() },
  plan: ({ on }, look) => listPlan(look, 'vm', on),
});
