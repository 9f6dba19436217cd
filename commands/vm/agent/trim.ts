import { guest } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { guestPlan } from '../../../src/tools/guests.ts';

/** Gives space that files no longer use back to the storage, by the guest agent. */
export default command({
  summary: { en: 'Give unused space of a guest back', zh: '回收虚拟机未使用的空间' },
  examples: ['vm agent trim web-a'],
  risk: 'low',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'vm', typed, 'agentTrim'),
});
