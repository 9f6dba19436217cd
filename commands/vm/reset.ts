import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** Restarts without asking the guest: unsaved data is lost. */
export default command({
  summary: { en: 'Reset a guest, like pressing its reset button', zh: '硬重置虚拟机（相当于按复位键）' },
  examples: ['vm reset mail', 'vm reset gitlab'],
  risk: 'high',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'vm', typed, 'reset'),
});
