import { guest } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { guestPlan } from '../../../src/tools/guests.ts';

/** What runs inside of a guest, by its guest agent. */
export default command({
  summary: { en: 'Show the system inside of a guest', zh: '查看虚拟机内的系统' },
  examples: ['vm agent info web-a'],
  risk: 'none',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'vm', typed, 'agentInfo'),
});
