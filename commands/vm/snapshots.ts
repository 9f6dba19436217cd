import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** The snapshots of a guest, each under the one it was made from. */
export default command({
  summary: { en: 'List the snapshots of a guest', zh: '列出虚拟机的快照' },
  examples: ['vm snapshots runner', 'vm snapshots shop'],
  risk: 'none',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'vm', typed, 'snapshots'),
});
