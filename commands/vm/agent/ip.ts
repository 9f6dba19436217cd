import { guest } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { guestPlan } from '../../../src/tools/guests.ts';

/** The addresses of a guest, by its guest agent. */
export default command({
  summary: { en: 'Show the addresses of a guest', zh: '查看虚拟机的地址' },
  examples: ['vm agent ip web-a'],
  risk: 'none',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'vm', typed, 'agentIp'),
});
