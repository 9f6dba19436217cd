import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** Starts a stopped guest and sees it running. */
export default command({
  summary: { en: 'Start a guest', zh: '启动虚拟机' },
  examples: ['vm start build', 'vm start wiki', 'vm start alpha/108'],
  risk: 'low',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'vm', typed, 'start'),
});
