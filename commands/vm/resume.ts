import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** Lets a suspended guest go on where it stopped. */
export default command({
  summary: { en: 'Let a suspended guest go on', zh: '恢复已挂起的虚拟机' },
  examples: ['vm resume shop'],
  risk: 'low',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'vm', typed, 'resume'),
});
