import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** Stops without asking the guest: unsaved data is lost. */
export default command({
  summary: { en: 'Stop a guest at once, like pulling the plug', zh: '立即停止虚拟机（相当于断电）' },
  examples: ['vm stop mail', 'vm stop gitlab'],
  risk: 'high',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'vm', typed, 'stop'),
});
